import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QSpinBox, QWidget

from nnstudio.studio.panels.inspector.examples import ExamplesSection
from nnstudio.studio.panels.inspector.formula import FormulaSection
from nnstudio.studio.panels.inspector.pixels import PixelsSection
from nnstudio.studio.panels.inspector.template import TemplateSection
from tests.studio.gestures import stroke_by_mouse
from tests.studio.networks import show_difference

pytestmark = pytest.mark.window(shared=True)


@pytest.fixture
def inspector(window):
    return window.panels["inspector"].widget


def section(panel, kind):
    return next(one for one in panel.sections if type(one) is kind)


def bring_to_sight(panel, kind, qtbot):
    qtbot.waitUntil(lambda: not section(panel, kind).isHidden())
    # Where the sections are is known when there is more of them than fits.
    qtbot.waitUntil(lambda: panel._area.verticalScrollBar().maximum() > 0)
    section(panel, kind).setFocus()
    qtbot.waitUntil(lambda: not section(panel, kind).visibleRegion().isEmpty())


def test_without_a_selection_the_input_is_shown_as_numbers(window, inspector, qtbot):
    qtbot.waitUntil(lambda: inspector.title.text() == "Input")
    assert section(inspector, PixelsSection).isHidden()
    stroke_by_mouse(window.input.canvas, [(0.2, 0.2), (0.8, 0.8)])
    qtbot.waitUntil(lambda: not section(inspector, PixelsSection).isHidden())
    np.testing.assert_array_equal(inspector.subject.reading.x, window.session.input.x)


def test_what_is_shown_follows_the_pen_and_the_training(ready, qtbot):
    window, inspector = ready, ready.panels["inspector"].widget
    window.session.selection.select(0, 3)
    stroke_by_mouse(window.input.canvas, [(0.2, 0.2), (0.8, 0.8)])
    qtbot.waitUntil(lambda: inspector.subject.reading is window.session.network.reading)
    before = inspector.subject
    window.session.training.step_batch()
    qtbot.waitUntil(
        lambda: inspector.subject.theta is window.session.network.displayed_weights is not before.theta
    )
    z = before.architecture.layers(window.session.network.displayed_weights)[0].W[3] @ window.session.input.x
    assert inspector.subject.z == pytest.approx(float(z + inspector.subject.b), abs=1e-4)
    assert not section(inspector, FormulaSection).isHidden()


def test_a_chosen_weight_is_the_selection_s(window, inspector, qtbot):
    window.session.selection.select(0, 3)
    qtbot.waitUntil(lambda: inspector.title.text() == "Neuron 3 of hidden 1")
    QTest.keyClick(section(inspector, TemplateSection), Qt.Key.Key_Left)
    assert window.session.selection.source == 14 * 28 + 14
    qtbot.waitUntil(lambda: inspector.subject.source == 14 * 28 + 14)


def test_a_sample_that_excites_a_unit_is_one_click_from_the_canvas(ready, qtbot):
    window, inspector = ready, ready.panels["inspector"].widget
    window.session.selection.select(2, 4)
    bring_to_sight(inspector, ExamplesSection, qtbot)
    qtbot.waitUntil(lambda: inspector.subject.sample_activations is not None)
    examples = section(inspector, ExamplesSection)
    best = examples._current().most[0]
    assert best == inspector.subject.results.outputs[:, 4].argmax()
    examples.attention.sample_chosen.emit(int(best))
    qtbot.waitUntil(
        lambda: window.session.network.reading is not None and inspector.subject.label is not None
    )
    np.testing.assert_array_equal(window.session.input.x, window.session.training.problem.test.inputs()[best])
    label = int(window.session.training.problem.test.labels[best])
    assert inspector.subject.label == inspector.subject.true_label == label
    assert inspector.label.currentIndex() == label + 1


def test_a_chosen_true_class_holds_until_the_input_is_cleared(window, inspector, qtbot):
    window.session.selection.select(2, 4)
    stroke_by_mouse(window.input.canvas, [(0.2, 0.2), (0.8, 0.8)])
    qtbot.waitUntil(lambda: inspector.subject.reading is not None)
    inspector.label_chosen.emit(6)
    assert inspector.subject.true_label == 6
    stroke_by_mouse(window.input.canvas, [(0.8, 0.2), (0.2, 0.8)])
    shown = inspector.subject.reading
    qtbot.waitUntil(lambda: inspector.subject.reading is not shown)
    assert inspector.subject.true_label == 6
    window.actions_by_name["clear"].trigger()
    qtbot.waitUntil(lambda: inspector.subject.reading is None)
    assert inspector.subject.label is None


def test_the_test_set_is_loaded_on_request(window, inspector, qtbot):
    window.session.selection.select(0, 3)
    qtbot.waitUntil(lambda: inspector.subject.unit == (0, 3))
    assert inspector.subject.can_load
    bring_to_sight(inspector, ExamplesSection, qtbot)
    inspector.attention.test_set_wanted.emit()
    qtbot.waitUntil(lambda: inspector.subject.sample_activations is not None)
    assert window.session.network.snapshot is None or window.session.network.snapshot.step == 0


@pytest.mark.new_window
@pytest.mark.parametrize("name", ["inspector", "why", "flip", "dream"])
def test_panels_that_explain_fit_where_there_is_little_room(window, qtbot, name):
    stroke_by_mouse(window.input.canvas, [(0.2, 0.2), (0.8, 0.8)])
    window.session.selection.select(0, 3)
    widget = window.panels[name].widget
    assert widget.minimumWidth() <= 250
    assert widget.minimumHeight() <= 160
    window.show_panel(name)
    qtbot.waitUntil(lambda: not widget.visibleRegion().isEmpty())
    widget.setParent(None)
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
    widget.setParent(window)


@pytest.mark.new_window
def test_the_sum_is_the_network_s_where_a_difference_is_displayed(window, inspector, qtbot):
    window.session.selection.select(window.session.network.architecture.n_layers - 1, 3)
    stroke_by_mouse(window.input.canvas, [(0.2, 0.2), (0.8, 0.8)])
    qtbot.waitUntil(lambda: inspector.subject.reading is not None)
    before = inspector.subject.reading
    show_difference(window.session)
    qtbot.waitUntil(lambda: inspector.subject.reading is not before)
    subject = inspector.subject
    assert subject.w @ subject.x + subject.b == pytest.approx(subject.z, abs=1e-4)
    np.testing.assert_array_equal(subject.reading.outputs, before.outputs)
