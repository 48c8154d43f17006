"""Painting the pixels that the network reads, and choosing how far a drawing is normalised."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from nnstudio.data.rasterise import rasterise
from nnstudio.data.stages import STAGES, drawing_stage
from nnstudio.data.strokes import Drawing
from nnstudio.studio.panels.input.panel import InputPanel
from nnstudio.studio.panels.normalisation.panel import STAGE_WORDS, NormalisationPanel
from tests.studio.gestures import write_stroke
from tests.studio.networks import show_difference


@pytest.fixture
def drawn(session):
    """Lay a stroke on the canvas, away from the middle."""
    write_stroke(session.input, [(0.1, 0.1), (0.1, 0.4), (0.3, 0.4)])


@pytest.fixture
def view(drawn, show_alone):
    """Return what shows a stroke on the canvas."""
    return show_alone(InputPanel, (320, 560)).widget


def place(sheet, row, column):
    side = min(sheet.width(), sheet.height())
    left = (sheet.width() - side) / 2
    return QPoint(int(left + (column + 0.5) * side / 28), int((row + 0.5) * side / 28))


def dab(sheet, row, column, button=Qt.MouseButton.LeftButton):
    QTest.mouseClick(sheet, button, pos=place(sheet, row, column))


def test_a_drawing_becomes_pixels_that_are_painted_on_and_the_answer_follows(view, session, until):
    pixels = view.pixels
    seen = session.input.x.reshape(28, 28).copy()
    session.input.toggle_pixels()
    assert pixels.isVisible()
    np.testing.assert_array_equal(session.input.content.pixels, seen)
    assert seen[2, 24] == 0
    dab(pixels, 2, 24)
    assert session.input.x.reshape(28, 28)[2, 24] > 0.9
    until(lambda: np.array_equal(session.network.reading.x, session.input.x))
    dab(pixels, 2, 24, Qt.MouseButton.RightButton)
    assert session.input.x.reshape(28, 28)[2, 24] < 0.1


def test_undo_goes_back_through_the_pixels_to_the_strokes(view, session):
    pixels = view.pixels
    seen = session.input.x.copy()
    session.input.toggle_pixels()
    dab(pixels, 2, 24)
    painted = session.input.x.copy()
    session.input.undo()
    np.testing.assert_array_equal(session.input.x, seen)
    assert pixels.isVisible()
    session.input.undo()
    assert view.canvas.isVisible()
    np.testing.assert_array_equal(session.input.x, seen)
    session.input.redo()
    session.input.redo()
    np.testing.assert_array_equal(session.input.x, painted)
    assert pixels.isVisible()


def test_a_whole_stroke_of_the_brush_is_one_step(view, session):
    pixels = view.pixels
    session.input.toggle_pixels()
    before, count = session.input.content.pixels.copy(), session.input.undo_stack.count()
    QTest.mousePress(pixels, Qt.MouseButton.LeftButton, pos=place(pixels, 3, 20))
    for row in range(4, 20):
        QTest.mouseMove(pixels, place(pixels, row, 20))
    QTest.mouseRelease(pixels, Qt.MouseButton.LeftButton, pos=place(pixels, 20, 20))
    assert (session.input.content.pixels[4:18, 20] > 0.5).all()
    assert session.input.undo_stack.count() == count + 1
    session.input.undo()
    np.testing.assert_array_equal(session.input.content.pixels, before)


def test_pixels_are_painted_by_keys_alone(view, session):
    pixels = view.pixels
    session.input.clear()
    session.input.toggle_pixels()
    pixels.setFocus()
    assert not session.input.content.pixels.any()
    QTest.keyClick(pixels, Qt.Key.Key_Down)
    QTest.keyPress(pixels, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyRelease(pixels, Qt.Key.Key_Shift)
    assert session.input.content.pixels[15, 14] > 0.9
    assert session.input.content.pixels[15, 15] > 0.9
    session.input.undo()
    assert not session.input.content.pixels.any()


def test_clear_wipes_both_canvases_in_one_step(view, session):
    session.input.toggle_pixels()
    session.input.clear()
    assert view.canvas.isVisible()
    assert session.input.content.is_blank
    assert session.input.x is None
    session.input.undo()
    assert view.pixels.isVisible()
    assert session.input.x is not None
    session.input.toggle_pixels()
    assert len(session.input.strokes) == 1


def test_strokes_that_are_opened_put_the_pixels_aside(view, session):
    session.input.toggle_pixels()
    session.input.set_drawing(Drawing(([[0, 0], [5, 9]],)))
    assert view.canvas.isVisible()
    np.testing.assert_array_equal(session.input.x, rasterise(session.input.drawing).ravel())


def test_hover_tells_a_pixels_ink(view, session):
    session.input.toggle_pixels()
    pixels = view.pixels
    row, column = np.unravel_index(session.input.content.pixels.argmax(), (28, 28))
    text = pixels.explain(place(pixels, row, column))
    assert f"pixel row {row}, column {column}: ink 1.00" in text
    assert f"255 of 255; entry {28 * row + column} of the list" in text


def test_the_plane_has_no_pixels(view, session, until):
    session.choose_problem("plane-moons")
    until(lambda: view.editors.by_kind["plane"][0].isVisible())
    session.input.toggle_pixels()
    assert session.input.content.pixels is None
    assert view.editors.by_kind["plane"][0].isVisible()


@pytest.mark.parametrize("stage", STAGES)
def test_the_network_reads_the_chosen_stage(drawn, session, stage):
    session.input.choose_stage(stage)
    document = session.input
    expected = drawing_stage(document.drawing, stage, document.pen_width)
    np.testing.assert_array_equal(session.input.x, expected.ravel())


def test_another_way_than_the_usual_is_marked(view, session, until):
    sees = view.sees
    session.input.choose_stage("drawn")
    until(lambda: "as drawn" in sees.text())
    assert sees.property("role") == "warning"
    session.input.choose_stage("centred")
    until(lambda: "as drawn" not in sees.text())
    assert sees.property("role") == "muted"


def test_pixels_are_read_as_they_are_at_any_stage(drawn, session):
    session.input.choose_stage("drawn")
    session.input.toggle_pixels()
    np.testing.assert_array_equal(session.input.x, session.input.content.pixels.ravel())
    assert not session.input.is_unusual


def test_the_stages_are_chosen_by_click_and_by_key(drawn, session, show_alone, until):
    view = show_alone(NormalisationPanel).widget
    until(lambda: "As drawn" in view.explain(QPoint(20, 30)))
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(20, 30))
    assert session.input.stage == "drawn"
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert session.input.stage == "boxed"


def test_each_stage_tells_what_would_be_read(drawn, session, show_alone, until):
    view = show_alone(NormalisationPanel).widget
    until(lambda: session.network.reading is not None)
    until(lambda: "Read from it" in view.explain(QPoint(20, 30)))
    spots = (QPoint(x, y) for x in range(0, view.width(), 16) for y in range(0, view.height(), 16))
    told = {view.explain(spot) for spot in spots} - {""}
    assert {text.partition(":")[0] for text in told} == {title for title, _ in STAGE_WORDS.values()}
    answer = session.network.output_space.class_names[session.network.reading.label]
    (last,) = {
        line
        for text in told
        for line in text.splitlines()
        if text.startswith("Centred") and line.startswith("Read")
    }
    assert last.startswith(f"Read from it: {answer} · ")


def test_a_displayed_difference_of_networks_does_not_read_the_stages(drawn, session, show_alone, until):
    view = show_alone(NormalisationPanel).widget
    until(lambda: len(view._stages) == len(STAGES))
    before = view._stages
    show_difference(session)
    until(lambda: view._stages is not before)
    assert [stage.answer for stage in view._stages] == [stage.answer for stage in before]


def test_the_key_for_pixels_shows_whether_there_are(window, qtbot):
    session, action = window.session, window.actions_by_name["pixels"]
    write_stroke(session.input, [(0.1, 0.1), (0.1, 0.4), (0.3, 0.4)])
    action.trigger()
    assert action.isChecked()
    window.actions_by_name["undo"].trigger()
    assert not action.isChecked()
    window.actions_by_name["redo"].trigger()
    assert action.isChecked()
    session.input.set_drawing(Drawing(([[0, 0], [5, 9]],)))
    assert not action.isChecked()
    session.choose_problem("plane-moons")
    qtbot.waitUntil(lambda: session.network.input_space.kind == "plane")
    action.trigger()
    assert not action.isChecked()
