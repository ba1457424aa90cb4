"""The diagnosis names mistakes by behaviour; every declared exercise can tell its mistakes apart."""

import pytest

from lib.course.checks import exercises
from lib.course.diagnosis import EXERCISES, collisions

for day in range(1, 10):
    exercises(day)


@pytest.mark.parametrize("number", sorted(EXERCISES))
def test_no_two_declared_mistakes_do_the_same_on_all_cases(number):
    assert not collisions(EXERCISES[number])
