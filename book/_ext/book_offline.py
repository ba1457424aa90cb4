"""Keep the built book whole without a network, opened from a folder or a server."""

# Read by searchtools.js: a page opened from a folder may not fetch the texts of
# the pages it found, so its results are shown as titles alone.
TITLES_ONLY_FROM_A_FOLDER = (
    'if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;'
)

# The theme learns the system's choice of light or dark only when its script has
# loaded; asked here, in the head of the page, the first paint is the right one.
RIGHT_COLOURS_AT_ONCE = (
    'if (document.documentElement.dataset.theme === "auto") document.documentElement.dataset.theme'
    ' = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";'
)


def drop_thebe(app, pagename, templatename, context, doctree):
    """Leave out the scripts that would fetch a live kernel from another host."""

    def is_thebe(script):
        name = str(getattr(script, "filename", None) or "")
        body = getattr(script, "attributes", {}).get("body") or ""
        return "thebe" in name or "THEBE_JS_URL" in body

    for kind in ("script_files", "css_files"):
        context[kind] = [file for file in context[kind] if not is_thebe(file)]


def setup(app):
    app.add_js_file(None, body=RIGHT_COLOURS_AT_ONCE, priority=0)
    app.add_js_file(None, body=TITLES_ONLY_FROM_A_FOLDER)
    app.connect("html-page-context", drop_thebe, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "version": "1"}
