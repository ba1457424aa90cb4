"""What all tests need."""

import signal

import pytest

# A shell that starts the tests in the background tells them to ignore Ctrl-C, and every program
# started from here would inherit that; but the programs under test are to be stopped by it.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_unconfigure(config):
    """End with a line about the browser tests, if they were skipped."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    reasons = [report.longrepr[2] for report in skipped if isinstance(report.longrepr, tuple)]
    reasons = [reason.removeprefix("Skipped: ") for reason in reasons if "Chromium" in reason]
    if reasons:
        reporter.write_line(f"{len(reasons)} browser tests were skipped: {reasons[0]}")


@pytest.fixture(scope="module")
def launch():
    """A function that starts a browser, with more flags than usual if they are given."""
    from playwright.sync_api import sync_playwright

    from test_browser import FLAGS, find_chromium

    with sync_playwright() as playwright:
        yield lambda *flags: playwright.chromium.launch(
            executable_path=find_chromium(), args=[*FLAGS, *flags]
        )


@pytest.fixture(scope="module")
def chromium(launch):
    """A browser for pages that are not in the book."""
    browser = launch()
    yield browser
    browser.close()
