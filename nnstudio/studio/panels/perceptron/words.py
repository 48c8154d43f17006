"""Sentences about a perceptron and the rule at work on it."""

import numpy as np

from nnstudio.data.problem import InputSpace, subscript
from nnstudio.engine.perceptron import Correction
from nnstudio.language import tr
from nnstudio.studio.painting.numbers import four_figures
from nnstudio.studio.session.perceptron import Perceptron

MOST_WRITTEN = 4
"""Numbers of a vector that are written; of a longer one its length is."""


def number(value: float) -> str:
    """Format a number with four figures at most; what is 0 has no sign.

    Examples
    --------
    >>> number(2.0), number(-1.25), number(-0.0)
    ('2', '−1.25', '0')
    """
    return four_figures(value + 0.0)


def vector(values: np.ndarray) -> str:
    """Return the numbers of a vector, or its length where they are many.

    Examples
    --------
    >>> vector(np.array([2.0, -1.0])), vector(np.full(784, 0.5))
    ('(2, −1)', '|w| = 14')
    """
    if len(values) <= MOST_WRITTEN:
        return f"({', '.join(map(number, values.tolist()))})"
    return f"|w| = {number(float(np.linalg.norm(values)))}"


def weight_name(space: InputSpace, coordinate: int) -> str:
    """Return the name of a weight by its number, or that of the bias, which comes after them."""
    return "b" if coordinate == space.n_features else f"w{subscript(coordinate + 1)}"


def correction_words(correction: Correction, x: np.ndarray, n: int) -> str:
    """Say what a correction was made for and what it changed.

    Parameters
    ----------
    correction : Correction
    x : ndarray of shape (n_features,)
        The sample.
    n : int
        Its number among all corrections.
    """
    fired = tr("it fires, and should not") if correction.target == 0 else tr("it should fire, and does not")
    sample = tr("sample {k:,}").format(k=correction.sample + 1)
    if len(x) <= MOST_WRITTEN:
        sample += f" {vector(x)}"
    head = tr("Correction {n:,}, pass {epoch:,}: {sample}, t = {t}, a = {a}: {fired}.").format(
        n=n, epoch=correction.epoch, sample=sample, t=correction.target, a=1 - correction.target, fired=fired
    )
    before, after = correction.before, correction.after
    change = tr("t − a = {error}: w {sign} x, {before} → {after}; b {b_before} → {b_after}.").format(
        error=number(correction.error),
        sign="+" if correction.error > 0 else "−",
        before=vector(before[:-1]),
        after=vector(after[:-1]),
        b_before=number(before[-1]),
        b_after=number(after[-1]),
    )
    return f"{head}\n{change}"


def state_words(perceptron: Perceptron) -> str:
    """Say how far the rule has come, and whether it ends."""
    n, epoch = perceptron.n_corrections, perceptron.epoch
    done = tr("{corrections} in {passes}").format(
        corrections=tr("%n correction(s)", n), passes=tr("%n pass(es)", epoch)
    )
    if perceptron.is_separated:
        return tr("{done}: in the last pass every sample was right. The rule has ended.").format(done=done)
    if perceptron.is_cycling:
        return tr(
            "{done}: the weights came back to an earlier state, and would for ever. No line does it."
        ).format(done=done)
    return f"{done}." if epoch else tr("No correction yet.")


def bound_words(perceptron: Perceptron) -> str:
    """Say what bounds the number of corrections, or that nothing does."""
    samples = perceptron.samples
    found = None if samples is None else samples.separation
    if found is None:
        return ""
    if not found.is_separable:
        return tr("R = {radius}, γ = 0: no line leaves a margin, and (R/γ)² bounds nothing.").format(
            radius=number(found.radius)
        )
    return tr("From zero at most {most:,.0f} corrections: (R/γ)², R = {radius}, γ = {margin}.").format(
        most=np.floor(found.most_corrections), radius=number(found.radius), margin=number(found.margin)
    )
