"""Mistakes people make on day 3, each caught by the hint that names it."""

import numpy as np

from wrong_answers import wrong


@wrong("3.1", "1/N")
def sum_of_squares(prediction, target):
    return ((prediction - target) ** 2).sum()


@wrong("3.1", "where is the square")
def mean_absolute_error(prediction, target):
    return np.abs(prediction - target).mean()


@wrong("3.1", "square or mean")
def square_of_the_mean(prediction, target):
    return (prediction - target).mean() ** 2


@wrong("3.1", "`return`")
def forgotten_return(prediction, target):
    ((prediction - target) ** 2).mean()


@wrong("3.1", "how many errors")
def divided_by_the_rows_only(prediction, target):
    return ((prediction - target) ** 2).sum() / len(prediction)


def slopes(w, b, x, y):
    error = w * x + b - y
    return 2 * (error * x).mean(), 2 * error.mean()


@wrong("3.2", "uphill")
def uphill(w, b, x, y, learning_rate):
    dw, db = slopes(w, b, x, y)
    return w + learning_rate * dw, b + learning_rate * db


@wrong("3.2", "which w was in use")
def b_after_w_has_moved(w, b, x, y, learning_rate):
    w = w - learning_rate * slopes(w, b, x, y)[0]
    b = b - learning_rate * slopes(w, b, x, y)[1]
    return w, b


@wrong("3.2", "what does the square leave behind")
def without_the_two(w, b, x, y, learning_rate):
    dw, db = slopes(w, b, x, y)
    return w - learning_rate * dw / 2, b - learning_rate * db / 2


@wrong("3.2", "a sum or a mean")
def sum_for_mean(w, b, x, y, learning_rate):
    dw, db = slopes(w, b, x, y)
    return w - learning_rate * dw * len(x), b - learning_rate * db * len(x)


@wrong("3.2", "where do you stand after the step")
def only_the_gradient(w, b, x, y, learning_rate):
    return slopes(w, b, x, y)


@wrong("3.3", "large scores overflow: exp(1000) is inf")
def without_subtracting_the_maximum(Z):
    e = np.exp(Z)
    return e / e.sum(axis=1, keepdims=True)


@wrong("3.3", "each column adds up to 1, not each row")
def over_the_wrong_axis(Z):
    e = np.exp(Z - Z.max())
    return e / e.sum(axis=0)


@wrong("3.3", "over which axis do you sum")
def over_everything(Z):
    e = np.exp(Z - Z.max())
    return e / e.sum()


@wrong("3.3", "your function changed Z (60 of its 60 numbers)")
def in_place(Z):
    Z -= Z.max(axis=1, keepdims=True)
    e = np.exp(Z)
    return e / e.sum(axis=1, keepdims=True)


@wrong("3.3", "one number for all rows")
def one_maximum_for_the_whole_batch(Z):
    e = np.exp(Z - Z.max())
    return e / e.sum(axis=1, keepdims=True)


@wrong("3.3", "the sums of the rows lost their axis, so each")
def without_keepdims(Z):
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1)


@wrong("3.4", "every entry is N times too large: no mean was")
def without_the_mean(P, targets):
    dZ = P.copy()
    dZ[np.arange(len(P)), targets] -= 1
    return dZ


@wrong("3.4", "your function changed P (16 of its 160 numbers)")
def changes_the_probabilities(P, targets):
    dZ = P
    dZ[np.arange(len(P)), targets] -= 1
    return dZ / len(P)


@wrong("3.4", "whole columns")
def whole_columns(P, targets):
    dZ = P.copy()
    dZ[:, targets] -= 1
    return dZ / len(P)


@wrong("3.4", "p - y or y - p")
def turned_round(P, targets):
    return (np.eye(P.shape[1])[targets] - P) / len(P)


@wrong("3.4", "a mean over what")
def mean_over_every_entry(P, targets):
    return (P - np.eye(P.shape[1])[targets]) / P.size


@wrong("3.5", "dW is transposed")
def transposed(X, dZ):
    return dZ.T @ X, dZ.sum(axis=0)


@wrong("3.5", "hold the mean's 1/N already")
def mean_taken_twice(X, dZ):
    return X.T @ dZ / len(X), dZ.sum(axis=0)


@wrong("3.5", "which axis is the batch")
def bias_over_the_wrong_axis(X, dZ):
    return X.T @ dZ, dZ.sum(axis=1)


@wrong("3.5", "product of the sums")
def sums_before_the_product(X, dZ):
    return np.outer(X.sum(axis=0), dZ.sum(axis=0)), dZ.sum(axis=0)


