import json
import os
import runpy
import tomllib
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from nnstudio.data.picture import characters_of_picture
from nnstudio.data.problem import InputSpace
from nnstudio.data.rasterise import RasterSpec, rasterise
from nnstudio.data.strokes import Drawing
from nnstudio.data.synthetic import synthetic_drawing
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.passes import predict
from nnstudio.files import drawing_file
from nnstudio.files.exports import export
from nnstudio.files.file_types import FILE_TYPES
from nnstudio.files.image_file import read_image
from nnstudio.files.model_file import load_model, save_model
from nnstudio.paths import resource
from nnstudio.studio.documents import open_save
from nnstudio.studio.documents.open_save import open_filters, save_drawing
from nnstudio.sweeps.spec_file import read_sweep
from nnstudio.sweeps.table import SweepTable
from tests.studio.gestures import is_warning, stroke_by_mouse
from tests.studio.networks import model_of

SEVEN = synthetic_drawing(7, rng=np.random.default_rng(0))
STROKE = np.array([(0.2, 0.2), (0.8, 0.2), (0.4, 0.9)])


@pytest.fixture
def drawn(session):
    """Return a session with a stroke on the canvas."""
    session.input.set_strokes((STROKE,))
    session.poll()
    return session


def test_a_saved_network_answers_the_same_when_opened_again(drawn, opener, until, tmp_path):
    outputs, x = drawn.network.reading.outputs, drawn.network.reading.x
    path = tmp_path / "mine.safetensors"
    export(path, drawn.network.model())
    drawn.training.reset(new_seed=True)
    drawn.poll()
    assert not np.array_equal(drawn.network.reading.outputs, outputs)
    opener.open_paths([path])
    until(lambda: np.array_equal(drawn.network.reading.outputs, outputs))
    np.testing.assert_array_equal(drawn.network.reading.x, x)
    model = load_model(path)
    np.testing.assert_allclose(predict(model.architecture, model.theta, x[None])[0], outputs, rtol=1e-5)


def test_a_saved_drawing_is_read_the_same_when_opened_again(drawn, opener, tmp_path):
    x = drawn.network.reading.x
    path = tmp_path / "mine.json"
    save_drawing(drawn.input.drawing, path)
    drawn.input.clear()
    drawn.poll()
    assert drawn.network.reading is None
    opener.open_paths([path])
    drawn.poll()
    # Moved and scaled, rounding may tip a pixel by a shade.
    np.testing.assert_allclose(drawn.network.reading.x, x, atol=2 / 255)
    assert drawn.sentences[-1] == ("Opened mine.json.", False)


def test_a_drawing_in_any_unit(session, opener, tmp_path):
    path = tmp_path / "seven.JSON"
    path.write_text(json.dumps(SEVEN.to_json()), "utf-8")
    opener.open_paths([path])
    session.poll()
    np.testing.assert_allclose(session.network.reading.x, rasterise(SEVEN).ravel(), atol=2 / 255)


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
    "missing.sweep": None,
    "text.sweep": b"hello",
    "other.sweep": b"SQLite format 3\0" + bytes(100),
    "dot.json": b'{"strokes": [[[3, 3]], [[3, 3], [3, 3]]]}',
    "without-ending": b"hello",
}


def test_the_table_of_a_sweep_is_handed_to_its_panel(session, opener, until, tmp_path):
    path = tmp_path / "moons.toml"
    path.write_text('problem = "plane-moons"\n[vary]\nunits = [3, 4]\n', "utf-8")
    SweepTable.create(tmp_path / "moons.sweep", read_sweep(path))
    opened = []
    session.sweep_opened.connect(opened.append)
    opener.open_paths([tmp_path / "moons.sweep"])
    until(lambda: bool(opened))
    spec = opened[0].spec
    assert [spec.title_of(cell) for cell in spec.cells()] == ["Units per layer 3", "Units per layer 4"]
    assert session.sentences[-1] == ("Opened moons.sweep: 0 of 2 cells are done.", False)


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_changes_nothing_and_is_said(drawn, opener, until, tmp_path, name, qtlog):
    path = tmp_path / name
    if BAD[name] is not None:
        path.write_bytes(BAD[name])
    content, theta = drawn.input.content, drawn.network.displayed_weights
    with qtlog.disabled():
        opener.open_paths([path])
        until(lambda: any(warning for _, warning in drawn.sentences))
    text, _ = drawn.sentences[-1]
    assert text.endswith("What was open stays.")
    assert str(tmp_path) not in text, "a line has little room"
    assert drawn.input.content is content
    assert drawn.network.displayed_weights is theta


def test_a_network_that_cannot_be_trained_is_asked_and_says_why(drawn, opener, until, tmp_path):
    model = drawn.network.model()
    sizes = model.architecture.layer_sizes
    steps = Architecture(sizes, (*["step"] * (len(sizes) - 2), "softmax"))
    path = tmp_path / "steps.safetensors"
    save_model(path, replace(model, architecture=steps, name="steps"))
    opener.open_paths([path])
    until(lambda: drawn.network.model_name == "steps" and drawn.network.reading is not None)
    drawn.training.play()
    until(lambda: any(warning and "derivative zero" in text for text, warning in drawn.sentences))
    assert not drawn.training.is_running


