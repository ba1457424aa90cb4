"""Evaluation: how good is a model, measured from outside?"""

from typing import NamedTuple

from lib.data import DataLoader, Dataset
from lib.nn.windows import short_buffers

__all__ = ["Evaluation", "evaluate"]


class Evaluation(NamedTuple):
    """The mean loss over a data set, and the share of right answers (None for a regression).

    Attributes
    ----------
    loss : float
        The mean loss over all rows.
    accuracy : float or None
        The share of right answers, between 0 and 1.
    """

    loss: float
    accuracy: float | None


@short_buffers()
def evaluate(model, loss, data, batch_size=250):
    """Measure a model on a data set, in evaluation mode and without learning from it.

    Parameters
    ----------
    model : Module
        What is measured. It is given back in the mode, training or evaluation, it came in.
    loss : Loss
        The measure.
    data : DataLoader, Dataset, or tuple of two ndarrays
        A DataLoader is walked through as it is, the others in batches of ``batch_size``.
    batch_size : int, optional
        How many rows at a time; the result does not depend on it.

    Returns
    -------
    Evaluation
        The named tuple ``(loss, accuracy)``, both means over all rows.

    Raises
    ------
    ValueError
        If there are no rows.
    """
    if isinstance(data, tuple):
        data = Dataset(*data)
    if isinstance(data, Dataset):
        data = DataLoader(data, batch_size)
    was_training, mean = model.training, Mean()
    model.eval()
    try:
        for x, y in data:
            mean.add(len(x), loss(model(x), y), loss.accuracy())
    finally:
        model.train(was_training)
    return mean.result()


class Mean:
    """The mean over rows of a loss and an accuracy that come in batches."""

    def __init__(self):
        self.rows, self.loss, self.accuracy = 0, 0.0, 0.0

    def add(self, rows, loss, accuracy):
        """Take note of a batch with so many rows."""
        self.rows += rows
        self.loss += rows * loss
        self.accuracy = None if accuracy is None else self.accuracy + rows * accuracy

    def result(self):
        """Return the means as an ``Evaluation``."""
        if self.rows == 0:
            raise ValueError("there were no batches: is the data set empty, or the loader used up?")
        accuracy = None if self.accuracy is None else self.accuracy / self.rows
        return Evaluation(self.loss / self.rows, accuracy)
