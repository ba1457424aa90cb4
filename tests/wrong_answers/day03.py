"""Answers to the exercises of day 3, written from the lesson alone."""

import numpy as np

from wrong_answers import right, wrong

# 3.1


@wrong("3.1", "forgets the mean")
def squares(prediction, target):
    return (prediction - target) ** 2


@wrong("3.1", "the sum instead of the mean")
def summed(prediction, target):
    return ((prediction - target) ** 2).sum()


@wrong("3.1", "the square of the mean instead of the mean of the squares")
def mean_first(prediction, target):
    return (prediction - target).mean() ** 2


@wrong("3.1", "forgets the square")
def no_square(prediction, target):
    return (prediction - target).mean()


@wrong("3.1", "absolute values instead of squares")
def absolute(prediction, target):
    return np.abs(prediction - target).mean()


@wrong("3.1", "a factor of one half")
def halved(prediction, target):
    return 0.5 * ((prediction - target) ** 2).mean()


@wrong("3.1", "takes the root at the end")
def rooted(prediction, target):
    return np.sqrt(((prediction - target) ** 2).mean())


@wrong("3.1", "no brackets: squares only the target")
def precedence(prediction, target):
    return (prediction - target**2).mean()


@wrong("3.1", "squares prediction and target, then subtracts")
def difference_of_squares(prediction, target):
    return (prediction**2 - target**2).mean()


@wrong("3.1", "adds instead of subtracting")
def plus(prediction, target):
    return ((prediction + target) ** 2).mean()


@wrong("3.1", "divides by len, which is only the first axis")
def divided_by_rows(prediction, target):
    return ((prediction - target) ** 2).sum() / len(target)


@wrong("3.1", "the mean runs along the first axis only")
def axis_zero(prediction, target):
    return ((prediction - target) ** 2).mean(axis=0, keepdims=True)


@wrong("3.1", "writes into prediction")
def in_place(prediction, target):
    prediction -= target
    return (prediction**2).mean()


@wrong("3.1", "prints instead of returning")
def prints(prediction, target):
    print(((prediction - target) ** 2).mean())


@wrong("3.1", "ignores the target")
def only_prediction(prediction, target):
    return (prediction**2).mean()


@wrong("3.1", "a typo in a name")
def typo(prediction, target):
    return ((predicton - target) ** 2).mean()  # noqa: F821


@right("3.1")
def loop(prediction, target):
    total, count = 0.0, 0
    for p, t in zip(np.ravel(prediction), np.ravel(target)):
        total += (p - t) ** 2
        count += 1
    return total / count


@right("3.1")
def dot_product(prediction, target):
    e = (target - prediction).ravel()
    return e @ e / e.size


right("3.1", value=lambda prediction, target: np.mean(np.square(np.subtract(prediction, target))))


# 3.2


@wrong("3.2", "b is updated with the new w")
def w_first(w, b, x, y, learning_rate):
    w = w - learning_rate * 2 * ((w * x + b - y) * x).mean()
    b = b - learning_rate * 2 * (w * x + b - y).mean()
    return w, b


@wrong("3.2", "forgets the factor 2")
def no_two(w, b, x, y, learning_rate):
    error = w * x + b - y
    return w - learning_rate * (error * x).mean(), b - learning_rate * error.mean()


@wrong("3.2", "walks uphill: + for -")
def uphill(w, b, x, y, learning_rate):
    error = w * x + b - y
    return w + learning_rate * 2 * (error * x).mean(), b + learning_rate * 2 * error.mean()


@wrong("3.2", "the sum instead of the mean")
def sums(w, b, x, y, learning_rate):
    error = w * x + b - y
    return w - learning_rate * 2 * (error * x).sum(), b - learning_rate * 2 * error.sum()


@wrong("3.2", "returns the gradient instead of the new pair")
def gradient_only(w, b, x, y, learning_rate):
    error = w * x + b - y
    return 2 * (error * x).mean(), 2 * error.mean()


@wrong("3.2", "the learning rate is written in as 0.1")
def rate_constant(w, b, x, y, learning_rate):
    error = w * x + b - y
    return w - 0.1 * 2 * (error * x).mean(), b - 0.1 * 2 * error.mean()


@wrong("3.2", "forgets the learning rate")
def no_rate(w, b, x, y, learning_rate):
    error = w * x + b - y
    return w - 2 * (error * x).mean(), b - 2 * error.mean()


@wrong("3.2", "forgets x in the slope along w")
def no_x(w, b, x, y, learning_rate):
    error = w * x + b - y
    return w - learning_rate * 2 * error.mean(), b - learning_rate * 2 * error.mean()


