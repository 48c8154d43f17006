"""Measure the segmentation of words into characters, on strokes composed into words; or fit it again.

    python tests/bench/segmentation.py STROKES          measures on the writers with odd numbers
    python tests/bench/segmentation.py STROKES --fit    fits to those with even numbers, prints the weights

STROKES is the folder with digits-tablet.npz and the other files of strokes. Of a word, all characters are by
one writer; gaps, sizes and baselines vary from character to character, the slant from word to word.
"""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from nnstudio.data.segment import Extents, border_evidence, characters
from nnstudio.data.strokes import Drawing, read_stroke_file

NAMES = ("digits-tablet", "digits-pen", "letters-upper-pen", "letters-lower-pen")
GAPS = {"0.1–0.5": (0.1, 0.5), "0.2–0.4": (0.2, 0.4), "0.05–0.3": (0.05, 0.3), "0–0.1": (0.0, 0.1)}
N_WORDS = 1000
N_SINGLE = 4000

N_FITTED = 30_000
N_HIDDEN = 24
SINGLE_WEIGHT = 5.0
"""What parting a single character costs beside parting a word wrongly."""
SHUFFLED, DELAYED = 0.05, 0.25
"""Shares of the words whose strokes are written in any order, and with dots and bars last."""
CAUTION = 0.5
"""Log-odds that a cut needs: one too many is the commoner error in capitals."""


class Writers:
    """One file of strokes, by writer: those whose numbers are odd, or even."""

    def __init__(self, folder, name, *, odd):
        self.strokes = read_stroke_file(Path(folder) / f"{name}.npz")
        # Small letters differ in height; others are a line high each.
        self.is_small = "lower" in name
        ids = self.strokes.writers
        self.rows = [np.flatnonzero(ids == writer) for writer in np.unique(ids) if writer % 2 == odd]

    def word(self, rng, gaps, text=None, *, several=1.0):
        """Return the strokes of each character of a random word, or of a text.

        Characters of several strokes are ``several`` times as probable as in the file.
        """
        (rows, picked), space = self._picked(rng, text, several)
        drawings = [self.strokes.drawing(int(row)) for row in picked]
        line = None
        if self.is_small:
            some = rng.choice(rows, min(20, len(rows)), replace=False)
            line = np.percentile([np.diff(self.strokes.drawing(int(k)).bounds()[1::2]) for k in some], 80)
        return composed(drawings, rng, gaps, space, line)

    def _picked(self, rng, text, several):
        while True:
            rows = self.rows[rng.integers(len(self.rows))]
            if text is None:
                return (rows, rng.choice(rows, rng.integers(2, 8), p=self._chances(rows, several))), np.zeros(
                    8
                )
            letters = [np.flatnonzero(self.strokes.labels[rows] == c) for c in text.replace(" ", "")]
            if all(map(len, letters)):
                space = np.zeros(len(letters))
                if " " in text:
                    space[text.index(" ") - 1] = rng.uniform(0.6, 1.0)
                return (rows, [rows[rng.choice(own)] for own in letters]), space

    def _chances(self, rows, several):
        chances = np.where(np.diff(self.strokes.polylines.drawing_offsets)[rows] > 1, several, 1.0)
        return chances / chances.sum()


def composed(drawings, rng, gaps, space, line):
    """Write drawings side by side."""
    x, groups, slant = 0.0, [], rng.uniform(-0.15, 0.45)
    for drawing, extra in zip(drawings, space, strict=False):
        left, top, right, bottom = drawing.bounds()
        scale = rng.uniform(0.85, 1.15) / float(line or max(bottom - top, 0.7 * (right - left), 1.0))
        foot = (x, rng.uniform(-0.1, 0.1))
        strokes = [(stroke - (left, bottom)) * scale + foot for stroke in drawing.strokes if len(stroke)]
        groups.append([stroke @ ((1, 0), (-slant, 1)) for stroke in strokes])
        x += (right - left) * scale + rng.uniform(*gaps) + extra
    return groups


