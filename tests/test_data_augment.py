"""Augmentation: what each distortion does to an image, and what it leaves alone."""

import numpy as np
import pytest
import scipy.ndimage
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.data import Augment, DataLoader, Dataset, resample
from lib.data.augment import BLOCK

EVERYTHING = {"shift": 2, "rotation": 15, "scale": 0.1, "shear": 0.1, "elastic": 1.0}


class Most(np.random.Generator):
    """A generator that always draws the largest number, so that we know what will be done."""

    def __init__(self):
        super().__init__(np.random.PCG64(0))

    def uniform(self, low, high, size):
        return np.full(size, float(high))

    def integers(self, low, high, size, endpoint):
        return np.full(size, high)


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def digits(rng, *shape):
    """Return images with something in the middle and nothing at the border."""
    images = np.zeros(shape, np.float32)
    images[..., 6:-6, 6:-6] = rng.random((*shape[:-2], shape[-2] - 12, shape[-1] - 12))
    return images


def ramps(N, H=28, W=28):
    """Return images whose pixels are their own row numbers, and images of column numbers."""
    shape = (N, H, W)
    rows, columns = np.arange(H, dtype=np.float32)[:, None], np.arange(W, dtype=np.float32)
    return np.broadcast_to(rows, shape).copy(), np.broadcast_to(columns, shape).copy()


def places(N, rng_seed=0, **options):
    """Return where the pixels in the middle of an image come from: (rows, columns)."""
    return [
        Augment(**options, rng=np.random.default_rng(rng_seed))(ramp)[:, 9:19, 9:19].astype(float)
        for ramp in ramps(N)
    ]


# -- what each distortion does --------------------------------------------------------------------


def test_without_any_distortion_nothing_changes(rng):
    images = digits(rng, 5, 28, 28)
    augmented = Augment(rng=rng)(images)
    np.testing.assert_array_equal(augmented, images)
    assert augmented is not images


def test_a_shift_moves_whole_pixels_and_fills_with_zeros(rng):
    image = rng.random((1, 9, 7), dtype=np.float32)
    moved = Augment(shift=2, rng=Most())(image)
    np.testing.assert_array_equal(moved[0, 2:, 2:], image[0, :-2, :-2])
    assert not moved[0, :2].any()
    assert not moved[0, :, :2].any()


def test_every_shift_up_to_the_largest_happens(rng):
    rows, columns = (found[:, 0, 0] - 9 for found in places(500, shift=2))
    assert set(zip(-rows, -columns, strict=True)) == {
        (i, j) for i in range(-2, 3) for j in range(-2, 3)
    }


@pytest.mark.parametrize("size", [8, 9])
def test_a_rotation_by_ninety_degrees_is_one(rng, size):
    image = rng.random((1, size, size), dtype=np.float32)
    turned = Augment(rotation=90, rng=Most())(image)
    assert any(np.allclose(turned[0], np.rot90(image[0], k), atol=1e-5) for k in (1, 3))


def test_scale_enlarges_about_the_centre():
    expected = 13.5 + (np.arange(9, 19) - 13.5) / 1.25
    rows, columns = (Augment(scale=0.25, rng=Most())(ramp)[0, 9:19, 9:19] for ramp in ramps(1))
    np.testing.assert_allclose(rows, np.broadcast_to(expected[:, None], (10, 10)), rtol=1e-5)
    np.testing.assert_allclose(columns, np.broadcast_to(expected, (10, 10)), rtol=1e-5)


def test_shear_moves_the_upper_half_to_the_right():
    rows, columns = (Augment(shear=0.2, rng=Most())(ramp)[0, 9:19, 9:19] for ramp in ramps(1))
    i, j = np.arange(9, 19)[:, None], np.arange(9, 19)
    np.testing.assert_allclose(rows, np.broadcast_to(i, (10, 10)), atol=1e-4)
    np.testing.assert_allclose(columns, j + 0.2 * (i - 13.5), atol=1e-4)  # from further left


