"""Everything that explains can be reached and used without a mouse."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnstudio.studio.panels.inspector.examples import ExamplesSection
from nnstudio.studio.panels.inspector.pixels import PixelsSection
from nnstudio.studio.panels.inspector.row_sources import ONWARD, TERMS
from nnstudio.studio.panels.inspector.template import TemplateSection
from nnstudio.studio.views.network.scene import UnitAddress
from tests.studio.gestures import move_to, stroke_by_mouse

pytestmark = pytest.mark.window(shared=True)

FULL_ROUND = 400


@pytest.fixture
def drawn(ready, qtbot):
    ready.activateWindow()
    stroke_by_mouse(ready.input.canvas, [(0.2, 0.2), (0.8, 0.8)])
    qtbot.waitUntil(lambda: ready.session.network.reading is not None)
    return ready


def reached_by_tab(window):
    """Return every widget that Tab comes to, from the canvas round to the canvas."""
    window.input.canvas.setFocus()
    found = []
    for _ in range(FULL_ROUND):
        window.focusNextChild()
        widget = QApplication.focusWidget()
        if widget in found:
            break
        found.append(widget)
    return found


def section(window, kind):
    """Return the section of a class, or that of a source of rows."""
    sections = window.panels["inspector"].widget.sections
    return next(one for one in sections if kind in (type(one), getattr(one, "source", None)))


def test_tab_comes_to_every_section_that_can_be_used(drawn, qtbot):
    drawn.session.selection.select(0, 3)
    qtbot.waitUntil(lambda: not section(drawn, ExamplesSection).isHidden())
    found = reached_by_tab(drawn)
    panel = drawn.panels["inspector"].widget
    for kind in (TERMS, ONWARD, ExamplesSection):
        assert section(drawn, kind) in found
    assert section(drawn, TemplateSection).picture in found
    assert panel.answer.classes in found
    assert all(heading in found for heading in panel._headings if heading.isVisible())
    drawn.session.selection.clear()
    qtbot.waitUntil(lambda: not section(drawn, PixelsSection).isHidden())
    assert section(drawn, PixelsSection).picture in reached_by_tab(drawn)


def test_from_a_neuron_to_its_strongest_term_to_the_unit_it_feeds(drawn, qtbot):
    network = drawn.panels["network"].widget
    network.setFocus()
    QTest.keyClick(network, Qt.Key.Key_Down)
    QTest.keyClick(network, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: drawn.session.selection.unit is not None and drawn.session.selection.unit[0] == 0)
    qtbot.waitUntil(lambda: not section(drawn, ONWARD).isHidden())
    terms, onward = section(drawn, TERMS), section(drawn, ONWARD)
    terms.setFocus()
    QTest.keyClick(terms, Qt.Key.Key_Down)
    QTest.keyClick(terms, Qt.Key.Key_Return)
    assert drawn.session.selection.source == terms.subject.terms.index[0]
    assert "w · x" in terms.accessibleDescription()
    onward.setFocus()
    QTest.keyClick(onward, Qt.Key.Key_Down)
    QTest.keyClick(onward, Qt.Key.Key_Return)
    assert drawn.session.selection.unit[0] == 1


@pytest.mark.parametrize(
    ("name", "controls"),
    [
        ("why", ("label", "against", "view")),
        ("flip", ("target", "slider", "put")),
    ],
)
def test_tab_comes_to_all_of_why_and_flip(drawn, qtbot, name, controls):
    drawn.show_panel(name)
    part = drawn.panels[name]
    qtbot.waitUntil(lambda: part.widget.isVisible() and (name == "why" or part.flip is not None))
    found = reached_by_tab(drawn)
    assert all(getattr(part, control) in found for control in controls)


def test_a_dream_is_started_and_its_sliders_moved_by_keys(drawn, qtbot):
    drawn.show_panel("dream")
    part = drawn.panels["dream"]
    qtbot.waitUntil(lambda: part.dreamer.latest is not None)
    found = reached_by_tab(drawn)
    controls = part.controls
    assert all(slider in found for slider in controls.sliders.values())
    assert all(one in found for one in (controls.goal, controls.start, controls.run, controls.to_canvas))
    assert controls.seed in found
    controls.run.setFocus()
    QTest.keyClick(controls.run, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: part.dreamer.latest.n_steps > 0)
    before = controls.regularisers.blur
    QTest.keyClick(controls.sliders["blur"], Qt.Key.Key_Right)
    assert controls.regularisers.blur > before


@pytest.mark.new_window
def test_a_term_is_marked_in_the_network_and_leads_to_its_unit(drawn, qtbot):
    network = drawn.panels["network"].widget
    drawn.session.selection.select(1, 2)
    terms = section(drawn, TERMS)
    qtbot.waitUntil(lambda: terms.subject is not None and terms.subject.unit == (1, 2))
    terms.setFocus()
    QTest.keyClick(terms, Qt.Key.Key_Down)
    strongest = int(terms.subject.terms.index[0])
    assert network.marked == UnitAddress(0, strongest)
    QTest.keyClick(terms, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert drawn.session.selection.unit == (0, strongest)
    qtbot.waitUntil(lambda: terms.subject.unit == (0, strongest))
    QTest.keyClick(terms, Qt.Key.Key_Up)
    assert network.marked == int(terms.subject.terms.index[0]), "a pixel of the input"


@pytest.mark.new_window
def test_what_explains_an_answer_is_marked_in_the_network(drawn, qtbot):
    drawn.show_panel("why")
    view, network = drawn.panels["why"].view, drawn.panels["network"].widget
    qtbot.waitUntil(lambda: view.isVisible() and bool(view._found))
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert isinstance(network.marked, UnitAddress)
    picture = drawn.panels["why"].map.picture
    (image,) = picture.images
    move_to(picture.viewport(), image.mapToScene(image.boundingRect().center()).toPoint())
    assert isinstance(network.marked, int)
    QApplication.sendEvent(picture.viewport(), QEvent(QEvent.Type.Leave))
    assert network.marked is None
