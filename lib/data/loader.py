"""From arrays to batches: a data set, a way to cut it up, and a way to walk through it."""

import math

import numpy as np

from lib.nn.inputs import require_generator, whole
from lib.nn.signatures import WithOptions


class Dataset:
    """Inputs and targets that belong together, row by row.

    Parameters
    ----------
    x : array_like of shape (N, ...)
        The inputs.
    y : array_like of shape (N, ...)
        The targets.

    Attributes
    ----------
    x, y : ndarray
        The two arrays (the ones you gave, not copies).

    Raises
    ------
    ValueError
        ``x`` and ``y`` differ in length.

    Examples
    --------
    >>> data = Dataset([[0.0], [0.5], [1.0]], [0, 1, 1])
    >>> data
    Dataset(x (3, 1) float64, y (3,) int64)
    >>> len(data)
    3
    >>> data[-1]
    (array([1.]), np.int64(1))
    >>> x, y = data[[0, 2]]
    >>> x.shape, y.shape
    ((2, 1), (2,))
    """

    def __init__(self, x, y):
        self.x, self.y = _rows(x, y)

    def __len__(self):
        """Return the number of rows."""
        return len(self.x)

    def __repr__(self):
        """Return the shapes and dtypes, such as ``Dataset(x (3, 1) float64, y (3,) int64)``."""
        x, y = self.x, self.y
        return f"Dataset(x {x.shape} {x.dtype}, y {y.shape} {y.dtype})"

    def __getitem__(self, index):
        """Return ``(x[index], y[index])`` for a number, a slice, or an array of row numbers."""
        return self.x[index], self.y[index]


class DataLoader(WithOptions):
    """Walk through a data set in batches, in its own order or in a new one each time.

    Parameters
    ----------
    dataset : Dataset
        The rows.
    batch_size : int
        Rows in a batch. The last batch is smaller if they do not divide evenly.
    shuffle : bool, optional
        Draw a new order from ``rng`` for each walk (each *epoch*), as training needs it. By
        default the rows come in the order of the data set.
    rng : numpy.random.Generator, optional
        Where that order comes from; needed with ``shuffle=True``.
    drop_last : bool, optional
        Leave out the last batch if it is smaller than the others.
    augment : callable, optional
        What to do with the inputs of each batch, such as an ``Augment``. It is asked again in each
        walk, so no two epochs are alike; the data set itself stays as it is.

    Raises
    ------
    TypeError
        ``dataset`` is not a data set, ``batch_size`` not an integer, ``rng`` not a generator,
        ``augment`` not a function.
    ValueError
        ``batch_size`` is below 1, ``shuffle=True`` comes without ``rng``, or ``drop_last=True``
        would drop everything.

    Examples
    --------
    >>> digits = Dataset(np.arange(10), np.arange(10) % 2)
    >>> rng = np.random.default_rng(0)
    >>> loader = DataLoader(digits, batch_size=4, shuffle=True, rng=rng)
    >>> for x, y in loader:
    ...     print(x, y)
    [4 6 2 7] [0 0 0 1]
    [3 5 9 0] [1 1 1 0]
    [8 1] [0 1]
    """

    def __init__(
        self, dataset, batch_size, shuffle=False, *, rng=None, drop_last=False, augment=None
    ):
        if isinstance(dataset, (tuple, list, np.ndarray)):
            kind = type(dataset).__name__
            raise TypeError(f"DataLoader expected a Dataset, got a {kind}; write Dataset(x, y)")
        batch_size = whole("DataLoader", "batch_size", batch_size, at_least=1)
        if shuffle and rng is None:
            raise ValueError(
                "shuffle=True needs to know where the order comes from; "
                "add rng=np.random.default_rng(0)"
            )
        if rng is not None:
            require_generator(rng)
        if augment is not None and not callable(augment):
            raise TypeError(f"augment must be a function of a batch of inputs, got {augment!r}")
        if drop_last and len(dataset) < batch_size:
            raise ValueError(
                f"drop_last=True would drop everything: {len(dataset)} rows do not fill one batch "
                f"of {batch_size}; use a smaller batch_size"
            )
        self.dataset = dataset
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.rng = rng
        self.drop_last = drop_last
        self.augment = augment

    def __len__(self):
        """Return the number of batches in one walk."""
        batches = len(self.dataset) / self.batch_size
        return math.floor(batches) if self.drop_last else math.ceil(batches)

    def __iter__(self):
        """Yield ``(x, y)`` batch by batch."""
        N = len(self.dataset)
        order = self.rng.permutation(N) if self.shuffle else np.arange(N)
        for i in range(len(self)):
            rows = order[i * self.batch_size : (i + 1) * self.batch_size]
            x, y = self.dataset[rows]  # one indexing step fetches the whole batch
            yield (x if self.augment is None else self.augment(x)), y


