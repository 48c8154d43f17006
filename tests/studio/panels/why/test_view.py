import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from nnstudio.insight.contributions import contributions
from nnstudio.studio.painting.theme import THEMES, appearance
from nnstudio.studio.panels.why.view import WhyView
from nnstudio.studio.session.output_kinds import STUDIO_OUTPUT_KINDS
from tests.studio.gestures import discard, places_in
from tests.studio.panels.inspector.test_view import IMAGE, PLANE, WIDE, subject_of

KIND = STUDIO_OUTPUT_KINDS["classes"]


@pytest.fixture
def show(qtbot):
    views = []

    def show_one(size=(620, 160), **facts):
        subject = subject_of(**facts)
        view = WhyView("Contributions")
        view.resize(*size)
        view.show()
        qtbot.waitExposed(view)
        views.append(view)
        view.grab()
        found = contributions(subject.architecture, subject.theta, subject.reading, 0, 1)
        view.show_contributions(
            found, subject.input_space, subject.layer_names, STUDIO_OUTPUT_KINDS["classes"]
        )
        view.grab()
        return view, found

    yield show_one
    for view in views:
        discard(view)


@pytest.mark.parametrize("size", [(232, 150), (232, 500), (620, 160), (1500, 700)])
@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"space": WIDE, "hidden": "gelu"},
        {"space": PLANE, "n_classes": 2},
        {"hidden_sizes": ()},
        {"hidden_sizes": (3,) * 29},
        {"scale": 0.0},
    ],
)
def test_all_networks_at_all_sizes_in_both_themes(show, facts, size):
    view, _ = show(size, **facts)
    for theme in THEMES.values():
        appearance.set_theme(theme)
        view.grab()
    for place in places_in(view):
        assert "nan" not in view.explain(place)
    view.clear()
    view.grab()
    assert view.explain(QPoint(5, 25)) == ""


def test_the_strongest_units_come_first_and_a_click_selects(show, qtbot):
    view, found = show()
    column = view._columns()[-1]
    order = np.argsort(-np.abs(found[2].values), kind="stable")
    assert column.layer == 2
    assert column.units.tolist() == order[: len(column.units)].tolist()
    with qtbot.waitSignal(view.unit_clicked) as signal:
        place = view._row_box(column, 1).center().toPoint()
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
    assert signal.args == [1, column.units[1]]


def test_the_keyboard_reaches_every_bar(show, qtbot):
    view, _ = show()
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Down)
    with qtbot.waitSignal(view.unit_clicked) as signal:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert signal.args == [1, view._columns()[1].units[1]]


def test_only_inputs_that_are_no_pixels_have_bars(show):
    image, _ = show(space=IMAGE)
    assert [column.layer for column in image._columns()] == [1, 2]
    plane, _ = show(space=PLANE, n_classes=2)
    assert [column.layer for column in plane._columns()] == [0, 1, 2]
    assert plane._unit_name(0, 1) == "x₂"


def test_another_network_is_walked_and_asked_before_it_is_painted(show):
    view, _ = show(size=(620, 400), hidden_sizes=(40, 30))
    QTest.keyClick(view, Qt.Key.Key_Down)
    smaller = subject_of(hidden_sizes=(3,), hidden="gelu")
    found = contributions(smaller.architecture, smaller.theta, smaller.reading, 0, 1)
    view.show_contributions(found, smaller.input_space, smaller.layer_names, KIND)
    for _ in range(5):
        QTest.keyClick(view, Qt.Key.Key_Down)
    units = view._columns()[0].units
    assert 0 < len(units) <= 3
    assert view._cursor == (0, len(units) - 1)
    assert view.accessibleDescription().startswith(f"unit {units[-1] + 1} of ")
    for place in places_in(view):
        assert "nan" not in view.explain(place)
    view.clear()
    assert view._unit_at(view.rect().center()) is None
