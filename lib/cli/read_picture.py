"""Any picture, made to look like one of MNIST: bright on black, 28×28, in the middle.

A network knows only what it has been shown. MNIST was made by scaling each digit to fit a box of
20×20 pixels and by moving its centre of mass into the middle of 28×28; we do the same. What the
background is we take from the rim of the picture. Shadows, lines and neighbours are left as they
are: one digit on plain paper is what this can read.
"""

import warnings

import numpy as np

from lib.cli.errors import UserError

SIDE, BOX = 28, 20  # pixels: the image, and the box that the digit fits into
FAINT = 0.2  # ink below this share of the darkest is not part of the digit


def read_picture(path):
    """Read a picture file and return it as a network wants it.

    Parameters
    ----------
    path : str or Path
        PNG, JPEG, or whatever else Pillow can read.

    Returns
    -------
    ndarray of shape (1, 28, 28), float32
        Between 0, the background, and 1.

    Raises
    ------
    UserError
        There is no such file, it is no picture, or nothing can be seen in it.
    """
    ink = _ink(_grey(path), path)
    if ink.shape != (SIDE, SIDE):
        ink = _centred(ink)
    return ink[None].astype(np.float32)


def _grey(path):
    """Return the pixels of a file as floats, transparent ones being white."""
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as file:
                picture = ImageOps.exif_transpose(file)  # a phone notes how it was held
                if picture.mode[0] in "IF":  # more than 8 bits a pixel
                    return np.asarray(picture, dtype=float)
                picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        return np.asarray(Image.alpha_composite(white, picture).convert("L"), dtype=float)
    except FileNotFoundError as error:
        raise UserError(f"there is no file {path}; check the name") from error
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise UserError(f"{path} is too large a picture ({error}); make it smaller") from error
    # Pillow's decoders let much through when a file is damaged.
    except (OSError, SyntaxError, ValueError, EOFError, IndexError) as error:
        raise UserError(
            f"{path} is no picture that can be read ({error}); try a PNG or JPEG file"
        ) from error


def _ink(grey, path):
    """Return how much each pixel differs from the background, the most being 1."""
    rim = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    ink = np.abs(grey - np.median(rim))
    if not 0 < ink.max() < np.inf:
        raise UserError(f"{path} shows nothing: all its pixels are alike; draw something on it")
    return ink / ink.max()


def _centred(ink):
    """Scale the digit into the box and put its centre of mass into the middle of the image."""
    from PIL import Image

    rows, columns = (np.flatnonzero((ink > FAINT).any(axis=axis)) for axis in (1, 0))
    digit = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    H, W = (max(1, round(n * BOX / max(digit.shape))) for n in digit.shape)
    small = Image.fromarray(digit.astype(np.float32)).resize((W, H), Image.Resampling.BOX)
    small = np.asarray(small) / np.max(small)
    centre = [(np.indices((H, W))[k] * small).sum() / small.sum() for k in (0, 1)]
    top, left = (
        int(np.clip(round((SIDE - 1) / 2 - c), 0, SIDE - n))
        for c, n in zip(centre, (H, W), strict=True)
    )
    image = np.zeros((SIDE, SIDE))
    image[top : top + H, left : left + W] = small
    return image
