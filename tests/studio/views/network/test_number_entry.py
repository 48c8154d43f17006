"""Numbers of a small network: hovered, typed on the edge or the circle, and filled in."""

import itertools

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnstudio.files.network_toml import open_network_toml
from nnstudio.insight.parameters import Parameter
from nnstudio.insight.unit_values import UnitValue
from nnstudio.studio.painting.theme import THEMES, appearance
from nnstudio.studio.panels.network import NetworkPanel
from nnstudio.studio.views.network.number_boxes import number_boxes
from tests.studio.gestures import leave, move_to, type_into

WEIGHT, BIAS = Parameter(0, 2, 1), Parameter(1, 0)


@pytest.fixture
def view(session, show_alone, until):
    session.open_written("two-inputs", open_network_toml("two-inputs"))
    panel = show_alone(NetworkPanel, (900, 500))
    until(lambda: panel.widget.scene.reading is not None)
    panel.widget.grab()
    return panel.widget


def place_of(view, number):
    return view.number_entry.box_of(number).center().toPoint()


def click(view, number):
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=place_of(view, number))


def number_in(session, place):
    layer = session.network.architecture.layers(session.network.displayed_weights)[place.layer]
    return float(layer.b[place.row] if place.column is None else layer.W[place.row, place.column])


def test_every_number_has_one_box(view, session):
    places = [number.place for number in view.number_boxes()]
    assert len(set(places)) == len(places) == session.network.architecture.n_params
    assert {place.name for place in places} >= {"W₁[1, 1]", "b₁[4]", "W₃[1, 3]", "b₃[1]"}


@pytest.mark.parametrize(("scale", "size_px", "most"), [(1.0, 11, 600), (1.5, 8, 40)])
def test_weights_are_written_smaller_where_large_text_lets_them_touch(
    view, monkeypatch, scale, size_px, most
):
    monkeypatch.setattr(appearance, "text_scale", scale)
    numbers = number_boxes(view.scene, view.scene.lay_out(420, 400), ())
    assert min(number.size_px for number in numbers) == size_px
    shared = [a.box & b.box for a, b in itertools.combinations(numbers, 2)]
    assert sum(box.width() * box.height() for box in shared if box.isValid()) < most
    roomy = number_boxes(view.scene, view.scene.lay_out(900, 460), ())
    assert {number.size_px for number in roomy} == {11}


@pytest.mark.parametrize(("place", "text", "value"), [(WEIGHT, "1/2", 0.5), (BIAS, "0,25", 0.25)])
def test_a_click_types_another_number_in_one_step(view, session, until, place, text, value):
    before = number_in(session, place)
    click(view, place)
    field = view.number_entry.field
    assert field.hasFocus()
    assert float(field.text().replace("−", "-")) == pytest.approx(before)
    type_into(field, text)
    assert field.isHidden()
    until(lambda: number_in(session, place) == value)
    assert session.weight_editor.undo_stack.count() == 1
    session.weight_editor.undo()
    until(lambda: number_in(session, place) == before)


def test_what_is_no_number_is_marked_and_kept_and_escape_gives_up(view, session):
    click(view, WEIGHT)
    field, before = view.number_entry.field, view.grab().toImage()
    type_into(field, "half")
    assert not field.isHidden()
    assert field.text() == "half"
    assert "is no number" in field.accessibleDescription()
    assert field.property("role") == "warning"
    assert view.grab().toImage() != before, "the sentence stands beside it"
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.isHidden()
    assert view.hasFocus()
    assert number_in(session, WEIGHT) == pytest.approx(0.2)
    assert session.weight_editor.undo_stack.count() == 0


def test_a_number_that_stays_keeps_all_of_its_digits(view, session):
    click(view, WEIGHT)
    QTest.keyClick(view.number_entry.field, Qt.Key.Key_Return)
    assert session.weight_editor.undo_stack.count() == 0


