"""What earlier versions of ``lib`` wrote still reads: models, checkpoints and records.

The files of ``tests/old_files`` were written before ``lib`` was sorted into packages, the records
are copies of real ones. None of them is ever written again.
"""

from pathlib import Path

import numpy as np
import pytest

from lib import models, nn, optim
from lib.data import DataLoader, Dataset
from lib.experiments import load_record
from lib.serialization import describe, load
from lib.serialization.archive import read_archive, unpack
from lib.training import Checkpoint, EarlyStopping, fit

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


def test_an_old_training_goes_on(tmp_path):
    path = tmp_path / "run.npz"
    path.write_bytes((OLD / "checkpoint.npz").read_bytes())
    rng = np.random.default_rng(1)
    model = models.mlp((6, 5, 4), nn.ReLU, rng=rng)
    adam = optim.Adam(model.parameters(), lr=0.1)
    x, y = rng.normal(size=(4, 6)).astype(np.float32), np.arange(4)
    history = fit(
        model,
        nn.CrossEntropyLoss(),
        adam,
        DataLoader(Dataset(x, y), 2, shuffle=True, rng=rng),
        epochs=3,
        validation=(x, y),
        schedule=optim.StepLR(adam, 1),
        early_stopping=EarlyStopping(5),
        checkpoint=Checkpoint(path, rng=rng, resume=True),
        verbose=False,
    )
    assert len(history) == 3
    assert history.train_loss[:2] == [1.5596975088119507, 0.9752159118652344]
