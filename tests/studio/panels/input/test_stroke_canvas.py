import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from nnstudio.data.strokes import Drawing
from nnstudio.studio.panels.input.stroke_canvas import StrokeCanvas
from nnstudio.studio.session.input_document import PEN_WIDTHS, InputDocument
from tests.studio.gestures import discard, key, lose_focus, place_on, stroke_by_mouse
from tests.studio.networks import model_of

SHIFT = Qt.KeyboardModifier.ShiftModifier
LINE = [(0.2, 0.3), (0.5, 0.5), (0.8, 0.4)]


@pytest.fixture
def document(qapp):
    return InputDocument(model_of((784, 12, 10)))


@pytest.fixture
def canvas(qtbot, document):
    canvas = StrokeCanvas(document)
    canvas.resize(300, 200)
    canvas.show()
    qtbot.waitExposed(canvas)
    canvas.setFocus()
    yield canvas
    discard(canvas)


def strokes_of(document):
    return [stroke.tolist() for stroke in document.strokes]


def test_a_stroke_of_the_mouse_is_in_canvas_units(canvas, document):
    stroke_by_mouse(canvas, LINE)
    (stroke,) = document.strokes
    np.testing.assert_allclose(stroke, LINE, atol=0.5 / 200)
    assert document.undo_stack.count() == 1


def test_the_size_of_the_canvas_does_not_change_what_is_drawn(canvas, document):
    stroke_by_mouse(canvas, LINE)
    before = strokes_of(document)
    canvas.resize(500, 640)
    assert strokes_of(document) == before
    stroke_by_mouse(canvas, LINE)
    np.testing.assert_allclose(*document.strokes, atol=0.01)


def test_content_changes_with_every_movement_of_the_pen(canvas, document):
    seen = []
    document.content_changed.connect(lambda: seen.append([len(s) for s in document.strokes]))
    stroke_by_mouse(canvas, LINE)
    assert seen == [[1], [2], [3], [3]]


def test_the_pen_stays_on_the_sheet(canvas, document):
    stroke_by_mouse(canvas, [(-0.2, 0.5), (0.5, 0.5), (1.24, 0.5)])
    (stroke,) = document.strokes
    assert stroke.min() >= 0
    assert stroke.max() <= 1


def test_a_rest_of_the_pen_adds_no_point(canvas, document):
    stroke_by_mouse(canvas, [(0.2, 0.3), (0.2, 0.3), (0.5, 0.5), (0.5, 0.5)])
    assert len(document.strokes[0]) == 2


def test_undo_and_redo_walk_through_strokes_erasures_clearing_and_images(canvas, document):
    contents = [[]]

    def remember():
        contents.append(strokes_of(document))

    stroke_by_mouse(canvas, LINE)
    remember()
    stroke_by_mouse(canvas, [(0.1, 0.9), (0.9, 0.9)])
    remember()
    stroke_by_mouse(canvas, [(0.5, 0.8), (0.5, 1.0)], Qt.MouseButton.RightButton)
    remember()
    assert len(contents[-1]) == 3
    document.clear()
    remember()
    image = np.full((28, 28), 0.5, np.float32)
    document.set_image(image)
    remember()
    assert document.content.image is image
    assert document.undo_stack.count() == 5
    for expected in contents[-2::-1]:
        document.undo()
        assert strokes_of(document) == expected
    assert not document.undo_stack.canUndo()
    for expected in contents[1:]:
        document.redo()
        assert strokes_of(document) == expected
    assert document.content.image is image
    assert not document.undo_stack.canRedo()


def test_a_chosen_eraser_cuts_with_the_left_button(canvas, document):
    stroke_by_mouse(canvas, [(0.1, 0.5), (0.9, 0.5)])
    document.set_erasing(True)
    stroke_by_mouse(canvas, [(0.5, 0.4), (0.5, 0.6)])
    assert len(document.strokes) == 2
    document.set_erasing(False)
    stroke_by_mouse(canvas, [(0.5, 0.4), (0.5, 0.6)])
    assert len(document.strokes) == 3


