"""Mistakes people make on day 1, each caught by the hint that names it."""

import numpy as np

from wrong_answers import wrong

MADE = [".venv/", "__pycache__/", ".ipynb_checkpoints/"]
SECRET = "password.txt"
KEPT = [".gitignore", "README.md", "lessons/", "lib/", "requirements.txt"]

wrong("1.1", "the password would be committed", value=MADE)
wrong("1.1", ".gitignore would ignore itself", value=[".gitignore", *MADE, SECRET])
wrong("1.1", "from what do others make", value=[*MADE, SECRET, "requirements.txt"])
wrong("1.1", "what someone wrote by hand", value=["lib/", *MADE, SECRET])
wrong("1.1", "which command makes it again", value=["__pycache__/", SECRET])
wrong("1.1", "which of the names did nobody ever type", value=[".venv/", SECRET])
wrong("1.1", "not among the nine names", value=[*MADE, SECRET, "data/"])
wrong("1.1", "not among the nine names", value=[".venv/", "__pycach/", SECRET])
wrong("1.1", "what Git keeps, or what it shall not see", value=KEPT)
wrong("1.1", "not a list of strings", value=".venv/ __pycache__/")

RIGHT = [(28, 28), (10000, 28), (1, 28, 28), (28, 28), (10000, 784), (10000,)]


def with_shape(position, shape):
    return [*RIGHT[:position], shape, *RIGHT[position + 1 :]]


wrong("1.2", "picks one place", value=with_shape(0, (1, 28, 28)))
wrong("1.2", "picks one place", value=with_shape(1, (28, 28)))
wrong("1.2", "does a slice remove its axis", value=with_shape(2, (28, 28)))
wrong("1.2", "what happens to an axis that is named", value=with_shape(3, (10000,)))
wrong("1.2", "how many numbers are left for the -1", value=with_shape(4, (10000, -1)))
wrong("1.2", "what happens to an axis that is named", value=with_shape(5, (28, 28)))
wrong("1.2", "is not a tuple", value=with_shape(5, (10000)))
wrong("1.2", "not a list of six shapes", value=RIGHT[:5])


@wrong("1.3", "200 + 100 became 44")
def brighten_in_uint8(images, by):
    return images + by


@wrong("1.3", "is 300 still there when you limit it")
def brighten_and_limit_too_late(images, by):
    return np.minimum(images + by, 255)


@wrong("1.3", "where does a pixel stop")
def brighten_without_a_limit(images, by):
    return images.astype(int) + by


@wrong("1.3", "the numbers of the brightened images are right,")
def brighten_and_stay_wide(images, by):
    return np.clip(images.astype(np.int64) + by, 0, 255)


@wrong("1.3", "your function changed images (23 of its 24")
def brighten_in_place(images, by):
    images[:] = np.clip(images.astype(int) + by, 0, 255)
    return images


@wrong("1.3", "writing into your result changed images (6 of")
def brighten_nothing_with_nothing(images, by):
    if by == 0:
        return images
    return np.clip(images.astype(int) + by, 0, 255).astype(np.uint8)


@wrong("1.3", "all its axes are merged into one")
def brighten_into_one_row(images, by):
    return np.array([min(int(pixel) + by, 255) for pixel in images.reshape(-1)], dtype=np.uint8)


@wrong("1.3", "is None")
def brighten_without_return(images, by):
    np.clip(images.astype(int) + by, 0, 255).astype(np.uint8)


@wrong("1.4", "where does broadcasting align it")
def shares_without_keepdims(counts):
    return counts / counts.sum(axis=1)


@wrong("1.4", "each column adds up to 1")
def shares_of_the_columns(counts):
    return counts / counts.sum(axis=0)


@wrong("1.4", "only the whole table adds up to 1")
def shares_of_the_whole_table(counts):
    return counts / counts.sum()


@wrong("1.4", "every share is rounded down")
def shares_in_whole_numbers(counts):
    return counts // counts.sum(axis=1, keepdims=True)


@wrong("1.4", "your function changed counts (24 of its 24")
def shares_into_the_counts(counts):
    for n in range(len(counts)):
        counts[n] = counts[n] / counts[n].sum()
    return counts


@wrong("1.4", "your function changed counts (24 of its 24")
def shares_divided_in_place(counts):
    counts /= counts.sum(axis=1, keepdims=True)
    return counts


@wrong("1.4", "which dtype has the array you fill")
def shares_into_an_array_of_counts(counts):
    result = np.zeros_like(counts)
    for n, row in enumerate(counts):
        result[n] = row / row.sum()
    return result


@wrong("1.4", "these are the sums")
def shares_that_are_sums(counts):
    return counts.sum(axis=1, keepdims=True)


@wrong("1.4", "the result has shape (4, 3), not (4, 6); what")
def shares_of_three_by_three_only(counts):
    total = counts.sum(axis=1)
    return np.array([[counts[n, k] / total[n] for k in range(3)] for n in range(len(counts))])


@wrong("1.5", "everything is computed in uint8, where -16")
def nearest_image_in_uint8(images, question):
    return ((images - question) ** 2).sum(axis=(1, 2)).argmin()


@wrong("1.5", "when do you change the dtype")
def nearest_image_widened_too_late(images, question):
    return ((images - question).astype(float) ** 2).sum(axis=(1, 2)).argmin()


