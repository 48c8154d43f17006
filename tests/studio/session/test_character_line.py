"""A word or number on the canvas."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from nnstudio.data.problem import OutputSpace
from nnstudio.data.rasterise import rasterise
from nnstudio.data.strokes import Drawing
from nnstudio.engine.passes import predict
from tests.studio.gestures import stroke_by_mouse, write_stroke
from tests.studio.networks import model_of, show_difference

SEVEN = np.array([(0.0, 0.0), (0.12, 0.0), (0.05, 0.25)])
ONE = np.array([(0.0, 0.0), (0.0, 0.25)])
CROSS = (np.array([(0.0, 0.125), (0.14, 0.125)]), np.array([(0.07, 0.05), (0.07, 0.2)]))


def at(stroke, x, y):
    return stroke + np.array((x, y))


NUMBER = (at(SEVEN, 0.1, 0.4), at(ONE, 0.35, 0.4), at(SEVEN, 0.5, 0.4))


def outputs_of(session, strokes):
    x = rasterise(Drawing(tuple(strokes)), session.network.raster).reshape(1, -1)
    return predict(session.network.architecture, session.network.displayed_weights, x)[0]


@pytest.fixture
def write(session):
    """Return a function that puts strokes on the canvas, one after another."""

    def put(strokes):
        for stroke in strokes:
            write_stroke(session.input, stroke)
        session.poll()
        assert session.network.reading is not None

    return put


def names(session):
    return session.network.output_space.class_names


def test_a_number_is_read_as_a_whole(session, write):
    write(NUMBER)
    strokes = session.input.strokes
    assert len(strokes) == 3
    characters = session.read_line()
    assert len(characters) == 3
    for character, stroke in zip(characters, strokes, strict=True):
        outputs = outputs_of(session, [stroke])
        assert character.label == names(session)[int(outputs.argmax())]
        assert character.output == pytest.approx(float(outputs.max()), rel=1e-4)
        assert character.box == Drawing((stroke,)).bounds()


def test_the_network_shows_the_character_drawn_last(session, write):
    write(NUMBER[:2])
    _, second = session.input.strokes
    np.testing.assert_array_equal(
        session.input.x, rasterise(Drawing((second,)), session.network.raster).ravel()
    )
    write((at(ONE, 0.02, 0.4),))
    # The last that was drawn, though it stands first.
    last = session.input.strokes[-1]
    np.testing.assert_array_equal(
        session.input.x, rasterise(Drawing((last,)), session.network.raster).ravel()
    )
    assert session.input.chosen == 0


def test_one_character_stays_one(session, write):
    write([at(stroke, 0.4, 0.4) for stroke in CROSS])
    assert session.input.line is None
    assert session.read_line() == ()
    outputs = outputs_of(session, session.input.strokes)
    np.testing.assert_allclose(session.network.reading.outputs, outputs, rtol=1e-5)


def test_undo_takes_a_character_back(session, write):
    write(NUMBER)
    session.input.undo()
    assert len(session.read_line()) == 2
    session.input.undo()
    assert session.input.line is None
    session.input.clear()
    session.poll()
    assert session.network.reading is None
    assert session.read_line() == ()


def test_the_reading_follows_the_weights(session, write):
    write(NUMBER)
    session.training.reset(new_seed=True)
    stroke = session.input.strokes[0]
    (first, *_) = session.read_line()
    assert first.output == pytest.approx(float(outputs_of(session, [stroke]).max()), rel=1e-4)


def test_words_are_told_apart(session, write):
    write([at(ONE, x, 0.4) for x in (0.05, 0.17, 0.6, 0.72)])
    characters = session.read_line()
    assert len(characters) == 4
    text = session.input.line.text(characters)
    assert text[2] == " "
    assert len(text) == 5


def test_the_strokes_of_the_chosen_character_can_be_had(session, write):
    assert session.input.drawing_read is None
    write(NUMBER)
    for nth in range(len(NUMBER)):
        session.input.choose_character(nth)
        (stroke,) = session.input.drawing_read.strokes
        np.testing.assert_allclose(stroke, NUMBER[nth], atol=0.01)
    session.input.set_image(np.eye(28, dtype=np.float32))
    assert session.input.drawing_read is None


def test_a_network_of_things_sees_one_thing(session, write):
    things = OutputSpace(tuple(f"thing {k}" for k in range(10)), noun="thing")
    session.open_model(model_of((784, 5, 10), outputs=things))
    write(NUMBER)
    assert session.input.line is None


def test_enormous_weights_are_no_error(session):
    model = model_of((784, 5, 10))
    session.open_model(model)
    session.network.newest_weights = np.full_like(model.theta, 1e30)
    session.input.set_strokes(NUMBER)
    assert len(session.read_line()) == 3


def test_a_displayed_difference_of_networks_does_not_read_the_line(session, write):
    write(NUMBER)
    before = session.read_line()
    show_difference(session)
    assert session.read_line() == before


# On the canvas


def is_shown(window):
    """Tell whether the labels on the canvas are those of the line."""
    shown = [(label.box, label.name) for label in window.input.canvas._labels.labels]
    return shown == [(character.box, character.label) for character in window.session.read_line()]


def test_a_line_on_the_canvas(window, qtbot):
    session, canvas = window.session, window.input.canvas
    side = min(canvas.width(), canvas.height())
    left = (canvas.width() - side) / 2

    # Drawn by the mouse, its characters have labels, and the answer is the whole.
    for stroke in NUMBER:
        stroke_by_mouse(canvas, stroke)
    strokes = session.input.strokes
    assert len(strokes) == 3
    qtbot.waitUntil(lambda: is_shown(window))
    whole = "".join(character.label for character in session.read_line())
    qtbot.waitUntil(lambda: window.input.answer.text() == whole)
    assert "3 characters" in window.input.sees.text()

    # Any of them can be shown in the network, by keys and by a click on its label.
    def shows(nth):
        x = rasterise(Drawing((strokes[nth],)), session.network.raster).ravel()
        return session.input.x is not None and np.array_equal(session.input.x, x)

    assert shows(2)
    window.actions_by_name["previous-character"].trigger()
    assert shows(1)
    window.actions_by_name["previous-character"].trigger()
    window.actions_by_name["previous-character"].trigger()
    assert shows(0)
    window.actions_by_name["next-character"].trigger()
    assert shows(1)
    # Below the last character, in the row of labels.
    x = left + np.mean(session.read_line()[2].box[::2]) * side
    foot = max(character.box[3] for character in session.read_line())
    spot = QPoint(round(x), round(foot * side) + 22)
    assert "Character 3 of 3" in canvas.explain(spot)
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=spot)
    assert shows(2)
    # It was no stroke.
    assert len(session.input.strokes) == 3
    qtbot.waitUntil(lambda: is_shown(window))

    # A stroke may begin on a label.
    begin = (np.mean(session.read_line()[1].box[::2]), foot + 20 / side)
    assert canvas.explain(QPoint(round(left + begin[0] * side), round(begin[1] * side)))
    stroke_by_mouse(canvas, [begin, (begin[0], begin[1] + 0.05), (begin[0] + 0.1, begin[1] + 0.08)])
    assert len(session.input.strokes) == 4
    qtbot.waitUntil(lambda: is_shown(window))

    # One character stays one.
    window.actions_by_name["clear"].trigger()
    qtbot.waitUntil(lambda: session.network.reading is None)
    for stroke in CROSS:
        stroke_by_mouse(canvas, at(stroke, 0.4, 0.4))
    outputs = outputs_of(session, session.input.strokes)
    qtbot.waitUntil(lambda: window.input.answer.text() == names(session)[int(outputs.argmax())])
    assert is_shown(window)

    # A picture of a number is laid out and read.
    tiles = [rasterise(Drawing((stroke,))) for stroke in (SEVEN, ONE)]
    strip = np.concatenate((tiles[0], np.zeros((28, 28), np.float32), tiles[1]), axis=1)
    session.input.set_image(strip)
    characters = session.read_line()
    assert len(characters) == 2
    assert session.input.line.text(characters)[1] == " "
    np.testing.assert_array_equal(session.input.x, tiles[1].ravel())
    qtbot.waitUntil(lambda: is_shown(window))
    assert not canvas.grab().isNull()
