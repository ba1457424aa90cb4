"""Answers to the exercises of day 10, written from the lesson alone."""

import numpy as np

from wrong_answers import right, wrong

# 10.1


@wrong("10.1", "does not remember where it has been: shared values come twice")
def no_memory(last):
    values = []
    for parent in last.parents:
        values += no_memory(parent)
    return [*values, last]


@wrong("10.1", "appends a value before its parents")
def before_parents(last):
    values, seen = [], set()

    def visit(value):
        if value in seen:
            return
        seen.add(value)
        values.append(value)
        for parent in value.parents:
            visit(parent)

    visit(last)
    return values


@wrong("10.1", "reverses the order at the end")
def reversed_at_the_end(last):
    values, seen = [], set()

    def visit(value):
        if value in seen:
            return
        seen.add(value)
        for parent in value.parents:
            visit(parent)
        values.append(value)

    visit(last)
    return values[::-1]


@wrong("10.1", "breadth first, then reversed: a value used near the end and near the start is late")
def breadth_first(last):
    values, waiting = [], [last]
    while waiting:
        value = waiting.pop(0)
        if value not in values:
            values.append(value)
            waiting += value.parents
    return values[::-1]


@wrong("10.1", "leaves out last")
def without_last(last):
    values = []

    def visit(value):
        for parent in value.parents:
            if parent not in values:
                visit(parent)
                values.append(parent)

    visit(last)
    return values


@wrong("10.1", "leaves out the values without parents")
def without_inputs(last):
    values = []

    def visit(value):
        if value.parents and value not in values:
            for parent in value.parents:
                visit(parent)
            values.append(value)

    visit(last)
    return values


@wrong("10.1", "only the direct parents")
def direct_parents(last):
    return [*last.parents, last]


@wrong("10.1", "collects the numbers, not the values")
def numbers(last):
    values, seen = [], set()

    def visit(value):
        if value not in seen:
            seen.add(value)
            for parent in value.parents:
                visit(parent)
            values.append(value.data)

    visit(last)
    return values


@wrong("10.1", "takes values out of the list only at the end: every way is walked")
def late_memory(last):
    def walk(value):
        found = []
        for parent in value.parents:
            found += walk(parent)
        return [*found, value]

    return list(dict.fromkeys(walk(last)))


@wrong("10.1", "follows the first parent only")
def first_parent(last):
    values = [last]
    while values[0].parents:
        values.insert(0, values[0].parents[0])
    return values


@wrong("10.1", "keeps what it has seen in the default argument, from one call to the next")
def remembers(last, seen=set(), values=None):
    values = [] if values is None else values
    if last not in seen:
        seen.add(last)
        for parent in last.parents:
            remembers(parent, seen, values)
        values.append(last)
    return values


@wrong("10.1", "returns a set")
def as_a_set(last):
    seen = set()

    def visit(value):
        if value not in seen:
            seen.add(value)
            for parent in value.parents:
                visit(parent)

    visit(last)
    return seen


@wrong("10.1", "forgets to return the list")
def no_return(last):
    values, seen = [], set()

    def visit(value):
        if value not in seen:
            seen.add(value)
            for parent in value.parents:
                visit(parent)
            values.append(value)

    visit(last)


@wrong("10.1", "remembers numbers instead of values: two values with the same number are one")
def by_number(last):
    values, seen = [], set()

    def visit(value):
        if value.data not in seen:
            seen.add(value.data)
            for parent in value.parents:
                visit(parent)
            values.append(value)

    visit(last)
    return values


@right("10.1")
def inner_function(last):
    values, seen = [], set()

    def visit(value):
        if value in seen:
            return
        seen.add(value)
        for parent in value.parents:
            visit(parent)
        values.append(value)

    visit(last)
    return values


@right("10.1")
def with_arguments(last, values=None):
    values = [] if values is None else values
    for parent in last.parents:
        if parent not in values:
            with_arguments(parent, values)
    if last not in values:
        values.append(last)
    return values


