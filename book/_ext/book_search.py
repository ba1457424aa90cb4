"""What readers type into the search box: exercise numbers, and words as others spell them.

* ``3.4`` and ``exercise 3.4`` lead to the exercise, before all other pages.
* A word is found in American spelling, and ``backpropagation`` as ``backprop``: the index has both.
* What the index holds of a page that does not change outlives the next build.
"""

import pickle
import re
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import ENV_PICKLE_FILENAME
from sphinx.search.en import SearchEnglish

EXERCISE = re.compile(r"Exercise\s+((?:\d+|C)\.\d+)\b")

# British -> American, in the middle of a word
SPELLINGS = {
    "grey": "gray",
    "colour": "color",
    "behaviour": "behavior",
    "neighbour": "neighbor",
    "centre": "center",
    "isation": "ization",
    "ise": "ize",
    "ising": "izing",
    "learnt": "learned",
}
SHORT = {"backpropagation": "backprop"}
BRITISH = re.compile("|".join(sorted(SPELLINGS, key=len, reverse=True)))


class English(SearchEnglish):
    """English whose index has a second spelling of some words."""

    def split(self, input):
        """Return the words of a text, and after each its other spelling, if it has one."""
        words = []
        for word in map(str.lower, super().split(input)):
            american = BRITISH.sub(lambda found: SPELLINGS[found[0]], word)
            words += dict.fromkeys([word, american, SHORT.get(word, word)])
        return words


def name_exercises(app, doctree):
    """Put the number of each exercise of a lesson into the index, where its section begins."""
    if not app.env.docname.startswith("lessons/"):
        return
    for section in doctree.findall(nodes.section):
        if found := EXERCISE.match(section[0].astext()):
            said = (found[1], f"exercise {found[1]}")
            entries = [("single", words, section["ids"][0], "main", None) for words in said]
            section.insert(1, addnodes.index(entries=entries))


def remember_index(app, exception):
    """Store the environment once more. Sphinx stores it before it fills the search index."""
    if exception is None and getattr(app.builder, "indexer", None):
        content = pickle.dumps(app.env, pickle.HIGHEST_PROTOCOL)
        Path(app.doctreedir, ENV_PICKLE_FILENAME).write_bytes(content)


def setup(app):
    app.add_search_language(English)
    app.connect("doctree-read", name_exercises)
    app.connect("build-finished", remember_index, priority=300)  # book_build.py may delete it
    return {"parallel_read_safe": True, "parallel_write_safe": True, "version": "1"}