TWO_INPUTS = resource("examples", "two-inputs.toml")


def test_a_small_network_is_opened_with_its_input_and_its_function(session, opener):
    opener.open_paths([TWO_INPUTS])
    session.poll()
    reading = session.network.reading
    for layer, expected in enumerate([(0.7, -0.39, 0.24, -0.58), (-0.724, 1.307, -0.855), (-0.601,)]):
        np.testing.assert_allclose(reading.a[layer], expected, atol=5e-7)
    assert session.network.input_space.names == ("u", "v")
    text, is_warning = session.sentences[-1]
    assert text.startswith("Opened A plane in disguise: 2-4-3-1 without activations. The network f(u, v)")
    assert "Ours: the second and third unit" in text
    assert not is_warning


def test_a_small_network_learns_its_own_function(session, opener, until):
    opener.open_paths([TWO_INPUTS])
    theta = session.network.own_weights.copy()
    theta[0] += 1
    session.weight_editor.do(theta, "moved")
    session.training.step_epoch()
    until(lambda: session.network.snapshot is not None and session.network.snapshot.epoch == 1)
    assert session.training.problem_title == "Points of A plane in disguise: 2-4-3-1 without activations"
    session.weight_editor.undo()


@pytest.mark.parametrize("name", ["and", "xor"])
def test_steps_are_opened_and_edited_though_no_gradient_trains_hidden_ones(session, opener, until, name):
    opener.open_paths([resource("examples", f"{name}.toml")])
    session.poll()
    assert session.network.reading.outputs.tolist() == [1.0]
    theta = session.network.own_weights.copy()
    theta[-1] = -9
    session.weight_editor.do(theta, "moved")
    until(lambda: session.network.reading is not None and session.network.reading.outputs.tolist() == [0.0])
    assert not any(warning for _, warning in session.sentences)
    session.training.step_epoch()
    if name == "and":
        until(lambda: session.network.snapshot.epoch == 1)
    else:
        until(lambda: any(warning and "derivative zero" in text for text, warning in session.sentences))


def test_a_bad_small_network_changes_nothing(session, opener, tmp_path):
    path = tmp_path / "bad.toml"
    path.write_text(TWO_INPUTS.read_text("utf-8").replace("[-0.5, -0.6]", "[-0.5]"), "utf-8")
    theta = session.network.displayed_weights
    opener.open_paths([path])
    text, is_warning = session.sentences[-1]
    assert "Row 4 of the first layer has 1 number; u, v ask for 2." in text
    assert "line" in text
    assert text.endswith("What was open stays.")
    assert is_warning
    assert session.network.displayed_weights is theta


@pytest.mark.parametrize("ending", ["", ".json", ".png", ".safetensors"])
def test_an_empty_folder_or_a_pipe_is_no_file(drawn, opener, until, tmp_path, ending):
    folder, pipe = tmp_path / f"folder{ending}", tmp_path / f"pipe{ending}"
    folder.mkdir()
    os.mkfifo(pipe)
    for path in (folder, pipe):
        opener.open_paths([path])
        until(lambda path=path: any(path.name in text for text, warning in drawn.sentences if warning))


def test_a_drawing_too_large_to_be_one_is_not_read(session, opener, tmp_path):
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(drawing_file.MAX_DRAWING_BYTES + 1)
    opener.open_paths([path])
    assert "16 MB" in session.sentences[-1][0]


def test_there_is_nothing_to_save_on_a_blank_canvas(session, tmp_path):
    with pytest.raises(open_save.DocumentError, match="no drawing"):
        save_drawing(session.input.drawing, tmp_path / "none.json")
    assert not (tmp_path / "none.json").exists()


def test_strokes_are_saved_in_canvas_units(drawn, tmp_path):
    path = tmp_path / "mine.json"
    save_drawing(drawn.input.drawing, path)
    saved = Drawing.from_json(json.loads(path.read_text("utf-8")))
    np.testing.assert_array_equal(saved.strokes[0], drawn.input.strokes[0])


def test_the_dialog_begins_with_all_that_can_be_read():
    first = open_filters().split(";;")[0]
    assert first.startswith("All files that nnstudio reads (")
    for file_type in FILE_TYPES:
        for suffix in file_type.suffixes:
            assert f"*{suffix}" in first


# In the window