@right("10.1")
def with_a_stack(last):
    values, seen, stack = [], {last}, [(last, iter(last.parents))]
    while stack:
        value, parents = stack[-1]
        for parent in parents:
            if parent not in seen:
                seen.add(parent)
                stack.append((parent, iter(parent.parents)))
                break
        else:
            values.append(value)
            stack.pop()
    return values


@wrong("10.1", "depth first, each value before its parents, then reversed: shared values come late")
def depth_first_reversed(last):
    values, stack = [], [last]
    while stack:
        value = stack.pop()
        if value not in values:
            values.append(value)
            stack += value.parents
    return values[::-1]


@wrong("10.1", "throws away what the recursive calls return")
def result_thrown_away(last):
    values = []
    for parent in last.parents:
        if parent not in values:
            result_thrown_away(parent)
    values.append(last)
    return values


@wrong("10.1", "moves a value to the end when it is met again, behind what needs it")
def moved_to_the_end(last):
    values = []

    def visit(value):
        if value in values:
            values.remove(value)
        else:
            for parent in value.parents:
                visit(parent)
        values.append(value)

    visit(last)
    return values


@wrong("10.1", "returns a generator, not a list")
def one_by_one(last, seen=None):
    seen = [] if seen is None else seen
    if last not in seen:
        seen.append(last)
        for parent in last.parents:
            yield from one_by_one(parent, seen)
        yield last


@right("10.1")
def by_counting(last):
    uses, waiting = {last: 0}, [last]
    while waiting:  # how often is each value used?
        for parent in waiting.pop().parents:
            if parent not in uses:
                uses[parent] = 0
                waiting.append(parent)
            uses[parent] += 1
    values, ready = [], [last]
    while ready:  # from right to left: a value is ready when all its users are in
        values.append(ready.pop())
        for parent in values[-1].parents:
            uses[parent] -= 1
            if uses[parent] == 0:
                ready.append(parent)
    return values[::-1]


# 10.2


