"""Data sets, batches and splits: every row where it belongs."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lib.data import DataLoader, Dataset, train_test_split

seeds = st.integers(0, 2**32)


def numbered(n):
    """Rows that carry their own number, to be found again anywhere."""
    return Dataset(np.arange(2 * n).reshape(n, 2), np.arange(n))


# Dataset


def test_a_dataset_has_the_length_of_its_arrays():
    assert len(numbered(7)) == 7


@pytest.mark.parametrize(
    "index",
    [3, -1, np.int64(2), slice(1, 4), [4, 0, 4], np.array([2, 1]), np.array([True] + [False] * 4)],
    ids=repr,
)
def test_a_dataset_is_indexed_like_an_array(index):
    data = numbered(5)
    x, y = data[index]
    np.testing.assert_array_equal(x, data.x[index])
    np.testing.assert_array_equal(y, data.y[index])


def test_a_dataset_can_be_walked_through_row_by_row():
    assert [int(y) for _, y in numbered(4)] == [0, 1, 2, 3]


def test_a_dataset_keeps_the_arrays_it_is_given():
    x, y = np.zeros((3, 2)), np.zeros(3)
    data = Dataset(x, y)
    assert data.x is x and data.y is y


def test_a_dataset_shows_its_shapes():
    images = Dataset(np.zeros((4, 28, 28), dtype=np.uint8), np.zeros(4, dtype=np.int64))
    assert repr(images) == "Dataset(x (4, 28, 28) uint8, y (4,) int64)"


def test_unequal_lengths_are_named():
    with pytest.raises(ValueError, match="x has 3 rows and y has 2"):
        Dataset(np.zeros((3, 2)), np.zeros(2))


def test_numbers_without_rows_are_refused():
    with pytest.raises(ValueError, match="must have rows"):
        Dataset(1.0, 2.0)


# DataLoader


@given(
    n=st.integers(0, 50),
    batch_size=st.integers(1, 20),
    shuffle=st.booleans(),
    drop_last=st.booleans(),
    seed=seeds,
)
@settings(deadline=None)
def test_one_walk_visits_every_row_once(n, batch_size, shuffle, drop_last, seed):
    assume(not drop_last or n >= batch_size)
    rng = np.random.default_rng(seed)
    loader = DataLoader(numbered(n), batch_size, shuffle=shuffle, rng=rng, drop_last=drop_last)
    batches = list(loader)
    assert len(batches) == len(loader)
    sizes = [len(y) for _, y in batches]
    assert all(size == batch_size for size in sizes[:-1])
    if drop_last:
        assert sizes == [batch_size] * (n // batch_size)
    else:
        assert sum(sizes) == n and all(0 < size <= batch_size for size in sizes)

    rows = [int(row) for _, y in batches for row in y]
    assert len(set(rows)) == len(rows) and set(rows) <= set(range(n))
    for x, y in batches:  # inputs and targets stay together
        np.testing.assert_array_equal(x, np.stack([2 * y, 2 * y + 1], axis=1))
    if not shuffle:
        assert rows == list(range(len(rows)))


def walk(loader):
    return [int(row) for _, y in loader for row in y]


def test_each_walk_has_a_new_order_and_the_seed_gives_them_all_again():
    loader = DataLoader(numbered(100), 8, shuffle=True, rng=np.random.default_rng(1))
    first, second = walk(loader), walk(loader)
    assert first != second and sorted(first) == sorted(second)
    again = DataLoader(numbered(100), 8, shuffle=True, rng=np.random.default_rng(1))
    assert [walk(again), walk(again)] == [first, second]


def test_without_shuffling_the_generator_is_left_alone():
    rng = np.random.default_rng(1)
    before = rng.bit_generator.state
    walk(DataLoader(numbered(10), 3, rng=rng))
    assert rng.bit_generator.state == before


@pytest.mark.parametrize("shuffle", [False, True])
def test_changing_a_batch_leaves_the_dataset_as_it_was(shuffle):
    data = numbered(10)
    for x, y in DataLoader(data, 5, shuffle=shuffle, rng=np.random.default_rng(0)):
        x *= 0
        y *= 0
    np.testing.assert_array_equal(data.y, np.arange(10))
    np.testing.assert_array_equal(data.x, numbered(10).x)


def test_batches_keep_shape_and_dtype():
    images = np.zeros((5, 28, 28), dtype=np.uint8)
    x, y = next(iter(DataLoader(Dataset(images, np.zeros(5, dtype=np.int64)), 2)))
    assert (x.shape, x.dtype, y.shape, y.dtype) == ((2, 28, 28), np.uint8, (2,), np.int64)


def test_a_batch_is_fetched_in_one_indexing_step():
    class Counting(Dataset):
        fetched = 0

        def __getitem__(self, index):
            self.fetched += 1
            return super().__getitem__(index)

    data = Counting(np.zeros((10, 2)), np.zeros(10))
    list(DataLoader(data, 3))
    assert data.fetched == 4


@pytest.mark.parametrize(
    "error, message, arguments",
    [
        (ValueError, "add rng=", {"shuffle": True}),
        (TypeError, "rng must be a NumPy generator, got 0", {"shuffle": True, "rng": 0}),
        (ValueError, "batch_size ≥ 1, got 0", {"batch_size": 0}),
        (TypeError, "whole number batch_size ≥ 1, got 2.5", {"batch_size": 2.5}),
        (TypeError, "whole number batch_size ≥ 1, got True", {"batch_size": True}),
        (ValueError, "5 rows do not fill one batch", {"batch_size": 6, "drop_last": True}),
        (TypeError, r"got a tuple; write Dataset\(x, y\)", {"dataset": (np.zeros(5), np.zeros(5))}),
    ],
)
def test_a_loader_that_cannot_work_says_why(error, message, arguments):
    with pytest.raises(error, match=message):
        DataLoader(**{"dataset": numbered(5), "batch_size": 2, **arguments})


# train_test_split


@st.composite
def labelled_rows(draw):
    counts = draw(st.lists(st.integers(2, 40), min_size=1, max_size=6))
    y = np.repeat(np.arange(len(counts)), counts)
    return draw(st.permutations(y.tolist()).map(np.array))


@given(y=labelled_rows(), fraction=st.floats(0.01, 0.99), stratify=st.booleans(), seed=seeds)
@settings(deadline=None)
def test_a_split_puts_every_row_in_one_part(y, fraction, stratify, seed):
    N, K = len(y), len(np.unique(y))
    n_test = round(fraction * N)
    at_least = K if stratify else 1
    assume(at_least <= n_test <= N - at_least)
    x = np.arange(N)
    x_train, x_test, y_train, y_test = train_test_split(
        x, y, fraction, np.random.default_rng(seed), stratify=stratify
    )
    assert len(x_test) == n_test
    assert sorted([*x_train, *x_test]) == list(range(N))
    np.testing.assert_array_equal(y_train, y[x_train])
    np.testing.assert_array_equal(y_test, y[x_test])
    if stratify:
        fair_share = np.bincount(y) * n_test / N
        assert np.all(np.abs(np.bincount(y_test, minlength=K) - fair_share) < 1)
        assert np.all(np.abs(np.bincount(y_train, minlength=K) - (np.bincount(y) - fair_share)) < 1)


def test_odd_rows_go_to_the_largest_remainders():
    y = np.repeat([0, 1, 2], [11, 14, 15])
    _, _, _, y_test = train_test_split(y, y, 10, np.random.default_rng(0))
    # fair shares 2.75, 3.5 and 3.75
    assert np.bincount(y_test).tolist() == [3, 3, 4]


def test_a_number_of_rows_is_a_size_too():
    x = np.arange(100)
    _, by_number, _, _ = train_test_split(x, x % 10, 20, np.random.default_rng(0))
    _, by_fraction, _, _ = train_test_split(x, x % 10, 0.2, np.random.default_rng(0))
    np.testing.assert_array_equal(by_number, by_fraction)
    assert len(by_number) == 20


def test_both_parts_are_mixed_and_follow_the_seed():
    x, y = np.arange(100), np.repeat(np.arange(4), 25)
    split = train_test_split(x, y, 0.4, np.random.default_rng(3))
    for part in split[:2]:
        assert sorted(part) != list(part)
    for part in split[2:]:
        assert sorted(part) != list(part)  # not one class after the other
    again = train_test_split(x, y, 0.4, np.random.default_rng(3))
    other = train_test_split(x, y, 0.4, np.random.default_rng(4))
    assert all(np.array_equal(a, b) for a, b in zip(split, again, strict=True))
    assert not np.array_equal(split[0], other[0])


def test_the_parts_come_in_scikit_learns_order():
    model_selection = pytest.importorskip("sklearn.model_selection")
    x, y = np.zeros((50, 3)), np.repeat([0, 1], 25)
    ours = train_test_split(x, y, 0.2, np.random.default_rng(0))
    theirs = model_selection.train_test_split(x, y, test_size=0.2, random_state=0, stratify=y)
    assert [a.shape for a in ours] == [a.shape for a in theirs]


def test_classes_may_be_words():
    y = np.array(["cat", "dog"] * 10)
    _, _, _, y_test = train_test_split(np.arange(20), y, 0.5, np.random.default_rng(0))
    assert sorted(y_test) == ["cat"] * 5 + ["dog"] * 5


def test_targets_that_are_no_classes_split_without_stratifying():
    y = np.random.default_rng(0).normal(size=(10, 2))
    parts = train_test_split(np.arange(10), y, 0.3, np.random.default_rng(0), stratify=False)
    assert [part.shape for part in parts] == [(7,), (3,), (7, 2), (3, 2)]


@pytest.mark.parametrize(
    "error, message, y, test_size",
    [
        (ValueError, "0 of 10 rows", [0, 1] * 5, 0.0),
        (ValueError, "10 of 10 rows", [0, 1] * 5, 1.0),
        (ValueError, "11 of 10 rows", [0, 1] * 5, 11),
        (ValueError, "test_size ≥ 1, got -2", [0, 1] * 5, -2),
        (ValueError, "the smallest with 1 rows", [0] * 9 + [1], 0.5),
        (ValueError, "5 classes", [0, 1, 2, 3, 4] * 2, 4),
        (ValueError, "5 classes", [0, 1, 2, 3, 4] * 2, 6),
        (ValueError, r"shape \(N,\), got \(10, 1\)", [[0], [1]] * 5, 0.5),
        (ValueError, "x has 10 rows and y has 9", [0] * 9, 0.5),
    ],
)
def test_a_split_that_cannot_be_says_why(error, message, y, test_size):
    with pytest.raises(error, match=message):
        train_test_split(np.arange(10), y, test_size, np.random.default_rng(0))


def test_a_seed_is_no_generator():
    with pytest.raises(TypeError, match="rng must be a NumPy generator, got 0"):
        train_test_split(np.arange(10), [0, 1] * 5, 0.5, rng=0)
