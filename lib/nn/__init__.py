"""Layers and losses: the parts of a network, named and shaped as in ``torch.nn``."""

from lib.nn import init, speed
from lib.nn.activations import LeakyReLU, LogSoftmax, ReLU, Sigmoid, Softmax, Tanh
from lib.nn.autoencoder import AutoEncoder
from lib.nn.contrastive import NTXentLoss, PerView
from lib.nn.conv import Conv2d
from lib.nn.dropout import Dropout
from lib.nn.ensemble import Ensemble
from lib.nn.flatten import Flatten, Unflatten
from lib.nn.linear import Linear
from lib.nn.losses import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    L1Loss,
    Loss,
    MSELoss,
    NLLLoss,
)
from lib.nn.module import Module
from lib.nn.normalization import BatchNorm1d, BatchNorm2d
from lib.nn.parameter import Buffer, Parameter
from lib.nn.perceptual import PerceptualLoss
from lib.nn.pooling import AvgPool2d, GlobalAvgPool2d, MaxPool2d
from lib.nn.sequential import Sequential
from lib.nn.upsampling import ConvTranspose2d, Upsample
from lib.nn.variational import GaussianSample, SparseLoss, VariationalLoss

__all__ = [
    "AutoEncoder",
    "AvgPool2d",
    "BCELoss",
    "BCEWithLogitsLoss",
    "BatchNorm1d",
    "BatchNorm2d",
    "Buffer",
    "Conv2d",
    "ConvTranspose2d",
    "CrossEntropyLoss",
    "Dropout",
    "Ensemble",
    "Flatten",
    "GaussianSample",
    "GlobalAvgPool2d",
    "L1Loss",
    "LeakyReLU",
    "Linear",
    "LogSoftmax",
    "Loss",
    "MSELoss",
    "MaxPool2d",
    "Module",
    "NLLLoss",
    "NTXentLoss",
    "Parameter",
    "PerView",
    "PerceptualLoss",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Softmax",
    "SparseLoss",
    "Tanh",
    "Unflatten",
    "Upsample",
    "VariationalLoss",
    "init",
    "speed",
]