def test_keys_lead_from_number_to_number(view, session, until):
    view.setFocus()
    session.selection.select(1, 0)
    until(lambda: view.selected is not None)
    entry = view.number_entry
    QTest.keyClick(view, Qt.Key.Key_F2)
    assert entry.current == Parameter(1, 0, 0), "the first one of the selected unit"
    assert session.selection.path == (entry.current,), "its edge is lit"
    QTest.keyClick(view, Qt.Key.Key_Tab)
    assert entry.current == Parameter(1, 0, 1)
    QTest.keyClick(view, Qt.Key.Key_Backtab)
    left_of = entry.box_of(entry.current).center().x()
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert entry.box_of(entry.current).center().x() > left_of
    current = entry.current
    QTest.keyClick(view, Qt.Key.Key_Return)
    type_into(entry.field, "-3")
    until(lambda: number_in(session, current) == -3)
    assert view.hasFocus()
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert entry.current is None
    assert session.selection.path == ()


def test_the_keys_leave_the_numbers_with_the_focus(view, session):
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_F2)
    assert view.number_entry.current is not None
    view.clearFocus()
    assert view.number_entry.current is None


def test_tab_takes_a_number_and_goes_to_the_next(view, session, until):
    click(view, Parameter(0, 0, 0))
    field = view.number_entry.field
    field.selectAll()
    QTest.keyClicks(field, "0.9")
    QTest.keyClick(field, Qt.Key.Key_Tab)
    until(lambda: number_in(session, Parameter(0, 0, 0)) == pytest.approx(0.9))
    assert view.number_entry.current == Parameter(0, 0, 1)


def test_a_number_under_the_pointer_says_all_its_digits_and_lights_its_edge(view, session):
    place = place_of(view, WEIGHT)
    before = view.grab().toImage()
    move_to(view, place)
    assert view.explain(place).startswith("W₁[3, 2] = 0.2: the weight from v to Hidden 1 · unit 3")
    assert session.selection.pointed == (0, 2)
    assert session.selection.path == (WEIGHT,)
    assert view.grab().toImage() != before
    leave(view)
    assert session.selection.path == ()
    assert "the bias of Hidden 2 · unit 1" in view.explain(place_of(view, BIAS))


def test_a_lit_path_is_painted_over_the_edges(view, session):
    before = view.grab().toImage()
    session.selection.light_path((Parameter(0, 1), Parameter(1, 2, 1), Parameter(2, 0, 2)))
    lit = view.grab().toImage()
    assert lit != before
    session.selection.light_path(())
    assert view.grab().toImage() == before


def test_values_are_filled_in_by_keys_alone(view, session, until):
    session.fill_in.start()
    until(lambda: bool(view.values))
    entry = view.number_entry
    assert entry.current == UnitValue(0, 0)
    assert view.scene.reading is None, "what is asked for is nowhere to be read"
    for text in ("0.7", "-0.39", "0.24", "-0.58", "-0.724", "1.307", "-0.855"):
        type_into(entry.field, text)
    assert entry.current == UnitValue(2, 0)
    type_into(entry.field, "0.601")
    assert not entry.field.isHidden()
    assert entry.field.text() == "0.601"
    assert "z₃[1] = 0.3 · (−0.724) + 0.1 · 1.307 + (−0.1) · (−0.855) + (−0.6)" in entry.sentence
    type_into(entry.field, "-0.601")
    assert entry.field.isHidden()
    assert session.fill_in.n_right == 8
    session.fill_in.stop()
    until(lambda: not view.values)
    assert view.scene.reading is not None


def test_an_empty_field_gives_the_hint(view, session, until):
    session.fill_in.start()
    until(lambda: bool(view.values))
    field = view.number_entry.field
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert not view.number_entry.is_wrong
    assert view.number_entry.sentence.startswith("z₁[1] = 0.1 · 0.4 + ")
    assert not session.fill_in.entries


def test_weights_are_not_typed_while_values_are_filled_in(view, session, until):
    session.fill_in.start()
    until(lambda: bool(view.values))
    box = next(number.box for number in view.number_boxes() if number.place == WEIGHT)
    QTest.keyClick(view.number_entry.field, Qt.Key.Key_Escape)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=box.center().toPoint())
    assert not view.number_entry.is_open


def test_blanks_are_painted_in_both_themes_and_shown_values_too(view, session, until):
    session.fill_in.start()
    until(lambda: bool(view.values))
    pictures = []
    for theme in THEMES.values():
        appearance.set_theme(theme)
        view.number_entry.close()
        pictures.append(view.grab().toImage())
        session.fill_in.show_all()
        pictures.append(view.grab().toImage())
        session.fill_in.again()
    assert len({np.array(picture.constBits()).tobytes() for picture in pictures}) == 4
