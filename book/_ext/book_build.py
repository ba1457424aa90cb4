"""Leave a trace of a good build, and let no warning be forgotten by the next one."""

import hashlib
from pathlib import Path


def leave_trace(app, exception):
    """Write ``.built``; its age tells the tests whether the pages are up to date.

    Sphinx builds again only what changed, so a page that gave a warning would pass in silence
    the second time. After a warning its memory is deleted: the next build reads every page.
    """
    stamp = Path(app.outdir, ".built")
    if exception is None and app._warncount == 0:
        stamp.write_text("This folder is made by `make book`.\n", encoding="utf-8")
    else:
        stamp.unlink(missing_ok=True)
        Path(app.doctreedir, "environment.pickle").unlink(missing_ok=True)


def forget_what_was_killed(app):
    """Read and write every page again if the last build left no trace: it may have died half-way.

    Sphinx tells a page that is to be written again by its age, and half a page is as young as a
    whole one. The trace is taken away until this build is done.
    """
    stamp = Path(app.outdir, ".built")
    if not stamp.exists():
        Path(app.doctreedir, "environment.pickle").unlink(missing_ok=True)
    stamp.unlink(missing_ok=True)


def digest():
    """Return a fingerprint of these extensions: when it changes, every page is built again."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()


def setup(app):
    app.add_config_value("book_extensions", digest(), "env")
    forget_what_was_killed(app)  # here, before Sphinx remembers
    app.connect("build-finished", leave_trace)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "version": "1"}