def test_an_image_becomes_pixels_and_networks_of_any_size_read_it(ready, qtbot, tmp_path):
    window, session = ready, ready.session
    stroke_by_mouse(window.input.canvas, STROKE)
    qtbot.waitUntil(lambda: session.network.reading is not None)

    # An image is normalised and read.
    path = tmp_path / "canvas.png"
    picture = window.input.canvas.grab()
    assert picture.save(str(path))
    window.opener.open_paths([path])
    (expected,) = characters_of_picture(read_image(path), confidence=session.network.confidence).images
    qtbot.waitUntil(lambda: np.array_equal(session.network.reading.x, expected.ravel()))
    np.testing.assert_array_equal(session.input.content.pixels, expected)
    assert window.input.pixels.isVisible()

    # A blank one is refused.
    window.actions_by_name["clear"].trigger()
    picture.fill(Qt.GlobalColor.white)
    assert picture.save(str(path))
    window.opener.open_paths([path])
    qtbot.waitUntil(lambda: is_warning(window))
    assert session.input.content.is_blank

    # A network of another size reads what is on the canvas.
    window.actions_by_name["test-image"].trigger()
    qtbot.waitUntil(lambda: session.network.reading is not None)
    space, raster = InputSpace("image", (12, 12), 0.0, 1.0), RasterSpec(12, 9.0, 1.5, 6)
    path = tmp_path / "small.safetensors"
    save_model(path, model_of((144, 6, 10), space=space, raster=raster))
    window.opener.open_paths([path])
    qtbot.waitUntil(lambda: session.network.reading is not None and session.network.reading.x.size == 144)
    window.grab()

    # In the plane there are no images.
    session.choose_problem("plane-moons")
    qtbot.waitUntil(lambda: window.input.editors.by_kind["plane"][0].isVisible())
    path = tmp_path / "seven.json"
    path.write_text(json.dumps(SEVEN.to_json()), "utf-8")
    window.opener.open_paths([path])
    assert is_warning(window)


def test_examples_are_in_the_file_menu_and_are_saved_as_text(window, qtbot, monkeypatch, tmp_path):
    (file_menu,) = (action.menu() for action in window.menuBar().actions() if action.text() == "&File")
    (examples,) = (action.menu() for action in file_menu.actions() if action.text() == "Examples")
    examples.aboutToShow.emit()
    titles = [action.text() for action in examples.actions() if not action.isSeparator()]
    assert titles[-1] == "A 0 of four drawn parts"
    assert len(titles) - 1 == len(list(resource("examples").glob("*.toml")))
    assert titles[:-1] == sorted(titles[:-1])
    (action,) = (each for each in examples.actions() if each.text().startswith("A plane in disguise"))
    assert "Ours" in action.toolTip()
    action.trigger()
    qtbot.waitUntil(lambda: window.session.network.reading is not None)
    assert window.session.network.reading.outputs[0] == pytest.approx(-0.601, abs=5e-7)
    path = tmp_path / "mine.toml"
    monkeypatch.setattr(window.dialogs, "ask_save", lambda *given: path)
    window.actions_by_name["save-small-network"].trigger()
    assert read_toml(path) == read_toml(TWO_INPUTS)
    window.opener.open_paths([path])
    qtbot.waitUntil(lambda: window.session.network.reading is not None)
    assert path in window.recent.paths()


def test_points_are_saved_as_a_table_and_images_are_not(window, qtbot, monkeypatch, tmp_path):
    window.actions_by_name["save-points"].trigger()
    assert is_warning(window)
    assert "There are no points here" in window.status.message.text()
    session, path = window.session, tmp_path / "points.csv"
    session.choose_problem("plane-xor")
    qtbot.waitUntil(lambda: session.point_editor.points is not None)
    monkeypatch.setattr(window.dialogs, "ask_save", lambda *given: path)
    window.actions_by_name["save-points"].trigger()
    assert path.read_text("utf-8") == "x₁,x₂,class\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n"


def test_the_training_is_saved_as_a_script_with_the_losses_of_the_run(
    window, qtbot, monkeypatch, tmp_path, capsys
):
    session, path = window.session, tmp_path / "train.py"
    session.choose_problem("plane-moons")
    qtbot.waitUntil(lambda: session.point_editor.points is not None)
    losses = []
    for step in (1, 2, 3):
        session.step_batch()
        qtbot.waitUntil(lambda step=step: session.network.snapshot.step == step)
        losses.append(session.network.snapshot.train_loss)
    monkeypatch.setattr(window.dialogs, "ask_save", lambda *given: path)
    window.actions_by_name["save-training-script"].trigger()
    qtbot.waitUntil(path.exists)
    assert len(path.read_text("utf-8").splitlines()) <= 30
    runpy.run_path(str(path))
    lines = capsys.readouterr().out.splitlines()
    assert [float(line.split()[1]) for line in lines[:3]] == pytest.approx(losses, abs=1e-5)


def test_a_large_network_is_not_saved_as_text(window):
    window.actions_by_name["save-small-network"].trigger()
    assert is_warning(window)
    assert "reads images" in window.status.message.text()


def read_toml(path):
    """Return what a file says, with its numbers as float32."""

    def rounded(value):
        if isinstance(value, list):
            return [rounded(each) for each in value]
        if isinstance(value, dict):
            return {key: rounded(each) for key, each in value.items()}
        # A note ends with its line, or not.
        return np.float32(value) if isinstance(value, int | float) else value.strip()

    return rounded(tomllib.loads(path.read_text("utf-8")))
