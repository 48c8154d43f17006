import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QSpinBox, QWidget

from nnstudio.studio.painting.style_sheet import style_sheet
from nnstudio.studio.painting.theme import DARK
from nnstudio.studio.panels.dream.panel import DreamPanel
from nnstudio.studio.panels.flip.panel import FlipPanel
from nnstudio.studio.panels.inspector.by_class import ByClassSection
from nnstudio.studio.panels.inspector.examples import ExamplesSection
from nnstudio.studio.panels.inspector.formula import FormulaSection
from nnstudio.studio.panels.inspector.panel import InspectorPanel
from nnstudio.studio.panels.inspector.pixels import PixelsSection
from nnstudio.studio.panels.inspector.template import TemplateSection
from nnstudio.studio.panels.why.panel import WhyPanel
from tests.studio.gestures import write_stroke
from tests.studio.networks import show_difference


@pytest.fixture
def part(show_alone):
    return show_alone(InspectorPanel)


@pytest.fixture
def inspector(part):
    return part.widget


@pytest.fixture
def loaded(session, until):
    """Return a session whose problem is loaded."""
    session.training.prepare()
    until(lambda: session.network.snapshot is not None)
    return session


def section(panel, kind):
    return next(one for one in panel.sections if type(one) is kind)


def bring_to_sight(panel, kind, until):
    until(lambda: not section(panel, kind).isHidden())
    # Where the sections are is known when there is more of them than fits.
    until(lambda: panel._area.verticalScrollBar().maximum() > 0)
    section(panel, kind).setFocus()
    until(lambda: not section(panel, kind).visibleRegion().isEmpty())


def test_the_test_set_is_looked_through_for_the_plot_by_class_alone(loaded, inspector, until):
    by_class = section(inspector, ByClassSection)
    examples = inspector.sections.index(section(inspector, ExamplesSection))
    loaded.selection.select(1, 2)
    until(lambda: not by_class.isHidden() and not inspector._headings[examples].isHidden())
    inspector._headings[examples].click()
    until(lambda: inspector._area.verticalScrollBar().maximum() > 0)
    by_class.setFocus()
    until(lambda: not by_class.plot.viewport().visibleRegion().isEmpty())
    until(lambda: len(by_class._bands) == 10 and not by_class.plot._hint.isVisible())


def test_without_a_selection_the_input_is_shown_as_numbers(session, inspector, until):
    until(lambda: inspector.title.text() == "Input")
    assert section(inspector, PixelsSection).isHidden()
    write_stroke(session.input, [(0.2, 0.2), (0.8, 0.8)])
    until(lambda: not section(inspector, PixelsSection).isHidden())
    np.testing.assert_array_equal(inspector.subject.reading.x, session.input.x)


def test_what_is_shown_follows_the_pen_and_the_training(loaded, inspector, until):
    session = loaded
    session.selection.select(0, 3)
    write_stroke(session.input, [(0.2, 0.2), (0.8, 0.8)])
    until(lambda: inspector.subject.reading is session.network.reading)
    before = inspector.subject
    session.training.step_batch()
    until(lambda: inspector.subject.theta is session.network.displayed_weights is not before.theta)
    z = before.architecture.layers(session.network.displayed_weights)[0].W[3] @ session.input.x
    assert inspector.subject.z == pytest.approx(float(z + inspector.subject.b), abs=1e-4)
    assert not section(inspector, FormulaSection).isHidden()


def test_a_chosen_weight_is_the_selection_s(session, inspector, until):
    session.selection.select(0, 3)
    until(lambda: inspector.title.text() == "Neuron 4 of hidden 1")
    QTest.keyClick(section(inspector, TemplateSection).picture, Qt.Key.Key_Left)
    assert session.selection.source == 14 * 28 + 14
    until(lambda: inspector.subject.source == 14 * 28 + 14)


def test_a_sample_that_excites_a_unit_is_one_click_from_the_canvas(loaded, inspector, until):
    session = loaded
    session.selection.select(2, 4)
    bring_to_sight(inspector, ExamplesSection, until)
    until(lambda: inspector.subject.sample_activations is not None)
    examples = section(inspector, ExamplesSection)
    best = examples._current().most[0]
    assert best == inspector.subject.results.outputs[:, 4].argmax()
    examples.attention.sample_chosen.emit(int(best))
    until(lambda: session.network.reading is not None and inspector.subject.answer is not None)
    np.testing.assert_array_equal(session.input.x, session.training.problem.test.inputs()[best])
    label = int(session.training.problem.test.labels[best])
    assert inspector.subject.answer == inspector.subject.right_answer == label
    assert inspector.answer.classes.currentIndex() == label + 1


def test_a_chosen_true_class_holds_until_the_input_is_cleared(session, inspector, until):
    session.selection.select(2, 4)
    write_stroke(session.input, [(0.2, 0.2), (0.8, 0.8)])
    until(lambda: inspector.subject.reading is not None)
    inspector.answer_chosen.emit(6)
    assert inspector.subject.right_answer == 6
    write_stroke(session.input, [(0.8, 0.2), (0.2, 0.8)])
    shown = inspector.subject.reading
    until(lambda: inspector.subject.reading is not shown)
    assert inspector.subject.right_answer == 6
    session.input.clear()
    until(lambda: inspector.subject.reading is None)
    assert inspector.subject.answer is None


def test_the_test_set_is_loaded_on_request(session, inspector, until):
    session.selection.select(0, 3)
    until(lambda: inspector.subject.unit == (0, 3))
    assert inspector.subject.can_load
    bring_to_sight(inspector, ExamplesSection, until)
    inspector.attention.test_set_wanted.emit()
    until(lambda: inspector.subject.sample_activations is not None)
    assert session.network.snapshot is None or session.network.snapshot.step == 0


@pytest.mark.parametrize("kind", [InspectorPanel, WhyPanel, FlipPanel, DreamPanel])
def test_panels_that_explain_fit_where_there_is_little_room(session, show_alone, until, qtbot, kind):
    write_stroke(session.input, [(0.2, 0.2), (0.8, 0.8)])
    session.selection.select(0, 3)
    widget = show_alone(kind).widget
    assert widget.minimumWidth() <= 250
    assert widget.minimumHeight() <= 160
    until(lambda: session.network.reading is not None)
    frame = widget.parentWidget()
    widget.setParent(None)
    widget.setStyleSheet(style_sheet(DARK))
    for size in ((250, 500), (270, 170), (620, 160)):
        widget.resize(*size)
        widget.show()
        qtbot.waitExposed(widget)
        widget.grab()
        for child in widget.findChildren(QWidget):
            inside = child.isVisible() and not isinstance(child.parentWidget(), QComboBox | QSpinBox)
            if inside and not child.visibleRegion().isEmpty():
                right = child.mapTo(widget, child.rect().topRight()).x()
                assert right <= widget.width(), f"{child} ends at {right}, {size}"
        widget.hide()
    widget.setParent(frame)


def test_the_sum_is_the_network_s_where_a_difference_is_displayed(session, inspector, until):
    session.selection.select(session.network.architecture.n_layers - 1, 3)
    write_stroke(session.input, [(0.2, 0.2), (0.8, 0.8)])
    until(lambda: inspector.subject.reading is not None)
    before = inspector.subject.reading
    show_difference(session)
    until(lambda: inspector.subject.reading is not before)
    subject = inspector.subject
    assert subject.w @ subject.x + subject.b == pytest.approx(subject.z, abs=1e-4)
    np.testing.assert_array_equal(subject.reading.outputs, before.outputs)
