"""Day 10, search: random settings against a grid against TPE, and how much of a lead is luck.

A small network on a few thousand pictures of clothes, so that a trial takes a second. The three
ways to propose settings get 27 trials each, three times over; then three of the settings are
measured again with ten new seeds.
"""

from functools import partial

from lib import models, nn, optim
from lib.experiments import data
from lib.experiments.experiment import Experiment
from lib.experiments.search import Search

GRID = {"lr": [0.003, 0.03, 0.3], "momentum": [0.15, 0.5, 0.85], "weight_decay": [1e-5, 3e-4, 0.01]}


def quick(name, title, lr, momentum, weight_decay, **changes):
    """Return a network of one hidden layer that learns from four thousand pictures."""
    return Experiment(
        name,
        title,
        data=data.fashion_subset,
        model=partial(models.mlp, (784, 64, 10), nn.ReLU),
        optimizer=partial(optim.SGD, lr=lr, momentum=momentum, weight_decay=weight_decay),
        epochs=4,
        batch_size=64,
        samples=6000,
        validation=2000,
        **changes,
    )


def tried(trial):
    """Return what a trial's settings make; each is drawn from a range, most on a log scale."""
    return quick(
        "quick",
        "a trial",
        lr=trial.suggest_float("lr", 0.001, 1, log=True),
        momentum=trial.suggest_float("momentum", 0, 0.98),
        weight_decay=trial.suggest_float("weight_decay", 1e-6, 0.1, log=True),
    )


# Trial n of a search draws from its seed + n: 100 apart, no two searches draw the same.
SAMPLER_SEARCHES = [
    Search(
        f"{name}_{seed}",
        f"{title}, seed {seed}",
        {"mlp": tried},
        trials=27,
        seed=seed,
        **settings,
    )
    for name, title, settings in (
        ("random", "settings drawn at random", {"sampler": "random"}),
        ("grid", "all settings of a grid", {"grid": GRID}),
        ("tpe", "settings drawn where others were good", {"sampler": "tpe"}),
    )
    for seed in (0, 100, 200)
]


# Three of the 27 settings of tpe_0: its first, second and fourteenth. Seeds that no trial had draw
# other images, other first weights and another order.
AGAIN = [
    quick(f"tpe_0_{place}", f"the {words} settings of a search, with new seeds", *settings,
          seeds=tuple(range(1000, 1010)), search="tpe_0")
    for place, words, settings in (
        ("first", "best", (0.041943, 0.92913, 0.00057195)),
        ("second", "second-best", (0.018833, 0.87893, 0.00021186)),
        ("middle", "middling", (0.011516, 0.79365, 0.012267)),
    )
]  # fmt: skip
