"""What a training run in the clinic writes down, and what one patient brought along."""

from collections import Counter

import numpy as np

from lib.course.claims import about, measured
from lib.course.signs import say


class Chart:
    """What a run writes down: the loss of each step, and how it reads the validation images.

    Attributes
    ----------
    losses : list of float
        The loss of every step, each before the step that it led to.
    accuracies : list of float
        The share of validation images read right, one for each epoch.
    mistakes : Counter
        How often a digit was read as another in the last epoch: ``{(6, 9): 31, …}``.
    """

    def __init__(self):
        self.losses, self.accuracies, self.mistakes = [], [], Counter()

    def step(self, loss):
        """Write down the loss of a step; print the first one."""
        self.losses.append(float(loss))
        if len(self.losses) == 1:
            say(f"first step   loss {about(self.losses[0], '.2f')}")

    def epoch(self, guesses, labels):
        """Write down how the validation images are read, and print a line about the epoch.

        Parameters
        ----------
        guesses, labels : ndarray (N,)
            The digits as they are read, and as they are.

        Raises
        ------
        ValueError
            If there is not one guess for each label.
        """
        guesses, labels = np.asarray(guesses), np.asarray(labels)
        if guesses.shape != labels.shape:
            raise ValueError(
                f"epoch expected a guess for each of the {len(labels)} labels, "
                f"got shape {guesses.shape}"
            )
        self.accuracies.append(float(np.mean(guesses == labels)))
        pairs = zip(labels.tolist(), guesses.tolist(), strict=True)
        self.mistakes = Counter(pair for pair in pairs if pair[0] != pair[1])
        steps = len(self.losses) // len(self.accuracies)  # as many in each epoch
        mean = np.mean(self.losses[-steps:])
        loss = about(mean, ".1e" if mean >= 1000 else ".2f")
        accuracy = about(self.accuracies[-1], ".1%")
        say(f"epoch {len(self.accuracies):2}     loss {loss}   validation accuracy {accuracy}")

    def commonest_mistakes(self):
        """Print which digits were most often read as which."""
        found = [f"{k} as {j}: {count}" for (k, j), count in self.mistakes.most_common(3)]
        if found:
            found[0] += " times"
        say(f"read wrongly: {measured(', '.join(found))}")

    def draw(self, healthy):
        """Draw losses and accuracies over those of a healthy run, which are grey.

        The dotted line is the loss of a blind guess among ten digits, -log(0.1) = 2.30. Where the
        loss stops being a number, a vertical line says so.

        Parameters
        ----------
        healthy : Chart
            What to compare with. It is drawn as far as this run goes.
        """
        import matplotlib.pyplot as plt
        from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter

        from lib.plot import BLUE, GREY, ORANGE

        steps, epochs = len(self.losses), len(self.accuracies)
        _, (left, right) = plt.subplots(1, 2, figsize=(6.4, 2.7))
        for chart, loss, accuracy in ((healthy, GREY, GREY), (self, BLUE, ORANGE)):
            losses, shares = chart.losses[:steps], chart.accuracies[:epochs]
            left.semilogy(range(1, len(losses) + 1), losses, color=loss, linewidth=1)
            percent = [100 * share for share in shares]
            right.plot(range(1, len(percent) + 1), percent, ".--", color=accuracy)
        left.axhline(-np.log(0.1), color="#555555", linewidth=1, linestyle=":")
        left.annotate(
            "2.30", (1, -np.log(0.1)), (3, 0), ("axes fraction", "data"), "offset points",
            color="#555555", va="center",
        )  # fmt: skip
        low, high = left.get_ylim()
        if high < 1000 * low:  # few powers of ten: label numbers between them
            left.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            left.yaxis.set_major_formatter("{x:g}")
        left.yaxis.set_minor_formatter(NullFormatter())
        if not np.isfinite(self.losses).all():
            first = int(np.argmin(np.isfinite(self.losses))) + 1
            left.axvline(first, color=BLUE, linewidth=1)
            left.text(first + 0.02 * steps, 0.93, "nan from here on", color=BLUE,
                      va="top", transform=left.get_xaxis_transform())  # fmt: skip
        left.set(xlabel="step", ylabel="loss")
        right.set(xlabel="epoch", ylabel="validation accuracy (%)", ylim=(0, 105))
        right.xaxis.set_major_locator(MaxNLocator(integer=True))


def as_scanned(images):
    """Return images the way the scanner of case 4 delivers them. Look here after case 4."""
    images = images.copy()
    images[2000 % len(images)] = 0  # an empty sheet
    return images