@wrong("3.2", "mean(error) * mean(x) for mean(error * x)")
def product_of_means(w, b, x, y, learning_rate):
    error = w * x + b - y
    dw, db = 2 * error.mean() * x.mean(), 2 * error.mean()
    return w - learning_rate * dw, b - learning_rate * db


@wrong("3.2", "returns (b_new, w_new)")
def swapped(w, b, x, y, learning_rate):
    error = w * x + b - y
    w_new = w - learning_rate * 2 * np.mean(error * x)
    b_new = b - learning_rate * 2 * np.mean(error)
    return b_new, w_new


@wrong("3.2", "the error leaves out b")
def error_without_b(w, b, x, y, learning_rate):
    error = w * x - y
    return w - learning_rate * 2 * (error * x).mean(), b - learning_rate * 2 * error.mean()


@wrong("3.2", "= -step instead of -= step")
def equals_minus(w, b, x, y, learning_rate):
    error = w * x + b - y
    w = -learning_rate * 2 * (error * x).mean()
    b = -learning_rate * 2 * error.mean()
    return w, b


@wrong("3.2", "b is left as it was")
def b_stays(w, b, x, y, learning_rate):
    error = w * x + b - y
    return w - learning_rate * 2 * (error * x).mean(), b


@wrong("3.2", "no mean: w becomes an array")
def arrays(w, b, x, y, learning_rate):
    error = w * x + b - y
    return w - learning_rate * 2 * error * x, b - learning_rate * 2 * error


@wrong("3.2", "two steps instead of one")
def two_steps(w, b, x, y, learning_rate):
    for _ in range(2):
        error = w * x + b - y
        w, b = w - learning_rate * 2 * (error * x).mean(), b - learning_rate * 2 * error.mean()
    return w, b


@wrong("3.2", "N is written in as 50")
def fifty_points(w, b, x, y, learning_rate):
    error = w * x + b - y
    dw, db = 2 / 50 * (error * x).sum(), 2 / 50 * error.sum()
    return w - learning_rate * dw, b - learning_rate * db


@wrong("3.2", "forgets the return")
def nothing_returned(w, b, x, y, learning_rate):
    error = w * x + b - y
    w -= learning_rate * 2 * (error * x).mean()
    b -= learning_rate * 2 * error.mean()


@right("3.2")
def one_error(w, b, x, y, learning_rate):
    error = w * x + b - y
    w -= learning_rate * 2 * (error * x).mean()
    b -= learning_rate * 2 * error.mean()
    return w, b


@right("3.2")
def by_dot(w, b, x, y, learning_rate):
    n = len(x)
    residual = y - (w * x + b)
    return [w + 2 * learning_rate / n * (residual @ x), b + 2 * learning_rate / n * sum(residual)]


@right("3.2")
def as_matrix(w, b, x, y, learning_rate):
    A = np.stack([x, np.ones(len(x))], axis=1)
    theta = np.array([w, b])
    return tuple(theta - learning_rate * 2 / len(x) * A.T @ (A @ theta - y))


# 3.3


@wrong("3.3", "overflows: no maximum is subtracted")
def overflow(Z):
    e = np.exp(Z)
    return e / e.sum(axis=1, keepdims=True)


@wrong("3.3", "one maximum for the whole batch: small rows become 0 / 0")
def one_maximum(Z):
    e = np.exp(Z - Z.max())
    return e / e.sum(axis=1, keepdims=True)


@wrong("3.3", "one sum for the whole batch")
def one_sum(Z):
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e / e.sum()


@wrong("3.3", "normalises the columns instead of the rows")
def columns(Z):
    e = np.exp(Z - Z.max(axis=0))
    return e / e.sum(axis=0)


@wrong("3.3", "max along axis 1 without keepdims: the shapes do not fit")
def no_keepdims(Z):
    e = np.exp(Z - Z.max(axis=1))
    return e / e.sum(axis=1)


@wrong("3.3", "keepdims is missing at the sum only")
def keepdims_once(Z):
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1)


@wrong("3.3", "writes into Z")
def writes_z(Z):
    Z -= Z.max(axis=1, keepdims=True)
    e = np.exp(Z)
    return e / e.sum(axis=1, keepdims=True)


