"""The diagnosis names mistakes by behaviour, and every exercise can tell its mistakes apart."""

import sys
import threading
import time

import numpy as np
import pytest

from lib.course import case, hint
from lib.course.checks import exercises, judge, mistakes
from lib.course.diagnosis import EXERCISES, Case, Wrong, collisions, declare, run

for day in (*range(1, 11), "C"):
    exercises(day)
DECLARED = sorted(EXERCISES)


def two_matrices(rng):
    for n in (4, 4, 6):
        yield Case((rng.normal(size=(n, 3)), rng.normal(size=(3, 5)), 0.5 + rng.random()))
    yield Case(
        (rng.normal(size=(3, 3)), rng.normal(size=(3, 3)), 2.0), "A and B are square", "and?"
    )


def scaled(A, B, scale=1.0):
    return A @ B * scale


@pytest.fixture(scope="module", autouse=True)
def product():
    """An exercise of nothing but the general diagnosis."""
    declare("0.2", "scaled", scaled, two_matrices, shapes={"A": ("N", "K"), "B": ("K", "M")},
            outputs=("the product",), hints=("first?", "second?", "third?"))  # fmt: skip
    yield
    del EXERCISES["0.2"]


@pytest.mark.parametrize("number", DECLARED)
def test_no_two_declared_mistakes_do_the_same_on_all_cases(number):
    assert not collisions(EXERCISES[number])


@pytest.mark.parametrize("number", DECLARED)
def test_every_declared_mistake_is_named_by_its_own_sentence(number):
    exercise = EXERCISES[number]
    for wrong in exercise.wrong:
        alone = wrong.of and not exercise.run
        answers = [in_place_of(exercise, wrong.of, a) if alone else a for a in wrong.answers]
        verdicts = [judge(number, answer) for answer in answers]
        assert all(verdict.status == "❌" for verdict in verdicts), verdicts
        assert any(wrong.problem in verdict.problem for verdict in verdicts), verdicts


def in_place_of(exercise, output, wrong):
    k = exercise.outputs.index(output)

    def answer(*args):
        right = list(exercise.right(*args))
        right[k] = wrong(*args)
        return tuple(right)

    return answer


@pytest.mark.parametrize("number", DECLARED)
def test_the_right_answer_is_accepted_and_its_cases_keep_their_shape(number):
    exercise = EXERCISES[number]
    assert judge(number, exercise.right).status == "✅"
    plain = [c for c in exercise.given if not c.when and c.run is None]
    if exercise.names and len(plain) > 1 and set(exercise.names) - set(exercise.fixed):
        assert exercise.exchanged, "no two neighbours among the plain cases have the same shapes"


@pytest.mark.parametrize("number", DECLARED)
def test_neither_hints_nor_mistakes_hold_the_line_of_the_solution(number):
    assert all(text.strip() for text in EXERCISES[number].hints)
    assert len({m.problem for m in mistakes(number)}) == len(mistakes(number))


def changes_its_input(A, B, scale=1.0):
    A *= scale
    return A @ B


def changes_a_copy(A, B, scale=1.0):
    A = A * scale
    return (A @ B).tolist()


memory = []


def adds_up(A, B, scale=1.0):
    memory.append(0)
    return A @ B * scale + len(memory) - 1


def leaves(A, B, scale=1.0):
    sys.exit("bye")


def asserts(A, B, scale=1.0):
    assert A.shape == (1, 1), "not for me"


