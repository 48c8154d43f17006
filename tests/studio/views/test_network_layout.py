import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF

from nnstudio.studio.views.network_layout import FOOTER_HEIGHT, TITLE_HEIGHT, lay_out

units = st.one_of(st.integers(1, 64), st.integers(1, 2000))
hidden_layers = st.lists(st.tuples(units, st.booleans()), max_size=31)
widths, heights = st.integers(420, 3600), st.integers(240, 2000)
aspects = st.sampled_from([0.25, 0.5, 1.0, 2.0, 4.0])


@given(widths, heights, hidden_layers, st.integers(1, 200), aspects, st.booleans())
def test_every_layer_is_inside_and_none_lies_on_another(width, height, hidden, n_outputs, aspect, edges):
    place = lay_out(width, height, hidden, n_outputs, aspect=aspect, edges_from_input=edges)
    boxes = [place.input_box, *(layer.box for layer in place.layers)]
    inside = QRectF(0, TITLE_HEIGHT, width, height - TITLE_HEIGHT - FOOTER_HEIGHT).adjusted(0, -1e-6, 0, 1e-6)
    for box in boxes:
        assert box.width() > 0
        assert box.height() > 0
        assert inside.contains(box)
    for left, right in itertools.pairwise(boxes):
        assert left.right() < right.left()
    assert [layer.n_units for layer in place.layers] == [*(n for n, _ in hidden), n_outputs]


@given(widths, heights, hidden_layers, st.integers(1, 60), st.data())
def test_what_is_under_a_unit_is_that_unit(width, height, hidden, n_outputs, data):
    place = lay_out(width, height, hidden, n_outputs, aspect=1.0, edges_from_input=False)
    layer = data.draw(st.sampled_from(place.layers))
    unit = data.draw(st.integers(0, layer.n_units - 1))
    cell = layer.cell_box(unit)
    assert layer.unit_at(cell.center()) == unit
    assert layer.box.adjusted(-1e-6, -1e-6, 1e-6, 1e-6).contains(cell)
    for side, anchors in ((-1, layer.left_anchors), (1, layer.right_anchors)):
        ((x, y),) = anchors(np.array([unit]))
        assert cell.contains(QPointF(x, y))
        assert layer.unit_at(QPointF(x, y)) == unit
        assert (x - cell.center().x()) * side > 0


@given(st.integers(1, 100), st.integers(1, 30))
def test_nothing_is_beside_the_grid_or_behind_its_last_unit(n, n_outputs):
    place = lay_out(900, 500, [(n, True)], n_outputs, aspect=1.0, edges_from_input=False)
    for layer in place.layers:
        box = layer.box
        for x, y in (
            (box.left() - 1, box.center().y()),
            (box.right() + 1, box.center().y()),
            (box.center().x(), box.top() - 1),
            (box.center().x(), box.bottom() + 1),
        ):
            assert layer.unit_at(QPointF(x, y)) is None
        behind = layer.rows * layer.columns - 1
        if behind >= layer.n_units:
            assert layer.unit_at(layer.cell_box(behind).center()) is None


def test_small_layers_are_large_enough_to_hit():
    place = lay_out(620, 420, [(64, True), (32, False)], 10, aspect=1.0, edges_from_input=False)
    assert all(layer.cell >= 9 for layer in place.layers)
