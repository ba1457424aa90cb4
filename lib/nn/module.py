"""A module is a function with weights that can be run backwards.

Forward: ``y = layer(x)``. The layer saves whatever it will need on the way back.

Backward: the layer is told how the loss changes with its output, ``grad_output`` = ∂L/∂y, and
answers two questions, which are the two *halves* of backpropagation:

* ``backward_params``: how does the loss change with my own weights? (used by the optimiser)
* ``backward_input``: how does the loss change with my input? (passed on to the layer below)

Everything else in this file is bookkeeping: finding the parameters, naming and copying them.
"""

import numpy as np

from lib.nn.inputs import FLOATS, require_floats
from lib.nn.parameter import Buffer, Parameter
from lib.nn.signatures import WithOptions
from lib.nn.states import arrays_for


class Module(WithOptions):
    """The base of every layer and every network.

    A layer of your own defines two methods, and a third if it has weights:

    * ``forward(x)`` returns the output. Before that it calls ``self.save(kept, output=y)``, with
      what the way back will need.
    * ``backward_input(grad_output)`` returns the gradient for the input. It begins with
      ``self.saved(grad_output)``, which checks the gradient and returns what ``forward`` kept.
    * ``backward_params(grad_output)`` begins like that, too, and adds to ``grad`` of each
      parameter.

    Attributes that are a ``Parameter``, a ``Buffer`` or a ``Module`` are found automatically; their
    attribute names become the keys of ``state_dict``, as in PyTorch.

    Attributes
    ----------
    training : bool
        Which mode the layer is in, switched by ``train()`` and ``eval()``; True at first. Ask it in
        ``forward`` if the layer works differently in evaluation, as Dropout and BatchNorm do.

    Examples
    --------
    >>> class Square(Module):
    ...     def forward(self, x):
    ...         y = x * x
    ...         self.save(x, output=y)
    ...         return y
    ...
    ...     def backward_input(self, grad_output):
    ...         x = self.saved(grad_output)
    ...         return grad_output * 2 * x
    >>> from lib.gradcheck import gradcheck
    >>> gradcheck(Square(), np.array([[1.0, -2.0, 3.0]])).ok
    True
    """

    training = True  # what train() and eval() switch
    _saved = None  # what backward needs from the last forward
    _output_like = None  # shape and dtype of the last output: its gradient must have the same

    def __call__(self, x):
        """Return ``forward(x)``."""
        return self.forward(x)

    def forward(self, x):
        """Compute the output for the batch ``x`` and save what backward needs.

        Parameters
        ----------
        x : ndarray of shape (N, ...)
            The batch. It is not changed.

        Returns
        -------
        ndarray of shape (N, ...)
        """
        raise NotImplementedError(f"{type(self).__name__} must define forward(x)")

    # -- the two halves of backward, and the whole ------------------------------------------------

    def backward_params(self, grad_output):
        """Add the gradient of the loss for each parameter to its ``grad``.

        Parameters
        ----------
        grad_output : ndarray, same shape and dtype as the last output
            ∂L/∂y. It is not changed.
        """
        if self.parameters():
            raise NotImplementedError(
                f"{type(self).__name__} has parameters, so it must define "
                "backward_params(grad_output), which adds to each param.grad"
            )

    def backward_input(self, grad_output):
        """Return the gradient of the loss for the input, in the input's shape and dtype.

        Parameters
        ----------
        grad_output : ndarray, same shape and dtype as the last output
            ∂L/∂y. It is not changed.

        Returns
        -------
        ndarray, same shape and dtype as the last input
            ∂L/∂x, the ``grad_output`` of the layer below.
        """
        raise NotImplementedError(f"{type(self).__name__} must define backward_input(grad_output)")

    def backward(self, grad_output):
        """Run both halves: add the parameters' gradients, return the input's.

        Parameters
        ----------
        grad_output : ndarray, same shape and dtype as the last output
            ∂L/∂y. It is not changed.

        Returns
        -------
        ndarray, same shape and dtype as the last input
            ∂L/∂x, the ``grad_output`` of the layer below.

        Raises
        ------
        RuntimeError
            If nothing has been run forward yet.
        ValueError, TypeError
            If ``grad_output`` has another shape or another dtype than the last output.
        """
        self.backward_params(grad_output)
        return self.backward_input(grad_output)

    # -- what forward leaves for backward ---------------------------------------------------------

    def save(self, saved, output):
        """Keep ``saved`` for backward, and the shape and dtype of ``output``.

        Parameters
        ----------
        saved : object
            What backward needs: an array, a tuple of several, None.
        output : ndarray
            What ``forward`` is about to return.
        """
        self._saved = saved
        self._output_like = output.shape, output.dtype

    def saved(self, grad_output):
        """Return what forward saved, once ``grad_output`` is known to fit the last output.

        Parameters
        ----------
        grad_output : ndarray
            The gradient that backward was given.

        Returns
        -------
        object
            What ``save`` was given.

        Raises
        ------
        RuntimeError, ValueError, TypeError
            As ``backward``.
        """
        self.require_gradient(grad_output)
        return self._saved

    def require_gradient(self, grad_output):
        """Raise an error unless ``grad_output`` has the shape and dtype of the last output.

        For a backward that needs nothing of what forward saved.

        Parameters
        ----------
        grad_output : ndarray
            The gradient that backward was given.
        """
        name = type(self).__name__
        if self._output_like is None:
            raise RuntimeError(
                f"{name}.backward() came before forward(): run {name} on an input first"
            )
        shape, dtype = self._output_like
        require_floats(f"{name}.backward()", grad_output)
        if grad_output.shape != shape:
            raise ValueError(
                f"{name}.backward() expected a gradient of shape {shape}, like the last output, "
                f"got {grad_output.shape}"
            )
        if grad_output.dtype != dtype:
            raise TypeError(
                f"{name}.backward() expected a {dtype} gradient, like the last output, "
                f"got {grad_output.dtype}; use grad_output.astype(np.{dtype})"
            )

    # -- parameters -------------------------------------------------------------------------------

    def named_children(self):
        """Yield ``(name, module)`` for the modules directly inside this one."""
        for name, value in vars(self).items():
            if isinstance(value, Module):
                yield name, value

    def named_modules(self, prefix=""):
        """Yield ``(prefix, module)`` for this module and all modules inside, at any depth.

        Parameters
        ----------
        prefix : str, optional
            What the names begin with: the way to this module, such as ``"1."``.
        """
        yield prefix, self
        for name, child in self.named_children():
            yield from child.named_modules(f"{prefix}{name}.")

    def named_state(self, kinds=(Parameter, Buffer)):
        """Yield ``(name, parameter or buffer)`` in a fixed order, names such as ``"1.weight"``.

        Parameters
        ----------
        kinds : type or tuple of types, optional
            ``Parameter`` or ``Buffer``, to be given only those.
        """
        for prefix, module in self.named_modules():
            for name, value in vars(module).items():
                if isinstance(value, kinds):
                    yield prefix + name, value

    def named_parameters(self):
        """Yield ``(name, parameter)`` in a fixed order."""
        return self.named_state(Parameter)

    def named_buffers(self):
        """Yield ``(name, buffer)`` in a fixed order."""
        return self.named_state(Buffer)

    def parameters(self):
        """Return the list of all parameters, in a fixed order."""
        return [parameter for _, parameter in self.named_parameters()]

    def zero_grad(self):
        """Set every gradient to zero, in place."""
        for parameter in self.parameters():
            parameter.grad.fill(0)

    def astype(self, dtype):
        """Convert parameters, gradients and buffers to ``dtype``, in place; return the module.

        Use ``model.astype(np.float64)`` before a gradient check. Make the optimiser afterwards.

        Parameters
        ----------
        dtype : dtype
            float32 or float64.

        Raises
        ------
        TypeError
            If ``dtype`` is neither float32 nor float64.
        """
        if np.dtype(dtype) not in FLOATS:
            raise TypeError(
                f"{type(self).__name__} expected float32 or float64, got {np.dtype(dtype)}; use "
                "model.astype(np.float32)"
            )
        for parameter in self.parameters():
            parameter.data = parameter.data.astype(dtype)
            parameter.grad = parameter.grad.astype(dtype)
        for _, buffer in self.named_buffers():
            if np.issubdtype(buffer.data.dtype, np.floating):  # a counter stays a counter
                buffer.data = buffer.data.astype(dtype)
        return self

    def train(self, mode=True):
        """Switch this module and all modules inside to training, and return it.

        Parameters
        ----------
        mode : bool, optional
            False for evaluation, as ``eval()`` says it.
        """
        for _, module in self.named_modules():
            module.training = mode
        return self

    def eval(self):
        """Switch this module and all modules inside to evaluation, and return it."""
        return self.train(False)

    # -- saving and loading -----------------------------------------------------------------------

    def state_dict(self):
        """Return a dictionary from name to a *copy* of each parameter's and buffer's array."""
        return {name: kept.data.copy() for name, kept in self.named_state()}

    def load_state_dict(self, state):
        """Copy the arrays of ``state`` into the module: all of them or, on an error, none.

        Parameters
        ----------
        state : dict of str to array
            Same keys and shapes as ``state_dict()``; a count ``num_batches_tracked`` may be
            missing. Values are converted to the module's dtypes. What ``np.load`` returns for an
            ``.npz`` file, and PyTorch tensors on the CPU, work too.

        Raises
        ------
        ValueError
            If keys are missing or unexpected, shapes differ, or an array holds nan, infinity or
            anything else than real numbers. It names every one of them.
        TypeError
            If ``state`` is not a dictionary.
        """
        arrays = arrays_for(self, state)
        for name, kept in self.named_state():
            if name in arrays:
                kept.data[...] = arrays[name]

    # -- printing ---------------------------------------------------------------------------------

    def settings(self):
        """Return what goes between the parentheses of ``repr``."""
        return ""

    def __repr__(self):
        children = "".join(
            f"\n({name}): {child!r}".replace("\n", "\n  ") for name, child in self.named_children()
        )
        inside = children + "\n" if children else self.settings()
        return f"{type(self).__name__}({inside})"
