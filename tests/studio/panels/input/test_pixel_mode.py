"""Painting the pixels that the network reads, and choosing how far a drawing is normalised."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from nnstudio.data.rasterise import rasterise
from nnstudio.data.stages import STAGES, drawing_stage
from nnstudio.data.strokes import Drawing
from nnstudio.studio.panels.normalisation.panel import STAGE_WORDS
from tests.studio.gestures import stroke_by_mouse
from tests.studio.networks import show_difference

pytestmark = pytest.mark.window(shared=True)


@pytest.fixture
def drawn(window):
    """Return a window with a stroke on the canvas, away from the middle."""
    stroke_by_mouse(window.input.canvas, [(0.1, 0.1), (0.1, 0.4), (0.3, 0.4)])
    return window


def place(sheet, row, column):
    side = min(sheet.width(), sheet.height())
    left = (sheet.width() - side) / 2
    return QPoint(int(left + (column + 0.5) * side / 28), int((row + 0.5) * side / 28))


def dab(sheet, row, column, button=Qt.MouseButton.LeftButton):
    QTest.mouseClick(sheet, button, pos=place(sheet, row, column))


def test_a_drawing_becomes_pixels_that_are_painted_on_and_the_answer_follows(drawn, qtbot):
    window, pixels = drawn, drawn.input.pixels
    seen = window.session.input.x.reshape(28, 28).copy()
    window.actions_by_name["pixels"].trigger()
    assert pixels.isVisible()
    assert window.actions_by_name["pixels"].isChecked()
    np.testing.assert_array_equal(window.session.input.content.pixels, seen)
    assert seen[2, 24] == 0
    dab(pixels, 2, 24)
    assert window.session.input.x.reshape(28, 28)[2, 24] > 0.9
    qtbot.waitUntil(lambda: np.array_equal(window.session.network.reading.x, window.session.input.x))
    dab(pixels, 2, 24, Qt.MouseButton.RightButton)
    assert window.session.input.x.reshape(28, 28)[2, 24] < 0.1


def test_undo_goes_back_through_the_pixels_to_the_strokes(drawn):
    window, pixels = drawn, drawn.input.pixels
    seen = window.session.input.x.copy()
    window.actions_by_name["pixels"].trigger()
    dab(pixels, 2, 24)
    painted = window.session.input.x.copy()
    window.actions_by_name["undo"].trigger()
    np.testing.assert_array_equal(window.session.input.x, seen)
    assert pixels.isVisible()
    window.actions_by_name["undo"].trigger()
    assert window.input.canvas.isVisible()
    assert not window.actions_by_name["pixels"].isChecked()
    np.testing.assert_array_equal(window.session.input.x, seen)
    window.actions_by_name["redo"].trigger()
    window.actions_by_name["redo"].trigger()
    np.testing.assert_array_equal(window.session.input.x, painted)
    assert pixels.isVisible()


def test_a_whole_stroke_of_the_brush_is_one_step(drawn):
    window, pixels = drawn, drawn.input.pixels
    window.actions_by_name["pixels"].trigger()
    before, count = window.session.input.content.pixels.copy(), window.session.input.undo_stack.count()
    QTest.mousePress(pixels, Qt.MouseButton.LeftButton, pos=place(pixels, 3, 20))
    for row in range(4, 20):
        QTest.mouseMove(pixels, place(pixels, row, 20))
    QTest.mouseRelease(pixels, Qt.MouseButton.LeftButton, pos=place(pixels, 20, 20))
    assert (window.session.input.content.pixels[4:18, 20] > 0.5).all()
    assert window.session.input.undo_stack.count() == count + 1
    window.actions_by_name["undo"].trigger()
    np.testing.assert_array_equal(window.session.input.content.pixels, before)


@pytest.mark.window(shared=False)
def test_pixels_are_painted_by_keys_alone(drawn):
    window, pixels = drawn, drawn.input.pixels
    window.actions_by_name["clear"].trigger()
    window.actions_by_name["pixels"].trigger()
    pixels.setFocus()
    assert not window.session.input.content.pixels.any()
    QTest.keyClick(pixels, Qt.Key.Key_Down)
    QTest.keyPress(pixels, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyRelease(pixels, Qt.Key.Key_Shift)
    assert window.session.input.content.pixels[15, 14] > 0.9
    assert window.session.input.content.pixels[15, 15] > 0.9
    window.actions_by_name["undo"].trigger()
    assert not window.session.input.content.pixels.any()


def test_clear_wipes_both_canvases_in_one_step(drawn):
    window = drawn
    window.actions_by_name["pixels"].trigger()
    window.actions_by_name["clear"].trigger()
    assert window.input.canvas.isVisible()
    assert window.session.input.content.is_blank
    assert window.session.input.x is None
    window.actions_by_name["undo"].trigger()
    assert window.input.pixels.isVisible()
    assert window.session.input.x is not None
    window.actions_by_name["pixels"].trigger()
    assert len(window.session.input.strokes) == 1


def test_strokes_that_are_opened_put_the_pixels_aside(drawn):
    window = drawn
    window.actions_by_name["pixels"].trigger()
    window.session.input.set_drawing(Drawing(([[0, 0], [5, 9]],)))
    assert window.input.canvas.isVisible()
    assert not window.actions_by_name["pixels"].isChecked()
    np.testing.assert_array_equal(window.session.input.x, rasterise(window.session.input.drawing).ravel())


def test_hover_tells_a_pixels_ink(drawn):
    drawn.actions_by_name["pixels"].trigger()
    pixels = drawn.input.pixels
    row, column = np.unravel_index(drawn.session.input.content.pixels.argmax(), (28, 28))
    text = pixels.explain(place(pixels, row, column))
    assert f"pixel row {row}, column {column}: ink 1.00" in text


def test_the_plane_has_no_pixels(open_window, qtbot):
    window = open_window()
    window.session.choose_problem("plane-moons")
    qtbot.waitUntil(lambda: window.session.network.input_space.kind == "plane")
    window.actions_by_name["pixels"].trigger()
    assert not window.actions_by_name["pixels"].isChecked()
    assert window.input.plane.isVisible()


@pytest.mark.parametrize("stage", STAGES)
def test_the_network_reads_the_chosen_stage(drawn, stage):
    drawn.session.input.choose_stage(stage)
    document = drawn.session.input
    expected = drawing_stage(document.drawing, stage, document.pen_width)
    np.testing.assert_array_equal(drawn.session.input.x, expected.ravel())


def test_another_way_than_the_usual_is_marked(drawn, qtbot):
    sees = drawn.input.sees
    drawn.session.input.choose_stage("drawn")
    qtbot.waitUntil(lambda: "as drawn" in sees.text())
    assert sees.property("role") == "warning"
    drawn.session.input.choose_stage("centred")
    qtbot.waitUntil(lambda: "as drawn" not in sees.text())
    assert sees.property("role") == "muted"


def test_pixels_are_read_as_they_are_at_any_stage(drawn):
    drawn.session.input.choose_stage("drawn")
    drawn.actions_by_name["pixels"].trigger()
    np.testing.assert_array_equal(drawn.session.input.x, drawn.session.input.content.pixels.ravel())
    assert not drawn.session.input.is_unusual


def test_the_stages_are_chosen_by_click_and_by_key(drawn, qtbot):
    drawn.show_panel("stages")
    view = drawn.panels["stages"].widget
    qtbot.waitUntil(lambda: "As drawn" in view.explain(QPoint(20, 30)))
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(20, 30))
    assert drawn.session.input.stage == "drawn"
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert drawn.session.input.stage == "boxed"


def test_each_stage_tells_what_would_be_read(drawn, qtbot):
    drawn.show_panel("stages")
    view = drawn.panels["stages"].widget
    qtbot.waitUntil(lambda: drawn.session.network.reading is not None)
    qtbot.waitUntil(lambda: "Read from it" in view.explain(QPoint(20, 30)))
    spots = [QPoint(x, y) for x in range(0, view.width(), 8) for y in range(0, view.height(), 8)]
    told = {view.explain(spot).partition("\n")[0] for spot in spots}
    assert {text.partition(":")[0] for text in told if text} == {title for title, _ in STAGE_WORDS.values()}
    answer = drawn.session.network.output_space.class_names[drawn.session.network.reading.label]
    (last,) = {
        line
        for spot in spots
        for line in view.explain(spot).splitlines()
        if view.explain(spot).startswith("Centred") and line.startswith("Read")
    }
    assert last.startswith(f"Read from it: {answer} · ")


def test_a_displayed_difference_of_networks_does_not_read_the_stages(drawn, qtbot):
    drawn.show_panel("stages")
    view = drawn.panels["stages"].widget
    qtbot.waitUntil(lambda: len(view._stages) == len(STAGES))
    before = view._stages
    show_difference(drawn.session)
    qtbot.waitUntil(lambda: view._stages is not before)
    assert [stage.answer for stage in view._stages] == [stage.answer for stage in before]
