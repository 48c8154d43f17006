import json
import os

import numpy as np
import pytest

from nnstudio.data.picture import character_of_picture
from nnstudio.data.rasterise import rasterise
from nnstudio.data.strokes import Drawing
from nnstudio.data.synthetic import synthetic_drawing
from nnstudio.engine.passes import predict
from nnstudio.files import drawing_file, session_store
from nnstudio.files.atomic import WriteError
from nnstudio.files.exports import export
from nnstudio.files.file_types import FILE_TYPES
from nnstudio.files.image_file import read_image
from nnstudio.files.model_file import load_model, save_model
from nnstudio.files.session_file import session_from
from nnstudio.studio.documents import open_save
from nnstudio.studio.documents.autosave import has_last_session
from nnstudio.studio.documents.open_save import open_filters, save_drawing
from nnstudio.studio.documents.session_snapshot import last_session
from tests.studio.gestures import choose, is_warning, said, stroke_by_mouse
from tests.studio.networks import model_of

pytestmark = pytest.mark.window(shared=True)

SEVEN = synthetic_drawing(7, rng=np.random.default_rng(0))


@pytest.fixture
def drawn(window, qtbot):
    stroke_by_mouse(window.input.canvas, [(0.2, 0.2), (0.8, 0.2), (0.4, 0.9)])
    qtbot.waitUntil(lambda: window.session.network.reading is not None)
    return window


def test_a_saved_network_answers_the_same_when_opened_again(drawn, qtbot, tmp_path):
    outputs, x = drawn.session.network.reading.outputs, drawn.session.network.reading.x
    path = tmp_path / "mine.safetensors"
    export(path, drawn.session.network.model())
    drawn.actions_by_name["new-seed"].trigger()
    qtbot.waitUntil(lambda: drawn.session.network.reading is not None)
    assert not np.array_equal(drawn.session.network.reading.outputs, outputs)
    drawn.opener.open_paths([path])
    qtbot.waitUntil(lambda: drawn.session.network.reading is not None)
    np.testing.assert_array_equal(drawn.session.network.reading.outputs, outputs)
    np.testing.assert_array_equal(drawn.session.network.reading.x, x)
    model = load_model(path)
    np.testing.assert_allclose(predict(model.architecture, model.theta, x[None])[0], outputs, rtol=1e-5)


def test_a_saved_drawing_is_read_the_same_when_opened_again(drawn, qtbot, tmp_path):
    x = drawn.session.network.reading.x
    path = tmp_path / "mine.json"
    save_drawing(drawn.session.input.drawing, path)
    drawn.actions_by_name["clear"].trigger()
    qtbot.waitUntil(lambda: drawn.session.network.reading is None)
    drawn.opener.open_paths([path])
    qtbot.waitUntil(lambda: drawn.session.network.reading is not None)
    # Moved and scaled, rounding may tip a pixel by a shade.
    np.testing.assert_allclose(drawn.session.network.reading.x, x, atol=2 / 255)
    assert said(drawn) == "Opened mine.json."


def test_a_drawing_in_any_unit(window, qtbot, tmp_path):
    path = tmp_path / "seven.JSON"
    path.write_text(json.dumps(SEVEN.to_json()), "utf-8")
    window.opener.open_paths([path])
    qtbot.waitUntil(lambda: window.session.network.reading is not None)
    np.testing.assert_allclose(window.session.network.reading.x, rasterise(SEVEN).ravel(), atol=2 / 255)


def test_an_image_is_normalised_and_read(drawn, qtbot, tmp_path):
    path = tmp_path / "canvas.png"
    assert drawn.input.canvas.grab().save(str(path))
    drawn.opener.open_paths([path])
    expected = character_of_picture(read_image(path)).images[0]
    qtbot.waitUntil(lambda: np.array_equal(drawn.session.network.reading.x, expected.ravel()))
    np.testing.assert_array_equal(drawn.session.input.content.pixels, expected)
    assert drawn.input.pixels.isVisible()


