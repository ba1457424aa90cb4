"""What the remedies of day 6 do one by one: BatchNorm's pace, the highest rate, weight decay."""

from functools import partial

from lib import models, nn, optim
from lib.experiments import data
from lib.experiments.experiment import Experiment
from lib.optim import OneCycleLR

# Plain SGD at one constant rate, until both networks have long stopped getting better.
PACE = [
    Experiment(
        f"pace_{name}",
        f"{title}, plain SGD, 20 epochs",
        data=data.mnist,
        model=model,
        optimizer=partial(optim.SGD, lr=0.05),
        epochs=20,
        batch_size=64,
    )
    for name, title, model in (
        ("plain", "three convolutions", models.cnn3),
        (
            "batchnorm",
            "three convolutions + BatchNorm",
            partial(models.cnn3, batch_norm=True),
        ),
    )
]
# Ten thousand images and thirty epochs are enough to learn by heart.
DECAY = [
    Experiment(
        f"decay_{decay:g}",
        f"784-256(ReLU)-10 on ten thousand images of clothes, weight decay {decay:g}",
        data=data.fashion_subset,
        model=partial(models.mlp, (784, 256, 10), nn.ReLU),
        optimizer=partial(optim.SGD, lr=0.05, momentum=0.9, weight_decay=decay),
        schedule=partial(OneCycleLR, max_lr=0.05),
        epochs=30,
        batch_size=64,
        validation=1000,
    )
    for decay in (0.0, 0.0003, 0.001, 0.003, 0.01, 0.03)
]
REMEDIES = [*PACE, *DECAY]
