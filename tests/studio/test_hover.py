"""Everything that can be seen says what it is: a list of it is made, and looked through for gaps.

The list goes to ``hover.md`` in the folder named by ``NNSTUDIO_PICTURES``, else to pytest's own.
"""

import os
import re
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtGui import QTextDocumentFragment
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QProgressBar,
    QSlider,
    QWidget,
)

from tests.studio.gestures import EXPLAINING, explained, stroke_by_mouse

STEP_PX = 7
"""A view is asked at every so many pixels."""


def hover_of(widget):
    """Return what hovering a widget says: its own tooltip, or that of what it is in."""
    while widget is not None and not widget.isWindow():
        if widget.toolTip():
            return re.sub(r"\s+", " ", re.sub("<[^>]+>", "", widget.toolTip()))
        widget = widget.parentWidget()
    return ""


def sayings_of(view):
    """Return what a view says at different places, without the numbers, each once."""
    found = {}
    for y in range(STEP_PX // 2, view.height(), STEP_PX):
        for x in range(STEP_PX // 2, view.width(), STEP_PX):
            text = explained(view, QPoint(x, y))
            if text:
                found.setdefault(re.sub(r"[−+-]?\d+([.,]\d+)?", "#", text.splitlines()[0]), text)
    return list(found.values())


def controls(panel):
    kinds = (QAbstractButton, QComboBox, QLineEdit, QAbstractSpinBox, QSlider, QProgressBar)
    inner = QComboBox | QAbstractSpinBox
    return [w for kind in kinds for w in panel.findChildren(kind) if not isinstance(w.parent(), inner)]


def labels(panel):
    """Return labels that tell something by themselves: names of panels and of controls are left out."""
    found = [label for label in panel.findChildren(QLabel) if label.isVisible() and label.text().strip()]
    return [label for label in found if not label.visibleRegion().isEmpty() and not is_name(label)]


def is_name(label):
    """Say whether a label is a sentence, or only names a panel or what explains itself beside it."""
    is_heading = label.font().bold() and not re.search(r"\d", label.text())
    if is_heading or label.text().endswith("."):
        return True
    if label.buddy() is not None or type(label.parent()).__name__ in ("TitleBar", "QComboBox"):
        return True
    layout = label.parentWidget().layout()
    beside = [layout.itemAt(k).widget() for k in range(layout.count())] if layout is not None else []
    at = beside.index(label) if label in beside else -1
    return at >= 0 and any(widget is not None and hover_of(widget) for widget in beside[at + 1 : at + 2])


def results(name, panel, lines, silent):
    for control in controls(panel):
        if control.isVisible() and control.objectName() != "furniture":
            said = hover_of(control)
            what = control.accessibleName() or getattr(control, "text", str)() or type(control).__name__
            lines.append(f"| {name} | {what} | {said} |")
            if not said:
                silent.append(f"{name}: {type(control).__name__} {what}")
    for label in labels(panel):
        what = " ".join(QTextDocumentFragment.fromHtml(label.text()).toPlainText().split())
        lines.append(f"| {name} | {what} | {hover_of(label)} |")
        if not hover_of(label):
            silent.append(f"{name}: {what}")
    for view in (view for kind in EXPLAINING for view in panel.findChildren(kind)):
        if view.isVisible() and not view.visibleRegion().isEmpty():
            said = sayings_of(view) or ([hover_of(view)] if hover_of(view) else [])
            lines.extend(
                f"| {name} | {view.accessibleName()} | {text.splitlines()[0]} |" for text in said[:6]
            )
            if not said:
                silent.append(f"{name}: view {view.accessibleName()}")


def test_whatever_can_be_seen_says_what_it_is(ready, qtbot, tmp_path):
    window = ready
    stroke_by_mouse(window.input.canvas, [(0.3, 0.2), (0.7, 0.5), (0.3, 0.8)])
    qtbot.waitUntil(lambda: window.session.network.reading is not None)
    window.actions_by_name["step-batch"].trigger()
    qtbot.waitUntil(lambda: window.session.network.snapshot.step == 1)
    window.session.selection.select(0, 1)
    lines, silent = ["| panel | what | hovering says |", "| --- | --- | --- |"], []
    for name, panel in (("bar", window.bar), ("status line", window.status)):
        results(name, panel, lines, silent)
    for name, dock in window.dock_area.docks.items():
        window.dock_area.bring_forward(name)
        dock.make()
        if dock.area.refusal.isVisible():
            # It says in its place why it has nothing for images.
            continue
        qtbot.waitUntil(lambda dock=dock, name=name: dock.is_in_front and name in window.frame_updates._seen)
        for _ in range(3):
            dock.panel.widget.grab()
            QApplication.processEvents()
        assert isinstance(dock.panel.widget, QWidget)
        results(name, dock, lines, silent)
    folder = Path(os.environ.get("NNSTUDIO_PICTURES", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    text = "\n".join(line.replace("\n", " ") for line in lines)
    (folder / "hover.md").write_text(text + "\n", "utf-8")
    assert len(lines) > 60
    assert not silent, "\n".join(silent)
