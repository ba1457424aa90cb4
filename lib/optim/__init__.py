"""Optimisers: given the gradient, where to step; schedules: how far, as training goes on."""

from lib.optim.adam import Adam, AdamW
from lib.optim.clipping import clip_grad_norm, clip_grad_value
from lib.optim.one_cycle import OneCycleLR
from lib.optim.optimizer import Optimizer
from lib.optim.rmsprop import RMSprop
from lib.optim.schedules import CosineAnnealingLR, Schedule, StepLR
from lib.optim.sgd import SGD

__all__ = [
    "SGD",
    "Adam",
    "AdamW",
    "CosineAnnealingLR",
    "OneCycleLR",
    "Optimizer",
    "RMSprop",
    "Schedule",
    "StepLR",
    "clip_grad_norm",
    "clip_grad_value",
]
