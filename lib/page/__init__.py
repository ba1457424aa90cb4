"""Pages that run in a browser: one HTML file with its scripts, its weights and its fonts.

A page is written as usual, in ``book/_static/explore/``: a skeleton such as ``mine.html`` with its
style sheets and scripts. ``paste`` puts all of them into the one file, so that it opens from a
folder and can be sent to a friend. It asks no host for anything, and its own policy forbids it to.
What the scripts work with, a network above all, goes along as JSON. It is data: no text in it can
become markup or script.
"""

from lib.page.packing import KNOWN, pack, quantize
from lib.page.pages import STATIC, own_page, paste, recogniser_page

__all__ = ["KNOWN", "STATIC", "own_page", "pack", "paste", "quantize", "recogniser_page"]
