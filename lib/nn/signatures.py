"""Clearer errors for wrong options: what a class does not take, and what it cannot do without.

Python would complain about ``_Pool2d.__init__()``, a name that you have never seen. A class derived
from ``WithOptions`` names itself, the option, and what to write instead.
"""

import functools
import inspect
from difflib import get_close_matches

LEAVE_OUT = "leave it out"

# Options of other libraries: what they are called here, or how to do without them.
WAYS = {
    "affine": "leave it out, the weight starts at 1 and the bias at 0",
    "align_corners": LEAVE_OUT,
    "amsgrad": LEAVE_OUT,
    "anneal_strategy": "leave it out, the curve is a cosine",
    "ceil_mode": "use np.pad before the layer to fill the last windows",
    "count_include_pad": "leave it out, the zeros of the padding count",
    "dampening": LEAVE_OUT,
    "Unflatten.dim": "use the sizes alone: Unflatten(32, 7, 7)",
    "device": "leave it out, everything is computed on the processor",
    "dilation": "use a larger kernel_size, which sees as far: dilation * (kernel_size - 1) + 1",
    "dim": "it works along the last axis, so use np.moveaxis(x, dim, -1) before the layer",
    "end_dim": "leave it out, all axes but the first become one",
    "generator": "use rng=np.random.default_rng(0)",
    "groups": "use one layer for each group of channels, x[:, :C] and x[:, C:]",
    "ignore_index": "use only the rows to learn from: keep = y != ignore_index, x[keep], y[keep]",
    "inplace": "leave it out, no layer changes its input",
    "last_epoch": "use load_state_dict to go on",
    "learning_rate": "use lr",
    "mode": "leave it out, it repeats the nearest pixel",
    "num_workers": "leave it out, the batches are cut from arrays in memory",
    "padding_mode": "use np.pad before the layer",
    "pin_memory": LEAVE_OUT,
    "pos_weight": "use rows of rare classes more often: np.repeat(x, weight[y], axis=0)",
    "random_state": "use rng=np.random.default_rng(0)",
    "reduce": "leave it out, a loss is a mean",
    "reduction": "leave it out, a loss is a mean; times the number of terms it is the sum",
    "return_indices": LEAVE_OUT,
    "seed": "use rng=np.random.default_rng(0)",
    "size": "use scale_factor",
    "size_average": "leave it out, a loss is a mean",
    "start_dim": "leave it out, the first axis is that of the batch",
    "steps_per_epoch": "use batches",
    "track_running_stats": "leave it out, the averages are always kept",
    "unflattened_size": "use the sizes alone: Unflatten(32, 7, 7)",
    "weight": "use rows of rare classes more often: np.repeat(x, weight[y], axis=0)",
}

EXAMPLES = {"lr": "0.1", "rng": "np.random.default_rng(0)", "scale_factor": "2"}


class WithOptions:
    """The base of everything that is made with options: layers, losses, optimisers, loaders."""

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if "__init__" in vars(cls):
            cls.__init__ = checking_options(cls.__init__)


def checking_options(init):
    """Return an ``__init__`` that does what ``init`` does, and explains options that do not fit."""
    signature = inspect.signature(init)

    @functools.wraps(init)
    def checked(self, *args, **kwargs):
        try:
            signature.bind(self, *args, **kwargs)
        except TypeError as error:
            sentence = _sentence(type(self).__name__, signature, args, kwargs, error)
            raise TypeError(sentence) from None
        init(self, *args, **kwargs)

    return checked


# A class without an __init__ takes no options; object's own would not say so in our words.
WithOptions.__init__ = checking_options(lambda self: None)


def _sentence(name, signature, args, kwargs, error):
    """Return what is wrong with the options, and what to write instead."""
    _, *parameters = signature.parameters.values()
    known = [parameter.name for parameter in parameters]
    for option in kwargs:
        if option not in known:
            close = get_close_matches(option, known, 1)
            has = f"it has {', '.join(known)}" if known else LEAVE_OUT
            way = WAYS.get(f"{name}.{option}") or WAYS.get(option)
            way = way or (f"use {close[0]}" if close else has)
            return f"{name} has no option {option}; {way}"
    ordered = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    if len(args) > len(ordered):
        named = [option for option in known if option not in ordered]
        if not known:
            return f"{name} takes no options; use {name}()"
        some = f"only {', '.join(ordered)}" if ordered else "nothing"
        use = ", ".join(f"{option}=…" for option in named)
        return f"{name} takes {some} without a name; " + (
            f"use {use}" if named else "leave the rest out"
        )
    given = {*ordered[: len(args)], *kwargs}
    missing = [p.name for p in parameters if p.default is p.empty and p.name not in given]
    if missing:
        examples = ", ".join(f"{m}={EXAMPLES[m]}" for m in missing if m in EXAMPLES)
        return f"{name} needs {' and '.join(missing)}" + (f"; add {examples}" if examples else "")
    return f"{name}: {error}"