@pytest.mark.parametrize("gesture", ["clear", "erase", "empty drawing", "key", "hover", "middle button"])
def test_what_changes_nothing_is_no_step_of_the_history(canvas, document, gesture):
    if gesture == "clear":
        document.clear()
    elif gesture == "erase":
        stroke_by_mouse(canvas, [(0.5, 0.4), (0.5, 0.6)], Qt.MouseButton.RightButton)
    elif gesture == "empty drawing":
        document.set_drawing(Drawing(()))
    elif gesture == "key":
        key(canvas, Qt.Key.Key_Right)
        key(canvas, Qt.Key.Key_Shift)
        key(canvas, Qt.Key.Key_Shift, up=True)
    elif gesture == "hover":
        QTest.mouseMove(canvas, place_on(canvas, (0.5, 0.5)))
    else:
        stroke_by_mouse(canvas, LINE, Qt.MouseButton.MiddleButton)
    assert document.undo_stack.count() == 0
    assert document.content.is_blank


def test_the_eraser_makes_no_step_where_it_touches_nothing(canvas, document):
    stroke_by_mouse(canvas, LINE)
    stroke_by_mouse(canvas, [(0.1, 0.9), (0.9, 0.95)], Qt.MouseButton.RightButton)
    assert document.undo_stack.count() == 1


def test_a_quick_eraser_skips_nothing(canvas, document):
    for x in (0.3, 0.5, 0.7):
        stroke_by_mouse(canvas, [(x, 0.4), (x, 0.6)])
    stroke_by_mouse(canvas, [(0.1, 0.5), (0.95, 0.5)], Qt.MouseButton.RightButton)
    assert all((abs(stroke[:, 1] - 0.5) > 0.05).all() for stroke in document.strokes)


def test_drawing_on_an_image_replaces_it_and_undo_brings_it_back(canvas, document):
    image = np.eye(28, dtype=np.float32)
    document.set_image(image)
    stroke_by_mouse(canvas, LINE)
    assert document.content.image is None
    assert len(document.strokes) == 1
    document.undo()
    assert document.content.image is image
    document.undo()
    assert document.content.is_blank


def test_undo_in_the_middle_of_a_stroke_takes_that_stroke_back(canvas, document):
    stroke_by_mouse(canvas, LINE)
    first = strokes_of(document)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=place_on(canvas, (0.1, 0.1)))
    QTest.mouseMove(canvas, place_on(canvas, (0.2, 0.2)))
    document.undo()
    assert strokes_of(document) == first
    QTest.mouseMove(canvas, place_on(canvas, (0.3, 0.3)))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=place_on(canvas, (0.3, 0.3)))
    assert strokes_of(document) == first
    assert document.undo_stack.canRedo()


def test_clearing_in_the_middle_of_a_stroke_loses_nothing(canvas, document):
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=place_on(canvas, (0.1, 0.1)))
    QTest.mouseMove(canvas, place_on(canvas, (0.2, 0.2)))
    document.clear()
    QTest.mouseMove(canvas, place_on(canvas, (0.3, 0.3)))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=place_on(canvas, (0.3, 0.3)))
    assert document.content.is_blank
    document.undo()
    assert len(document.strokes[0]) == 2


def test_the_keyboard_draws_with_shift_held(canvas, document):
    key(canvas, Qt.Key.Key_Left)
    key(canvas, Qt.Key.Key_Shift)
    for arrow in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Right):
        key(canvas, arrow, SHIFT)
    assert len(document.strokes) == 1
    key(canvas, Qt.Key.Key_Shift, up=True)
    (stroke,) = document.strokes
    np.testing.assert_allclose(stroke, [(0.475, 0.5), (0.475, 0.475), (0.475, 0.45), (0.5, 0.45)])
    assert document.undo_stack.count() == 1


def test_a_stroke_by_keyboard_goes_on_after_shift_was_released(canvas, document):
    for arrow in (Qt.Key.Key_Up, Qt.Key.Key_Right):
        key(canvas, Qt.Key.Key_Shift)
        key(canvas, arrow, SHIFT)
        key(canvas, Qt.Key.Key_Shift, up=True)
    (stroke,) = document.strokes
    np.testing.assert_allclose(stroke, [(0.5, 0.5), (0.5, 0.475), (0.525, 0.475)])
    assert document.undo_stack.count() == 2
    document.undo()
    assert len(document.strokes[0]) == 2
    document.redo()
    key(canvas, Qt.Key.Key_Down)
    key(canvas, Qt.Key.Key_Shift)
    key(canvas, Qt.Key.Key_Down, SHIFT)
    key(canvas, Qt.Key.Key_Shift, up=True)
    assert len(document.strokes) == 2, "the cross-hair was moved meanwhile"


def test_the_cross_hair_is_seen_while_the_keys_move_it(canvas):
    QTest.mouseMove(canvas, place_on(canvas, (0.5, 0.5)))
    without = canvas.grab().toImage()
    key(canvas, Qt.Key.Key_Right)
    assert canvas.grab().toImage() != without