def test_rotation_scale_and_shear_stay_within_their_limits():
    rows, columns = places(400, rotation=20)
    angles = np.degrees(np.arctan2(rows[:, 0, 1] - rows[:, 0, 0], rows[:, 1, 0] - rows[:, 0, 0]))
    assert 19 < np.abs(angles).max() <= 20.001
    assert abs(angles.mean()) < 2
    rows, columns = places(400, scale=0.2)
    scales = 1 / (rows[:, 1, 0] - rows[:, 0, 0])
    assert (scales.min(), scales.max()) == pytest.approx((0.8, 1.2), abs=0.01)
    rows, columns = places(400, shear=0.3)
    slopes = columns[:, 1, 0] - columns[:, 0, 0]
    assert (slopes.min(), slopes.max()) == pytest.approx((-0.3, 0.3), abs=0.01)


@pytest.mark.parametrize(("elastic", "smoothness"), [(1.0, 4), (0.5, 2), (1.5, 6)])
def test_an_elastic_field_is_as_large_and_as_smooth_as_asked_for(elastic, smoothness):
    rows, columns = places(600, elastic=elastic, smoothness=smoothness)
    i, j = np.arange(9, 19)[:, None], np.arange(9, 19)
    for field in (rows - i, columns - j):
        assert field.mean() == pytest.approx(0, abs=0.1 * elastic)
        assert field.std() == pytest.approx(elastic, rel=0.05)
        # two pixels at a distance d are correlated by exp(-d² / 4 smoothness²)
        for distance in (1, 4):
            found = np.mean(field[:, :, :-distance] * field[:, :, distance:]) / elastic**2
            assert found == pytest.approx(np.exp(-((distance / smoothness) ** 2) / 4), abs=0.06)


# -- what all distortions have in common ----------------------------------------------------------


@settings(deadline=None, max_examples=40)
@given(
    n=st.integers(0, 3),
    channels=st.integers(0, 3),
    height=st.integers(1, 9),
    width=st.integers(1, 9),
    dtype=st.sampled_from(["uint8", "int64", "float32", "float64"]),
    seed=st.integers(0, 99),
)
def test_shape_dtype_and_range_are_kept(n, channels, height, width, dtype, seed):
    rng = np.random.default_rng(seed)
    shape = (n, channels, height, width) if channels else (n, height, width)
    images = (255 * rng.random(shape)).astype(dtype)
    before = images.copy()
    augmented = Augment(**EVERYTHING, rng=rng)(images)
    assert augmented.shape == shape
    assert augmented.dtype == images.dtype
    assert augmented.size == 0 or 0 <= augmented.min() <= augmented.max() <= images.max()
    np.testing.assert_array_equal(images, before)