@wrong("10.2", "takes the mean")
def mean(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.mean(axis=0)
    for axis, n in enumerate(shape):
        if n == 1:
            grad = grad.mean(axis=axis, keepdims=True)
    return grad


@wrong("10.2", "only sums the axes that are missing")
def missing_axes(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    return grad


@wrong("10.2", "only sums the axes of length 1")
def length_one(grad, shape):
    for axis, n in enumerate(shape):
        if n == 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad


@wrong("10.2", "keepdims is missing: axes of length 1 disappear")
def no_keepdims(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for axis, n in reversed(list(enumerate(shape))):
        if n == 1:
            grad = grad.sum(axis=axis)
    return grad


@wrong("10.2", "always sums axis 0")
def axis_zero(grad, shape):
    return grad.sum(axis=0)


@wrong("10.2", "sums axis 1")
def axis_one(grad, shape):
    return grad.sum(axis=1)


@wrong("10.2", "reshapes instead of summing")
def reshaped(grad, shape):
    return grad.reshape(shape)


@wrong("10.2", "takes the first row")
def first(grad, shape):
    while grad.ndim > len(shape):
        grad = grad[0]
    return grad[tuple(slice(0, n) for n in shape)]


@wrong("10.2", "broadcasts forwards again")
def broadcast_again(grad, shape):
    return np.broadcast_to(grad, np.broadcast_shapes(grad.shape, shape))


@wrong("10.2", "sums everything")
def all_summed(grad, shape):
    return grad.sum()


@wrong("10.2", "sums everything into every entry")
def everywhere(grad, shape):
    return np.full(shape, grad.sum())


@wrong("10.2", "the missing axes are taken from the end")
def from_the_end(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=-1)
    for axis, n in enumerate(shape):
        if n == 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad


@wrong("10.2", "keeps the summed axis with length 1")
def axis_kept(grad, shape):
    return grad.sum(axis=tuple(range(grad.ndim - len(shape))), keepdims=True)


@wrong("10.2", "divides the sum by the number of rows")
def divided(grad, shape):
    n = len(grad)
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for axis, m in enumerate(shape):
        if m == 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad / n


@right("10.2")
def in_two_loops(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for axis, n in enumerate(shape):
        if n == 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad


@right("10.2")
def padded_shape(grad, shape):
    padded = (1,) * (grad.ndim - len(shape)) + tuple(shape)
    axes = tuple(i for i, (n, m) in enumerate(zip(grad.shape, padded)) if m == 1 and n > 1)
    return grad.sum(axis=axes, keepdims=True).reshape(shape)


@right("10.2")
def entry_by_entry(grad, shape):
    total = np.zeros(shape)
    for place in np.ndindex(grad.shape):
        place_in_a = place[len(place) - len(shape) :]
        total[tuple(0 if n == 1 else i for i, n in zip(place_in_a, shape))] += grad[place]
    return total


@wrong("10.2", "looks for the axes of length 1 before the new axes in front are gone")
def stretched_first(grad, shape):
    for axis, n in enumerate(shape):
        if n == 1:
            grad = grad.sum(axis=axis, keepdims=True)
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    return grad


@wrong("10.2", "sums only the first axis of length 1")
def first_one_only(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    if 1 in shape:
        grad = grad.sum(axis=shape.index(1), keepdims=True)
    return grad


@wrong("10.2", "looks for the 1 in the shape of the gradient, where it has been stretched")
def ones_of_the_gradient(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for axis, n in enumerate(grad.shape):
        if n == 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad


@wrong("10.2", "np.resize: keeps the first entries and drops the rest")
def resized(grad, shape):
    return np.resize(grad, shape)


@right("10.2")
def by_numbered_entries(grad, shape):
    size = np.prod(shape, dtype=int)
    went_to = np.broadcast_to(np.arange(size).reshape(shape), grad.shape)
    return np.bincount(went_to.ravel(), grad.ravel(), minlength=size).reshape(shape)


# 10.3


def chances(N, n):
    later = ((N - np.arange(N + 1)) / N) ** n
    return later[:-1] - later[1:]


@wrong("10.3", "does not sort the errors")
def unsorted(errors, n):
    return chances(len(errors), n) @ errors


@wrong("10.3", "sorts from the largest down: the expected worst")
def worst_first(errors, n):
    return chances(len(errors), n) @ np.sort(errors)[::-1]


@wrong("10.3", "the smallest error, whatever n")
def smallest(errors, n):
    return errors.min()


@wrong("10.3", "the mean of all errors, whatever n")
def mean_of_all(errors, n):
    return errors.mean()


@wrong("10.3", "the best of the first n tries")
def first_tries(errors, n):
    return errors[:n].min()


@wrong("10.3", "uses P(this or a later one) as the probability of this one")
def no_difference(errors, n):
    N = len(errors)
    return (((N - np.arange(N)) / N) ** n) @ np.sort(errors)


@wrong("10.3", "the difference the wrong way round: negative probabilities")
def negative(errors, n):
    return -(chances(len(errors), n) @ np.sort(errors))


@wrong("10.3", "the mean of the n smallest")
def n_smallest(errors, n):
    return np.sort(errors)[:n].mean()


@wrong("10.3", "forgets the power n")
def no_power(errors, n):
    N = len(errors)
    later = (N - np.arange(N + 1)) / N
    return (later[:-1] - later[1:]) @ np.sort(errors)


@wrong("10.3", "draws without putting back")
def not_put_back(errors, n):
    e, N = np.sort(errors), len(errors)
    later = [1.0]
    for i in range(N):
        p = 1.0
        for k in range(n):
            p *= max(N - i - 1 - k, 0) / (N - k) if N > k else 0
        later.append(p)
    later = np.array(later)
    return (later[:-1] - later[1:]) @ e


@wrong("10.3", "sorts the reader's array in place")
def in_place(errors, n):
    errors.sort()
    return chances(len(errors), n) @ errors


@wrong("10.3", "n times instead of to the power of n")
def times_n(errors, n):
    N = len(errors)
    later = (N - np.arange(N + 1)) / N * n
    return (later[:-1] - later[1:]) @ np.sort(errors)


@right("10.3")
def in_one_line(errors, n):
    return float(chances(len(errors), n) @ np.sort(errors))


@right("10.3")
def with_a_loop(errors, n):
    e, N, total = sorted(errors), len(errors), 0.0
    for i in range(N):
        total += (((N - i) / N) ** n - ((N - i - 1) / N) ** n) * e[i]
    return total


@right("10.3")
def by_steps_up(errors, n):
    e, N = np.sort(errors), len(errors)
    rises = np.diff(e, prepend=0)  # the expected best is the sum of P(best is at least e(i)) rises
    return np.sum(rises * ((N - np.arange(N)) / N) ** n)


@wrong("10.3", "simulates it: draws a thousand times, and is near but not exact")
def simulated(errors, n):
    rng = np.random.default_rng(0)
    return rng.choice(errors, size=(1000, n)).min(axis=1).mean()


@wrong("10.3", "uses the density of the smallest of n, which holds for continuous numbers")
def by_density(errors, n):
    e, N = np.sort(errors), len(errors)
    return np.sum(n / N * ((N - np.arange(N)) / N) ** (n - 1) * e)


@wrong("10.3", "counts the errors from 1")
def counted_from_one(errors, n):
    e, N = np.sort(errors), len(errors)
    i = np.arange(1, N + 1)
    return np.sum((((N - i) / N) ** n - ((N - i - 1) / N) ** n) * e)


@wrong("10.3", "leaves out the last error, which has no next one")
def without_the_last(errors, n):
    e, N = np.sort(errors), len(errors)
    later = ((N - np.arange(N)) / N) ** n
    return np.sum((later[:-1] - later[1:]) * e[:-1])


@right("10.3")
def steps_from_the_smallest(errors, n):
    e, N = np.sort(errors), len(errors)
    return e[0] + sum((e[i] - e[i - 1]) * ((N - i) / N) ** n for i in range(1, N))


# 10.4


def scores_gradient(u, temperature, partner=None, hide=True):
    S = u @ u.T / temperature
    if hide:
        np.fill_diagonal(S, -np.inf)
    S = S - S.max(axis=1, keepdims=True)
    G = np.exp(S)
    G /= G.sum(axis=1, keepdims=True)
    rows = np.arange(len(u))
    G[rows, rows ^ 1 if partner is None else partner] -= 1
    return G / len(u)


@wrong("10.4", "only the rows of S: u_i as the view that asks")
def rows_only(u, temperature):
    return scores_gradient(u, temperature) @ u / temperature


@wrong("10.4", "only the columns of S")
def columns_only(u, temperature):
    return scores_gradient(u, temperature).T @ u / temperature


@wrong("10.4", "doubles the row's gradient, as if G were symmetric")
def twice_the_rows(u, temperature):
    return 2 * scores_gradient(u, temperature) @ u / temperature


@wrong("10.4", "forgets the temperature on the way back")
def no_temperature(u, temperature):
    G = scores_gradient(u, temperature)
    return (G + G.T) @ u


@wrong("10.4", "multiplies by the temperature")
def times_temperature(u, temperature):
    G = scores_gradient(u, temperature)
    return (G + G.T) @ u * temperature


@wrong("10.4", "lets a view choose itself")
def with_itself(u, temperature):
    G = scores_gradient(u, temperature, hide=False)
    return (G + G.T) @ u / temperature


@wrong("10.4", "puts 0 on the diagonal of S instead of minus infinity")
def zero_diagonal(u, temperature):
    S = u @ u.T / temperature
    np.fill_diagonal(S, 0)
    G = np.exp(S - S.max(axis=1, keepdims=True))
    G /= G.sum(axis=1, keepdims=True)
    rows = np.arange(len(u))
    G[rows, rows ^ 1] -= 1
    G /= len(u)
    return (G + G.T) @ u / temperature


@wrong("10.4", "takes the partner to be N rows away")
def half_away(u, temperature):
    n = len(u)
    G = scores_gradient(u, temperature, partner=(np.arange(n) + n // 2) % n)
    return (G + G.T) @ u / temperature


@wrong("10.4", "takes the partner to be the next row")
def next_row(u, temperature):
    n = len(u)
    G = scores_gradient(u, temperature, partner=(np.arange(n) + 1) % n)
    return (G + G.T) @ u / temperature


@wrong("10.4", "forgets the mean over the rows")
def no_mean(u, temperature):
    G = scores_gradient(u, temperature) * len(u)
    return (G + G.T) @ u / temperature


@wrong("10.4", "divides by N, the number of images")
def by_images(u, temperature):
    G = scores_gradient(u, temperature) * 2
    return (G + G.T) @ u / temperature


@wrong("10.4", "the sign is turned")
def turned(u, temperature):
    G = scores_gradient(u, temperature)
    return -(G + G.T) @ u / temperature


@wrong("10.4", "no largest score is taken away: overflow at a small temperature")
def overflows(u, temperature):
    S = np.exp(u @ u.T / temperature)
    np.fill_diagonal(S, 0)
    G = S / S.sum(axis=1, keepdims=True)
    rows = np.arange(len(u))
    G[rows, rows ^ 1] -= 1
    G /= len(u)
    return (G + G.T) @ u / temperature


@right("10.4")
def both_places(u, temperature):
    G = scores_gradient(u, temperature)
    return (G + G.T) @ u / temperature


@right("10.4")
def in_two_terms(u, temperature):
    G = scores_gradient(u, temperature)
    return (G @ u + G.T @ u) / temperature


@right("10.4")
def with_loops(u, temperature):
    G, dU = scores_gradient(u, temperature), np.zeros(u.shape)
    for i in range(len(u)):
        for j in range(len(u)):
            dU[i] += G[i, j] * u[j] / temperature
            dU[j] += G[i, j] * u[i] / temperature
    return dU


@right("10.4")  # S is symmetric: this is G transposed, and both halves are added
def softmax_of_columns(u, temperature):
    S = u @ u.T / temperature
    np.fill_diagonal(S, -np.inf)
    G = np.exp(S - S.max(axis=0))
    G /= G.sum(axis=0)
    rows = np.arange(len(u))
    G[rows, rows ^ 1] -= 1
    G /= len(u)
    return (G @ u + G.T @ u) / temperature


@wrong("10.4", "takes out the part along u, which is the step after this one")
def along_u_taken_out(u, temperature):
    G = scores_gradient(u, temperature)
    g = (G + G.T) @ u / temperature
    return g - u * (u * g).sum(axis=1, keepdims=True)


@wrong("10.4", "deletes the diagonal after the softmax: it is still in the sum")
def diagonal_deleted_late(u, temperature):
    S = u @ u.T / temperature
    e = np.exp(S - S.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    np.fill_diagonal(p, 0)
    rows = np.arange(len(u))
    p[rows, rows ^ 1] -= 1
    G = p / len(u)
    return (G + G.T) @ u / temperature


@wrong("10.4", "stops at the gradient for the scores")
def for_the_scores(u, temperature):
    return scores_gradient(u, temperature)


@wrong("10.4", "forgets the partner: everything is pushed")
def pushes_only(u, temperature):
    S = u @ u.T / temperature
    np.fill_diagonal(S, -np.inf)
    G = np.exp(S - S.max(axis=1, keepdims=True))
    G /= G.sum(axis=1, keepdims=True) * len(u)
    return (G + G.T) @ u / temperature


@right("10.4")
def view_by_view(u, temperature):
    du = np.zeros_like(u)
    for i, mine in enumerate(u):
        others = np.delete(np.arange(len(u)), i)
        s = u[others] @ mine / temperature
        p = np.exp(s - s.max())
        p /= p.sum()
        p[others == i ^ 1] -= 1
        du[i] += p @ u[others]
        du[others] += np.outer(p, mine)
    return du / (len(u) * temperature)


# 10.5


@wrong("10.5", "sends x through last: backward_input belongs to the other picture")
def x_last(features, x_hat, x):
    f_hat = features(x_hat)
    f = features(x)
    return features.backward_input(2 * (f_hat - f) / f.size)


@wrong("10.5", "the 2 is missing")
def no_two(features, x_hat, x):
    f = features(x)
    f_hat = features(x_hat)
    return features.backward_input((f_hat - f) / f.size)


@wrong("10.5", "the mean is missing")
def a_sum(features, x_hat, x):
    f = features(x)
    f_hat = features(x_hat)
    return features.backward_input(2 * (f_hat - f))


@wrong("10.5", "divides by the number of pictures")
def by_pictures(features, x_hat, x):
    f = features(x)
    f_hat = features(x_hat)
    return features.backward_input(2 * (f_hat - f) / len(x))


@wrong("10.5", "divides by the number of pixels")
def by_pixels(features, x_hat, x):
    f = features(x)
    f_hat = features(x_hat)
    return features.backward_input(2 * (f_hat - f) / x.size)


@wrong("10.5", "the difference the wrong way round")
def other_way(features, x_hat, x):
    f = features(x)
    f_hat = features(x_hat)
    return features.backward_input(2 * (f - f_hat) / f.size)


@wrong("10.5", "calls backward: the weights get gradients")
def whole_backward(features, x_hat, x):
    f = features(x)
    f_hat = features(x_hat)
    return features.backward(2 * (f_hat - f) / f.size)


@wrong("10.5", "the gradient of the pixel error")
def pixel_error(features, x_hat, x):
    return 2 * (x_hat - x) / x.size


@wrong("10.5", "returns the gradient for the features")
def still_features(features, x_hat, x):
    f = features(x)
    f_hat = features(x_hat)
    return 2 * (f_hat - f) / f.size


@wrong("10.5", "sends the difference of the pictures through")
def of_the_difference(features, x_hat, x):
    f = features(x_hat - x)
    return features.backward_input(2 * f / f.size)


@wrong("10.5", "sends the pixel difference to backward_input, which wants features")
def wrong_shape(features, x_hat, x):
    features(x_hat)
    return features.backward_input(2 * (x_hat - x) / x.size)


@right("10.5")
def x_first(features, x_hat, x):
    f = features(x)
    f_hat = features(x_hat)
    return features.backward_input(2 * (f_hat - f) / f.size)


@right("10.5")
def x_hat_again(features, x_hat, x):
    difference = features(x_hat) - features(x)
    features(x_hat)
    return features.backward_input(difference * 2 / difference.size)


@right("10.5")
def with_np_size(features, x_hat, x):
    target = np.array(features(x))
    seen = features(x_hat)
    n = np.prod(seen.shape)
    return features.backward_input((2.0 / n) * (seen - target))


@wrong("10.5", "takes away the gradient for x as well")
def both_pictures(features, x_hat, x):
    f, f_hat = features(x), features(x_hat)
    g = 2 * (f_hat - f) / f.size
    for_x_hat = features.backward_input(g)
    features(x)
    return for_x_hat - features.backward_input(g)


@wrong("10.5", "divides by the number of pictures once more")
def mean_twice(features, x_hat, x):
    f, f_hat = features(x), features(x_hat)
    return features.backward_input(2 * (f_hat - f) / f.size / len(x))


@wrong("10.5", "returns the loss")
def the_loss(features, x_hat, x):
    return ((features(x_hat) - features(x)) ** 2).mean()


@wrong("10.5", "calls backward and then clears the weights' gradients")
def backward_and_clear(features, x_hat, x):
    f, f_hat = features(x), features(x_hat)
    dx = features.backward(2 * (f_hat - f) / f.size)
    for p in features.parameters():
        p.grad[:] = 0
    return dx


@right("10.5")
def in_one_batch(features, x_hat, x):
    f_hat, f = np.split(features(np.concatenate([x_hat, x])), 2)
    g = 2 * (f_hat - f) / f.size
    return features.backward_input(np.concatenate([g, np.zeros_like(g)]))[: len(x)]


# 10.6


@wrong("10.6", "multiplies the gradient for the means by sigma")
def sigma_in_mean(dz, log_variance, epsilon):
    sigma = np.exp(log_variance / 2)
    return dz * sigma, dz * sigma * epsilon / 2


@wrong("10.6", "multiplies the gradient for the means by epsilon")
def epsilon_in_mean(dz, log_variance, epsilon):
    return dz * epsilon, dz * np.exp(log_variance / 2) * epsilon / 2


@wrong("10.6", "the half of the exponent is missing")
def no_half(dz, log_variance, epsilon):
    return dz, dz * np.exp(log_variance / 2) * epsilon


@wrong("10.6", "the gradient for sigma")
def for_sigma(dz, log_variance, epsilon):
    return dz, dz * epsilon


@wrong("10.6", "uses the variance in place of the standard deviation")
def variance(dz, log_variance, epsilon):
    return dz, dz * np.exp(log_variance) * epsilon / 2


@wrong("10.6", "epsilon is missing")
def no_epsilon(dz, log_variance, epsilon):
    return dz, dz * np.exp(log_variance / 2) / 2


@wrong("10.6", "sigma is missing")
def no_sigma(dz, log_variance, epsilon):
    return dz, dz * epsilon / 2


@wrong("10.6", "the two gradients in the other order")
def exchanged(dz, log_variance, epsilon):
    return dz * np.exp(log_variance / 2) * epsilon / 2, dz


@wrong("10.6", "log_variance is used as if it were sigma")
def as_sigma(dz, log_variance, epsilon):
    return dz, dz * log_variance * epsilon / 2


@wrong("10.6", "the mean gets a gradient of ones: dz is forgotten")
def ones_for_mean(dz, log_variance, epsilon):
    return np.ones_like(dz), np.exp(log_variance / 2) * epsilon / 2


@wrong("10.6", "sums over the batch")
def summed(dz, log_variance, epsilon):
    return dz.sum(axis=0), (dz * np.exp(log_variance / 2) * epsilon / 2).sum(axis=0)


@wrong("10.6", "returns only the gradient for the log-variances")
def one_only(dz, log_variance, epsilon):
    return dz * np.exp(log_variance / 2) * epsilon / 2


@right("10.6")
def two_lines(dz, log_variance, epsilon):
    sigma = np.exp(log_variance / 2)
    return dz.copy(), dz * sigma * epsilon / 2


@right("10.6")
def by_root(dz, log_variance, epsilon):
    return dz * 1.0, 0.5 * dz * np.sqrt(np.exp(log_variance)) * epsilon


@right("10.6")
def the_same_array(dz, log_variance, epsilon):
    return dz, np.multiply(dz, epsilon) * np.exp(0.5 * log_variance) * 0.5


@wrong("10.6", "dz is missing in the gradient for the log-variances")
def slope_without_dz(dz, log_variance, epsilon):
    return dz, np.exp(log_variance / 2) * epsilon / 2


@wrong("10.6", "changes dz, and returns it twice")
def in_place_of_dz(dz, log_variance, epsilon):
    dmean = dz
    dz *= np.exp(log_variance / 2) * epsilon / 2
    return dmean, dz


@wrong("10.6", "draws a new epsilon")
def drawn_again(dz, log_variance, epsilon):
    epsilon = np.random.default_rng().standard_normal(dz.shape)
    return dz, dz * np.exp(log_variance / 2) * epsilon / 2


@wrong("10.6", "adds the slope of the price for v")
def with_the_price(dz, log_variance, epsilon):
    sigma = np.exp(log_variance / 2)
    return dz, dz * sigma * epsilon / 2 + (sigma**2 - 1) / 2


@right("10.6")
def by_the_chain(dz, log_variance, epsilon):
    variance = np.exp(log_variance)
    dsigma = dz * epsilon
    dvariance = dsigma / (2 * np.sqrt(variance))
    return dz + 0, dvariance * variance
