"""Draws the pictures of this folder: made ones, with the troubles that photographs have.

    python data/pictures/make.py        # needs lib, and draws the same pictures every time

The digits are curves of ``lib/recognition/strokes.py``; the letters are those of DejaVu Sans, which
comes with Matplotlib.
"""

from pathlib import Path

import numpy as np
from PIL import Image

from lib.recognition.made import SIDE, photograph, written
from lib.recognition.others import glyph
from lib.recognition.resizing import resize
from lib.recognition.strokes import draw, scribble

FOLDER = Path(__file__).resolve().parent

SINGLE = {  # digit, and what is wrong
    "0_shadow": (0, "shadow"),
    "1_ruled": (1, "ruled paper"),
    "2_gradient": (2, "gradient"),
    "3_blur": (3, "blur"),
    "4_squared": (4, "squared paper"),
    "5_blue": (5, "coloured ink"),
    "6_pencil": (6, "faint pencil"),
    "7_dark": (7, "dark ground"),
    "8_thick": (8, "thick pen"),
    "9_thin": (9, "thin pen"),
    "2_corner": (2, "small, in a corner"),
    "4_tilt": (4, "tilt"),
}


def row(digits, rng):
    """Return the ink of digits next to each other."""
    return np.hstack([resize(written(digit, rng), 180, 180) for digit in digits])


def _narrow(ink):
    """Return ink without the empty columns on either side."""
    columns = np.flatnonzero(ink.any(axis=0))
    return ink[:, columns[0] : columns[-1] + 1]


def main():
    rng = np.random.default_rng(9)
    pictures = {
        name: photograph(written(digit, rng, trouble), rng, trouble)
        for name, (digit, trouble) in SINGLE.items()
    }
    pictures["247_note"] = photograph(
        row((2, 4, 7), rng), rng, "shadow", "ruled paper", "coloured ink"
    )
    rows = np.vstack([row(range(5), rng), row(range(5, 10), rng)])
    pictures["01234_56789_sheet"] = photograph(rows, rng, "gradient")
    touching = np.hstack([_narrow(written(digit, rng)) for digit in (3, 8)])
    pictures["none_touching"] = photograph(np.pad(touching, ((0, 0), (100, 100))), rng)
    letters = np.hstack([resize(glyph(letter, "DejaVuSans"), 200, 200) for letter in "eat"])
    pictures["none_letters"] = photograph(letters, rng)
    pictures["none_scribble"] = photograph(draw(scribble(rng), SIDE, 8, 220), rng)
    pictures["none_blank"] = photograph(np.zeros((SIDE, SIDE)), rng, "shadow", "squared paper")
    for name, picture in pictures.items():
        Image.fromarray(np.uint8(np.rint(255 * picture))).save(FOLDER / f"{name}.jpg", quality=80)


if __name__ == "__main__":
    main()
