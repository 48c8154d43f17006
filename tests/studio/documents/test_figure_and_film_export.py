import re
import shutil
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QFileDialog

from nnstudio.studio.documents.film_export import TELLS
from nnstudio.studio.painting.theme import appearance
from nnstudio.studio.panels.answer import AnswerPanel
from nnstudio.studio.panels.curves.panel import AccuracyPanel, LossPanel
from nnstudio.studio.panels.gradient.panel import GradientPanel
from nnstudio.studio.panels.templates.panel import TemplatesPanel
from nnstudio.studio.views.figure_export import MARGIN, FigureError, drawn_as_svg, painted, save_figure

SPACE = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def rested(ready, qtbot):
    """Return a window with a run of two epochs at rest, its curves in front."""
    ready.show_panel("loss")
    for step in (5, 10):
        ready.session.training.step_epoch()
        qtbot.waitUntil(lambda step=step: is_at(ready, step))
    curves = ready.panels["loss"].widget

    def is_drawn():
        epochs, _ = curves._test.getData()
        return epochs is not None and len(epochs) > 1 and epochs[-1] == 2

    qtbot.waitUntil(is_drawn)
    return ready


def is_at(window, step):
    snapshot = window.session.network.snapshot
    return snapshot.step == snapshot.test_step == step and not window.session.training.is_running


def rendered(svg):
    renderer = QSvgRenderer(svg)
    image = QImage(renderer.defaultSize(), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.magenta)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return image


def words_of(svg):
    texts = ElementTree.fromstring(svg).iter(f"{SPACE}text")
    return [" ".join("".join(text.itertext()).split()) for text in texts]


@pytest.mark.parametrize(
    ("kind", "labels"),
    [
        (LossPanel, ("loss", "epoch", "training")),
        (AccuracyPanel, ("accuracy (%)", "epoch")),
        (GradientPanel, ("step h", "relative error")),
    ],
)
def test_plots_have_their_axes_as_letters_and_no_controls(show_alone, kind, labels):
    panel = show_alone(kind)
    buttons = [each for each in panel.widget.findChildren(QAbstractButton) if each.isVisible()]
    assert buttons
    words = words_of(drawn_as_svg(panel.widget, "A plot", appearance.theme.panel))
    assert set(labels) <= set(words)
    assert not {button.text() for button in buttons if button.text()} & set(words)
    picture = painted(panel.widget, appearance.theme.panel, 1.0)
    for button in buttons:
        box = button.rect().translated(button.mapTo(panel.widget, QPoint(MARGIN, MARGIN)))
        colours = {
            picture.pixelColor(box.left() + x, box.top() + y).name()
            for x in range(box.width())
            for y in range(box.height())
        }
        assert colours == {appearance.theme.panel}, button.accessibleName()


def test_a_panel_that_is_a_picture_of_numbers_is_saved_with_its_letters(show_alone):
    panel = show_alone(TemplatesPanel, (700, 400))
    words = words_of(drawn_as_svg(panel.widget, "Templates", appearance.theme.panel))
    assert any(word.startswith("weight") for word in words)


@pytest.mark.parametrize("kind", [AnswerPanel, TemplatesPanel])
def test_the_frame_of_the_focus_is_not_in_a_figure(show_alone, qtbot, kind):
    view = show_alone(kind).widget
    plain = painted(view, appearance.theme.panel, 1.0)
    qtbot.waitUntil(view.isActiveWindow)
    view.clearFocus()
    view.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(view.hasFocus)
    assert view.grab().toImage().pixelColor(0, 0).name() == appearance.theme.accent
    assert painted(view, appearance.theme.panel, 1.0) == plain