def is_right(groups, strokes=None):
    """Return whether the strokes of all groups, as one drawing and maybe in another order, are parted."""
    if strokes is None:
        strokes = [stroke for group in groups for stroke in group]
    parted = characters(Drawing(tuple(strokes)))
    found = [sorted(stroke.tobytes() for stroke in character.strokes) for character in parted]
    return found == [sorted(np.ascontiguousarray(stroke).tobytes() for stroke in group) for group in groups]


def delayed(groups):
    """Return the strokes of all groups as a hurried hand writes them: dots and bars last."""
    first = [stroke for group in groups for stroke in group[:1]]
    return first + [stroke for group in groups for stroke in group[1:]]


def sign(rng):
    """Return a sign or letter of bars and dots, of which there are none in the files, or too few in a row."""
    w, h = rng.uniform(0.4, 0.8), rng.uniform(0.25, 0.4)
    x, y = rng.normal(0, 0.05, 2)
    shapes = (
        (((0, 0), (0, 1)),),
        (((0, 0.5), (w, 0.5)), ((w / 2, 0.5 - h), (w / 2, 0.5 + h))),
        (((0, 0.35), (w, 0.35)), ((0, 0.35 + h), (w, 0.35 + h))),
        (((0, 0.4), (0, 1)), ((x, 0.1 + y),)),
        (((0.2, 0.4), (0.2, 1.2), (0, 1.2)), ((0.2 + x, 0.1 + y),)),
        (((0, 0), (0, 1)), ((w, 0), (0.03, 0.5), (w, 1))),
        (((0, 0), (w, 1)), ((w, 0), (0, 1))),
        (((0, 0), (w, 0)), ((w / 2, 0), (w / 2, 1))),
        (((0, 0), (0, 1)), ((0, 0), (w, 0)), ((0, 0.5), (w, 0.5)), ((0, 1), (w, 1))),
    )
    strokes = shapes[rng.integers(len(shapes))]
    return Drawing(tuple(np.array(stroke) + rng.normal(0, 0.02, (len(stroke), 2)) for stroke in strokes))


def measure(folder):
    """Print the table."""
    rng = np.random.default_rng(5)
    print(
        f"{'':20}single characters split   words of 2 to 7 right, by gap {'  '.join(GAPS)}  "
        "0.1–0.5, dots and bars last"
    )
    files = {name: Writers(folder, name, odd=True) for name in NAMES}
    for name, writers in files.items():
        rows = rng.permutation(np.concatenate(writers.rows))[:N_SINGLE]
        n_split = sum(len(characters(writers.strokes.drawing(int(row)))) != 1 for row in rows)
        shares = [
            np.mean([is_right(writers.word(rng, gaps)) for _ in range(N_WORDS)]) for gaps in GAPS.values()
        ]
        late = np.mean(
            [
                is_right(word, delayed(word))
                for word in (writers.word(rng, (0.1, 0.5)) for _ in range(N_WORDS))
            ]
        )
        words = "  ".join(f"{100 * share:.1f} %" for share in (*shares, late))
        print(f"{name:20}{100 * n_split / len(rows):6.2f} % of {len(rows):,}{'':10}{words}")
    for name, text in (("digits-tablet", "2024"), ("digits-pen", "2024"), ("letters-upper-pen", "ML CLUB")):
        share = np.mean([is_right(files[name].word(rng, (0.1, 0.5), text)) for _ in range(N_WORDS)])
        print(f"{name:20}{text!r} at gaps of 0.1 to 0.5: {100 * share:.1f} %")


