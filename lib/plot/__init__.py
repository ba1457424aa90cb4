"""Figures: one helper for each kind the lessons draw.

A helper draws and returns nothing; ``plt.show()`` shows it. Only ``scatter`` returns its axes.
"""

from lib.plot.charts import bars, boundary, curves, histograms, reliability, scatter, seeds
from lib.plot.convolutions import shapes, sliding, windows
from lib.plot.graphs import graph, network
from lib.plot.maps import latent_map, mosaic
from lib.plot.pictures import arrays, confusion, images, pixels, weights
from lib.plot.recognition import photographs, refusals, saliency, step, steps
from lib.plot.runs import bands, parallel
from lib.plot.style import BLACK, BLUE, CLASSES, GREEN, GREY, ORANGE, PURPLE, RED, SKY

__all__ = [
    "BLACK",
    "BLUE",
    "CLASSES",
    "GREEN",
    "GREY",
    "ORANGE",
    "PURPLE",
    "RED",
    "SKY",
    "arrays",
    "bands",
    "bars",
    "boundary",
    "confusion",
    "curves",
    "graph",
    "histograms",
    "images",
    "latent_map",
    "mosaic",
    "network",
    "parallel",
    "photographs",
    "pixels",
    "refusals",
    "reliability",
    "saliency",
    "scatter",
    "seeds",
    "shapes",
    "sliding",
    "step",
    "steps",
    "weights",
    "windows",
]
