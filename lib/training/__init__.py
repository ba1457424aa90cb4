"""Training: the step that is repeated, the epochs that repeat it, and what is kept of them."""

from lib.training.checkpoint import Checkpoint
from lib.training.evaluation import Evaluation, evaluate, log_probabilities
from lib.training.fitting import fit
from lib.training.history import EarlyStopping, Epoch, History
from lib.training.loop import epochs, train_step

__all__ = [
    "Checkpoint",
    "EarlyStopping",
    "Epoch",
    "Evaluation",
    "History",
    "epochs",
    "evaluate",
    "fit",
    "log_probabilities",
    "train_step",
]