def examples(folder):
    """Return evidence, whether there is a cut, and what each border counts."""
    rng = np.random.default_rng(0)
    evidence, is_cut, counts = [], [], []

    def add(groups, weight):
        extents = Extents.of([stroke for group in groups for stroke in group])
        owner = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
        chance = rng.random()
        if chance < SHUFFLED:
            extents = replace(extents, turn=rng.permutation(len(owner)))
        elif chance < SHUFFLED + DELAYED:
            is_later = np.diff(owner, prepend=-1) == 0
            extents = replace(extents, turn=np.argsort(np.argsort(is_later, kind="stable")))
        order = np.argsort(extents.left + extents.right, kind="stable")
        owner = owner[order]
        n = len(order) - 1
        if n:
            evidence.append(border_evidence(extents.rows(order)))
            is_cut.append(np.diff(owner) != 0)
            counts.append(np.full(n, weight / np.sqrt(n)))

    for name in NAMES:
        writers = Writers(folder, name, odd=False)
        for row in rng.permutation(np.concatenate(writers.rows))[: 4 * N_FITTED]:
            slant = rng.choice((0.0, rng.uniform(-0.15, 0.45)))
            strokes = writers.strokes.drawing(int(row)).strokes
            add([[stroke @ ((1, 0), (-slant, 1)) for stroke in strokes if len(stroke)]], SINGLE_WEIGHT)
        for _ in range(N_FITTED):
            gaps = ((0.1, 0.5), (0.05, 0.3), (0.2, 0.4), (0.0, 0.2))[rng.integers(4)]
            add(writers.word(rng, gaps, several=rng.choice((1.0, 4.0))), 1.0)
        for _ in range(N_FITTED // 3):
            n = rng.integers(2, 7)
            plain = [sign(rng)] * n if rng.random() < 0.3 else [sign(rng) for _ in range(n)]
            add(composed(plain, rng, (0.15, 0.6), np.zeros(8), 1.0), 1.0)
    return np.concatenate(evidence), np.concatenate(is_cut).astype(float), np.concatenate(counts)


def fit(folder, epochs=150):
    """Print weights for ``data.segment_weights``: Adam on the cross-entropy."""
    x, y, counts = examples(folder)
    mean, spread = x.mean(axis=0), x.std(axis=0)
    z = (x - mean) / spread
    rng = np.random.default_rng(1)
    n_inputs = z.shape[1]
    theta = [
        rng.normal(0, n_inputs**-0.5, (n_inputs, N_HIDDEN)),
        np.zeros(N_HIDDEN),
        rng.normal(0, N_HIDDEN**-0.5, N_HIDDEN),
        np.zeros(1),
    ]
    m, v = ([np.zeros_like(part) for part in theta] for _ in range(2))
    t = 0
    for epoch in range(epochs):
        rate = 5e-3 * (1 - epoch / epochs) + 1e-5
        for batch in np.array_split(rng.permutation(len(z)), len(z) // 512):
            hidden = np.tanh(z[batch] @ theta[0] + theta[1])
            p = 1 / (1 + np.exp(-(hidden @ theta[2] + theta[3])))
            delta = counts[batch] * (p - y[batch]) / len(batch)
            back = np.outer(delta, theta[2]) * (1 - hidden * hidden)
            t += 1
            grads = (z[batch].T @ back, back.sum(axis=0), hidden.T @ delta, delta.sum(keepdims=True))
            for part, grad, first, second in zip(theta, grads, m, v, strict=True):
                first += 0.1 * (grad - first)
                second += 0.001 * (grad * grad - second)
                part -= rate * (first / (1 - 0.9**t)) / (np.sqrt(second / (1 - 0.999**t)) + 1e-8)
    w = theta[0] / spread[:, None]
    first = np.column_stack((w.T, theta[1] - mean @ w))
    second = np.append(theta[2], theta[3] - CAUTION)
    for name, rows in (("FIRST", first), ("SECOND", [second])):
        print(name)
        for row in rows:
            print("        (" + ", ".join(f"{value:.2f}" for value in row) + "),")


if __name__ == "__main__":
    (fit if "--fit" in sys.argv else measure)(sys.argv[1])
