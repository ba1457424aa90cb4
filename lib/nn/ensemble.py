"""Ensemble: several networks look at the same input, and their opinions are averaged."""

from lib.nn.activations import LogSoftmax
from lib.nn.module import Module
from lib.nn.sequential import Sequential, require_separate


# y = 1/M Σₘ log softmax(zₘ)  ⇒  every member gets 1/M of the gradient, through its own log-softmax
class Ensemble(Module):
    r"""Classifiers that answer as one: the mean of their log-probabilities.

    Parameters
    ----------
    *members : Module
        Networks that give scores of shape (N, K) for the same input, each a separate object. They
        may be built differently; what counts is that they make different mistakes.

    Raises
    ------
    TypeError
        If something that is not a network is given.
    ValueError
        If no network is given, or a layer belongs to two of them.

    Notes
    -----
    .. math::

        y = \frac{1}{M} \sum_m \log \mathrm{softmax}(z_m)

    with the scores :math:`z_m` of :math:`M` members is the logarithm of the geometric mean of the
    members' probabilities, up to a constant for each row: ``CrossEntropyLoss`` and ``Softmax``,
    which make it add up to 1, take it as scores. The arithmetic mean lets one member that is sure
    overrule the doubts of the others; here a member that gives a class no chance counts as much as
    one that is sure of it.

    Examples
    --------
    >>> import numpy as np
    >>> from lib import models, nn
    >>> members = [models.cnn2(rng=np.random.default_rng(seed)) for seed in range(3)]
    >>> nn.Ensemble(*members)(np.zeros((5, 1, 28, 28), np.float32)).shape
    (5, 10)
    """

    def __init__(self, *members):
        if not members:
            raise ValueError("Ensemble expected at least one network: Ensemble(first, second)")
        require_separate("Ensemble", members)
        self.members = [Sequential(member, LogSoftmax()) for member in members]

    @property
    def architecture(self):
        """How the members were built, if all of them remember it."""
        built = [getattr(member, "architecture", None) for _, member in self.named_children()]
        return None if None in built else {"members": built}

    def forward(self, x):
        """Return the mean of the members' log-probabilities, of shape (N, K)."""
        y = sum(member(x) for member in self.members) / len(self.members)
        self.save(None, output=y)
        return y

    def backward(self, grad_output):
        """Run backward through every member; return the sum of the gradients for the input."""
        share = self._share(grad_output)
        return sum(member.backward(share) for member in self.members)

    def backward_params(self, grad_output):
        """Add the gradients of all members' parameters; nothing is computed for the input."""
        share = self._share(grad_output)
        for member in self.members:
            member.backward_params(share)

    def backward_input(self, grad_output):
        """Return the gradient for the input and leave the parameters' gradients alone."""
        share = self._share(grad_output)
        return sum(member.backward_input(share) for member in self.members)

    def _share(self, grad_output):
        self.require_gradient(grad_output)
        return grad_output / len(self.members)

    def named_children(self):
        """Yield ``("0", first member)``, ``("1", second member)`` and so on."""
        for position, member in enumerate(self.members):
            yield str(position), member[0]