@wrong("3.5", "one thing came back (dW), not 2: dW, db")
def only_the_weights(X, dZ):
    return X.T @ dZ


@wrong("3.6", "it stops one epoch too early")
def one_epoch_too_early(losses, patience):
    best = int(np.argmin(losses))
    return len(losses) - best >= patience, best


@wrong("3.6", "it stops at the first rise")
def stops_at_the_first_rise(losses, patience):
    best = int(np.argmin(losses))
    return len(losses) > 1 and losses[-1] > losses[-2], best


@wrong("3.6", "best_epoch: the latest of several equal losses")
def the_latest_of_equals(losses, patience):
    best = max(i for i, loss in enumerate(losses) if loss == min(losses))
    return len(losses) - 1 - best >= patience, best


@wrong("3.6", "one thing came back (stop), not 2: stop,")
def only_whether_to_stop(losses, patience):
    return len(losses) - 1 - int(np.argmin(losses)) >= patience


@wrong("3.1", "a root in (3.1)")
def root_of_the_mean(prediction, target):
    return np.sqrt(((prediction - target) ** 2).mean())


@wrong("3.2", "which comes first")
def pair_turned_round(w, b, x, y, learning_rate):
    dw, db = slopes(w, b, x, y)
    return b - learning_rate * db, w - learning_rate * dw


@wrong("3.2", "inside the sum or outside")
def mean_before_the_product(w, b, x, y, learning_rate):
    error = w * x + b - y
    return w - learning_rate * 2 * error.mean() * x.mean(), b - learning_rate * 2 * error.mean()


@wrong("3.3", "the mean of each row is taken away, and 1000")
def minus_the_mean(Z):
    e = np.exp(Z - Z.mean(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@wrong("3.3", "adding a number to all scores or dividing them")
def divided_by_the_maximum(Z):
    e = np.exp(Z / Z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@wrong("3.3", "large scores are cut off")
def clipped(Z):
    e = np.exp(np.clip(Z, -500, 500))
    return e / e.sum(axis=1, keepdims=True)


@wrong("3.4", "whole rows")
def whole_rows(P, targets):
    dZ = P.copy()
    dZ[targets] -= 1
    return dZ / len(P)


@wrong("3.4", "ten classes are taken for granted")
def always_ten_classes(P, targets):
    return (P - np.eye(10)[targets]) / len(P)


@wrong("3.4", "over the classes or over the images")
def divided_by_the_classes(P, targets):
    dZ = P.copy()
    dZ[np.arange(len(P)), targets] -= 1
    return dZ / P.shape[1]


@wrong("3.6", "patience or more")
def one_epoch_too_late(losses, patience):
    best = int(np.argmin(losses))
    return len(losses) - 1 - best > patience, best


@wrong("3.6", "best_epoch: it is the last epoch that was")
def compares_with_the_epoch_before(losses, patience):
    best = max([0, *(i for i in range(1, len(losses)) if losses[i] < losses[i - 1])])
    return len(losses) - 1 - best >= patience, best


@wrong("3.6", "== or >=")
def only_when_it_has_just_run_out(losses, patience):
    best = int(np.argmin(losses))
    return len(losses) - 1 - best == patience, best


@wrong("3.6", "a later record count")
def stops_for_good_at_the_first_chance(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        if epoch - best >= patience:
            return True, best
    return False, best


@wrong("3.6", "the order of what came back is best_epoch,")
def turned_round_pair(losses, patience):
    best = int(np.argmin(losses))
    return best, len(losses) - 1 - best >= patience


@wrong("3.1", "doubled, not squared")
def doubled(prediction, target):
    return ((prediction - target) * 2).mean()


@wrong("3.2", "a step was taken after each point")
def a_step_after_each_point(w, b, x, y, learning_rate):
    for n in range(len(x)):
        dw, db = slopes(w, b, x[n], y[n])
        w, b = w - learning_rate * dw, b - learning_rate * db
    return w, b


@wrong("3.4", "the mean was taken of the 1 only")
def mean_of_one_term(P, targets):
    return P - np.eye(P.shape[1])[targets] / len(P)


@wrong("3.5", "dW: every sign is turned")
def turned_sign(X, dZ):
    return -X.T @ dZ, dZ.sum(axis=0)


@wrong("3.6", "a small improvement does not count")
def has_to_improve_by_a_hundredth(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best] - 0.01:
            best = epoch
    return len(losses) - 1 - best >= patience, best