@wrong("3.3", "subtracts the mean of each row, which can still overflow")
def minus_mean(Z):
    e = np.exp(Z - Z.mean(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@wrong("3.3", "clips the scores, which changes the probabilities")
def clips(Z):
    e = np.exp(np.clip(Z, -50, 50))
    return e / e.sum(axis=1, keepdims=True)


@wrong("3.3", "subtracts a constant of 1000")
def minus_thousand(Z):
    e = np.exp(Z - 1000)
    return e / e.sum(axis=1, keepdims=True)


@wrong("3.3", "subtracts the minimum, which makes the overflow worse")
def minus_minimum(Z):
    e = np.exp(Z - Z.min(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@wrong("3.3", "the maximum is subtracted below the fraction line only")
def half_shifted(Z):
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return np.exp(Z) / e.sum(axis=1, keepdims=True)


@wrong("3.3", "forgets the exponential")
def without_exp(Z):
    e = Z - Z.min(axis=1, keepdims=True) + 1e-9
    return e / e.sum(axis=1, keepdims=True)


@wrong("3.3", "replaces nan by 1 after the overflow")
def repairs_nan(Z):
    with np.errstate(all="ignore"):
        e = np.exp(Z)
        p = e / e.sum(axis=1, keepdims=True)
    return np.nan_to_num(p, nan=1.0)


@wrong("3.3", "gives the log-probabilities")
def log_softmax(Z):
    s = Z - Z.max(axis=1, keepdims=True)
    return s - np.log(np.exp(s).sum(axis=1, keepdims=True))


@wrong("3.3", "softmax is applied twice")
def twice(Z):
    for _ in range(2):
        Z = np.exp(Z - Z.max(axis=1, keepdims=True))
        Z = Z / Z.sum(axis=1, keepdims=True)
    return Z


@wrong("3.3", "a one-hot row at the largest score")
def hard_max(Z):
    return np.eye(Z.shape[1])[Z.argmax(axis=1)]


@wrong("3.3", "prints the result")
def shown(Z):
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    print(e / e.sum(axis=1, keepdims=True))


@right("3.3")
def row_by_row(Z):
    P = []
    for z in Z:
        e = np.exp(z - max(z))
        P.append(e / sum(e))
    return np.array(P)


@right("3.3")
def through_the_logarithm(Z):
    return np.exp(Z - np.logaddexp.reduce(Z, axis=1, keepdims=True))


@right("3.3")
def transposed(Z):
    e = np.exp(Z.T - Z.max(axis=1))
    return (e / e.sum(axis=0)).T


# 3.4


@wrong("3.4", "forgets to divide by N")
def no_mean(P, targets):
    dZ = P.copy()
    dZ[np.arange(len(P)), targets] -= 1
    return dZ


@wrong("3.4", "divides by all N K entries")
def by_size(P, targets):
    dZ = P.copy()
    dZ[np.arange(len(P)), targets] -= 1
    return dZ / P.size


@wrong("3.4", "writes into P")
def changes_p(P, targets):
    P[np.arange(len(P)), targets] -= 1
    return P / len(P)


@wrong("3.4", "dZ = P is no copy, so P is changed")
def no_copy(P, targets):
    dZ = P
    dZ[np.arange(len(P)), targets] -= 1
    dZ /= len(P)
    return dZ


@wrong("3.4", "= -1 for -= 1")
def equals_minus_one(P, targets):
    dZ = P.copy()
    dZ[np.arange(len(P)), targets] = -1
    return dZ / len(P)


@wrong("3.4", "dZ[:, targets] takes whole columns")
def whole_columns(P, targets):
    dZ = P.copy()
    dZ[:, targets] -= 1
    return dZ / len(P)


@wrong("3.4", "the sign is turned round: y - p")
def y_minus_p(P, targets):
    return (np.eye(P.shape[1])[targets] - P) / len(P)


@wrong("3.4", "subtracts the class number instead of the one-hot row")
def minus_label(P, targets):
    return (P - targets[:, None]) / len(P)


@wrong("3.4", "divides by the number of classes")
def by_classes(P, targets):
    return (P - np.eye(P.shape[1])[targets]) / P.shape[1]


@wrong("3.4", "ten classes are written in")
def ten_classes(P, targets):
    return (P - np.eye(10)[targets]) / len(P)


@wrong("3.4", "the gradient for the probabilities, -y/p")
def for_probabilities(P, targets):
    dP = np.zeros_like(P)
    rows = np.arange(len(P))
    dP[rows, targets] = -1 / P[rows, targets]
    return dP / len(P)


@wrong("3.4", "softmax is applied to the probabilities once more")
def softmax_again(P, targets):
    e = np.exp(P)
    Q = e / e.sum(axis=1, keepdims=True)
    return (Q - np.eye(P.shape[1])[targets]) / len(P)


@wrong("3.4", "takes the mean over the batch: one row for all")
def one_row(P, targets):
    return (P - np.eye(P.shape[1])[targets]).mean(axis=0)


@wrong("3.4", "returns the loss instead of its gradient")
def loss(P, targets):
    return -np.log(P[np.arange(len(P)), targets]).mean()


@wrong("3.4", "only the entries of the targets are kept")
def targets_only(P, targets):
    rows = np.arange(len(P))
    return (P[rows, targets] - 1) / len(P)


@wrong("3.4", "divides by N only where the target is")
def half_divided(P, targets):
    dZ = P.copy()
    dZ[np.arange(len(P)), targets] -= 1 / len(P)
    return dZ


@wrong("3.4", "divides by N twice")
def twice_divided(P, targets):
    N = len(P)
    return (P - np.eye(P.shape[1])[targets]) / N / N


@wrong("3.4", "the last image of the batch is forgotten")
def last_forgotten(P, targets):
    dZ = P.copy()
    for n in range(len(P) - 1):
        dZ[n, targets[n]] -= 1
    return dZ / len(P)


@right("3.4")
def loop_over_images(P, targets):
    dZ = np.array(P)
    for n, t in enumerate(targets):
        dZ[n, t] -= 1
    return dZ / P.shape[0]


@right("3.4")
def with_eye(P, targets):
    return (P - np.eye(P.shape[1])[targets]) / len(targets)


@right("3.4")
def by_comparison(P, targets):
    hot = targets[:, None] == np.arange(P.shape[-1])
    return np.where(hot, P - 1, P) / len(P)


# 3.5


@wrong("3.5", "divides by N once more")
def mean_again(X, dZ):
    return X.T @ dZ / len(X), dZ.sum(axis=0) / len(X)


@wrong("3.5", "db is the mean instead of the sum")
def db_mean(X, dZ):
    return X.T @ dZ, dZ.mean(axis=0)


@wrong("3.5", "dW is transposed: (K, D)")
def transposed_dw(X, dZ):
    return dZ.T @ X, dZ.sum(axis=0)


@wrong("3.5", "db is summed over the classes")
def db_axis_one(X, dZ):
    return X.T @ dZ, dZ.sum(axis=1)


@wrong("3.5", "db is one number: no axis")
def db_number(X, dZ):
    return X.T @ dZ, dZ.sum()


@wrong("3.5", "db keeps an axis of length 1")
def db_two_axes(X, dZ):
    return X.T @ dZ, dZ.sum(axis=0, keepdims=True)


@wrong("3.5", "db is dZ itself, not summed")
def db_is_dz(X, dZ):
    return X.T @ dZ, dZ


@wrong("3.5", "dW is not summed over the batch: (N, D, K)")
def not_summed(X, dZ):
    return X[:, :, None] * dZ[:, None, :], dZ.sum(axis=0)


@wrong("3.5", "forgets db")
def only_dw(X, dZ):
    return X.T @ dZ


@wrong("3.5", "returns (db, dW)")
def other_way_round(X, dZ):
    return dZ.sum(axis=0), X.T @ dZ


@wrong("3.5", "forgets to transpose X: the shapes do not fit")
def no_t(X, dZ):
    return X @ dZ, dZ.sum(axis=0)


@wrong("3.5", "the sign is turned round")
def minus(X, dZ):
    return -X.T @ dZ, -dZ.sum(axis=0)


@wrong("3.5", "sums before multiplying: product of the sums")
def product_of_sums(X, dZ):
    return np.outer(X.sum(axis=0), dZ.sum(axis=0)), dZ.sum(axis=0)


@wrong("3.5", "the outer product of the first image only")
def first_image(X, dZ):
    return np.outer(X[0], dZ[0]), dZ.sum(axis=0)


@wrong("3.5", "the last image is left out")
def not_the_last(X, dZ):
    return X[:-1].T @ dZ[:-1], dZ[:-1].sum(axis=0)


@wrong("3.5", "accumulates db in dZ, which is changed")
def accumulates_in_dz(X, dZ):
    dW = X.T @ dZ
    db = dZ[0]
    db += dZ[1:].sum(axis=0)
    return dW, db


@wrong("3.5", "a factor of 2, as for the line")
def factor_two(X, dZ):
    return 2 * X.T @ dZ, 2 * dZ.sum(axis=0)


@right("3.5")
def einsum(X, dZ):
    return np.einsum("nd,nk->dk", X, dZ), np.einsum("nk->k", dZ)


@right("3.5")
def other_product(X, dZ):
    return [(dZ.T @ X).T, np.ones(len(dZ)) @ dZ]


@right("3.5")
def broadcast_and_sum(X, dZ):
    dW = (X[:, :, None] * dZ[:, None, :]).sum(axis=0)
    return dW, np.add.reduce(dZ)


# 3.6


@wrong("3.6", "> for >=: waits one epoch too long")
def too_patient(validation_losses, patience):
    best = int(np.argmin(validation_losses))
    return len(validation_losses) - 1 - best > patience, best


@wrong("3.6", "the age of the best epoch is off by one: len - best")
def too_early(validation_losses, patience):
    best = int(np.argmin(validation_losses))
    return len(validation_losses) - best >= patience, best


@wrong("3.6", "an equal loss counts as a new record")
def last_of_equals(validation_losses, patience):
    losses = np.asarray(validation_losses)
    best = len(losses) - 1 - int(np.argmin(losses[::-1]))
    return len(losses) - 1 - best >= patience, best


@wrong("3.6", "takes the largest loss for the best")
def largest(validation_losses, patience):
    best = int(np.argmax(validation_losses))
    return len(validation_losses) - 1 - best >= patience, best


@wrong("3.6", "returns the best loss instead of its index")
def loss_not_index(validation_losses, patience):
    best = int(np.argmin(validation_losses))
    return len(validation_losses) - 1 - best >= patience, validation_losses[best]


@wrong("3.6", "counts epochs from 1")
def from_one(validation_losses, patience):
    best = int(np.argmin(validation_losses))
    return len(validation_losses) - 1 - best >= patience, best + 1


@wrong("3.6", "the patience is written in as 5")
def always_five(validation_losses, patience):
    best = int(np.argmin(validation_losses))
    return len(validation_losses) - 1 - best >= 5, best


@wrong("3.6", "compares each loss with the one before it, not with the record")
def compares_neighbours(validation_losses, patience):
    best, waited = 0, 0
    for epoch in range(1, len(validation_losses)):
        if validation_losses[epoch] < validation_losses[epoch - 1]:
            best, waited = epoch, 0
        else:
            waited += 1
    return waited >= patience, best


@wrong("3.6", "the epochs without a record are not set back to 0 at a new one")
def never_reset(validation_losses, patience):
    best, waited = 0, 0
    for epoch, value in enumerate(validation_losses):
        if value < validation_losses[best]:
            best = epoch
        elif epoch > 0:
            waited += 1
    return waited >= patience, best


@wrong("3.6", "stops as soon as the last loss is no record")
def impatient(validation_losses, patience):
    best = int(np.argmin(validation_losses))
    return best < len(validation_losses) - 1, best


@wrong("3.6", "returns only whether to stop")
def only_stop(validation_losses, patience):
    return len(validation_losses) - 1 - int(np.argmin(validation_losses)) >= patience


@wrong("3.6", "returns (best_epoch, stop)")
def pair_swapped(validation_losses, patience):
    best = int(np.argmin(validation_losses))
    return best, len(validation_losses) - 1 - best >= patience


@wrong("3.6", "stop is true when training should go on")
def go_on(validation_losses, patience):
    best = int(np.argmin(validation_losses))
    return len(validation_losses) - 1 - best < patience, best


@wrong("3.6", "looks at the last `patience` losses only for the best epoch")
def best_of_the_last(validation_losses, patience):
    recent = list(validation_losses)[-patience:]
    best = int(np.argmin(validation_losses))
    return len(validation_losses) - 1 - best >= patience, int(np.argmin(recent))


@wrong("3.6", "sorts the list it was given")
def sorts(validation_losses, patience):
    losses = list(validation_losses)
    best = losses.index(min(losses))
    if isinstance(validation_losses, list):
        validation_losses.sort()
    else:
        validation_losses[:] = np.sort(validation_losses)
    return len(losses) - 1 - best >= patience, best


@wrong("3.6", "stop becomes the number of epochs waited, not whether to stop")
def number_waited(validation_losses, patience):
    best = int(np.argmin(validation_losses))
    return len(validation_losses) - 1 - best, best


@right("3.6")
def record_keeper(validation_losses, patience):
    record, best, epoch = float("inf"), 0, -1
    for epoch, value in enumerate(validation_losses):
        if value < record:
            record, best = value, epoch
    return epoch - best >= patience, best


@right("3.6")
def numpy_scalars(validation_losses, patience):
    best = np.argmin(np.array(validation_losses))
    return np.bool_(best + patience < len(validation_losses)), best


@right("3.6")
def min_and_index(validation_losses, patience):
    losses = list(validation_losses)
    best = losses.index(min(losses))
    return (len(losses[best + 1 :]) >= patience, best)
