"""The script is run as a user would: another process, a picture, and nothing of nnstudio to be found."""

import runpy
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from nnstudio.data.picture import character_of_picture
from nnstudio.data.synthetic import synthetic_digits
from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.passes import predict
from nnstudio.files.image_file import read_image
from nnstudio.files.model_file import Model, load_model
from nnstudio.files.models import find_model
from nnstudio.files.script_export import ScriptError, save_script, script_text


@pytest.fixture(scope="module")
def digits():
    return load_model(find_model("digits"))


@pytest.fixture(scope="module")
def script(digits, tmp_path_factory):
    path = tmp_path_factory.mktemp("script") / "digits.py"
    save_script(path, digits)
    return path


def answer(script, picture):
    done = subprocess.run(
        [sys.executable, "-I", script, picture], capture_output=True, text=True, timeout=60, check=False
    )
    return done.stdout.split() if done.returncode == 0 else done.stderr.strip()


def answer_here(script, picture, monkeypatch, capsys):
    """Run the script in this process, which is faster by a start of Python."""
    monkeypatch.setattr(sys, "argv", [str(script), str(picture)])
    runpy.run_path(str(script), run_name="__main__")
    return capsys.readouterr().out.split()


# It is short: it leaves the end of its process to close the file.
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:unclosed file")
def test_it_reads_pictures(script, digits, tmp_path, monkeypatch, capsys):
    images, labels = synthetic_digits(8, rng=np.random.default_rng(5))
    for k, (image, label) in enumerate(zip(images, labels, strict=True)):
        # Light on dark and small; dark on light, larger, in colour.
        grey = QImage(image.tobytes(), 28, 28, 28, QImage.Format.Format_Grayscale8)
        if k % 2:
            grey.invertPixels()
            grey = grey.scaled(100, 100).convertToFormat(QImage.Format.Format_RGB888)
        assert grey.save(str(tmp_path / "picture.png"))
        ours = predict(digits.architecture, digits.theta, image.reshape(1, -1).astype(np.float32) / 255)[0]
        assert ours.argmax() == label
        picture = tmp_path / "picture.png"
        by_itself = k < 2
        read, probability = (
            answer(script, picture) if by_itself else answer_here(script, picture, monkeypatch, capsys)
        )
        assert read == str(label)
        if not k % 2:
            assert float(probability) == pytest.approx(ours.max(), abs=0.02)


@pytest.mark.filterwarnings("ignore:unclosed file")
@pytest.mark.parametrize("ink", ["black", "white"])
@pytest.mark.parametrize("width", [1, 5])
def test_a_transparent_picture_and_a_thin_line(ink, width, script, tmp_path, monkeypatch, capsys):
    image = QImage(60, 60, QImage.Format.Format_ARGB32)
    image.fill(QColor(0, 0, 0, 0))
    painter = QPainter(image)
    painter.fillRect(28, 10, width, 40, QColor(ink))
    painter.end()
    assert image.save(str(tmp_path / "picture.png"))
    label, probability = answer_here(script, tmp_path / "picture.png", monkeypatch, capsys)
    assert label == "1"
    assert float(probability) > 0.9


@pytest.mark.filterwarnings("ignore:unclosed file")
def test_pictures_are_prepared_as_by_nnstudio(script, tmp_path):
    """Grey, thin or thick lines on bright or dark paper: nearly the same pixels."""
    parts = runpy.run_path(str(script))
    for pen, ink, paper in ((1, 0, 255), (3, 60, 220), (9, 255, 0), (14, 240, 120)):
        image = QImage(120, 90, QImage.Format.Format_Grayscale8)
        image.fill(QColor(paper, paper, paper))
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(ink, ink, ink), pen))
        painter.drawPolyline([QPoint(30, 20), QPoint(80, 22), QPoint(55, 75)])
        painter.end()
        assert image.save(str(tmp_path / "picture.png"))
        theirs = parts["normalised"](parts["read_png"](str(tmp_path / "picture.png")))
        (ours,) = character_of_picture(read_image(tmp_path / "picture.png")).images
        assert abs(theirs - ours).mean() < 0.02, pen


def test_a_picture_with_a_palette_is_refused_in_a_sentence(script, tmp_path):
    image = QImage(40, 40, QImage.Format.Format_Indexed8)
    image.setColorTable([0xFF000000, 0xFFFFFFFF])
    image.fill(1)
    assert image.save(str(tmp_path / "picture.png"))
    assert "Save the picture as a plain PNG" in answer(script, tmp_path / "picture.png")


