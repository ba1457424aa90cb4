"""What is not a digit: letters, clothes, scribbles, digits that touch, and noise.

A network that has seen digits only calls everything a digit. These are the examples of an eleventh
class, *none of the ten*. Half of the fonts, a quarter of the letters and a fifth of the clothes are
never trained with: by them, how sure the network must be is chosen.
"""

from pathlib import Path

import numpy as np

from lib.data import load_fashion_mnist
from lib.recognition.ink import threshold
from lib.recognition.resizing import resize
from lib.recognition.shapes import centre, crop, scale
from lib.recognition.strokes import draw, scribble

# Letters that hardly anybody would call a digit; O, l, S, Z, B, G, b, g, q and others are missing.
LETTERS = (
    "ACEFHJKLMNPRTUVWXYacdefhkmnprtuvwxy"
    "αβγδεζηθκλμνξπρστχψωΓΔΘΛΞΠΣΨΩБГДЖИЛПЦШЩЪЫЭЮЯ"
    "+=×÷±?&@#%*<>{}~√∞≈≠≤≥∑∏∇∀∃→←"
)
FONTS = ("DejaVuSans", "DejaVuSans-Oblique", "DejaVuSansMono", "STIXGeneral", "DejaVuSans-Bold")
OTHER_FONTS = (
    "DejaVuSerif",
    "DejaVuSerif-Italic",
    "DejaVuSerif-BoldItalic",
    "DejaVuSansMono-Oblique",
)


def letters(count, rng, held_out=False):
    """Return images of letters and signs, ``(count, 28, 28)``; held out are fonts and letters."""
    fonts = OTHER_FONTS if held_out else FONTS
    chosen = [letter for k, letter in enumerate(LETTERS) if (k % 4 == 0) == held_out]
    glyphs = [centre(scale(glyph(letter, font))) for font in fonts for letter in chosen]
    return np.array([glyphs[k] for k in rng.integers(len(glyphs), size=count)])


def glyph(letter, font):
    """Return the ink of a letter in one of Matplotlib's fonts, ``(120, 120)``."""
    import matplotlib
    from PIL import Image, ImageDraw, ImageFont

    path = Path(matplotlib.get_data_path(), "fonts", "ttf", f"{font}.ttf")
    picture = Image.new("L", (120, 120))
    ImageDraw.Draw(picture).text((60, 60), letter, 255, ImageFont.truetype(path, 72), anchor="mm")
    return np.asarray(picture) / 255


def scribbles(count, rng):
    """Return images of a few strokes that mean nothing."""
    return np.array([draw(scribble(rng), 28, rng.uniform(1.5, 4)) for _ in range(count)])


def touching(count, digits, rng):
    """Return images of two or three digits in a row that touch, made from images (N, 28, 28)."""
    images = []
    for _ in range(count):
        number = 2 if rng.random() < 0.8 else 3
        row = [crop(digits[k] / 255) for k in rng.integers(len(digits), size=number)]
        overlap, left = rng.integers(3), 0
        line = np.zeros((20, sum(digit.shape[1] for digit in row)))
        for digit in row:
            h, w = digit.shape
            top = rng.integers(21 - h)
            place = line[top : top + h, left : left + w]
            np.maximum(place, digit, out=place)
            left += w - overlap
        images.append(centre(scale(line)))
    return np.array(images)


def noise(count, rng):
    """Return what is left of paper, cloth and shadows: blots, fibres and lines."""
    images = []
    while len(images) < count:
        field = resize(rng.normal(size=rng.integers(3, 21, size=2)), 28, 28)
        for axis in (0, 1):
            if rng.random() < 0.3:
                waves = np.cos(np.arange(28) * rng.uniform(0.3, 1.2))
                field = field + np.expand_dims(waves, axis)
        ink = crop(np.clip((field - np.quantile(field, rng.uniform(0.4, 0.9))) * 4, 0, 1))
        if ink.shape[1] > ink.shape[0] / 2:  # a single bar would be a 1
            images.append(centre(scale(ink)))
    return np.array(images)


def clothes(count, rng, held_out=False):
    """Return images of Fashion-MNIST, half of them as they are, half after the threshold."""
    images = load_fashion_mnist(subset=True)[0] / np.float32(255)
    images = images[8000:] if held_out else images[:8000]  # there are 10 000
    chosen = images[rng.integers(len(images), size=count)]
    for k in np.flatnonzero(rng.random(count) < 0.5):
        chosen[k] = threshold(chosen[k])
    return chosen
