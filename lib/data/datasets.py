"""The data sets of the course, each one function call away.

Nothing here touches the network unless you ask with ``download=True``.
"""

import numpy as np

from lib.data.idx import MissingFileError
from lib.data.image_sets import FASHION_MNIST, FASHION_MNIST_SUBSET, KMNIST, MNIST, load_image_set
from lib.nn.inputs import require_generator


def load_mnist(download=False):
    """Load MNIST: 70 000 handwritten digits. All of it comes with the course.

    Parameters
    ----------
    download : bool, optional
        Fetch the files if they are missing or damaged.

    Returns
    -------
    x_train : ndarray of shape (60000, 28, 28), uint8
        Training images; 0 is the background, 255 the middle of a stroke.
    y_train : ndarray of shape (60000,), int64
        Which digit each one shows, 0 to 9.
    x_test : ndarray of shape (10000, 28, 28), uint8
        Test images, written by other people than the training images.
    y_test : ndarray of shape (10000,), int64
        Their digits. Mind the order, x, y, x, y: ``train_test_split`` returns x, x, y, y.

    Raises
    ------
    MissingFileError
        A file is missing.
    DataError
        A file is damaged, or is not the one it should be.
    DownloadError
        The download did not succeed.

    Notes
    -----
    LeCun, Bottou, Bengio and Haffner, *Gradient-based learning applied to document recognition*,
    Proceedings of the IEEE 86 (1998).

    Examples
    --------
    >>> x_train, y_train, x_test, y_test = load_mnist()
    >>> x_train.shape, x_train.dtype, y_train[:5]
    ((60000, 28, 28), dtype('uint8'), array([5, 0, 4, 1, 9]))
    """
    return load_image_set(MNIST, download)


def load_fashion_mnist(subset=False, download=False):
    """Load Fashion-MNIST: clothes, in the format of MNIST.

    Parameters
    ----------
    subset : bool, optional
        Load the first 10 000 training and 2 000 test images, which come with the course, instead
        of all 60 000 and 10 000, which do not.
    download : bool, optional
        Fetch the full set (30 MB) if it is missing or damaged. The subset is never downloaded.

    Returns
    -------
    x_train, y_train, x_test, y_test : ndarray
        As for ``load_mnist``, with the classes T-shirt, trouser, pullover, dress, coat, sandal,
        shirt, sneaker, bag and ankle boot.

    Raises
    ------
    MissingFileError
        A file is missing.
    DataError
        A file is damaged, or is not the one it should be.
    DownloadError
        The download did not succeed.

    Notes
    -----
    Xiao, Rasul and Vollgraf, *Fashion-MNIST: a novel image dataset for benchmarking machine
    learning algorithms*, arXiv:1708.07747 (2017).

    Examples
    --------
    >>> x_train, y_train, x_test, y_test = load_fashion_mnist(subset=True)
    >>> x_train.shape, x_test.shape, y_train[:5]
    ((10000, 28, 28), (2000, 28, 28), array([9, 0, 0, 3, 0]))
    """
    if subset:
        return load_image_set(FASHION_MNIST_SUBSET, download=False)
    try:
        return load_image_set(FASHION_MNIST, download)
    except MissingFileError as error:
        raise MissingFileError(
            f"{error}\nOr use the 12 000 images that come with the course: "
            "load_fashion_mnist(subset=True)"
        ) from error


def load_kmnist(download=False):
    """Load KMNIST: 70 000 handwritten Japanese characters, ten of them, in the format of MNIST.

    Parameters
    ----------
    download : bool, optional
        Fetch the files (21 MB) if they are missing or damaged.

    Returns
    -------
    x_train, y_train, x_test, y_test : ndarray
        As for ``load_mnist``, with the classes o, ki, su, tsu, na, ha, ma, ya, re and wo.

    Raises
    ------
    MissingFileError
        A file is missing.
    DataError
        A file is damaged, or is not the one it should be.
    DownloadError
        The download did not succeed.

    Notes
    -----
    Clanuwat and others, *Deep learning for classical Japanese literature*, arXiv:1812.01718
    (2018).
    """
    return load_image_set(KMNIST, download)


def load_iris():
    """Load Iris: four lengths of 150 flowers of three species. It comes with scikit-learn.

    Returns
    -------
    x : ndarray of shape (150, 4), float64
        Sepal length, sepal width, petal length and petal width in centimetres.
    y : ndarray of shape (150,), int64
        0 for setosa, 1 for versicolor, 2 for virginica.

    Notes
    -----
    Fisher, *The use of multiple measurements in taxonomic problems*, Annals of Eugenics 7 (1936).

    Examples
    --------
    >>> x, y = load_iris()
    >>> x[0], y[0]
    (array([5.1, 3.5, 1.4, 0.2]), np.int64(0))
    """
    from sklearn import datasets

    x, y = datasets.load_iris(return_X_y=True)
    return x, y.astype(np.int64)


def make_moons(n, noise, rng):
    r"""Draw two half circles of points, interlocked so that no straight line parts them.

    Parameters
    ----------
    n : int
        Points, half of them in each moon.
    noise : float
        Standard deviation of what is added to both coordinates of each point.
    rng : numpy.random.Generator
        Where the noise and the order of the points come from.

    Returns
    -------
    x : ndarray of shape (n, 2), float64
        The points.
    y : ndarray of shape (n,), int64
        0 for the upper moon, 1 for the lower.

    Raises
    ------
    TypeError
        ``rng`` is not a generator.

    Notes
    -----
    The upper moon is :math:`(\cos t, \sin t)` and the lower
    :math:`(1 - \cos t, \tfrac12 - \sin t)`, for :math:`t` from 0 to :math:`\pi`; they are
    computed by ``sklearn.datasets.make_moons``.

    Examples
    --------
    >>> x, y = make_moons(200, noise=0.1, rng=np.random.default_rng(0))
    >>> x.shape, np.bincount(y)
    ((200, 2), array([100, 100]))
    """
    from sklearn import datasets

    require_generator(rng)
    # scikit-learn takes a number to start its own generator from: we draw that number.
    x, y = datasets.make_moons(n, noise=noise, random_state=int(rng.integers(2**32)))
    return x, y.astype(np.int64)
