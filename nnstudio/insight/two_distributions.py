"""Two distributions, a target and an answer, and how far they are apart: cross-entropy and entropy.

Any package above ``insight`` may import it; NumPy only.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from nnstudio.errors import UserError
from nnstudio.insight.softmax_steps import SoftmaxSteps, softmax_steps
from nnstudio.language import tr

_ROUNDING = 1e-12
"""Of a sum of shares."""

LARGEST_LOGIT = 700.0
"""Its exponential is still a number."""


class ShareError(UserError):
    """A number that is no share, or no logit."""


def check_share(value: float) -> float:
    """Return a share from 0 to 1.

    Raises
    ------
    ShareError
        If it is anything else.
    """
    if not 0 <= value <= 1:
        raise ShareError(
            tr("{value:g} was not taken, and the share before is kept: a share is from 0 to 1.").format(
                value=value
            )
        )
    return value


def check_logit(value: float) -> float:
    """Return a logit whose exponential is a number above 0.

    Raises
    ------
    ShareError
        If it is anything else.
    """
    if not abs(value) <= LARGEST_LOGIT:
        raise ShareError(
            tr(
                "z = {value:g} was not taken, and the one before is kept: z is from −{most:g} to {most:g}."
            ).format(value=value, most=LARGEST_LOGIT)
        )
    return value


def with_share(shares: np.ndarray, k: int, value: float, kept: Collection[int] = ()) -> np.ndarray:
    """Return a distribution with another share; the others have the rest, as large to each other as before.

    Parameters
    ----------
    shares : ndarray of shape (n,), n ≥ 2
        At least 0, with the sum 1.
    k : int
    value : float
    kept : collection of int
        Others that keep their shares, where the sum of all can then be 1; see `can_keep`.

    Raises
    ------
    ShareError
        If the value is not from 0 to 1.

    Examples
    --------
    >>> with_share(np.array([0.5, 0.3, 0.2]), 0, 0.0), with_share(np.array([1.0, 0.0, 0.0]), 0, 0.5)
    (array([0. , 0.6, 0.4]), array([0.5 , 0.25, 0.25]))
    >>> with_share(np.array([0.5, 0.25, 0.25]), 1, 0.3, kept={0})
    array([0.5, 0.3, 0.2])
    """
    check_share(value)
    is_free = np.ones(len(shares), bool)
    is_free[[k, *kept] if can_keep(shares, k, value, kept) else k] = False
    result = shares.copy()
    result[k] = value
    rest, total = max(1 - float(result[~is_free].sum()), 0.0), float(shares[is_free].sum())
    result[is_free] = shares[is_free] * (rest / total) if total else rest / np.count_nonzero(is_free)
    return np.asarray(result)


def can_keep(shares: np.ndarray, k: int, value: float, kept: Collection[int]) -> bool:
    """Return whether a share can change while others keep theirs: what is left is shared by the rest."""
    others = set(kept) - {k}
    left = 1 - value - float(sum(shares[j] for j in others))
    return left >= -_ROUNDING and len(others) + 1 < len(shares)


def entropy(target: np.ndarray) -> float:
    """Return −Σ t ln t, in nats; where a share is 0 its part is 0.

    Examples
    --------
    >>> round(entropy(np.full(26, 1 / 26)), 4), entropy(np.array([0.0, 1.0]))
    (3.2581, 0.0)
    """
    return float(loss_parts(target, target).sum())


def loss_parts(target: np.ndarray, answer: np.ndarray) -> np.ndarray:
    """Return −t ln q of each class: 0 where t is 0, infinite where q is 0 and t is not; shape (n,)."""
    parts = np.zeros(len(target))
    wanted = target > 0
    with np.errstate(divide="ignore"):
        # Plus 0, so that no part is −0.
        parts[wanted] = -target[wanted] * np.log(answer[wanted]) + 0.0
    return parts


@dataclass(frozen=True, eq=False)
class TwoDistributions:
    """A target, and an answer with its logits.

    Attributes
    ----------
    target : ndarray of shape (n,)
    z : ndarray of shape (n,)
        Logits of the answer; −∞ where its share is 0.
    """

    target: np.ndarray
    z: np.ndarray

    @classmethod
    def uniform(cls, n: int) -> "TwoDistributions":
        """Return the target that is the first class for sure, and the answer that knows nothing."""
        return cls(np.eye(n)[0], np.zeros(n))

    @property
    def answer(self) -> np.ndarray:
        """The softmax of the logits, shape (n,)."""
        return self.steps.quotients

    @property
    def steps(self) -> SoftmaxSteps:
        """The softmax stage by stage."""
        return softmax_steps(self.z)

    @property
    def parts(self) -> np.ndarray:
        """What each class adds to the cross-entropy, shape (n,)."""
        return loss_parts(self.target, self.answer)

    @property
    def cross_entropy(self) -> float:
        """−Σ t ln q, in nats; infinite where a share of the answer is 0 and that of the target is not."""
        return float(self.parts.sum())

    @property
    def entropy(self) -> float:
        """−Σ t ln t: the least cross-entropy of any answer, reached by the target itself."""
        return entropy(self.target)

    @property
    def difference(self) -> float:
        """Σ t ln(t / q), the Kullback-Leibler divergence: what the answer loses; 0 for the target itself."""
        wanted = self.target > 0
        target, answer = self.target[wanted], self.answer[wanted]
        if not answer.all():
            return math.inf
        return max(float((target * np.log(target / answer)).sum()), 0.0)

    def with_target(self, k: int, value: float, kept: Collection[int] = ()) -> "TwoDistributions":
        """Change one share of the target; see `with_share`."""
        return replace(self, target=with_share(self.target, k, value, kept))

    def with_answer(self, k: int, value: float, kept: Collection[int] = ()) -> "TwoDistributions":
        """Change one share of the answer; see `with_share`.

        It takes one logit: those of the others stay, and softmax shares the rest out; where some shares are
        kept, their logits stay.
        """
        before, after = self.answer, with_share(self.answer, k, value, kept)
        with np.errstate(divide="ignore"):
            z = np.log(after)
        others = [j for j in (*kept, *range(len(after))) if j != k and before[j] > 0 and after[j] > 0]
        if others:
            z += self.z[others[0]] - z[others[0]]
        return replace(self, z=z)

    def with_logit(self, k: int, value: float) -> "TwoDistributions":
        """Change one logit.

        Raises
        ------
        ShareError
            If its exponential would be no number.
        """
        z = self.z.copy()
        z[k] = check_logit(value)
        return replace(self, z=z)
