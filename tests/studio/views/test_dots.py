"""Points by their answers: what is kept of those before."""

import numpy as np

from nnstudio.studio.views.dots import Dots, Points

NUMBERS = Points(np.zeros((2, 2)), np.array([[0.5], [-0.5]]), np.zeros(2, bool))


def colours(dots):
    return [brush.color().name() for brush in dots.data["brush"]]


def test_points_have_other_colours_where_another_number_has_the_full_one(qapp):
    dots = Dots()
    dots.show_points(NUMBERS, 0.5)
    full = colours(dots)
    dots.show_points(NUMBERS, 5.0)
    assert len(dots.data) == 2
    assert all(one != other for one, other in zip(full, colours(dots), strict=True))
    dots.show_points(NUMBERS, 0.5)
    assert colours(dots) == full
