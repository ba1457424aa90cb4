"""What a reader's hands do on a page: strokes by mouse and by finger."""

SEVEN = [(0.25, 0.2), (0.5, 0.19), (0.74, 0.2), (0.62, 0.4), (0.5, 0.61), (0.42, 0.82)]
HOUSE = [(0.2, 0.9), (0.2, 0.45), (0.5, 0.1), (0.8, 0.45), (0.8, 0.9), (0.2, 0.9), (0.8, 0.45)]
ONE = [(0.5, 0.2), (0.5, 0.4), (0.5, 0.6), (0.5, 0.8)]


def open_file(tab, path):
    """Open a page that answers, and wait until it does: some have weights to unpack first."""
    tab.goto(path.as_uri())
    tab.locator("body:not([inert])").wait_for(state="attached")


def places(tab, points, selector="#pad"):
    """Return points of a canvas, given as shares of its size, in pixels of the window."""
    tab.locator(selector).scroll_into_view_if_needed()
    box = tab.locator(selector).bounding_box()
    return [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]


def draw(tab, points, selector="#pad"):
    """Draw a stroke on the pad, or drag over another element, with the mouse."""
    first, *others = places(tab, points, selector)
    tab.mouse.move(*first)
    tab.mouse.down()
    for point in others:
        tab.mouse.move(*point, steps=4)
    tab.mouse.up()


def draw_with_a_finger(tab, points, selector="#pad"):
    """Draw a stroke on the pad, or drag over another element, of a touch screen."""
    session = tab.context.new_cdp_session(tab)
    kinds = ["touchStart", *["touchMove"] * (len(points) - 1)]
    for kind, (x, y) in zip(kinds, places(tab, points, selector), strict=True):
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
