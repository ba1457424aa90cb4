"""Views: what test-time augmentation shows a network, and how the answers are averaged."""

import numpy as np
import pytest
import scipy.ndimage

from lib import models, nn
from lib.data import VIEWS, Augment, rotations, shifts
from lib.training import log_probabilities


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def digits(rng, *shape, dtype=np.float32):
    """Return images with something in the middle and nothing at the border."""
    images = np.zeros(shape, dtype)
    inside = (*shape[:-2], shape[-2] - 12, shape[-1] - 12)
    images[..., 6:-6, 6:-6] = (255 * rng.random(inside)).astype(dtype)
    return images


def test_nine_shifts_are_moved_by_one_pixel_each(rng):
    images = digits(rng, 3, 1, 28, 28)
    views = list(shifts(images))
    assert len(views) == 9
    moved = [(i, j) for i in (1, 0, -1) for j in (1, 0, -1)]
    for view, (down, right) in zip(views, moved, strict=True):
        np.testing.assert_array_equal(view, np.roll(images, (down, right), (2, 3)))


def test_what_enters_at_the_border_is_zero(rng):
    ones = np.ones((1, 4, 5))
    first, *_, last = shifts(ones, pixels=2)
    np.testing.assert_array_equal(first[0, :2], 0)
    np.testing.assert_array_equal(first[0, 2:, 2:], 1)
    np.testing.assert_array_equal(last[0, -2:], 0)
    assert len(list(shifts(ones, pixels=2))) == 25


def test_rotations_are_those_of_scipy(rng):
    images = digits(rng, 2, 28, 28)
    for view, angle in zip(rotations(images, [7, -20]), [7, -20], strict=True):
        for image, turned in zip(images, view, strict=True):
            expected = scipy.ndimage.rotate(image, angle, reshape=False, order=1)
            np.testing.assert_allclose(turned, expected, atol=0.01)


def test_the_view_in_the_middle_is_the_image_itself(rng):
    images = digits(rng, 2, 1, 27, 28, dtype=np.uint8)
    for views in VIEWS.values():
        seen = list(views(images))
        np.testing.assert_array_equal(seen[len(seen) // 2], images)
        assert all(v.dtype == np.uint8 and v.shape == images.shape for v in seen)


def test_a_rotation_turns_as_augmentation_does(rng):
    class Most(np.random.Generator):
        def uniform(self, low, high, size):
            return np.full(size, float(high))

    images = digits(rng, 2, 28, 28)
    augmented = Augment(rotation=10, rng=Most(np.random.PCG64(0)))(images)
    (view,) = rotations(images, [10])
    np.testing.assert_allclose(view, augmented, atol=0.01)


@pytest.mark.parametrize("views", VIEWS.values())
def test_rows_of_pixels_are_no_images(views):
    with pytest.raises(ValueError, match=r"got \(5, 784\); use x.reshape\(-1, 28, 28\)"):
        list(views(np.zeros((5, 784))))


def test_probabilities_do_not_depend_on_the_batches_and_add_up_to_one(rng):
    model = models.small_cnn(rng=rng)
    x = rng.random((7, 1, 28, 28), dtype=np.float32)
    whole = log_probabilities(model, x)
    np.testing.assert_allclose(log_probabilities(model, x, batch_size=3), whole, atol=1e-5)
    np.testing.assert_allclose(np.exp(whole).sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(whole, nn.LogSoftmax()(model.eval()(x)), atol=1e-5)


def test_the_answers_to_all_views_are_averaged(rng):
    model = models.cnn2(rng=rng)
    x = rng.random((4, 1, 28, 28), dtype=np.float32)
    logs = np.mean([nn.LogSoftmax()(model(view)) for view in shifts(x)], axis=0)
    np.testing.assert_allclose(
        log_probabilities(model, x, shifts), nn.LogSoftmax()(logs), atol=1e-5
    )


@pytest.mark.parametrize("training", [True, False])
def test_a_model_is_given_back_in_its_mode(rng, training):
    model = models.small_cnn(rng=rng).train(training)
    before = model.state_dict()
    log_probabilities(model, np.zeros((2, 1, 28, 28), np.float32))
    assert model.training == training
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, before[name])


def test_no_rows_have_no_probabilities(rng):
    with pytest.raises(ValueError, match="log_probabilities got no rows"):
        log_probabilities(models.cnn2(rng=rng), np.zeros((0, 1, 28, 28), np.float32))