def test_a_panel_is_a_page_of_a_pdf_with_letters(show_alone, tmp_path):
    panel, path = show_alone(LossPanel), tmp_path / "loss.pdf"
    save_figure(path, panel.widget, "Loss", appearance.theme.panel)
    content = path.read_bytes()
    assert content.startswith(b"%PDF-")
    assert content.count(b"/Type /Page\n") == 1
    assert b"/Type /Font" in content
    size = panel.widget.size() + 2 * QSize(MARGIN, MARGIN)
    (box,) = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", content)
    # Points, of which there are 72 in an inch of 96 pixels; Qt takes whole ones.
    assert [float(side) for side in box] == pytest.approx([0.75 * size.width(), 0.75 * size.height()], abs=1)


def test_figures_and_films_of_panels(rested, qtbot, tmp_path, monkeypatch):
    window, session = rested, rested.session
    curves = window.panels["loss"].widget

    # A figure has its curves as lines, its axes' names as letters, and nothing outside its paper.
    svg = drawn_as_svg(curves, "Loss", appearance.theme.panel)
    tree = ElementTree.fromstring(svg)
    words = " ".join("".join(text.itertext()) for text in tree.iter(f"{SPACE}text"))
    assert "epoch" in words
    assert "training" in words
    assert tree.find(f"{SPACE}title").text == "Loss"
    assert len(list(tree.iter(f"{SPACE}polyline"))) + len(list(tree.iter(f"{SPACE}path"))) > 10
    image = rendered(svg)
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)
    assert not (pixels == 0xFFFF00FF).any()
    # A smooth line of little more than a pixel has its full colour only where it is level.
    channels = pixels.view(np.uint8).reshape(*pixels.shape, 4)[..., 2::-1].astype(int)
    distance = np.abs(channels - QColor(appearance.theme.negative).getRgb()[:3]).max(-1)
    assert (distance < 60).sum() > 20, "the curve of the test set is there"

    path = tmp_path / "loss.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(path), ""))
    window.dock_area.figure_wanted.emit(window.dock_area.docks["loss"].panel)
    _, _, width, height = map(int, tree.get("viewBox").split())
    assert QImage(str(path)).size() == 2 * QSize(width, height)
    assert QImage(str(path)).text("Title") == "Loss Run 1"
    with pytest.raises(FigureError, match=r"not as \.jpg"):
        save_figure(tmp_path / "loss.jpg", curves, "Loss", appearance.theme.panel)

    # A film has a picture of every moment; then what was on show is there again.
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *args: str(tmp_path))
    checkpoints = session.history.run.checkpoint_history.checkpoints
    past = checkpoints[1]
    session.history.look_back(session.history.run, past)
    window.dock_area.film_wanted.emit(window.dock_area.docks["loss"].panel)
    qtbot.waitUntil(lambda: not window.film_export.is_at_work)
    assert session.network.past is past
    folder = tmp_path / "loss-run-1-film"
    pictures = sorted(folder.glob("*.png"))
    assert [each.name for each in pictures] == [f"{k + 1:05d}.png" for k in range(len(checkpoints))]
    assert len({each.read_bytes() for each in pictures}) > len(checkpoints) // 2, "the mark goes along"
    assert "ffmpeg -framerate" in (folder / TELLS).read_text()
    assert f"{len(checkpoints)} pictures" in window.status.message.text()

    # A second one has a name of its own; Esc leaves nothing of it.
    before = set(tmp_path.iterdir())
    window.dock_area.film_wanted.emit(window.dock_area.docks["loss"].panel)
    assert window.film_export.is_at_work
    window.actions_by_name["cancel"].trigger()
    assert (session.network.past, set(tmp_path.iterdir())) == (past, before)

    # Whoever looks at something else ends it, and stays there.
    window.dock_area.film_wanted.emit(window.dock_area.docks["loss"].panel)
    session.network.look_at(None)
    qtbot.waitUntil(lambda: not window.film_export.is_at_work)
    assert session.network.past is None
    assert "given up" in window.status.message.text()

    # A place that goes away is said.
    window.dock_area.film_wanted.emit(window.dock_area.docks["loss"].panel)
    shutil.rmtree(window.film_export._partial)
    qtbot.waitUntil(lambda: not window.film_export.is_at_work)
    assert window.status.message.text().startswith("Could not write")
    assert set(tmp_path.iterdir()) == before
