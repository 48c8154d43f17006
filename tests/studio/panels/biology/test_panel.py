"""The drawn neuron: every part has its place, its term and its words, by the pointer and by the keys."""

import math

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtTest import QTest

from nnstudio.studio.panels.biology.drawing import NeuronDrawing, part_words
from nnstudio.studio.panels.biology.panel import BiologyPanel
from nnstudio.studio.panels.biology.parts import BETWEEN, LEFT_OUT, PARTS


def test_the_terms_are_the_formula():
    formula = [PARTS[0].term]
    for sign, part in zip(BETWEEN, PARTS[1:], strict=True):
        formula += [sign, part.term]
    assert " ".join(filter(None, formula)) == "x₁ · w₁ + x₂w₂ + … + b = z, f(z) = a"


@pytest.fixture(params=[(500, 330), (380, 250), (900, 600)])
def drawing(request, qtbot):
    drawing = NeuronDrawing()
    qtbot.addWidget(drawing)
    drawing.resize(*request.param)
    return drawing


def test_every_part_has_a_place_a_name_and_a_term_of_its_own(drawing):
    area = QRectF(drawing.design_rect()).adjusted(-0.01, -0.01, 0.01, 0.01)
    frame = drawing._frame()
    boxes = []
    for part in range(len(PARTS)):
        assert frame.contains(drawing.anchor(part))
        for box in (drawing.label_box(part), drawing.term_box(part)):
            assert area.contains(box)
            assert drawing.part_at(box.center()) == part
            inner = box.adjusted(0.01, 0.01, -0.01, -0.01)
            assert not any(inner.intersects(other) for other in boxes)
            boxes.append(inner)
        assert drawing.label_box(part).top() >= frame.bottom() - 1
        # The part itself, though others are near.
        assert drawing.part_at(drawing.anchor(part)) == part
        assert PARTS[part].name in drawing.explain(drawing.anchor(part).toPoint())
    for left, right in zip(range(len(PARTS)), range(1, len(PARTS)), strict=False):
        assert drawing.anchor(left).x() < drawing.anchor(right).x()
    middle = frame.center() + QPointF(0, frame.height() / 2 - 2)
    assert min(math.dist(middle.toTuple(), drawing.anchor(k).toTuple()) for k in range(len(PARTS))) > 14
    assert drawing.part_at(middle) is None


@pytest.mark.window(shared=True)
def test_the_keys_and_the_list_go_from_part_to_part(show_alone):
    panel = show_alone(BiologyPanel)
    drawing, texts = panel.drawing, [panel.list.item(k).text() for k in range(panel.list.count())]
    assert [part_words(part) in texts for part in range(len(PARTS))] == [True] * len(PARTS)
    assert texts[-len(LEFT_OUT) :] == list(LEFT_OUT)
    plain = drawing.grab().toImage()
    QTest.keyClick(drawing, Qt.Key.Key_Right)
    QTest.keyClick(drawing, Qt.Key.Key_Right)
    assert drawing.chosen == 1
    assert panel.list.currentItem().text() == part_words(1)
    assert drawing.accessibleDescription() == part_words(1)
    assert drawing.grab().toImage() != plain
    QTest.mouseClick(drawing, Qt.MouseButton.LeftButton, pos=drawing.term_box(6).center().toPoint())
    assert drawing.chosen == 6
    panel.list.setCurrentRow(panel.list.count() - 1)
    assert drawing.chosen is None
    assert drawing.accessibleDescription() == ""