def falls_through(A, B, scale=1.0):
    if len(A) == 4:
        return A @ B * scale


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda A, B, scale=1.0: (A @ B * scale).T, "the result is transposed"),
        (lambda A, B, scale=1.0: A @ B, "scale has no effect"),
        (lambda A, B, scale=1.0: scaled(A, B, scale) / len(A), "4 times too small where N is 4"),
        (lambda A, B, scale=1.0: -scaled(A, B, scale), "every sign is turned"),
        (lambda A, B, scale=1.0: 3 * scaled(A, B, scale), "3 times too large, in every case"),
        (lambda A, B, scale=1.0: scaled(A, B, scale)[:, None], "axis of length 1 is left over"),
        (lambda A, B, scale=1.0: (scaled(A, B, scale), A), "number 1 is right"),
        (lambda A, B, scale=1.0: (scaled(A, B, scale),), "a tuple of one came back"),
        (lambda A, B, scale=1.0: np.full((len(A), B.shape[1]), 7.0), "every number is 7"),
        (lambda A, B, scale=1.0: scaled(A, B, scale)[0], "only the first entry of axis 0"),
        (lambda A, B, scale=1.0: scaled(A, B, scale).sum(1), "the sum along axis 1"),
        (lambda A, B, scale=1.0: (A @ B * scale).T.reshape(len(A), -1), "as if a reshape"),
        (lambda A, B, scale=1.0: scaled(np.vstack([A[:-1], 0 * A[:1]]), B, scale),
         "the last row of A is left out"),
        (lambda A, B, scale=1.0: scaled(A, B, scale**2), "times too large where scale is"),
        (lambda B, A, scale=1.0: A @ B * scale, "in the order B, A, scale"),
        (lambda A, B, scale=1.0: A @ B.T * scale,
         "an axis of length 3 meets one of length 5 (A has shape (4, 3); B.T has shape (5, 3))"),
        (lambda A, B, scale=1.0: A + B, "A has shape (4, 3); B has shape (3, 5)"),
        (lambda A, B, scale=1.0: A ^ 2, "`^` is not a power"),
        (lambda A, B: A @ B, "could not be called with (A, B, scale)"),
        (lambda A, B, scale=1.0: np.where(A.shape == B.shape, np.nan, A @ B * scale),
         "only wrong when A and B are square: the product[0, 0] is nan"),
        (changes_its_input, "changed A (12 of its 12 numbers)"),
        (adds_up, "the first call is right; the same call, later"),
        (leaves, "asked Python to exit"),
        (asserts, "an assertion of your own failed"),
        (falls_through, "the product is None"),
        (lambda A, B, scale=1.0: A.dott(B), "AttributeError in `A.dott`"),
        (7, "there is no function to call"),
    ],
)  # fmt: skip
def test_the_general_diagnosis_names_what_was_done(answer, words):
    verdict = judge("0.2", answer)
    assert verdict.status == "❌" and words in verdict.line, verdict.line


@pytest.mark.parametrize(
    "answer",
    [scaled, changes_a_copy, lambda A, B, scale=1.0: np.einsum("ij,jk->ik", A, B) * scale],
)
def test_right_answers_of_any_type_are_accepted(answer):
    assert judge("0.2", answer).status == "✅"


def split_into_lists(y, test_share, rng):
    return [part.tolist() for part in EXERCISES["2.3"].right(y, test_share, rng)]


@pytest.mark.parametrize(
    ("number", "answer"),
    [
        ("1.2", [[28, 28], [10000, 28], [1, 28, 28], [28, 28], [10000, 784], [10000]]),
        ("2.1", [500, 32, 24]),
        ("2.3", split_into_lists),
        ("3.2", lambda *args: list(map(np.float32, EXERCISES["3.2"].right(*args)))),
        ("3.5", lambda X, dZ: [(X.T @ dZ).tolist(), list(dZ.sum(axis=0))]),
        ("3.6", lambda losses, patience: [np.bool_(len(losses) - np.argmin(losses) > patience),
                                          np.argmin(losses)]),
        ("4.6", lambda: [[[1, 1], [1, 1]], [0, -1], [[1, -2]], [-0.5]]),
    ],
)  # fmt: skip
def test_lists_are_taken_for_tuples_and_numpy_scalars_for_numbers(number, answer):
    assert judge(number, answer).status == "✅"


def block_of_neighbours(y, test_share, rng):
    train, test = [], []
    for k in np.unique(y):
        rows = np.flatnonzero(y == k)
        rows, cut = np.roll(rows, rng.integers(len(rows))), round(test_share * len(rows))
        test.append(rows[:cut])
        train.append(rows[cut:])
    return np.concatenate(train), np.concatenate(test)


class ItsOwnIterator(EXERCISES["2.6"].right):
    walk = None

    def __iter__(self):
        self.walk = self.walk or super().__iter__()
        return self

    def __next__(self):
        try:
            return next(self.walk)
        except StopIteration:
            self.walk = None
            raise


