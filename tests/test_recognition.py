"""From a file to 28×28: each step, the order of reading, and every picture that cannot be read."""

import itertools
import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lib.data import Augment, load_mnist
from lib.experiments.recogniser import OTHER, digits_and_others
from lib.experiments.records import RESULTS
from lib.recognition import SHIPPED, STEPS, PictureError, Recogniser, others, prepare, quality, read
from lib.recognition import made as made_pictures
from lib.recognition.choosing import choose, reading_order
from lib.recognition.cleaning import clean, without_lines
from lib.recognition.ink import SOFT, denoise, even_light, grey, otsu, polarity, threshold
from lib.recognition.parts import find_parts, widened
from lib.recognition.resizing import resize
from lib.recognition.shapes import centre, scale, straighten, stroke_width
from lib.recognition.strokes import DIGITS, handwriting


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def drawn(shape, *boxes):
    """Return ink of 1 in boxes (top, left, bottom, right)."""
    ink = np.zeros(shape)
    for top, left, bottom, right in boxes:
        ink[top:bottom, left:right] = 1
    return ink


# ------------------------------------------------------------------------------------ reading


@pytest.mark.parametrize("form", ["png", "jpg", "webp", "gif", "bmp", "tiff"])
def test_reads_the_formats_that_people_have(tmp_path, form):
    path = tmp_path / f"picture.{form}"
    Image.new("RGB", (400, 300), (255, 0, 0)).save(path)
    picture = read(path)
    assert picture.shape == (300, 400, 3) and picture.dtype == np.float32
    np.testing.assert_allclose(picture.mean(axis=(0, 1)), [1, 0, 0], atol=0.02)


def test_turns_a_picture_that_was_taken_lying_on_its_side(tmp_path):
    picture, exif = Image.new("L", (400, 350), 255), Image.Exif()
    picture.paste(0, (0, 0, 400, 100))  # black at the top of the file
    exif[0x0112] = 6  # turn clockwise to see it upright
    for large in (picture, picture.resize((4000, 3500)), picture.resize((40, 35))):
        large.save(tmp_path / "lying.jpg", exif=exif)
        upright = read(tmp_path / "lying.jpg")
        assert upright.shape[0] > upright.shape[1]
        assert upright[:, -20:].mean() < 0.1 and upright[:, :20].mean() > 0.9


def test_puts_dark_ink_on_white_and_bright_ink_on_black_where_nothing_is(tmp_path):
    for ink, ground in ((0, 1), (255, 0)):
        picture = Image.new("RGBA", (400, 400), (128, 0, 0, 0))
        picture.paste((ink, ink, ink, 255), (100, 100, 200, 200))
        picture.save(tmp_path / "clear.png")
        colours = read(tmp_path / "clear.png")
        assert colours[0, 0, 0] == ground and abs(colours[150, 150, 0] - ink / 255) < 0.01


def test_reads_sixteen_bits_and_one(tmp_path):
    deep = np.full((400, 400), 20_000, np.uint16)
    deep[100:200] = 60_000
    Image.fromarray(deep).save(tmp_path / "deep.png")
    picture = read(tmp_path / "deep.png")
    assert picture[0, 0, 0] == 0 and picture[150, 0, 0] == 1
    Image.new("1", (400, 400), 1).save(tmp_path / "flat.png")
    assert read(tmp_path / "flat.png").min() == 1


def test_works_on_pictures_of_like_size(tmp_path):
    sizes = {(8, 8): (320, 320), (4000, 1000): (225, 900), (500, 80): (80, 500)}
    for size, expected in sizes.items():
        Image.new("L", size, 99).save(tmp_path / "sized.png")
        assert read(tmp_path / "sized.png").shape[:2] == expected


