"""What earlier versions of ``lib`` wrote still reads: models, checkpoints and records.

The files of ``tests/old_files`` were written before ``lib`` was sorted into packages, the records
are copies of real ones. None of them is ever written again.
"""

from pathlib import Path

import numpy as np
import pytest

from lib import nn
from lib.experiments import load_record
from lib.serialization import describe, load
from lib.serialization.archive import read_archive, unpack

OLD = Path(__file__).parent / "old_files"


def test_an_old_model_is_built_again_and_answers_as_it_did():
    model = load(OLD / "mlp.npz")
    x = np.linspace(-1, 1, 12, dtype=np.float32).reshape(2, 6)
    answers = describe(OLD / "mlp.npz")["metadata"]["answers"]
    np.testing.assert_allclose(model(x), answers, rtol=1e-5)
    assert isinstance(model[2], nn.ReLU)


def test_an_old_checkpoint_is_read_with_every_part_of_its_training():
    header, arrays = read_archive(OLD / "checkpoint.npz", "checkpoint")
    training = unpack(header["training"], arrays)
    names = ["model", "optimizer", "schedule", "early stopping", "history", "generators"]
    assert list(training) == names
    assert training["model"]["1.weight"].shape == (5, 6)
    assert training["optimizer"]["steps"] == 4
    assert len(training["history"]["epochs"]) == 2


@pytest.mark.parametrize("name", ["grid_plain_sgd", "conv_autoencoder_2"])
def test_an_old_record_is_read_and_its_experiment_built_again(name):
    record = load_record(name, OLD)
    assert record.experiment.name == name
    model = record.experiment.model(rng=np.random.default_rng(0))
    parameters = sum(parameter.data.size for parameter in model.parameters())
    assert record.values("parameters") == [parameters] * len(record.runs)
    assert record.experiment.optimizer(model.parameters()).lr > 0
    assert callable(record.experiment.data)
