"""What is no digit: letters, clothes, scribbles, digits that touch, and noise.

A network that has seen digits only calls everything a digit. These are the examples of an eleventh
class, *none of the ten*. Half of the fonts, a quarter of the letters and a fifth of the clothes are
never trained with: by them, how sure the network must be is chosen.
"""

from pathlib import Path

import numpy as np

from lib.data import load_fashion_mnist
from lib.recognition.resizing import resize
from lib.recognition.shapes import centre, crop, scale
from lib.recognition.ink import threshold
from lib.recognition.strokes import draw, scribble

# Letters that hardly anybody would call a digit; O, l, S, Z, B, G, b, g, q and others are missing.
LETTERS = (
    "ACEFHJKLMNPRTUVWXYacdefhjkmnprtuvwxy"
    "αβγδεζηθκλμνξπρστχψωΓΔΘΛΞΠΣΨΩБГДЖИЛПЦШЩЪЫЭЮЯ"
    "+=×÷±?!&@#%*<>{}~√∞≈≠≤≥∑∏∇∀∃→←↑↓"
)
FONTS = ("DejaVuSans", "DejaVuSans-Oblique", "DejaVuSansMono", "STIXGeneral", "DejaVuSans-Bold")
OTHER_FONTS = ("DejaVuSerif", "DejaVuSerif-Italic", "STIXGeneralItalic", "DejaVuSansMono-Oblique")


def letters(count, rng, held_out=False):
    """Return images of letters and signs, ``(count, 28, 28)``."""
    known = [c for k, c in enumerate(LETTERS) if k % 4]
    unknown = [c for k, c in enumerate(LETTERS) if not k % 4]
    glyphs = [
        glyph
        for font in (OTHER_FONTS if held_out else FONTS)
        for letter in (unknown if held_out else known)
        if (glyph := _glyph(letter, font)) is not None
    ]
    return np.array([glyphs[k] for k in rng.integers(len(glyphs), size=count)])


def _glyph(letter, font):
    import matplotlib
    from PIL import Image, ImageDraw, ImageFont

    path = Path(matplotlib.get_data_path(), "fonts", "ttf", f"{font}.ttf")
    picture = Image.new("L", (120, 120))
    ImageDraw.Draw(picture).text((60, 60), letter, 255, ImageFont.truetype(path, 72), anchor="mm")
    ink = np.asarray(picture) / 255
    return centre(scale(ink)) if ink.any() else None


def scribbles(count, rng):
    """Return images of a few strokes that mean nothing."""
    return np.array([draw(scribble(rng), 28, rng.uniform(1.5, 4)) for _ in range(count)])


def touching(count, digits, rng):
    """Return images of two or three digits in a row that touch, made from images of one."""
    images = []
    for _ in range(count):
        n = 2 if rng.random() < 0.8 else 3
        row = [crop(digits[k] / 255) for k in rng.integers(len(digits), size=n)]
        H = max(len(d) for d in row)
        row = [np.pad(d, ((b := rng.integers(H - len(d) + 1), H - len(d) - b), (0, 0))) for d in row]
        overlap = rng.integers(0, 3)
        line = row[0]
        for d in row[1:]:
            wide = np.zeros((H, line.shape[1] + d.shape[1] - overlap))
            wide[:, : line.shape[1]] = line
            wide[:, -d.shape[1] :] = np.maximum(wide[:, -d.shape[1] :], d)
            line = wide
        images.append(centre(scale(line)))
    return np.array(images)


def noise(count, rng):
    """Return what is left of paper, cloth and shadows: blots, fibres and lines."""
    images = []
    for _ in range(count):
        fine = rng.integers(3, 21, size=2)
        field = resize(rng.normal(size=fine), 28, 28)
        if rng.random() < 0.3:
            field = field + np.cos(np.arange(28) * rng.uniform(0.3, 1.2))[:, None]
        if rng.random() < 0.3:
            field = field + np.cos(np.arange(28) * rng.uniform(0.3, 1.2))
        cut = np.quantile(field, rng.uniform(0.4, 0.9))
        images.append(centre(scale(np.clip((field - cut) * 4, 0, 1))))
    return np.array(images)


def clothes(count, rng, held_out=False):
    """Return images of Fashion-MNIST, half of them as they are, half with their outline filled."""
    images = load_fashion_mnist(subset=True)[0] / np.float32(255)
    images = images[8000:] if held_out else images[:8000]
    chosen = images[rng.integers(len(images), size=count)]
    sharp = rng.random(count) < 0.5
    chosen[sharp] = [threshold(image) for image in chosen[sharp]]
    return chosen