def test_a_jpeg_is_refused_in_a_sentence(script, tmp_path):
    assert QImage(40, 40, QImage.Format.Format_RGB32).save(str(tmp_path / "picture.jpg"))
    refusal = answer(script, tmp_path / "picture.jpg")
    assert refusal.startswith("Save the picture as a plain PNG")
    assert "Traceback" not in refusal


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation(name, model):
    hidden = "tanh" if ACTIVATIONS[name].output_only else name
    architecture = Architecture((64, 5, 4, 3), (hidden, "sigmoid", name))
    theta = np.random.default_rng(0).normal(0, 0.5, architecture.n_params).astype(np.float32)
    other = Model(architecture, theta, model.input_space, model.output_space, model.raster)
    parts = {"__name__": "imported"}
    exec(compile(script_text(other), "script", "exec"), parts)
    x = np.random.default_rng(1).random(64, np.float32)
    np.testing.assert_allclose(
        parts["network"](x)[0], predict(architecture, theta, x[None])[0], rtol=1e-5, atol=1e-6
    )


def test_it_is_short(model):
    assert len([line for line in script_text(model).splitlines() if line]) < 60


def test_images_without_a_rasteriser_are_refused(model):
    with pytest.raises(ScriptError, match="ONNX"):
        script_text(replace(model, raster=None))


def run(path, *words):
    return subprocess.run(
        [sys.executable, "-I", path, *words], capture_output=True, text=True, timeout=60, check=False
    )


def numbers_in(text):
    return [float(line.split(" = ")[1].split()[0]) for line in text.splitlines()]


@pytest.mark.parametrize(
    ("which", "words"), [("curve_model", ("42.5",)), ("numbers_model", ("0.5", "-1", "7e-1"))]
)
def test_numbers_in_numbers_out(which, words, request, tmp_path):
    model = request.getfixturevalue(which)
    save_script(tmp_path / "network.py", model)
    done = run(tmp_path / "network.py", *words)
    assert (done.returncode, done.stderr) == (0, "")
    x = np.array([[float(word) for word in words]], np.float32)
    ours = predict(model.architecture, model.theta, x)[0]
    assert numbers_in(done.stdout) == pytest.approx(ours.tolist(), rel=1e-5)
    lines = done.stdout.splitlines()
    assert [line.split(" = ")[0] for line in lines] == list(model.output_space.names)
    assert [line.split()[-1] for line in lines if line[-1].isalpha()] == [
        each.unit for each in model.output_space.quantities if each.unit
    ]


def test_a_point_of_the_plane_is_told_its_class(plane_model, tmp_path, monkeypatch, capsys):
    save_script(tmp_path / "network.py", plane_model)
    monkeypatch.setattr(sys, "argv", ["network.py", "0.4", "-0.7"])
    runpy.run_path(str(tmp_path / "network.py"), run_name="__main__")
    label, value = capsys.readouterr().out.split()
    ours = predict(plane_model.architecture, plane_model.theta, np.array([[0.4, -0.7]], np.float32))[0]
    assert label == plane_model.output_space.class_names[ours.argmax()]
    assert float(value) == pytest.approx(ours.max(), abs=1e-4)


def test_of_step_units_the_one_with_the_largest_sum_decides(plane_model, tmp_path, monkeypatch, capsys):
    architecture = Architecture((2, 2), ("step",))
    theta = np.array([0, 0, 0, 0, 1, 2], np.float32)
    save_script(tmp_path / "network.py", replace(plane_model, architecture=architecture, theta=theta))
    monkeypatch.setattr(sys, "argv", ["network.py", "0.4", "-0.7"])
    runpy.run_path(str(tmp_path / "network.py"), run_name="__main__")
    assert capsys.readouterr().out.split() == [plane_model.output_space.class_names[1], "1.0000"]


@pytest.mark.parametrize("words", [(), ("1", "2"), ("x", "1", "2"), ("nan", "1", "2")])
def test_other_than_its_numbers_are_refused_in_a_sentence(words, numbers_model, tmp_path, monkeypatch):
    save_script(tmp_path / "network.py", numbers_model)
    monkeypatch.setattr(sys, "argv", ["network.py", *words])
    with pytest.raises(SystemExit, match="Write a number for each of length, x₂, °C"):
        runpy.run_path(str(tmp_path / "network.py"), run_name="__main__")


def test_outside_the_range_is_said(curve_model, tmp_path, monkeypatch, capsys):
    save_script(tmp_path / "network.py", curve_model)
    monkeypatch.setattr(sys, "argv", ["network.py", "365"])
    runpy.run_path(str(tmp_path / "network.py"), run_name="__main__")
    assert capsys.readouterr().err == "day is outside 0 to 364\n"
