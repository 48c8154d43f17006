"""Pictures are read in the background, in the window and by real events."""

import math
import threading

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage, qRgb
from PySide6.QtTest import QTest

from nnstudio.data.problem import InputSpace
from nnstudio.data.rasterise import RasterSpec
from nnstudio.studio.documents import open_save
from nnstudio.studio.session import openings
from tests.studio.gestures import drop, is_warning, said, stroke_by_mouse
from tests.studio.networks import model_of

pytestmark = pytest.mark.window(shared=True)

STROKE = ((0.2, 0.2), (0.8, 0.2), (0.4, 0.9))


@pytest.fixture
def held(monkeypatch):
    """Hold up the reading of pictures until the event is set."""
    gate = threading.Event()
    read = open_save.characters_of_picture

    def wait_and_read(*args, **options):
        gate.wait()
        return read(*args, **options)

    monkeypatch.setattr(open_save, "characters_of_picture", wait_and_read)
    yield gate
    gate.set()


def bars(n):
    """Return a picture of upright bars side by side."""
    image = QImage(80 * n + 80, 200, QImage.Format.Format_RGB32)
    image.fill(qRgb(255, 255, 255))
    for nth in range(n):
        for x in range(80 * nth + 70, 80 * nth + 82):
            for y in range(40, 160):
                image.setPixel(x, y, qRgb(20, 20, 60))
    return image


@pytest.fixture
def dropped(window, tmp_path):
    """Return a function that drops files with so many bars on the window, together."""

    def drop_all(*counts):
        paths = [tmp_path / f"bars-{n}.png" for n in counts]
        for n, path in zip(counts, paths, strict=True):
            assert bars(n).save(str(path))
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        drop(window, data)

    return drop_all


def n_characters(window):
    line, image = window.session.input.line, window.session.input.content.image
    return 0 if image is None else 1 if line is None else len(line)


def test_the_window_goes_on_while_a_picture_is_read(window, dropped, held, qtbot, monkeypatch):
    monkeypatch.setattr(openings, "SLOW_S", 0.0)
    dropped(3)
    qtbot.waitUntil(lambda: said(window) == "Reading bars-3.png … · Esc cancels")
    stroke_by_mouse(window.input.canvas, STROKE)
    qtbot.waitUntil(lambda: window.session.network.reading is not None)
    assert len(window.session.input.strokes) == 1
    held.set()
    qtbot.waitUntil(lambda: said(window) == "Opened bars-3.png.")
    assert n_characters(window) == 3
    # It came after the stroke, which is there again.
    window.actions_by_name["undo"].trigger()
    assert len(window.session.input.strokes) == 1
    assert n_characters(window) == 0


def test_escape_gives_up_a_picture_and_those_behind_it(window, dropped, held, qtbot):
    dropped(3, 4)
    QTest.keyClick(window.input.canvas, Qt.Key.Key_Escape)
    assert said(window) == "Reading bars-3.png: cancelled; nothing was changed."
    held.set()
    dropped(2)
    qtbot.waitUntil(lambda: said(window) == "Opened bars-2.png.")
    window.actions_by_name["undo"].trigger()
    assert window.session.input.content.is_blank


def test_what_is_dropped_and_pasted_arrives_in_order(window, dropped, held, qtbot):
    dropped(3, 4)
    QGuiApplication.clipboard().setText('{"strokes": [[[0, 0], [5, 9]]]}')
    window.actions_by_name["paste"].trigger()
    QGuiApplication.clipboard().setImage(bars(2))
    window.actions_by_name["paste"].trigger()
    QGuiApplication.clipboard().clear()
    assert window.session.input.content.is_blank
    held.set()
    qtbot.waitUntil(lambda: n_characters(window) == 2)
    assert said(window) == "Pasted a picture. Ctrl+Z takes it back."
    window.actions_by_name["undo"].trigger()
    assert len(window.session.input.strokes) == 1
    window.actions_by_name["undo"].trigger()
    assert n_characters(window) == 4
    window.actions_by_name["undo"].trigger()
    assert n_characters(window) == 3


def test_a_picture_that_is_read_at_once_is_told_once(window, dropped, qtbot, monkeypatch):
    monkeypatch.setattr(openings, "SLOW_S", math.inf)
    sentences = []
    say = window.status.say
    monkeypatch.setattr(window.status, "say", lambda text, **how: (sentences.append(text), say(text, **how)))
    dropped(3)
    qtbot.waitUntil(lambda: n_characters(window) == 3)
    assert sentences == ["Opened bars-3.png."]


def test_a_network_that_comes_meanwhile_has_the_picture_read_for_it(window, dropped, held, qtbot):
    dropped(3)
    space, raster = InputSpace("image", (12, 12), 0.0, 1.0), RasterSpec(12, 9.0, 1.5, 6)
    window.session.open_model(model_of((144, 6, 10), space=space, raster=raster))
    held.set()
    qtbot.waitUntil(lambda: n_characters(window) == 3)
    assert window.session.input.line.images.shape == (3, 144)


def test_a_problem_without_images_that_comes_meanwhile_is_told(window, dropped, held, qtbot):
    dropped(3)
    window.session.choose_problem("plane-moons")
    qtbot.waitUntil(lambda: not window.session.input.can_be_drawn)
    held.set()
    qtbot.waitUntil(lambda: is_warning(window))
    assert "Points of the plane are not drawn" in said(window)