def test_the_same_generator_gives_the_same_images_and_another_gives_others(rng):
    images = digits(rng, 3, 28, 28)
    first, again, other = (
        Augment(**EVERYTHING, rng=np.random.default_rng(seed))(images) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_each_image_is_distorted_in_its_own_way_and_anew_each_time(rng):
    images = np.repeat(digits(rng, 1, 28, 28), BLOCK + 3, axis=0)
    augment = Augment(**EVERYTHING, rng=rng)
    first, second = augment(images), augment(images)
    assert len(np.unique([*first, *second], axis=0)) == 2 * len(images)


def test_all_channels_of_an_image_are_distorted_alike(rng):
    images = np.repeat(digits(rng, 4, 1, 28, 28), 3, axis=1)
    augmented = Augment(**EVERYTHING, rng=rng)(images)
    for channel in (1, 2):
        np.testing.assert_array_equal(augmented[:, channel], augmented[:, 0])


def test_pixels_from_0_to_255_are_rounded_not_cut_off(rng):
    floats = (255 * digits(rng, 4, 28, 28)).round()
    as_floats, as_bytes = (
        Augment(**EVERYTHING, rng=np.random.default_rng(0))(images)
        for images in (floats, floats.astype(np.uint8))
    )
    np.testing.assert_array_equal(as_bytes, np.rint(as_floats))


def test_the_order_in_memory_does_not_matter(rng):
    images = digits(rng, 4, 28, 28)
    expected, found = (
        Augment(**EVERYTHING, rng=np.random.default_rng(0))(x)
        for x in (images, np.asfortranarray(images))
    )
    np.testing.assert_array_equal(found, expected)


def test_a_digit_keeps_its_ink(rng):
    images = digits(rng, 200, 28, 28)
    ink = Augment(rotation=15, shift=2, elastic=0.5, rng=rng)(images).sum(axis=(1, 2))
    np.testing.assert_allclose(ink, images.sum(axis=(1, 2)), rtol=0.25)
    assert ink.mean() == pytest.approx(images.sum(axis=(1, 2)).mean(), rel=0.02)


# -- reading between pixels -----------------------------------------------------------------------


@settings(deadline=None, max_examples=40)
@given(
    height=st.integers(1, 6),
    width=st.integers(1, 6),
    far=st.sampled_from([0.4, 2, 50]),
    seed=st.integers(0, 2**32 - 1),
)
def test_resampling_gives_what_scipy_gives(height, width, far, seed):
    rng = np.random.default_rng(seed)
    images = rng.normal(size=(3, height, width))
    rows = rng.uniform(-far, height - 1 + far, images.shape).astype(np.float32)
    columns = rng.uniform(-far, width - 1 + far, images.shape).astype(np.float32)
    expected = [
        scipy.ndimage.map_coordinates(image, place, order=1, mode="grid-constant")
        for image, *place in zip(images, rows, columns, strict=True)
    ]
    np.testing.assert_allclose(resample(images, rows, columns), expected, atol=1e-5)


def test_resampling_at_the_pixels_themselves_is_exact(rng):
    images = rng.random((2, 5, 4), dtype=np.float32)
    rows, columns = ramps(2, 5, 4)
    np.testing.assert_array_equal(resample(images, rows, columns), images)


# -- in a loader ----------------------------------------------------------------------------------


def test_a_loader_augments_every_batch_and_leaves_the_targets_and_the_data_alone(rng):
    images, labels = digits(rng, 10, 28, 28), np.arange(10)
    before = images.copy()
    loader = DataLoader(Dataset(images, labels), 4, augment=Augment(**EVERYTHING, rng=rng))
    epochs = [list(loader) for _ in range(2)]
    for epoch in epochs:
        np.testing.assert_array_equal(np.concatenate([y for _, y in epoch]), labels)
    first, second = (np.concatenate([x for x, _ in epoch]) for epoch in epochs)
    assert first.shape == images.shape
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(images, before)


def test_a_loader_takes_any_function_of_a_batch():
    loader = DataLoader(Dataset(np.arange(4), np.arange(4)), 2, augment=lambda x: -x)
    assert [x.tolist() for x, _ in loader] == [[0, -1], [-2, -3]]
    with pytest.raises(TypeError, match="augment must be a function"):
        DataLoader(Dataset(np.arange(4), np.arange(4)), 2, augment="shift")


# -- errors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "error", "sentence"),
    [
        ({"rotation": -5}, ValueError, "rotation ≥ 0, got -5"),
        ({"elastic": float("nan")}, ValueError, "elastic ≥ 0, got nan"),
        ({"shift": 1.5}, ValueError, "whole pixels, got 1.5"),
        ({"scale": 1.1}, ValueError, "0 ≤ scale < 1, got 1.1"),
        ({"smoothness": 0}, ValueError, "smoothness > 0, got 0"),
        ({"rotation": float("inf")}, ValueError, "finite number rotation ≥ 0, got inf"),
        ({"pen": "1"}, TypeError, "finite number pen ≥ 0, got '1'"),
        ({"rng": 0}, TypeError, r"use rng=np.random.default_rng\(0\)"),
    ],
)
def test_settings_that_cannot_be_right_are_errors(options, error, sentence):
    with pytest.raises(error, match=sentence):
        Augment(**{"rng": np.random.default_rng(0)} | options)


def test_rows_of_pixels_are_an_error_with_its_mend(rng):
    with pytest.raises(ValueError, match=r"got \(3, 784\); use x.reshape\(-1, 28, 28\)"):
        Augment(rng=rng)(np.zeros((3, 784)))


def test_an_augmentation_prints_its_settings(rng):
    assert repr(Augment(shift=2, rotation=10.0, rng=rng)) == "Augment(shift=2, rotation=10.0)"
    assert repr(Augment(elastic=1, rng=rng)) == "Augment(elastic=1, smoothness=4)"
