"""Experiments: training runs that take longer than a lesson, recorded with all it takes to repeat.

``EXPERIMENTS`` names those of the course, ``run`` runs them, ``results/NAME.json`` keeps what came
out, and lessons quote it: ``recorded("cnn2", "test_accuracy")``.
"""

from lib.experiments.experiment import Experiment
from lib.experiments.records import Record, RecordError, load_record, recorded
from lib.experiments.registry import EXPERIMENTS, find
from lib.experiments.report import markdown, recorded_experiments, table
from lib.experiments.sweep import run

__all__ = [
    "EXPERIMENTS",
    "Experiment",
    "Record",
    "RecordError",
    "find",
    "load_record",
    "markdown",
    "recorded",
    "recorded_experiments",
    "run",
    "table",
]
