"""A chain of layers: forward from first to last, backward from last to first."""

from lib.nn.module import Module


class Sequential(Module):
    r"""Layers in a row, each one fed with the output of the one before.

    Parameters
    ----------
    *layers : Module
        The layers, each a separate object, since each saves its own forward pass.

    Raises
    ------
    TypeError
        If something that is not a layer is given.
    ValueError
        If the same layer object is given twice.

    Notes
    -----
    For :math:`y = f_n(\dots f_2(f_1(x)))` the chain rule multiplies the layers' derivatives from
    the loss inwards, so ``backward`` hands each layer's answer to the layer below.

    Examples
    --------
    >>> import numpy as np
    >>> from lib import nn
    >>> rng = np.random.default_rng(0)
    >>> nn.Sequential(nn.Flatten(), nn.Linear(784, 128, rng=rng), nn.Tanh())
    Sequential(
      (0): Flatten()
      (1): Linear(in_features=784, out_features=128, bias=True)
      (2): Tanh()
    )
    """

    def __init__(self, *layers):
        require_separate("Sequential", layers)
        self.layers = list(layers)

    def forward(self, x):
        """Run the layers from first to last."""
        for layer in self.layers:
            x = layer(x)
        return x

    def backward(self, grad_output):
        """Run both halves of every layer from last to first; return the gradient for the input."""
        for layer in reversed(self.layers):
            grad_output = layer.backward(grad_output)
        return grad_output

    def backward_input(self, grad_output):
        """Return the gradient for the input and leave the parameters' gradients alone."""
        for layer in reversed(self.layers):
            grad_output = layer.backward_input(grad_output)
        return grad_output

    def backward_params(self, grad_output):
        """Add the gradients of all parameters, and compute nothing that is not needed for them.

        The lowest layer with parameters has no layer below that needs a delta, so only its own
        half is run. In an MLP this saves a third of the work in the largest layer.
        """
        lowest = next((i for i, layer in enumerate(self.layers) if layer.parameters()), None)
        if lowest is None:
            return
        for layer in reversed(self.layers[lowest + 1 :]):
            grad_output = layer.backward(grad_output)
        self.layers[lowest].backward_params(grad_output)

    def named_children(self):
        """Yield ``("0", first layer)``, ``("1", second layer)`` and so on."""
        for position, layer in enumerate(self.layers):
            yield str(position), layer

    def __len__(self):
        return len(self.layers)

    def __iter__(self):
        return iter(self.layers)

    def __getitem__(self, position):
        if isinstance(position, slice):
            return Sequential(*self.layers[position])
        return self.layers[position]


def require_separate(name, layers):
    """Raise unless these are layers, and no layer is in two places; ``name`` says for whom."""
    for position, layer in enumerate(layers):
        if not isinstance(layer, Module):
            raise TypeError(f"{name} got, at position {position}, {_describe(name, layer)}")
    modules = [module for layer in layers for _, module in layer.named_modules()]
    if len(set(modules)) < len(modules):
        raise ValueError(
            f"{name} got the same layer object twice; make a new one for each place, "
            "because a layer remembers only its last forward pass"
        )


def _describe(name, wrong):
    if isinstance(wrong, type) and issubclass(wrong, Module):
        return f"the class {wrong.__name__}; write {wrong.__name__}(...) to make a layer"
    if isinstance(wrong, (list, tuple)):
        return f"a {type(wrong).__name__}; unpack it: {name}(*layers)"
    return f"a {type(wrong).__name__}, which is not a layer"
