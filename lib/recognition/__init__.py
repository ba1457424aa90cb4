"""Recognition: from a photograph to the digits on it.

A network knows only what it has been shown. MNIST's digits were scanned, scaled into a box of 20×20
pixels and moved until their centre of mass was in the middle of 28×28. Eleven steps do the same
with any picture; ``prepare`` takes them all, ``Recogniser`` asks the network.
"""

from lib.recognition.answering import SHIPPED, Answer, Reading, Recogniser
from lib.recognition.preparing import STEPS, Digit, Prepared, prepare
from lib.recognition.quality import Quality, quality
from lib.recognition.reading import PictureError, read

__all__ = [
    "SHIPPED",
    "STEPS",
    "Answer",
    "Digit",
    "PictureError",
    "Prepared",
    "Quality",
    "Reading",
    "Recogniser",
    "prepare",
    "quality",
    "read",
]
