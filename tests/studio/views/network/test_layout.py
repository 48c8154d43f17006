import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF

from nnstudio.studio.views.network.layout import (
    FOOTER_HEIGHT,
    SCALE_HEIGHT,
    TITLE_HEIGHT,
    lay_out,
    zoomed,
)

places = st.one_of(st.integers(1, 64), st.integers(1, 200))
hidden_layers = st.lists(st.tuples(places, st.booleans()), max_size=31)
widths, heights = st.integers(420, 3600), st.integers(240, 2000)
aspects = st.sampled_from([0.25, 0.5, 1.0, 2.0, 4.0])
pixels = st.sampled_from([1.0, 0.5, 1 / 1.5])


@given(widths, heights, hidden_layers, st.integers(1, 62), aspects)
def test_every_layer_is_inside_and_none_lies_on_another(width, height, hidden, n_outputs, aspect):
    place = lay_out(width, height, hidden, n_outputs, aspect=aspect)
    boxes = [place.input_box, *(layer.box for layer in place.layers)]
    below = FOOTER_HEIGHT + SCALE_HEIGHT
    inside = QRectF(0, TITLE_HEIGHT, width, height - TITLE_HEIGHT - below).adjusted(0, -1e-6, 0, 1e-6)
    for box in boxes:
        assert box.width() > 0
        assert box.height() > 0
        assert inside.contains(box)
    for left, right in itertools.pairwise(boxes):
        assert left.right() < right.left()
    assert [layer.n_places for layer in place.layers] == [*(n for n, _ in hidden), n_outputs]


@given(widths, heights, hidden_layers, st.integers(1, 62), pixels, st.data())
def test_what_is_at_a_place_is_that_place(width, height, hidden, n_outputs, pixel, data):
    whole = lay_out(width, height, hidden, n_outputs, aspect=1.0)
    zoom = data.draw(st.sampled_from([1.0, 1.25, 3.7, 8.0]))
    place = zoomed(whole, zoom, QPointF(-17.3, 4.1), pixel)
    layer = data.draw(st.sampled_from(place.layers))
    at = data.draw(st.integers(0, layer.n_places - 1))
    cell = layer.cell_box(at)
    assert layer.place_at(cell.center()) == at
    assert layer.box.adjusted(-1e-6, -1e-6, 1e-6, 1e-6).contains(cell)
    for side, anchors in ((-1, layer.left_anchors), (1, layer.right_anchors)):
        ((x, y),) = anchors(np.array([at]))
        assert cell.contains(QPointF(x, y))
        assert layer.place_at(QPointF(x, y)) == at
        assert (x - cell.center().x()) * side > 0


@given(widths, heights, hidden_layers, st.integers(1, 62), pixels)
def test_cells_are_whole_device_pixels_near_where_they_were(width, height, hidden, n_outputs, pixel):
    whole = lay_out(width, height, hidden, n_outputs, aspect=1.0)
    placed = zoomed(whole, 1.0, QPointF(0, 0), pixel)
    for before, after in zip(whole.layers, placed.layers, strict=True):
        for length in (after.cell, after.pitch, after.box.left(), after.box.top()):
            assert abs(length / pixel - round(length / pixel)) < 1e-6
        moved = after.box.center() - before.box.center()
        assert max(abs(moved.x()), abs(moved.y())) <= 2 * pixel
        assert after.cell <= max(before.cell, pixel) + 1e-6


@given(st.integers(1, 100), st.integers(1, 30))
def test_nothing_is_beside_the_grid_or_behind_its_last_place(n, n_outputs):
    place = lay_out(900, 500, [(n, True)], n_outputs, aspect=1.0)
    for layer in place.layers:
        box = layer.box
        for x, y in (
            (box.left() - 1, box.center().y()),
            (box.right() + 1, box.center().y()),
            (box.center().x(), box.top() - 1),
            (box.center().x(), box.bottom() + 1),
        ):
            assert layer.place_at(QPointF(x, y)) is None
        behind = layer.rows * layer.columns - 1
        if behind >= layer.n_places:
            assert layer.place_at(layer.cell_box(behind).center()) is None


def test_small_layers_are_large_enough_to_hit():
    place = lay_out(620, 420, [(64, True), (32, False)], 10, aspect=1.0)
    assert all(layer.cell >= 9 for layer in place.layers)


@given(heights, st.integers(1, 62))
def test_names_of_outputs_have_a_readable_row_each(height, n_outputs):
    (outputs,) = lay_out(1000, height, [], n_outputs, aspect=1.0).layers
    assert outputs.cell >= 11