def bad_files(folder):
    """Yield the name of a file that cannot be read, and words of what is said about it."""
    yield "missing.png", "there is no file"
    (folder / "folder").mkdir()
    yield "folder", "is a folder"
    (folder / "empty.png").touch()
    yield "empty.png", "is empty"
    (folder / "letter.png").write_text("Dear reader, this is a letter and no picture at all.")
    yield "letter.png", "not a picture that this can read"
    (folder / "phone.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100))
    yield "phone.heic", "HEIC"
    Image.effect_noise((300, 300), 50).save(folder / "whole.png")
    whole = (folder / "whole.png").read_bytes()
    (folder / "half.png").write_bytes(whole[: len(whole) // 2])
    yield "half.png", "is damaged"
    Image.effect_noise((300, 300), 50).save(folder / "whole.jpg")
    whole = (folder / "whole.jpg").read_bytes()
    (folder / "half.jpg").write_bytes(whole[: len(whole) // 2])
    yield "half.jpg", "is damaged"
    Image.new("1", (9400, 9400)).save(folder / "huge.png")
    yield "huge.png", "9400 × 9400 pixels"


def test_says_in_one_sentence_why_a_file_cannot_be_read(tmp_path):
    for name, words in bad_files(tmp_path):
        with pytest.raises(PictureError, match=words) as error:
            read(tmp_path / name)
        assert str(tmp_path / name) in str(error.value) and "\n" not in str(error.value)


# ------------------------------------------------------------------------------ steps 2 to 6


def test_resize_keeps_the_mean_and_the_direction(rng):
    image = rng.random((30, 45))
    small = resize(image, 10, 9)
    np.testing.assert_allclose(small, image.reshape(10, 3, 9, 5).mean(axis=(1, 3)))
    np.testing.assert_allclose(resize(image, 20, 30).mean(), image.mean(), rtol=1e-12)
    np.testing.assert_array_equal(resize(image, 30, 45), image)
    wide = resize(np.arange(4.0)[None], 1, 8)[0]
    np.testing.assert_allclose(wide, [0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3])


def test_even_light_takes_a_shadow_and_leaves_the_ink():
    paper = np.linspace(0.9, 0.3, 300)[None].repeat(300, axis=0)
    stroke = drawn((300, 300), (50, 145, 250, 155)) > 0
    difference = even_light(np.where(stroke, paper / 2, paper))
    expected = -0.5 * paper * (1 + SOFT) / (paper + SOFT)
    np.testing.assert_allclose(difference[stroke], expected[stroke], atol=0.06)
    assert np.abs(difference[~stroke][5:-5]).mean() < 0.04


@pytest.mark.parametrize("paper", [0.9, 0.5, 0.1])
def test_polarity_finds_the_ink_on_any_paper(paper):
    stroke = drawn((100, 100), (20, 45, 80, 55))
    for ink in (0.0, 1.0):
        found = polarity(stroke * (ink - paper))
        assert found[50, 50] == pytest.approx(abs(ink - paper)) and found[0, 0] == 0


def test_denoise_is_the_mean_of_nine_pixels_weighted(rng):
    ink = rng.random((6, 7))
    weights = np.outer([1, 2, 1], [1, 2, 1]) / 16
    assert denoise(ink)[3, 4] == pytest.approx((weights * ink[2:5, 3:6]).sum())
    np.testing.assert_allclose(denoise(np.ones((4, 4))), 1)


def test_otsu_is_the_best_of_all_thresholds(rng):
    values = np.concatenate([rng.normal(0.2, 0.05, 5000), rng.normal(0.7, 0.1, 900)]).clip(0)

    def within(t):
        groups = values[values <= t], values[values > t]
        return sum(len(g) * g.var() for g in groups if len(g))

    found = otsu(values)
    assert within(found) <= min(within(t) for t in np.linspace(0.01, 0.9, 200)) * 1.001


def test_threshold_of_nothing_is_nothing():
    assert not threshold(np.zeros((5, 5))).any()


# ------------------------------------------------------------------------------ steps 7 and 8


def test_parts_are_those_of_scipy(rng):
    ndimage = pytest.importorskip("scipy.ndimage")
    for density in (0.1, 0.4, 0.6, 0.95):
        ink = (rng.random((40, 55)) < density) * rng.random((40, 55))
        labels, count = ndimage.label(ink > 0, np.ones((3, 3)))
        parts = find_parts(ink)
        assert len(parts.ink) == count
        assert len(set(zip(labels.ravel(), parts.labels.ravel(), strict=True))) == count + (
            labels.min() == 0
        )
        for number, where in enumerate(ndimage.find_objects(parts.labels)):
            rows, columns = where
            expected = rows.start, columns.start, rows.stop, columns.stop
            assert tuple(parts.boxes[number]) == expected
        np.testing.assert_allclose(parts.ink, ndimage.sum(ink, parts.labels, range(1, count + 1)))


def test_widened_is_a_dilation(rng):
    ndimage = pytest.importorskip("scipy.ndimage")
    mask = rng.random((20, 30)) < 0.05
    expected = ndimage.binary_dilation(mask, np.ones((5, 7)))
    np.testing.assert_array_equal(widened(mask, 2, 3), expected)


@pytest.mark.parametrize("squared", [False, True])
def test_lines_of_the_paper_go_and_what_crosses_them_stays(squared):
    ink = np.zeros((400, 400))
    ink[20::50, 2:398] = ink[21::50, 2:398] = 1
    if squared:
        ink[2:398, 20::50] = ink[2:398, 21::50] = 1
    stroke = drawn((400, 400), (130, 190, 270, 202)) > 0
    cleaned = without_lines(np.maximum(ink, stroke))
    assert cleaned[stroke].mean() > 0.95
    assert clean(np.maximum(ink, stroke))[~stroke].sum() < 0.02 * ink.sum()


def test_a_one_and_a_seven_are_not_lines_of_the_paper():
    one = drawn((400, 400), (20, 195, 380, 200))
    np.testing.assert_array_equal(clean(one), one)
    seven = drawn((400, 400), (20, 60, 26, 330), (20, 324, 380, 330))
    np.testing.assert_array_equal(clean(seven), seven)


def test_the_rim_goes_if_there_is_anything_else():
    digit, finger = (100, 100, 200, 150), (150, 0, 300, 40)
    cleaned = clean(drawn((400, 400), digit, finger))
    np.testing.assert_array_equal(cleaned, drawn((400, 400), digit))
    alone = drawn((400, 400), (0, 150, 400, 200))
    np.testing.assert_array_equal(clean(alone), alone)


def test_reads_line_by_line_from_left_to_right(rng):
    rows = [[(40 + rng.integers(8), 60 * k) for k in range(5)], [(160, 60 * k) for k in range(4)]]
    boxes = np.array([(t, x, t + 50, x + 30) for row in rows for t, x in row])
    mixed = rng.permutation(len(boxes))
    order = reading_order(boxes[mixed])
    np.testing.assert_array_equal(mixed[order], np.arange(9))


def test_the_bar_of_a_five_is_joined_and_a_digit_below_is_not():
    five = drawn((400, 400), (100, 150, 110, 220), (122, 140, 240, 210))
    assert choose(five).max() == 1
    below = drawn((400, 400), (20, 150, 140, 210), (180, 150, 300, 210))
    assert choose(below).max() == 2


# ----------------------------------------------------------------------------- steps 9 to 11


def test_straighten_takes_back_only_what_leans_too_far():
    rows = np.arange(200)
    for slope, wanted in ((0.3, 0.3), (1.2, 0.5), (-1.0, -0.5)):
        ink = np.zeros((200, 500))
        for r in rows:
            at = int(250 + slope * (r - 100))
            ink[r, at - 6 : at + 6] = 1
        upright = straighten(ink)
        i, j = np.nonzero(upright > 0.5)
        assert np.polyfit(i, j, 1)[0] == pytest.approx(wanted, abs=0.06)


@pytest.mark.parametrize("pen", [1, 4, 30])
def test_scale_makes_hair_lines_as_wide_as_those_of_mnist(pen):
    ink = drawn((400, 400), (50, 200, 350, 200 + pen), (50, 100, 50 + pen, 200 + pen))
    small = scale(ink)
    assert max(small.shape) == 20 and small.max() == 1
    assert 2 <= stroke_width(small) <= 4


def test_centre_puts_the_centre_of_mass_in_the_middle(rng):
    small = rng.random((20, 11)) ** 3
    image = centre(small)
    assert image.shape == (28, 28) and image.dtype == np.float32
    assert image.sum() == pytest.approx(small.sum(), rel=1e-6)
    for axis in (0, 1):
        profile = image.sum(axis=axis)
        assert profile @ np.arange(28) / profile.sum() == pytest.approx(13.5, abs=0.51)


# ------------------------------------------------------------------------------- altogether


def test_the_steps_are_eleven_and_each_leaves_its_picture(rng):
    ink = np.hstack([made_pictures.written(k, rng) for k in (3, 8)])
    prepared = prepare(made_pictures.photograph(ink, rng))
    assert len(STEPS) == 11
    assert list(prepared.pictures) == list(STEPS)[:8]
    assert [list(digit.pictures) for digit in prepared.digits] == [list(STEPS)[8:]] * 2
    assert prepared.images.shape == (2, 1, 28, 28) and prepared.images.dtype == np.float32
    (_, left, _, right), (_, next_left, *_) = (digit.box for digit in prepared.digits)
    assert left < right < next_left


CHANGE_THE_DIGIT = {"tilt", "thick pen", "thin pen", "small, in a corner"}


@pytest.mark.parametrize("trouble", sorted(set(made_pictures.TROUBLES) - CHANGE_THE_DIGIT))
def test_a_made_picture_becomes_the_image_that_it_was_without_the_trouble(rng, trouble):
    ink = made_pictures.written(4, rng)
    (plain,) = prepare(made_pictures.photograph(ink, rng)).digits
    (digit,) = prepare(made_pictures.photograph(ink, rng, trouble)).digits
    assert np.abs(digit.image - plain.image).mean() < 0.06


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (2, 2), (320, 320)])
def test_blank_and_tiny_pictures_have_no_digits(shape):
    assert prepare(np.full((*shape, 3), 0.7, np.float32)).digits == []


def test_any_pixels_at_all_can_be_prepared(rng):
    for H, W in itertools.product((3, 31, 330), repeat=2):
        for digit in prepare(rng.random((H, W, 3)).astype(np.float32)).digits:
            assert np.isfinite(digit.image).all() and digit.image.shape == (28, 28)


def test_quality_names_what_is_low():
    sharp = drawn((100, 60), (0, 20, 100, 40))
    mask = sharp > 0
    assert quality(sharp, mask).grade == "Excellent"
    assert quality(sharp * 0.05, mask).lowest == "contrast"
    assert quality(sharp[:10, 18:24], mask[:10, 18:24]).lowest in ("size", "sharpness")
    assert quality(np.ones((50, 120)), np.ones((50, 120), bool)).lowest == "shape"
    blurred = sharp
    for _ in range(200):
        blurred = denoise(blurred)
    assert quality(blurred, mask).lowest == "sharpness"
    assert quality(blurred, mask).grade in ("Fair", "Poor")


def test_hands_differ_and_stay_in_their_box(rng):
    for digit in DIGITS:
        first, second = (np.concatenate(handwriting(digit, rng)) for _ in range(2))
        assert first.shape != second.shape or not np.allclose(first, second)
        ink = made_pictures.written(digit, rng)
        assert ink.shape == (360, 360) and ink.max() == 1 and not ink[[0, -1]].any()


def test_grey_is_as_bright_as_the_eye_finds_it():
    colours = np.eye(3, dtype=np.float32)[None]
    np.testing.assert_allclose(grey(colours)[0], [0.299, 0.587, 0.114], rtol=1e-6)


# ------------------------------------------------------------------------------ the recogniser

PICTURES = Path(__file__).resolve().parents[1] / "data/pictures"


@pytest.fixture(scope="module")
def recogniser():
    return Recogniser.load()


@pytest.mark.parametrize("path", sorted(PICTURES.glob("*.jpg")), ids=lambda path: path.stem)
@pytest.mark.parametrize("tta", [False, True])
def test_reads_the_made_pictures_and_refuses_what_is_no_digit(recogniser, path, tta):
    reading = recogniser.read(path, tta)
    written = "".join(filter(str.isdigit, path.stem))
    assert reading.text == written
    assert (reading.refusal is None) == bool(written)


def test_says_why_it_refuses(recogniser, rng):
    blank = made_pictures.photograph(np.zeros((360, 360)), rng)
    assert recogniser.read(blank).refusal == "nothing is written on it"
    assert "two that touch" in recogniser.read(PICTURES / "none_touching.jpg").refusal
    assert "marks on it" in recogniser.read(PICTURES / "none_letters.jpg").refusal


def test_gives_the_three_likeliest_of_ten(recogniser):
    (answer,) = recogniser.read(PICTURES / "0_shadow.jpg").answers
    digits, probabilities = zip(*answer.top, strict=True)
    assert len(set(digits)) == 3 and max(digits) < 10 and digits[0] == answer.digit == 0
    assert list(probabilities) == sorted(probabilities, reverse=True)
    assert answer.probabilities.shape == (10,) and answer.probabilities.sum() <= 1


def test_the_shipped_weights_are_small_and_of_single_precision_once_loaded(recogniser):
    assert SHIPPED.stat().st_size < 200_000
    assert {p.data.dtype for p in recogniser.model.parameters()} == {np.dtype(np.float32)}
    assert sum(p.data.size for p in recogniser.model.parameters()) <= 120_000


def test_a_temperature_changes_how_sure_it_is_and_no_answer(recogniser, rng):
    images = load_mnist()[0][:100, None] / np.float32(255)
    cold, hot = (Recogniser(recogniser.model, t).probabilities(images) for t in (0.5, 4))
    np.testing.assert_allclose(hot.sum(axis=1), 1)
    np.testing.assert_array_equal(cold.argmax(axis=1), hot.argmax(axis=1))
    assert (hot.max(axis=1) <= cold.max(axis=1)).all()


@pytest.mark.parametrize("kind", ["letters", "clothes", "noise", "scribbles", "touching"])
def test_what_is_no_digit_looks_like_what_is_prepared(rng, kind):
    digits = (load_mnist()[0][:50],) if kind == "touching" else ()
    images = getattr(others, kind)(20, *digits, rng)
    assert images.shape == (20, 28, 28) and images.min() >= 0 and images.max() <= 1
    assert np.ptp(images, axis=0).max() > 0.5  # they differ


def test_letters_and_fonts_held_out_are_others():
    assert not set(others.FONTS) & set(others.OTHER_FONTS)
    rng = np.random.default_rng(0)
    known, unknown = (others.letters(2000, rng, held_out) for held_out in (False, True))
    seen = {image.tobytes() for image in known}
    assert not any(image.tobytes() in seen for image in unknown)


def test_another_pen_makes_strokes_thicker_and_thinner(rng):
    image = np.zeros((1, 28, 28), np.float32)
    image[0, 4:24, 12:15] = 1
    images = np.repeat(image, 200, axis=0)
    ink = Augment(pen=1, rng=rng)(images).sum(axis=(1, 2))
    assert ink.min() < 0.7 * image.sum() and ink.max() > 1.4 * image.sum()
    np.testing.assert_array_equal(Augment(pen=0, rng=rng)(images), images)
    whole = (255 * images).astype(np.uint8)
    assert Augment(pen=2.5, rng=rng)(whole).dtype == np.uint8


def test_the_data_of_the_recogniser_are_eleven_classes():
    x, y, x_test, y_test = digits_and_others(drawn=50, each=10)
    assert x.shape == (60_000 + 50 + 50, 1, 28, 28) and x.dtype == np.float32
    assert np.count_nonzero(y == OTHER) == 50 and y_test.max() == 9 and len(x_test) == 10_000
    assert x.min() == 0 and x.max() == 1


@pytest.fixture(scope="module")
def day_9():
    path = Path(__file__).resolve().parents[1] / "lessons" / "day09_recogniser.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return {
        kind: "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == kind)
        for kind in ("code", "markdown")
    }


def test_day_9_measures_on_digits_that_no_network_of_it_was_trained_on(day_9):
    x, _, x_test, _ = digits_and_others(drawn=50, each=10)
    trained_or_chosen = {image.tobytes() for image in x}
    assert not any(image.tobytes() in trained_or_chosen for image in x_test)
    code = day_9["code"]
    assert "x_train, y_train, x_test, y_test = load_mnist()" in code
    assert re.findall(r"made\.enlarged\((\w+)\[", code) == ["x_test"]  # section 9
    assert re.findall(r"\bdigits = (\w+)\[", code) == ["x_test"]  # section 14
    assert "x, y = x_train[:30000, None]" in code  # what our own networks learn from
    assert re.findall(r"others\.touching\(\d+, (\w+)", code) == ["x_train", "x_train"]
    assert "x_val" not in code


def test_day_9_says_how_many_pictures_the_record_counts(day_9):
    record = json.loads((RESULTS / "photos.json").read_text(encoding="utf-8"))
    counts = "{singles} of one digit, {several} of several, and {others} of none".format(**record)
    assert counts in day_9["markdown"]
