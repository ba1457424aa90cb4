"""A training, written down: all that decides what it comes to, and the parts it is made of."""

from dataclasses import asdict, dataclass

from lib import data, models, nn, optim
from lib.cli.errors import UserError
from lib.cli.options import words
from lib.cli.sources import SOURCES, draw, load

VALIDATION = 0.1  # the share of the training images that the best epoch is chosen by

# optimiser -> how to build it, and the learning rate that suits it
OPTIMIZERS = {
    "sgd": (optim.SGD, 0.05),
    "rmsprop": (optim.RMSprop, 0.001),
    "adam": (optim.Adam, 0.001),
    "adamw": (optim.AdamW, 0.001),
}
WITH_MOMENTUM = ("sgd", "rmsprop")  # the others have a running mean for it
SCHEDULES = ("constant", "step", "cosine", "one-cycle")


@dataclass(frozen=True)
class Recipe:
    """What ``train`` was asked for. It is kept in every file that the training leaves."""

    model: str
    data: str
    classes: tuple
    samples: int | None
    epochs: int
    batch_size: int
    optimizer: str
    lr: float
    momentum: float | None
    weight_decay: float
    schedule: str
    augment: dict
    seed: int

    def as_json(self):
        """Return it as JSON can hold it."""
        return asdict(self) | {"classes": list(self.classes)}

    @classmethod
    def from_json(cls, settings):
        """Return the recipe that ``as_json`` wrote."""
        return cls(**settings | {"classes": tuple(settings["classes"])})

    # -- the parts --------------------------------------------------------------------------------

    @property
    def autoencodes(self):
        """Whether the network draws its input again instead of naming it."""
        return self.model.endswith("autoencoder")

    def split(self, rng):
        """Return what to train on and what to validate with, ``x, y, x_validation, y_validation``.

        The test set stays out of it.
        """
        x, y, *_ = load(self.data)
        x, y = draw(x, y, self.classes, self.classes, self.samples, rng, "training")
        try:
            x, x_validation, y, y_validation = data.train_test_split(x, y, VALIDATION, rng)
        except ValueError as error:
            raise UserError(
                f"--samples {self.samples} leaves some class of {words(self.classes)} without an "
                f"image to train or validate on; take more, {20 * len(self.classes)} at least"
            ) from error
        if self.autoencodes:  # what to draw is what was shown
            y, y_validation = self._targets(x), self._targets(x_validation)
        return x, y, x_validation, y_validation

    def _targets(self, x):
        return x.reshape(len(x), -1) if self.model == "autoencoder" else x

    def build_model(self, rng):
        """Build the network with its first weights."""
        sizes = {} if self.autoencodes else {"num_classes": len(self.classes)}
        return getattr(models, self.model)(**sizes, rng=rng)

    def build_loss(self):
        """Build the loss that fits the network."""
        return nn.MSELoss() if self.autoencodes else nn.CrossEntropyLoss()

    def build_optimizer(self, params):
        """Build the optimiser."""
        build, _ = OPTIMIZERS[self.optimizer]
        momentum = {} if self.momentum is None else {"momentum": self.momentum}
        return build(params, lr=self.lr, weight_decay=self.weight_decay, **momentum)

    def build_schedule(self, optimizer, batches):
        """Build the schedule for ``batches`` batches an epoch; None for a constant rate."""
        if self.schedule == "step":
            return optim.StepLR(optimizer, step_size=-(-self.epochs // 3))
        if self.schedule == "cosine":
            return optim.CosineAnnealingLR(optimizer, T_max=self.epochs)
        if self.schedule == "one-cycle":
            # Adam's momentum is the first of its betas, which is never 0.
            steps, cycle_momentum = self.epochs * batches, self.momentum != 0
            try:
                return optim.OneCycleLR(optimizer, self.lr, steps, cycle_momentum=cycle_momentum)
            except ValueError as error:
                raise UserError(
                    f"--schedule one-cycle has no room in {steps} batches; train for more epochs "
                    "or in smaller batches"
                ) from error
        return None

    def build_loader(self, kind, dataset, rng):
        """Build the loader, of the class ``kind``, of the training batches."""
        augment = data.Augment(**self.augment, rng=rng) if self.augment else None
        return kind(dataset, self.batch_size, shuffle=True, rng=rng, augment=augment)

    # -- in words ---------------------------------------------------------------------------------

    @property
    def measure(self):
        """What the best epoch is chosen by."""
        return "loss" if self.autoencodes else "accuracy"

    def subject(self):
        """Return what it learns from, in a few words."""
        if len(self.classes) == len(SOURCES[self.data].classes):
            return self.data
        return f"{self.data}, classes {words(self.classes)}"


def best_epoch(epochs):
    """Return the number of the epoch that validated best, the first of equals.

    Parameters
    ----------
    epochs : list of Epoch
        By accuracy, between equal ones by loss; an autoencoder has only the loss.
    """
    quality = [(e.validation_accuracy or 0, -e.validation_loss) for e in epochs]
    return quality.index(max(quality)) + 1
