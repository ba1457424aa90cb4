"""Neural networks in NumPy, small enough to read and fast enough to use.

The lessons of *Deep Learning by Hand* build this framework piece by piece and import it:

    from lib import data, nn, optim, training

Importing ``lib`` needs NumPy alone; matplotlib, scikit-learn and torchvision are imported by the
functions that use them.
"""

from lib import _moved  # noqa: F401  (it answers an import by an old name)

__version__ = "1.0.0"
