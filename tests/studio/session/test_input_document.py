"""The input document, without a window."""

import numpy as np
import pytest

from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.data.rasterise import rasterise
from nnstudio.data.stages import STAGES, drawing_stage
from nnstudio.data.strokes import Drawing
from nnstudio.studio.session import input_document
from nnstudio.studio.session.input_document import InputDocument
from tests.studio.networks import model_of

LINE = [(0.2, 0.3), (0.5, 0.5), (0.8, 0.4)]
SEVEN = np.array([(0.1, 0.4), (0.22, 0.4), (0.15, 0.65)])
ONE = np.array([(0.4, 0.4), (0.4, 0.65)])
PLANE = InputSpace("plane", (2,), -1.0, 1.0, ("x₁", "x₂"))


@pytest.fixture
def make(qapp):
    """Return a function that makes a document for a network, and what it says."""

    def make_one(**parts):
        document = InputDocument(model_of((784, 5, 10), **parts))
        document.sentences = []
        document.said.connect(lambda text, warning: document.sentences.append((text, warning)))
        return document

    return make_one


@pytest.fixture
def document(make):
    return make()


@pytest.fixture
def plane(make):
    document = make(raster=None)
    document._network = model_of((2, 5, 10), space=PLANE, raster=None)
    return document


def draw(document, points=LINE, *, erases=False):
    first, *others = points
    document.begin_stroke(first, erases=erases)
    for point in others:
        document.extend(point)
    document.finish_gesture()


# Strokes and their history


def test_a_stroke_is_one_step_and_is_read_at_every_movement(document):
    seen = []
    document.content_changed.connect(lambda: seen.append((len(document.strokes[0]), document.x is None)))
    draw(document)
    assert seen == [(1, True), (2, False), (3, False), (3, False)]
    assert document.undo_stack.count() == 1
    np.testing.assert_array_equal(document.x, rasterise(Drawing((LINE,))).ravel())


def test_a_drawing_is_made_once_a_movement(document, monkeypatch):
    made = []

    def make(strokes):
        made.append(len(strokes))
        return Drawing(strokes)

    monkeypatch.setattr(input_document, "Drawing", make)
    document.set_strokes((SEVEN, ONE))
    document.begin_stroke((0.6, 0.4), erases=False)
    made.clear()
    document.extend((0.6, 0.65))
    assert len(document.line) == 3
    assert len(document.drawing_read.strokes) == 1
    assert document.drawing is document.drawing
    assert made == [3]


def test_undo_and_redo_walk_through_strokes_pixels_and_pictures(document):
    draw(document)
    read = [None, document.x]
    document.toggle_pixels()
    document.begin_painting((24.5, 2.5), erases=False)
    document.extend((24.5, 6.5))
    document.finish_gesture()
    read += [document.x.copy()] * 2
    assert read[-1].reshape(28, 28)[4, 24] > 0.9
    document.set_strokes((ONE,))
    read.append(document.x)
    assert document.content.pixels is None
    document.clear()
    assert document.content.is_blank
    assert document.undo_stack.count() == 5
    document.undo()
    np.testing.assert_array_equal(document.x, read[4])
    document.undo()
    np.testing.assert_array_equal(document.x, read[3])
    assert document.content.pixels is not None
    document.undo()
    np.testing.assert_array_equal(document.x, read[1])
    document.undo()
    assert document.content.pixels is None
    document.undo()
    assert document.x is None
    assert not document.undo_stack.canUndo()
    for _ in range(5):
        document.redo()
    assert document.content.is_blank
    assert not document.undo_stack.canRedo()


def test_undo_in_the_middle_of_a_gesture_takes_that_gesture_back(document):
    draw(document)
    document.begin_stroke((0.1, 0.1), erases=False)
    document.extend((0.2, 0.2))
    document.undo()
    assert len(document.strokes) == 1
    assert not document.is_gesture
    document.extend((0.3, 0.3))
    assert len(document.strokes) == 1


def test_erasing_is_a_step_only_where_it_touches(document):
    draw(document, [(0.1, 0.5), (0.9, 0.5)])
    draw(document, [(0.5, 0.9), (0.6, 0.9)], erases=True)
    assert document.undo_stack.count() == 1
    draw(document, [(0.5, 0.4), (0.5, 0.6)], erases=True)
    assert len(document.strokes) == 2
    document.undo()
    assert len(document.strokes) == 1