@wrong("1.5", "if you do not square it")
def nearest_image_by_signed_differences(images, question):
    return (images - question.astype(float)).sum(axis=(1, 2)).argmin()


@wrong("1.5", "before you add them up")
def nearest_image_by_absolute_differences(images, question):
    return np.abs(images - question.astype(float)).sum(axis=(1, 2)).argmin()


@wrong("1.5", "only the largest difference counts")
def nearest_image_by_the_largest_difference(images, question):
    return np.abs(images - question.astype(float)).max(axis=(1, 2)).argmin()


@wrong("1.5", "do you return a distance, or a place")
def nearest_image_as_a_distance(images, question):
    return ((images - question.astype(float)) ** 2).sum(axis=(1, 2)).min()


@wrong("1.5", "the smallest or the largest")
def nearest_image_is_the_farthest(images, question):
    return ((images - question.astype(float)) ** 2).sum(axis=(1, 2)).argmax()


@wrong("1.5", "one sum an image")
def nearest_image_over_the_wrong_axis(images, question):
    return ((images - question.astype(float)) ** 2).sum(axis=0).argmin()


@wrong("1.5", "it is the position of a pixel in the row of all")
def nearest_image_over_one_axis_only(images, question):
    return ((images - question.astype(float)) ** 2).sum(axis=1).argmin()


@wrong("1.5", "which axes have to disappear")
def nearest_image_of_each_row(images, question):
    return ((images - question.astype(float)) ** 2).sum(axis=2).argmin(axis=0)


def most_frequent(picked):
    return (picked[:, :, None] == np.arange(10)).sum(axis=1).argmax(axis=1)


@wrong("1.6", "only the nearest image has a say")
def vote_of_one(distances, labels, k):
    return labels[distances.argmin(axis=1)]


@wrong("1.6", "at which end does argsort put the smallest")
def vote_of_the_farthest(distances, labels, k):
    return most_frequent(labels[distances.argsort(axis=1)[:, -k:]])


@wrong("1.6", "along which axis do they lie")
def vote_along_the_wrong_axis(distances, labels, k):
    return most_frequent(labels[distances.argsort(axis=0)[:, :k]])


@wrong("1.6", "is a 5 a sensible answer")
def vote_by_averaging(distances, labels, k):
    return labels[distances.argsort(axis=1)[:, :k]].mean(axis=1).round()


@wrong("1.6", "in a tie the larger digit wins")
def vote_for_the_larger(distances, labels, k):
    picked = labels[distances.argsort(axis=1)[:, :k]]
    counts = (picked[:, :, None] == np.arange(10)).sum(axis=1)
    return 9 - counts[:, ::-1].argmax(axis=1)


@wrong("1.6", "in a tie the nearer digit wins")
def vote_for_the_nearer(distances, labels, k):
    picked = labels[distances.argsort(axis=1)[:, :k]]
    same = (picked[:, :, None] == picked[:, None, :]).sum(axis=2)
    return picked[np.arange(len(picked)), same.argmax(axis=1)]


@wrong("1.6", "these are the largest counts")
def vote_with_max_for_argmax(distances, labels, k):
    picked = labels[distances.argsort(axis=1)[:, :k]]
    return (picked[:, :, None] == np.arange(10)).sum(axis=1).max(axis=1)


@wrong("1.6", "along the neighbours or the digits")
def vote_counted_along_the_digits(distances, labels, k):
    picked = labels[distances.argsort(axis=1)[:, :k]]
    return (picked[:, :, None] == np.arange(10)).sum(axis=2).argmax(axis=1)


@wrong("1.6", "there are always 4 neighbours")
def vote_of_four_at_most(distances, labels, k):
    return most_frequent(labels[distances.argsort(axis=1)[:, :4]])


@wrong("1.6", "which digit has the largest count")
def vote_as_counts(distances, labels, k):
    picked = labels[distances.argsort(axis=1)[:, :k]]
    return (picked[:, :, None] == np.arange(10)).sum(axis=1)


@wrong("1.6", "the positions vote")
def vote_of_positions(distances, labels, k):
    return most_frequent(distances.argsort(axis=1)[:, :k])


@wrong("1.6", "your function changed distances (74 of its 84")
def vote_that_sorts_in_place(distances, labels, k):
    order = distances.argsort(axis=1)
    distances.sort(axis=1)
    return most_frequent(labels[order[:, :k]])


@wrong("1.6", "two shapes do not fit together in")
def vote_without_a_new_axis(distances, labels, k):
    picked = labels[distances.argsort(axis=1)[:, :k]]
    return (picked == np.arange(10)).sum(axis=1)


@wrong("1.6", "is None")
def vote_without_return(distances, labels, k):
    most_frequent(labels[distances.argsort(axis=1)[:, :k]])


@wrong("1.5", "the squares overflow in int16")
def nearest_image_in_int16(images, question):
    return ((images.astype(np.int16) - question) ** 2).sum(axis=(1, 2)).argmin()


@wrong("1.5", "float16 is too small")
def nearest_image_in_float16(images, question):
    return ((images.astype(np.float16) - question) ** 2).sum(axis=(1, 2)).argmin()


@wrong("1.3", "pixels stop at 254")
def brighten_one_too_dark(images, by):
    return np.clip(images.astype(int) + by, 0, 254).astype(np.uint8)
