"""Optimisers: given the gradient, where to step."""

from lib.optim.adam import Adam, AdamW
from lib.optim.optimizer import Optimizer
from lib.optim.rmsprop import RMSprop
from lib.optim.sgd import SGD

__all__ = ["SGD", "Adam", "AdamW", "Optimizer", "RMSprop"]
