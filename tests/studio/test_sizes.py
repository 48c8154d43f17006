"""The window in every size: pictures to look at, and a check that no words are cut and nothing overlaps.

Pictures go to the folder named by ``NNSTUDIO_PICTURES``, else to pytest's own. All sizes, scales and looks:
``pytest -m pictures``.
"""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QTextDocumentFragment
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QScrollArea, QSizePolicy, QTabBar

from nnstudio.studio.painting.theme import DARK, LIGHT
from tests.studio.gestures import stroke_by_mouse

SIZES = [(1024, 640), (1366, 728), (1440, 900), (1920, 1080), (2560, 1440), (3840, 2160)]
SCALES = [1.0, 1.5, 2.0]
FEW = [(1024, 640, 1.0, DARK), (1024, 640, 2.0, LIGHT), (1440, 900, 1.5, LIGHT), (3840, 2160, 2.0, DARK)]
ALL = [
    (width, height, scale, theme) for width, height in SIZES for scale in SCALES for theme in (DARK, LIGHT)
]


@pytest.fixture
def folder(tmp_path):
    folder = Path(os.environ.get("NNSTUDIO_PICTURES", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def box_of(window, widget):
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def cut_words(window):
    """Return the texts of labels and buttons that have less room than their words need.

    A label that stretches over any width, such as the message line, is allowed to be cut: its tooltip is not.
    """
    found = []
    for widget in window.findChildren(QLabel) + window.findChildren(QAbstractButton):
        ignored = widget.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Ignored
        if not widget.isVisible() or ignored or widget.visibleRegion().isEmpty():
            continue
        if isinstance(widget, QLabel) and (widget.wordWrap() or not widget.text()):
            continue
        if isinstance(widget, QAbstractButton) and not widget.icon().isNull():
            continue
        lines = widget.text().replace("&", "").splitlines()
        words = [QTextDocumentFragment.fromHtml(line).toPlainText() for line in lines]
        need = max((widget.fontMetrics().horizontalAdvance(line) for line in words), default=0)
        title = next((w for w in ancestors(widget) if w.metaObject().className() == "TitleBar"), None)
        if need > widget.width() + 1 and title is None:
            found.append(f"{widget.text()!r}: {need} px in {widget.width()}")
    return found


def ancestors(widget):
    while widget is not None:
        yield widget
        widget = widget.parentWidget()


def overlaps(window):
    """Return pairs of panels, and of controls in one layout, that lie on each other."""
    docks = [dock for dock in window.dock_area.docks.values() if dock.is_in_front]
    bars = window.dock_area.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
    shown = [*docks, *(bar for bar in bars if bar.isVisible())]
    pairs = [
        (one.objectName() or "tabs", other.objectName() or "tabs")
        for k, one in enumerate(shown)
        for other in shown[k + 1 :]
        if box_of(window.dock_area, one).intersects(box_of(window.dock_area, other))
    ]
    for panel in (window.bar, window.status, window.input):
        children = [w for w in panel.children() if w.isWidgetType() and w.isVisible()]
        pairs += [
            (repr(one), repr(other))
            for k, one in enumerate(children)
            for other in children[k + 1 :]
            if one.geometry().intersects(other.geometry())
        ]
    return pairs


def outside(window):
    """Return panels that reach beyond the desk, and parts too large for their panel that do not scroll."""
    beyond = [
        dock.objectName()
        for dock in window.dock_area.docks.values()
        if dock.is_in_front and not window.dock_area.rect().contains(box_of(window.dock_area, dock))
    ]
    for dock in window.dock_area.docks.values():
        area = dock.findChild(QScrollArea)
        paper = area.widget()
        scrolls = area.verticalScrollBar().maximum() or area.horizontalScrollBar().maximum()
        if dock.is_in_front and not scrolls and not area.viewport().rect().contains(paper.geometry()):
            beyond.append(f"{dock.objectName()} within its panel")
    return beyond


def check(window, qtbot, folder, width, height, scale, theme):
    stroke_by_mouse(window.input.canvas, [(0.3, 0.2), (0.7, 0.5), (0.3, 0.8)])
    window.session.selection.select(0, 1)
    window.set_theme(theme)
    window.resize(width, height)
    window.set_text_scale(scale)
    try:
        qtbot.waitUntil(lambda: window.size() == QSize(width, height))
        qtbot.waitUntil(lambda: window.input.certainty.text() != "")
        for _ in range(5):
            QApplication.processEvents()
        assert window.grab().save(str(folder / f"{width}x{height}-{scale:.0%}-{theme.name}.png"))
        assert not outside(window)
        assert not overlaps(window)
        assert not cut_words(window)
    finally:
        window.set_text_scale(1.0)


@pytest.mark.parametrize(("width", "height", "scale", "theme"), FEW)
def test_nothing_is_cut_or_covered(window, qtbot, folder, width, height, scale, theme):
    check(window, qtbot, folder, width, height, scale, theme)


@pytest.mark.pictures
@pytest.mark.parametrize(("width", "height", "scale", "theme"), ALL)
def test_nothing_is_cut_or_covered_in_any_size(window, qtbot, folder, width, height, scale, theme):
    check(window, qtbot, folder, width, height, scale, theme)


@pytest.mark.pictures
@pytest.mark.parametrize(
    ("width", "height", "scale"), [(1024, 640, 1.0), (1366, 728, 1.0), (1920, 1080, 1.5)]
)
@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_every_panel_in_front(ready, qtbot, folder, width, height, scale, theme):
    window = ready
    stroke_by_mouse(window.input.canvas, [(0.3, 0.2), (0.7, 0.5), (0.3, 0.8)])
    window.session.training.step_batch()
    qtbot.waitUntil(lambda: window.session.network.snapshot.step == 1)
    window.session.selection.select(0, 1)
    window.set_theme(theme)
    window.resize(width, height)
    window.set_text_scale(scale)
    try:
        for name, dock in window.dock_area.docks.items():
            window.dock_area.bring_forward(name)
            qtbot.waitUntil(lambda dock=dock: dock.is_in_front)
            qtbot.wait(400)
            picture = folder / f"{width}x{height}-{scale:.0%}-{theme.name}-{name}.png"
            assert window.grab().save(str(picture))
    finally:
        window.set_text_scale(1.0)


@pytest.mark.parametrize(
    "name", ["samples", "why", "flip", "dream", "stages", "settings", "gradient", "histograms"]
)
def test_no_words_of_a_panel_are_cut(window, qtbot, name):
    window.dock_area.bring_forward(name)
    qtbot.waitUntil(lambda: window.dock_area.docks[name].is_in_front)
    QApplication.processEvents()
    assert not cut_words(window)