def train_test_split(x, y, test_size, rng, stratify=True):
    """Split rows at random into a part to learn from and a part to be tested on.

    Parameters
    ----------
    x : array_like of shape (N, ...)
        The inputs.
    y : array_like of shape (N, ...)
        The targets; with ``stratify=True`` one class a row, shape (N,).
    test_size : float or int
        The part for testing, as a fraction of the rows (0.2) or as their number (1000).
    rng : numpy.random.Generator
        Where the order comes from.
    stratify : bool, optional
        Whether to give each class the same share in both parts, to within one row.

    Returns
    -------
    x_train, x_test, y_train, y_test : ndarray
        First both x, then both y, as in scikit-learn; ``load_mnist`` returns ``x_train, y_train,
        x_test, y_test``. Each row of the input is in exactly one part.

    Raises
    ------
    TypeError
        ``rng`` is not a generator.
    ValueError
        The lengths differ, a part would be empty, or there are too few rows for the classes.

    Notes
    -----
    A class with :math:`n_k` of the :math:`N` rows deserves :math:`n_k T / N` of the :math:`T` test
    rows, which is seldom a whole number. Each class gets the whole part, and the rows still
    missing go to the classes with the largest remainders, as seats go to parties in Hamilton's
    method.

    Examples
    --------
    >>> x, y = np.arange(10), np.array([0, 0, 0, 0, 0, 0, 0, 0, 1, 1])
    >>> rng = np.random.default_rng(0)
    >>> x_train, x_test, y_train, y_test = train_test_split(x, y, 0.5, rng)
    >>> np.bincount(y_train), np.bincount(y_test)
    (array([4, 1]), array([4, 1]))
    """
    x, y = _rows(x, y)
    require_generator(rng)
    N = len(x)
    if isinstance(test_size, (float, np.floating)) and math.isfinite(test_size):
        n_test = round(test_size * N)
    else:
        n_test = whole("train_test_split", "test_size", test_size, at_least=1)
    if not 0 < n_test < N:
        raise ValueError(
            f"test_size={test_size} would put {n_test} of {N} rows into the test part; "
            "each part needs at least one"
        )

    test = _stratified_rows(y, n_test, rng) if stratify else rng.permutation(N)[:n_test]
    train = np.setdiff1d(np.arange(N), test)  # all the others
    train, test = rng.permutation(train), rng.permutation(test)
    return x[train], x[test], y[train], y[test]


def _stratified_rows(y, n_test, rng):
    """Draw ``n_test`` row numbers so that each class keeps its share."""
    if y.ndim != 1:
        raise ValueError(f"stratify=True expected classes of shape (N,), got {y.shape}")
    classes, counts = np.unique(y, return_counts=True)
    if counts.min() < 2 or min(n_test, len(y) - n_test) < len(classes):
        raise ValueError(
            f"{len(classes)} classes, the smallest with {counts.min()} rows, cannot all be in a "
            f"test part of {n_test} and a training part of {len(y) - n_test} rows; "
            "change test_size or use stratify=False"
        )

    # The fair share of each class, counts · n_test / N, as whole part and remainder.
    quotas, remainders = np.divmod(counts * n_test, len(y))
    missing = n_test - quotas.sum()
    quotas[np.argsort(-remainders, kind="stable")[:missing]] += 1

    rows = [
        rng.permutation(np.flatnonzero(y == k))[:q] for k, q in zip(classes, quotas, strict=True)
    ]
    return np.concatenate(rows)


def _rows(x, y):
    """Return x and y as arrays, if they have the same number of rows."""
    x, y = np.asarray(x), np.asarray(y)
    if x.ndim == 0 or y.ndim == 0:
        raise ValueError(f"x and y must have rows, got shapes {x.shape} and {y.shape}")
    if len(x) != len(y):
        raise ValueError(f"x has {len(x)} rows and y has {len(y)}; each input needs one target")
    return x, y
