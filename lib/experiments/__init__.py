"""Experiments: training runs that take longer than a lesson, recorded with all it takes to repeat.

``EXPERIMENTS`` names those of the course, ``run`` runs them, ``results/NAME.json`` keeps what came
out, and lessons quote it: ``recorded("cnn2", "test_accuracy")``. ``SEARCHES`` names the searches
that chose their settings.
"""

from lib.experiments.combining import load_combined
from lib.experiments.experiment import Experiment
from lib.experiments.records import (
    Record,
    RecordError,
    load_probabilities,
    load_record,
    recorded,
)
from lib.experiments.registry import EXPERIMENTS, SEARCHES, find
from lib.experiments.report import accuracy_steps, markdown, recorded_experiments, table
from lib.experiments.search import Search, load_search, search
from lib.experiments.sweep import run

__all__ = [
    "EXPERIMENTS",
    "SEARCHES",
    "Experiment",
    "Record",
    "RecordError",
    "Search",
    "accuracy_steps",
    "find",
    "load_combined",
    "load_probabilities",
    "load_record",
    "load_search",
    "markdown",
    "recorded",
    "recorded_experiments",
    "run",
    "search",
    "table",
]
