import numpy as np

from nnstudio.studio.painting.pixel_painting import value_of
from nnstudio.studio.painting.theme import DARK, LIGHT
from nnstudio.studio.views.network.pixels import FULL, colour_in, draw_curves, draw_edges


def sheet(height=60, width=80):
    return np.zeros((2, height, width), np.uint16)


def test_a_level_line_has_its_ink_where_it_is():
    ink = sheet()
    draw_curves(ink, np.array([[10.0, 20.5]]), np.array([[70.0, 20.5]]), np.array([float(FULL)]))
    assert not ink[1].any()
    assert set(np.flatnonzero(ink[0].any(axis=1)).tolist()) == {20}
    line = ink[0, 20, 12:68].astype(float)
    assert 0.7 * FULL < line.min() < line.max() < 1.3 * FULL


def test_a_curve_leaves_level_and_arrives_at_its_end():
    ink = sheet()
    draw_curves(ink, np.array([[10.0, 10.0]]), np.array([[70.0, 50.0]]), np.array([-float(FULL)]))
    assert not ink[0].any()
    rows, columns = np.nonzero(ink[1])
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (9, 50, 10, 69)
    assert rows[columns < 16].max() <= 11
    assert rows[columns > 64].min() >= 48
    # No column between is empty: the curve is one line.
    assert set(columns.tolist()) == set(range(10, 70))


def test_what_is_outside_is_cut():
    ink = sheet()
    start, end = np.array([[-30.0, 20.5], [-30.0, -80.0]]), np.array([[200.0, 20.5], [90.0, 300.0]])
    draw_curves(ink, start, end, np.array([1.0, -1.0]) * FULL)
    assert ink[0, 20, 1:-2].min() > 0.5 * FULL
    assert not ink[0, :19].any()
    assert ink[1].any()
    draw_curves(sheet(), np.array([[-30.0, -30.0]]), np.array([[-5.0, -9.0]]), np.array([1.0]))


def test_strong_edges_have_more_ink_than_weak_ones():
    ink = sheet()
    start = np.array([[5.0, 10.5], [5.0, 30.5], [5.0, 50.5]])
    strength = np.array([1.0, 0.3, -0.5])
    draw_edges(ink, [(start, start + np.array((70, 0)), strength)], 1.0)
    strong, weak = ink[0, 5:16].sum(), ink[0, 25:36].sum()
    assert strong > 4 * weak > 0
    assert ink[1, 45:56].any()
    assert not ink[1, :40].any()


def test_colours_are_those_of_the_signs_and_ink_is_used_up():
    for theme in (DARK, LIGHT):
        ink = sheet(2, 3)
        ink[0, 0, 0], ink[1, 1, 2] = 2 * FULL, FULL
        pixels = np.full((2, 3), 7, np.uint32)
        colour_in(pixels, ink, theme)
        assert pixels[0, 0] == value_of(theme.positive)
        assert pixels[1, 2] == value_of(theme.negative)
        assert np.count_nonzero(pixels == 7) == 4
        assert not ink.any()
