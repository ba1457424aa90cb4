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


def drop_thebe(app, config):
    """Silence the extension that would fetch a live kernel from another host."""
    for listeners in app.events.listeners.values():
        for listener in list(listeners):
            if listener.handler.__module__.startswith("sphinx_thebe"):
                app.disconnect(listener.id)


def drop_thebe_style(app, pagename, templatename, context, doctree):
    context["css_files"] = [
        file for file in context["css_files"] if "thebe" not in str(file.filename)
    ]


def name_the_arrows(app, pagename, templatename, context, doctree):
    """Give the arrows that unfold a part of the menu a name for those who hear the page."""
    generate = context.get("generate_toctree_html")
    if generate is None:
        return

    def named(*args, **kwargs):
        html = generate(*args, **kwargs)
        return str(html).replace("<summary>", '<summary aria-label="Pages beneath this one">')

    context["generate_toctree_html"] = named


def setup(app):
    app.add_js_file(None, body=RIGHT_COLOURS_AT_ONCE, priority=0)
    app.add_js_file(None, body=TITLES_ONLY_FROM_A_FOLDER)
    app.connect("config-inited", drop_thebe)
    app.connect("html-page-context", drop_thebe_style, priority=900)
    app.connect("html-page-context", name_the_arrows, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "version": "2"}
