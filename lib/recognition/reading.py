"""Step 1, reading: from a file of any kind to red, green and blue between 0 and 1.

What people have on their phones and disks: pictures lying on their side, transparent ones, pictures
of 16 bits, and pictures of fifty million pixels. A file says how large its picture is before any
pixel is decoded, so what would fill the memory is turned away early.
"""

import math
import warnings
from pathlib import Path

import numpy as np

MOST_PIXELS = 64_000_000  # more than a phone of 50 megapixels takes; 200 MB when decoded
SMALLEST, LARGEST = 320, 900  # pixels along the longer side of the picture that we work on


class PictureError(ValueError):
    """A file that cannot be read as a picture; the message says why, and what to do."""


def read(path):
    """Read a picture file: step 1.

    Parameters
    ----------
    path : str or Path
        PNG, JPEG, WebP, GIF (its first picture), BMP or TIFF.

    Returns
    -------
    ndarray of shape (H, W, 3), float32
        Red, green and blue between 0 and 1, upright, the longer side between 320 and 900 pixels.

    Raises
    ------
    PictureError
        If there is no such file, or no picture in it, or one that is damaged or too large.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    path = Path(path)
    if not path.exists():
        raise PictureError(f"there is no file {path}; check the name")
    if path.is_dir():
        raise PictureError(f"{path} is a folder; give the pictures in it, such as {path}/*.png")
    if not path.stat().st_size:
        raise PictureError(f"{path} is empty; save or download the picture again")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our limit is lower
            warnings.simplefilter("ignore", UserWarning)  # a damaged note next to a whole picture
            with Image.open(path) as file:
                if file.width * file.height > MOST_PIXELS:
                    raise PictureError(
                        f"{path} has {file.width} × {file.height} pixels, and this reads at most "
                        f"{MOST_PIXELS // 10**6} million; make it smaller"
                    )
                picture = ImageOps.exif_transpose(_fitted(file))  # a phone notes how it was held
    except PictureError:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise PictureError(_unknown(path)) from error
    # Pillow's decoders let much through when a file is damaged.
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, OverflowError) as error:
        raise PictureError(
            f"{path} is damaged ({error}); save or download the picture again"
        ) from error
    return _on_background(np.asarray(picture, dtype=np.float32) / np.float32(255))


def _fitted(file):
    """Return the picture with 8 bits a channel, its longer side between SMALLEST and LARGEST."""
    from PIL import Image

    if file.mode[0] in "IF":  # 16 or 32 bits a pixel: the darkest becomes 0, the brightest 255
        values, info = np.nan_to_num(np.asarray(file, dtype=np.float32)), file.getexif().tobytes()
        low, high = values.min(), values.max()
        file = Image.fromarray(np.uint8(255 * ((values - low) / max(high - low, 1e-9))))
        file.info["exif"] = info
    elif file.mode not in ("L", "RGB"):
        file = file.convert("RGBA")
    if max(file.size) > LARGEST:
        file.thumbnail((LARGEST, LARGEST), Image.Resampling.BOX)
    elif max(file.size) < SMALLEST:
        times = math.ceil(SMALLEST / max(file.size))
        exif = file.info.get("exif")
        file = file.resize((times * file.width, times * file.height), Image.Resampling.BILINEAR)
        if exif:
            file.info["exif"] = exif
    return file.convert("RGBA")


def _on_background(pixels):
    """Return the colours of (H, W, 4) pixels on white, or on black if the ink is bright."""
    colours, opacity = pixels[..., :3], pixels[..., 3:]
    brightness = (colours * opacity).sum() / max(3 * opacity.sum(), 1)
    background = 0 if brightness > 0.5 and opacity.min() < 0.5 else 1
    return colours * opacity + background * (1 - opacity)


def _unknown(path):
    with path.open("rb") as file:
        start = file.read(12)
    if start[4:8] == b"ftyp":  # the container of HEIC and AVIF, and of films
        return (
            f"{path} is a HEIC picture or a film, which this does not read; save it as JPEG or "
            "PNG (iPhone: Settings, Camera, Formats, Most Compatible)"
        )
    return f"{path} is not a picture that this can read; save it as PNG or JPEG"
