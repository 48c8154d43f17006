"""A word or number on the canvas."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from nnstudio.data.picture import CharacterImages
from nnstudio.data.problem import OutputSpace
from nnstudio.data.rasterise import rasterise
from nnstudio.data.strokes import Drawing
from nnstudio.engine.passes import predict
from nnstudio.studio.session.character_line import strip_of
from tests.studio.gestures import stroke_by_mouse
from tests.studio.networks import model_of, show_difference

pytestmark = pytest.mark.window(shared=True)

SEVEN = np.array([(0.0, 0.0), (0.12, 0.0), (0.05, 0.25)])
ONE = np.array([(0.0, 0.0), (0.0, 0.25)])
CROSS = (np.array([(0.0, 0.125), (0.14, 0.125)]), np.array([(0.07, 0.05), (0.07, 0.2)]))


def at(stroke, x, y):
    return stroke + np.array((x, y))


NUMBER = (at(SEVEN, 0.1, 0.4), at(ONE, 0.35, 0.4), at(SEVEN, 0.5, 0.4))


def outputs_of(session, strokes):
    x = rasterise(Drawing(tuple(strokes)), session.network.raster).reshape(1, -1)
    return predict(session.network.architecture, session.network.displayed_weights, x)[0]


def is_shown(window):
    """Tell whether the labels on the canvas are those of the line."""
    shown = [(label.box, label.name) for label in window.input.canvas._labels.labels]
    return shown == [(character.box, character.label) for character in window.session.read_line()]


@pytest.fixture
def write(window, qtbot):
    """Return a function that puts strokes on the canvas, as if they had been drawn one after another."""

    def put(strokes):
        for stroke in strokes:
            stroke_by_mouse(window.input.canvas, stroke)
        qtbot.waitUntil(lambda: window.session.network.reading is not None)
        qtbot.waitUntil(lambda: is_shown(window))

    return put


def names(session):
    return session.network.output_space.class_names


def test_a_number_is_read_as_a_whole(window, qtbot, write):
    write(NUMBER)
    strokes = window.session.input.strokes
    assert len(strokes) == 3
    characters = window.session.read_line()
    assert len(characters) == 3
    for character, stroke in zip(characters, strokes, strict=True):
        outputs = outputs_of(window.session, [stroke])
        assert character.label == names(window.session)[int(outputs.argmax())]
        assert character.output == pytest.approx(float(outputs.max()), rel=1e-4)
        assert character.box == Drawing((stroke,)).bounds()
    whole = "".join(character.label for character in characters)
    qtbot.waitUntil(lambda: window.input.answer.text() == whole)
    assert "3 characters" in window.input.sees.text()


def test_the_network_shows_the_character_drawn_last(window, write):
    write(NUMBER[:2])
    _, second = window.session.input.strokes
    np.testing.assert_array_equal(
        window.session.input.x, rasterise(Drawing((second,)), window.session.network.raster).ravel()
    )
    write((at(ONE, 0.02, 0.4),))
    # The last that was drawn, though it stands first.
    last = window.session.input.strokes[-1]
    np.testing.assert_array_equal(
        window.session.input.x, rasterise(Drawing((last,)), window.session.network.raster).ravel()
    )
    assert window.session.input.chosen == 0


def test_any_character_can_be_shown(window, qtbot, write):
    write(NUMBER)
    strokes = window.session.input.strokes

    def shows(nth):
        x = rasterise(Drawing((strokes[nth],)), window.session.network.raster).ravel()
        return window.session.input.x is not None and np.array_equal(window.session.input.x, x)

    assert shows(2)
    window.actions_by_name["previous-character"].trigger()
    assert shows(1)
    window.actions_by_name["previous-character"].trigger()
    window.actions_by_name["previous-character"].trigger()
    assert shows(0)
    window.actions_by_name["next-character"].trigger()
    assert shows(1)
    # A click on a label: below the last character, in the row of labels.
    canvas = window.input.canvas
    side = min(canvas.width(), canvas.height())
    x = (canvas.width() - side) / 2 + np.mean(window.session.read_line()[2].box[::2]) * side
    spot = QPoint(round(x), round(max(c.box[3] for c in window.session.read_line()) * side) + 22)
    assert "Character 3 of 3" in canvas.explain(spot)
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=spot)
    assert shows(2)
    # It was no stroke.
    assert len(window.session.input.strokes) == 3
    qtbot.waitUntil(lambda: is_shown(window))


def test_a_stroke_may_begin_on_a_label(window, qtbot, write):
    write(NUMBER)
    canvas = window.input.canvas
    foot = max(character.box[3] for character in window.session.read_line())
    side = min(canvas.width(), canvas.height())
    begin = (np.mean(window.session.read_line()[1].box[::2]), foot + 20 / side)
    assert canvas.explain(
        QPoint(round((canvas.width() - side) / 2 + begin[0] * side), round(begin[1] * side))
    )
    stroke_by_mouse(canvas, [begin, (begin[0], begin[1] + 0.05), (begin[0] + 0.1, begin[1] + 0.08)])
    assert len(window.session.input.strokes) == 4


def test_one_character_stays_one(window, qtbot, write):
    write([at(stroke, 0.4, 0.4) for stroke in CROSS])
    assert window.session.input.line is None
    assert window.session.read_line() == ()
    outputs = outputs_of(window.session, window.session.input.strokes)
    qtbot.waitUntil(lambda: window.input.answer.text() == names(window.session)[int(outputs.argmax())])
    np.testing.assert_allclose(window.session.network.reading.outputs, outputs, rtol=1e-5)


def test_undo_takes_a_character_back(window, qtbot, write):
    write(NUMBER)
    window.actions_by_name["undo"].trigger()
    assert len(window.session.read_line()) == 2
    window.actions_by_name["undo"].trigger()
    assert window.session.input.line is None
    window.actions_by_name["clear"].trigger()
    qtbot.waitUntil(lambda: window.session.network.reading is None)
    assert window.session.read_line() == ()


def test_the_reading_follows_the_weights(window, qtbot, write):
    write(NUMBER)
    window.actions_by_name["new-seed"].trigger()
    stroke = window.session.input.strokes[0]

    def is_read_anew():
        (first, *_) = window.session.read_line()
        return first.output == pytest.approx(float(outputs_of(window.session, [stroke]).max()), rel=1e-4)

    qtbot.waitUntil(is_read_anew)


def test_words_are_told_apart(window, write):
    write([at(ONE, x, 0.4) for x in (0.05, 0.17, 0.6, 0.72)])
    characters = window.session.read_line()
    assert len(characters) == 4
    text = window.session.input.line.text(characters)
    assert text[2] == " "
    assert len(text) == 5


def test_the_strokes_of_the_chosen_character_can_be_had(window, write):
    assert window.session.input.drawing_read is None
    write(NUMBER)
    for nth in range(len(NUMBER)):
        window.session.input.choose_character(nth)
        (stroke,) = window.session.input.drawing_read.strokes
        np.testing.assert_allclose(stroke, NUMBER[nth], atol=0.01)
    window.session.input.set_image(np.eye(28, dtype=np.float32))
    assert window.session.input.drawing_read is None


def test_a_network_of_things_sees_one_thing(window, write):
    things = OutputSpace(tuple(f"thing {k}" for k in range(10)), noun="thing")
    window.session.open_model(model_of((784, 5, 10), outputs=things))
    write(NUMBER)
    assert window.session.input.line is None


def test_a_picture_of_a_number_is_laid_out_and_read(window, qtbot, tmp_path):
    size = 28
    tiles = [rasterise(Drawing((stroke,))) for stroke in (SEVEN, ONE)]
    strip = np.concatenate((tiles[0], np.zeros((size, size), np.float32), tiles[1]), axis=1)
    window.session.input.set_image(strip)
    characters = window.session.read_line()
    assert len(characters) == 2
    assert window.session.input.line.text(characters)[1] == " "
    np.testing.assert_array_equal(window.session.input.x, tiles[1].ravel())
    qtbot.waitUntil(lambda: is_shown(window))
    assert not window.grab().isNull()


def test_lines_of_a_picture_stand_one_below_the_other(window, qtbot):
    tiles = tuple(rasterise(Drawing((stroke,))) for stroke in (SEVEN, ONE, SEVEN))
    strip = strip_of(CharacterImages(tiles, word_starts=(0, 2), line_starts=(0, 2)))
    assert strip.shape == (4 * 28, 2 * 28)
    window.session.input.set_image(strip)
    characters, line = window.session.read_line(), window.session.input.line
    assert len(characters) == 3
    assert line.text(characters)[2] == "\n"
    np.testing.assert_array_equal(line.images, np.stack(tiles).reshape(3, -1))
    upper, _, lower = (character.box for character in characters)
    assert upper[0] == lower[0]
    assert upper[3] < lower[1]
    qtbot.waitUntil(lambda: is_shown(window))
    assert [label.line for label in window.input.canvas._labels.labels] == [0, 0, 1]
    qtbot.waitUntil(lambda: window.input.answer.text() == line.text(characters))


def test_enormous_weights_are_no_error(window, write):
    model = model_of((784, 5, 10))
    window.session.open_model(model)
    window.session.network.newest_weights = np.full_like(model.theta, 1e30)
    window.session.input.set_strokes(NUMBER)
    assert len(window.session.read_line()) == 3


def test_a_displayed_difference_of_networks_does_not_read_the_line(window, write):
    write(NUMBER)
    before = window.session.read_line()
    show_difference(window.session)
    assert window.session.read_line() == before
