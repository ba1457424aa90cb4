"""A claim is held or raises, and what differs between machines is where the tests blank it."""

import re
from pathlib import Path

import pytest

from lib.course.claims import ClaimError, about, claim, measured, timed
from lib.course.guesses import guess, outcome


def blanked(text):
    """Do to a line what nbval does, with the very expressions it is given."""
    settings = (Path(__file__).parent / "outputs.cfg").read_text(encoding="utf-8")
    for regex, replace in re.findall(r"regex: (.*)\nreplace: (.*)", settings):
        text = re.sub(regex, replace, text)
    return text


def test_a_kept_promise_is_printed_with_what_was_measured(capsys):
    claim("test accuracy", 0.98934, at_least=0.985)
    assert capsys.readouterr().out == "✓ test accuracy ≥ 98.5 % (measured 98.93 %)\n"


def test_both_bounds_and_a_unit_are_printed(capsys):
    claim("speed-up", 42.0, at_least=10, at_most=100, unit="×")
    assert capsys.readouterr().out == "✓ speed-up ≥ 10 × and ≤ 100 × (measured 42 ×)\n"


@pytest.mark.parametrize("value", [0.91, float("nan"), float("-inf")])
def test_a_broken_promise_raises_and_names_both_numbers(value):
    with pytest.raises(ClaimError, match=r"test accuracy ≥ 92 % is broken: measured"):
        claim("test accuracy", value, at_least=0.92)


def test_an_upper_bound_can_be_broken():
    with pytest.raises(ClaimError, match=r"≤ 0\.1"):
        claim("loss", 0.2, at_most=0.1)


def test_a_claim_without_a_bound_is_refused():
    with pytest.raises(ValueError, match="promises nothing"):
        claim("loss", 0.2)


def test_two_machines_that_measure_differently_print_the_same_once_blanked(capsys):
    claim("test accuracy", 0.93, at_least=0.92)
    claim("test accuracy", 0.94, at_least=0.92)
    first, second = capsys.readouterr().out.splitlines()
    assert first != second and blanked(first) == blanked(second)


def test_a_different_promise_stays_different_once_blanked(capsys):
    claim("test accuracy", 0.93, at_least=0.92)
    claim("test accuracy", 0.93, at_least=0.91)
    first, second = capsys.readouterr().out.splitlines()
    assert blanked(first) != blanked(second)


def test_a_column_of_measured_numbers_is_the_same_once_blanked_however_wide_they_are():
    rows = [f"loss {about(value, '.4g'):>12} 1998" for value in (0.1, 123.4, 1.2e-9, float("nan"))]
    assert len({len(row) for row in rows}) == 1
    assert {blanked(row) for row in rows} == {"loss≈ 1998"}


def test_a_measured_text_may_not_hold_the_sign_that_ends_it():
    with pytest.raises(ValueError, match=r"leave out the '\)'"):
        measured("3 (three)")


def test_a_time_is_returned_in_seconds_and_printed_where_it_is_blanked(capsys):
    seconds = timed("a sum", lambda: sum(range(1000)), repeats=3)
    line = capsys.readouterr().out
    assert 0 < seconds < 1
    assert blanked(line) == "a sum (measured)\n"


def test_a_guess_is_shown_next_to_the_result_and_without_one_nothing_stops(capsys):
    outcome("0.a", 287.4, "×")
    guess("0.a", 10)
    outcome("0.a", 287.4, "×")
    guess("0.a", ...)
    outcome("0.a", 287.4, "×")
    before, kept, with_guess, dots, after = capsys.readouterr().out.splitlines()
    assert before == after == "✎ 0.a no guess; it is (measured 287 ×)"
    assert kept == "✎ 0.a your guess is 10"
    assert with_guess == "✎ 0.a you guessed 10 ×; it is (measured 287 ×)"
    assert "three dots" in dots


def test_an_outcome_that_is_the_same_everywhere_has_no_bracket_and_is_compared(capsys):
    outcome("0.a", 94.9, "%", exact=True)
    outcome("0.a", 94.9, "%")
    exact, not_exact = capsys.readouterr().out.splitlines()
    assert blanked(exact) == exact == "✎ 0.a no guess; it is 94.9 %"
    assert blanked(not_exact) == "✎ 0.a no guess; it is (measured)"