BAD = {
    "missing.safetensors": None,
    "missing.png": None,
    "missing.json": None,
    "text.safetensors": b"hello",
    "empty.safetensors": b"",
    "text.png": b"hello",
    "empty.png": b"",
    "list.json": b"[1, 2]",
    "cut.json": b'{"strokes": [[[0',
    "bytes.json": b"\xff\xfe\x00",
    "nan.json": b'{"strokes": [[[NaN, 0], [1, 1]]]}',
    "deep.json": b"[" * 100_000,
    "nothing.json": b'{"strokes": []}',
    "dot.json": b'{"strokes": [[[3, 3]], [[3, 3], [3, 3]]]}',
    "without-ending": b"hello",
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_changes_nothing_and_is_said(drawn, tmp_path, name, qtlog):
    path = tmp_path / name
    if BAD[name] is not None:
        path.write_bytes(BAD[name])
    content, theta = drawn.session.input.content, drawn.session.network.displayed_weights
    with qtlog.disabled():
        drawn.opener.open_paths([path])
    assert is_warning(drawn)
    assert said(drawn).endswith("What was open stays.")
    assert drawn.session.input.content is content
    assert drawn.session.network.displayed_weights is theta


@pytest.mark.parametrize("ending", ["", ".json", ".png", ".safetensors"])
def test_an_empty_folder_or_a_pipe_is_no_file(drawn, qtbot, tmp_path, ending):
    folder, pipe = tmp_path / f"folder{ending}", tmp_path / f"pipe{ending}"
    folder.mkdir()
    os.mkfifo(pipe)
    for path in (folder, pipe):
        drawn.opener.open_paths([path])
        qtbot.waitUntil(lambda: is_warning(drawn))
        assert str(path) in said(drawn)


def test_a_blank_image_is_refused(drawn, tmp_path):
    path = tmp_path / "blank.png"
    drawn.actions_by_name["clear"].trigger()
    picture = drawn.input.preview.grab().toImage()
    picture.fill(0xFFFFFFFF)
    assert picture.save(str(path))
    drawn.opener.open_paths([path])
    assert is_warning(drawn)
    assert drawn.session.input.content.is_blank


def test_a_drawing_too_large_to_be_one_is_not_read(drawn, tmp_path):
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(drawing_file.MAX_DRAWING_BYTES + 1)
    drawn.opener.open_paths([path])
    assert "16 MB" in said(drawn)


def test_images_are_not_for_the_plane(window, qtbot, tmp_path):
    window.session.choose_problem("plane-moons")
    qtbot.waitUntil(lambda: window.input.plane.isVisible())
    path = tmp_path / "seven.json"
    path.write_text(json.dumps(SEVEN.to_json()), "utf-8")
    window.opener.open_paths([path])
    assert is_warning(window)


def test_a_network_of_another_size_reads_what_is_on_the_canvas(ready, qtbot, tmp_path):
    from nnstudio.data.problem import InputSpace
    from nnstudio.data.rasterise import RasterSpec

    ready.actions_by_name["test-image"].trigger()
    qtbot.waitUntil(lambda: ready.session.network.reading is not None)
    space, raster = InputSpace("image", (12, 12), 0.0, 1.0), RasterSpec(12, 9.0, 1.5, 6)
    path = tmp_path / "small.safetensors"
    save_model(path, model_of((144, 6, 10), space=space, raster=raster))
    ready.opener.open_paths([path])
    qtbot.waitUntil(
        lambda: ready.session.network.reading is not None and ready.session.network.reading.x.size == 144
    )
    ready.grab()


def test_there_is_nothing_to_save_on_a_blank_canvas(window, tmp_path):
    with pytest.raises(open_save.DocumentError, match="no drawing"):
        save_drawing(window.session.input.drawing, tmp_path / "none.json")
    assert not (tmp_path / "none.json").exists()


def test_strokes_are_saved_in_canvas_units(drawn, tmp_path):
    path = tmp_path / "mine.json"
    save_drawing(drawn.session.input.drawing, path)
    saved = Drawing.from_json(json.loads(path.read_text("utf-8")))
    np.testing.assert_array_equal(saved.strokes[0], drawn.session.input.strokes[0])


# The last session


def test_a_trained_network_comes_back_in_the_next_session(open_window, qtbot):
    first = open_window()
    first.actions_by_name["step-batch"].trigger()
    qtbot.waitUntil(lambda: first.session.network.was_trained)
    theta = first.session.network.displayed_weights
    first.close()
    second = open_window(model_of((784, 3, 10), name="other"))
    second.actions_by_name["last-session"].trigger()
    np.testing.assert_array_equal(second.session.network.displayed_weights, theta)
    assert second.session.network.model_name == first.session.network.model_name


@pytest.mark.parametrize("afterwards", ["optimiser", "there and back", "network"])
def test_what_was_learnt_is_kept_whatever_was_chosen_afterwards(open_window, qtbot, afterwards):
    window = open_window()
    window.actions_by_name["step-batch"].trigger()
    qtbot.waitUntil(lambda: window.session.network.was_trained)
    theta = window.session.network.displayed_weights
    if afterwards == "optimiser":
        choose(window.bar.optimiser, "sgd")
    elif afterwards == "there and back":
        window.actions_by_name["new-seed"].trigger()
        window.actions_by_name["earlier"].trigger()
    else:
        window.bar.network_edited.emit("5")
    qtbot.waitUntil(lambda: window.session.network.snapshot is not None)
    window.close()
    saved = session_from(last_session().read()[0], "the session")
    np.testing.assert_array_equal(saved.network.theta, theta)


def test_a_network_that_learnt_nothing_leaves_no_session(open_window):
    window = open_window()
    window.close()
    assert not has_last_session()
    other = open_window()
    other.actions_by_name["last-session"].trigger()
    assert is_warning(other)


def test_a_session_that_cannot_be_kept_does_not_keep_the_window_open(open_window, qtbot, monkeypatch, caplog):
    window = open_window()
    window.actions_by_name["step-batch"].trigger()
    qtbot.waitUntil(lambda: window.session.network.was_trained)

    def fail(path, data):
        raise WriteError("There is no room.")

    monkeypatch.setattr(session_store, "write_atomically", fail)
    window.close()
    assert not window.isVisible()
    assert "could not be kept" in caplog.text


def test_the_dialog_begins_with_all_that_can_be_read():
    first = open_filters().split(";;")[0]
    assert first.startswith("All files that nnstudio reads (")
    for file_type in FILE_TYPES:
        for suffix in file_type.suffixes:
            assert f"*{suffix}" in first
