"""The look of every figure, set once: importing this module applies it.

Colours are the set of Okabe and Ito, which the colour-blind can tell apart, with a redder red, and
mean the same on every page: train is blue, validation orange, test black; right is green with a
tick, wrong is red with a cross; a positive weight is red, a negative one blue; a class keeps its
colour and its marker. What has no meaning of its own, such as one curve of several, is drawn in the
colours left over.
"""

import warnings
from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib_inline.config import InlineBackend

plt.style.use(Path(__file__).with_name("book.mplstyle"))
# Jupyter crops figures by default; uncropped, all have the same width and the same text size.
with warnings.catch_warnings():  # setting it makes the backend warn about its own code
    warnings.simplefilter("ignore", DeprecationWarning)
    InlineBackend.instance().print_figure_kwargs = {"bbox_inches": None}

WIDTH = 6.4  # inches
BLUE, ORANGE, GREEN, RED = "#0072B2", "#E69F00", "#009E73", "#C5361C"
SKY, PURPLE, BLACK, GREY = "#56B4E9", "#CC79A7", "#000000", "#8A8A8A"
PALE = "#EAF3F9"  # what circles and boxes are filled with
CLASSES = [BLUE, ORANGE, GREEN, RED, SKY, PURPLE, BLACK, GREY, "#8C510A", "#B8A800"]
OTHERS = [PURPLE, "#8C510A", SKY, "#B8A800", GREY]
ON_WHITE = {  # darker, for letters in the pale colours
    ORANGE: "#9A6A00",
    GREEN: "#007A58",
    SKY: "#1F7AB0",
    PURPLE: "#A8487F",
    "#B8A800": "#7A7000",
    GREY: "#666666",
}
MARKERS = "o^sDvPX<>*"
ROLES = {  # a curve's colour and line style follow from its name
    "train": (BLUE, "-"),
    "validation": (ORANGE, "--"),
    "test": (BLACK, ":"),
}