class HasNoParams:
    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, grad_output):
        return grad_output * (self.x > 0)


class SpoilsItsMemory(HasNoParams):
    params = ()

    def backward(self, grad_output):
        self.x[:] = self.x > 0
        return grad_output * self.x


@pytest.mark.parametrize(
    ("number", "answer", "words"),
    [
        ("2.3", block_of_neighbours, "always lie at the same distances"),
        ("2.6", ItsOwnIterator, "in a walk after one that was broken off"),
        ("4.5", HasNoParams, "only wrong when the optimiser asks for `params`"),
        ("4.5", SpoilsItsMemory, "backward changed x"),
    ],
)
def test_what_used_to_be_accepted_is_named(number, answer, words):
    verdict = judge(number, answer)
    assert verdict.status == "❌" and words in verdict.line, verdict.line


def endless(A, B, scale=1.0):
    while True:
        pass


def endless_and_deaf(A, B, scale=1.0):
    while True:
        try:
            time.sleep(0.01)
        except BaseException:
            scale += 1
            if scale > 4:
                raise


@pytest.mark.parametrize("answer", [endless, endless_and_deaf])
@pytest.mark.parametrize("other_thread", [False, True])
def test_a_loop_without_end_is_stopped_in_any_thread(monkeypatch, answer, other_thread):
    monkeypatch.setattr(run, "SECONDS", 0.2)
    lines, start = [], time.monotonic()
    if other_thread:
        thread = threading.Thread(target=lambda: lines.append(judge("0.2", answer).line))
        thread.start()
        thread.join()
    else:
        lines.append(judge("0.2", answer).line)
    assert "still running" in lines[0]
    assert time.monotonic() - start < 5
    time.sleep(0.5)  # and nothing arrives late
    assert judge("0.2", scaled).status == "✅"


def test_an_answer_prints_once(capsys):
    judge("0.2", lambda A, B, scale=1.0: print("here") or A @ B * scale)
    assert capsys.readouterr().out == "here\n"


def test_an_error_of_the_check_itself_is_not_blamed_on_the_reader(monkeypatch):
    monkeypatch.setattr("lib.course.diagnosis.decision.by_name", lambda *args: 1 / 0)
    verdict = judge("0.2", lambda A, B, scale=1.0: A)
    assert verdict.status == "❓" and "not your fault" in verdict.line


def test_an_interrupt_by_the_reader_is_not_swallowed():
    def interrupted(A, B, scale=1.0):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judge("0.2", interrupted)


def test_a_case_is_handed_over_by_name_and_is_the_readers_own():
    judge("0.2", lambda A, B, scale=1.0: A @ B * scale + (A.shape == B.shape))
    failed = case("0.2")
    assert failed.A.shape == failed.B.shape == (3, 3) and failed.scale == 2.0
    failed[0][:] = 0
    assert case("0.2").A.any()
    judge("0.2", scaled)
    assert case("0.2").A.shape == (4, 3)


def test_hints_come_one_after_the_other_and_the_last_one_stays(capsys):
    for _ in range(4):
        hint("0.2")
    said = capsys.readouterr().out.splitlines()
    assert [line[-6:] for line in said[:4]] == ["first?", "econd?", "third?", "third?"]
    assert "last hint" in said[4]
    hint("0.99")
    assert "no exercise 0.99" in capsys.readouterr().out


def test_declared_mistakes_that_collide_are_found():
    wrong = [
        Wrong("one", "?", lambda A, B, scale=1.0: A @ B),
        Wrong("two", "?", lambda A, B, scale=1.0: A @ (1.0 * B)),
        Wrong("three", "?", scaled),
    ]
    declare("0.3", "scaled", scaled, two_matrices, wrong, hints=("a", "b"))
    found = collisions(EXERCISES.pop("0.3"))
    assert found == [("two", "one"), ("three", "the right answer")]


def test_two_declarations_cannot_share_a_number():
    with pytest.raises(ValueError, match="declared twice"):
        declare("0.2", "again", scaled, two_matrices, hints=("a", "b"))
