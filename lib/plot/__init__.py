"""Figures: one helper for each kind the lessons draw. A helper draws; ``plt.show()`` shows it."""

from lib.plot.charts import bars, boundary, curves, scatter
from lib.plot.pictures import arrays, confusion, images, pixels, weights

__all__ = [
    "arrays", "bars", "boundary", "confusion", "curves", "images", "pixels", "scatter", "weights",
]  # fmt: skip