def test_the_keyboard_erases_when_the_eraser_is_chosen(canvas, document):
    stroke_by_mouse(canvas, [(0.1, 0.5), (0.9, 0.5)])
    QTest.mouseMove(canvas, place_on(canvas, (0.5, 0.4)))
    document.set_erasing(True)
    key(canvas, Qt.Key.Key_Shift)
    for _ in range(8):
        key(canvas, Qt.Key.Key_Down, SHIFT)
    key(canvas, Qt.Key.Key_Shift, up=True)
    assert len(document.strokes) == 2
    assert document.undo_stack.count() == 2


def test_the_keyboards_pen_stays_on_the_sheet(canvas, document):
    key(canvas, Qt.Key.Key_Shift)
    for _ in range(60):
        key(canvas, Qt.Key.Key_Left, SHIFT)
    key(canvas, Qt.Key.Key_Shift, up=True)
    assert document.strokes[0][:, 0].min() == 0


@pytest.mark.parametrize("button", [Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton])
def test_losing_the_focus_in_the_middle_of_a_gesture_ends_it(canvas, document, button):
    stroke_by_mouse(canvas, [(0.1, 0.5), (0.9, 0.5)])
    QTest.mousePress(canvas, button, pos=place_on(canvas, (0.5, 0.4)))
    QTest.mouseMove(canvas, place_on(canvas, (0.5, 0.6)))
    lose_focus(canvas)
    kept = strokes_of(document)
    assert len(kept) == 2
    QTest.mouseMove(canvas, place_on(canvas, (0.8, 0.5)))
    QTest.mouseRelease(canvas, button, pos=place_on(canvas, (0.8, 0.5)))
    assert strokes_of(document) == kept
    assert document.undo_stack.count() == 2


def test_a_click_leaves_a_dot(canvas, document):
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=place_on(canvas, (0.5, 0.5)))
    assert strokes_of(document) == [[[0.5, 0.5]]]
    canvas.grab()


@pytest.mark.parametrize(
    "strokes",
    [
        [[(0, 0), (10, 20)]],
        [[(-1e9, 1e9), (1e9, -1e9)]],
        [[(0, 0), (1e-320, 1e-320)]],
        [[(5, 5)], [(5, 5), (5, 5)]],
        [[], [(0, 0), (1, 1)]],
    ],
)
def test_a_drawing_in_any_unit_is_laid_in_the_middle(canvas, document, strokes):
    drawing = Drawing(tuple(strokes))
    document.set_drawing(drawing)
    left, top, right, bottom = document.drawing.bounds()
    assert (left + right) / 2 == pytest.approx(0.5)
    assert (top + bottom) / 2 == pytest.approx(0.5)
    assert document.drawing.extent == pytest.approx(0.0 if drawing.is_empty else 0.7)
    canvas.grab()
    stroke_by_mouse(canvas, [(0.4, 0.5), (0.6, 0.5)], Qt.MouseButton.RightButton)


def test_the_width_of_the_pen_is_bounded_and_told(canvas, document):
    widths = []
    document.pen_width_changed.connect(widths.append)
    for width in (0.0, 0.1, 5.0):
        document.set_pen_width(width)
    assert widths == [PEN_WIDTHS[0], 0.1, PEN_WIDTHS[1]]


def test_ink_lies_where_the_pen_was(canvas):
    stroke_by_mouse(canvas, [(0.25, 0.5), (0.75, 0.5)])
    picture = canvas.grab().toImage()
    ratio = picture.devicePixelRatio()
    ink, paper = canvas.theme.ink, canvas.theme.paper

    def colour_at(point):
        place = QPointF(place_on(canvas, point)) * ratio
        return picture.pixelColor(place.toPoint()).name()

    assert [colour_at(p) for p in ((0.3, 0.5), (0.5, 0.5), (0.7, 0.5))] == [ink] * 3
    assert [colour_at(p) for p in ((0.5, 0.4), (0.5, 0.6), (0.9, 0.5))] == [paper] * 3


def test_a_click_into_another_field_takes_the_keyboard_along(canvas, document, qtbot):
    field = QLineEdit(canvas)
    field.show()
    canvas.activateWindow()
    qtbot.waitUntil(canvas.hasFocus)
    key(canvas, Qt.Key.Key_Shift)
    key(canvas, Qt.Key.Key_Up, SHIFT)
    field.setFocus()
    assert document.undo_stack.count() == 1
