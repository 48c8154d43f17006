"""The learning rates that the pages of the gradient take."""

from nnstudio.errors import UserError
from nnstudio.language import tr

RATE_DECADES = (-4, 1)


class RateError(UserError):
    """A rate, a size or a goal that is not above 0."""


def check_rate(rate: float) -> float:
    """Return a rate or size that is above 0.

    Raises
    ------
    RateError
        If it is not.
    """
    if not rate > 0:
        raise RateError(
            tr("{rate:g} was not taken, and the number before is kept: it has to be above 0.").format(
                rate=rate
            )
        )
    return rate