def test_pen_width_sets_eraser_and_brush(document):
    document.set_pen_width(0.1)
    assert document.eraser_radius == pytest.approx(0.09)
    assert document.brush_radius == pytest.approx(1.4)


# What is read


@pytest.mark.parametrize("stage", STAGES)
def test_a_drawing_is_read_at_the_chosen_stage(document, stage):
    draw(document)
    document.set_pen_width(0.15)
    document.choose_stage(stage)
    np.testing.assert_array_equal(
        document.x, drawing_stage(document.drawing, stage, document.pen_width).ravel()
    )
    assert document.is_unusual == (stage != STAGES[-1])
    assert (document.drawing_read is None) == document.is_unusual


def test_the_character_drawn_last_is_read_and_any_can_be_chosen(document):
    document.set_strokes((ONE, SEVEN))
    assert len(document.line) == 2
    np.testing.assert_array_equal(document.x, rasterise(Drawing((SEVEN,))).ravel())
    assert document.chosen == 0
    document.choose_character(1)
    np.testing.assert_array_equal(document.x, rasterise(Drawing((ONE,))).ravel())
    np.testing.assert_array_equal(document.drawing_read.strokes[0], ONE)
    document.choose_character(2)
    assert document.chosen == 1


def test_classes_that_are_words_are_not_parted(make):
    things = make(outputs=OutputSpace(tuple(f"thing {k}" for k in range(10))))
    things.set_strokes((ONE, SEVEN))
    assert things.line is None
    np.testing.assert_array_equal(things.x, rasterise(Drawing((ONE, SEVEN))).ravel())


def test_too_many_points_are_said_and_have_no_reading(document):
    document.set_strokes((np.random.default_rng(0).random((60_000, 2)),))
    assert document.x is None
    assert document.sentences[-1][1]
    assert "50000" in document.sentences[-1][0]


def test_an_input_of_another_size_is_of_a_problem_before(document):
    document.set_x(np.zeros(3, np.float32))
    assert document.x is None


# Samples


def test_a_sample_is_shown_as_pixels_with_its_class(document):
    x = np.linspace(0, 1, 784, dtype=np.float32)
    document.show_sample(x, "The sixth.", 6)
    np.testing.assert_array_equal(document.content.pixels.ravel(), x)
    assert document.right_answer == 6
    assert document.sentences == [("The sixth.", False)]
    document.begin_painting((3.5, 3.5), erases=False)
    document.finish_gesture()
    assert document.right_answer is None
    document.undo()
    assert document.right_answer == 6


def test_a_sample_of_another_problem_is_not_shown(document):
    document.show_sample(np.zeros(2, np.float32), "A point.", 1)
    assert document.content.is_blank
    assert document.sentences == []


def test_a_point_is_read_and_taken_away(plane):
    plane.choose_point((0.25, -0.5))
    np.testing.assert_array_equal(plane.x, np.array([0.25, -0.5], np.float32))
    plane.show_sample(np.array([0.5, 0.5], np.float32), "A point.", 1)
    assert plane.x.tolist() == [0.5, 0.5]
    assert plane.right_answer == 1
    plane.toggle_pixels()
    assert plane.content.is_blank
    assert "click where the input is to be" in plane.sentences[-1][0]
    plane.clear()
    assert plane.x is None


def test_what_was_drawn_waits_while_points_are_read(document):
    draw(document)
    images, document._network = document._network, model_of((2, 5, 10), space=PLANE, raster=None)
    document.forget_x()
    document.read()
    assert document.x is None
    assert document.sentences == []
    document._network = images
    document.read()
    np.testing.assert_array_equal(document.x, rasterise(Drawing((LINE,))).ravel())


def test_a_sample_stays_when_one_draws_strokes_again(document):
    image = np.zeros((28, 28), np.float32)
    image[5:20, 13:15] = 0.8
    draw(document)
    document.show_sample(image.ravel(), "A sample.", 1)
    for is_painted_on in (False, True, False):
        document.toggle_pixels()
        assert (document.content.pixels is not None) is is_painted_on
        np.testing.assert_array_equal(document.x, image.ravel())
        assert document.right_answer == 1
    draw(document)
    assert document.content.picture is None
    assert len(document.strokes) == 1
    for _ in range(5):
        document.undo()
    assert len(document.strokes) == 1, "the drawing before the sample"


def test_pixels_without_ink_leave_a_blank_canvas(document):
    document.toggle_pixels()
    document.toggle_pixels()
    assert document.content.is_blank
