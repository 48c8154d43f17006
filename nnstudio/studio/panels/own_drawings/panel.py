"""The panel My drawings: the user's drawings with their predictions."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnstudio.data.personal_set import PersonalDrawing
from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.labels import remark
from nnstudio.studio.painting.theme import font
from nnstudio.studio.panels.own_drawings.worker import OwnDrawingsWorker, ReadDrawings
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.input_kinds import why_not_drawn
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.sample_grid import Caption, SampleGrid, SampleList

ALL, MISREAD = "all", "misread"
"""Entries of the filter beside the labels."""

MORE = (
    "relabel-drawing",
    "delete-drawing",
    "undo-drawings",
    "take-back",
    "own-labels",
    "export-drawings",
    "import-drawings",
)
"""Actions in the menu button."""

NARROW = "QToolButton { padding: 3px 5px; }"
"""Style of buttons: the panel is in the narrowest column by default."""


class OwnDrawingsPanel:
    """Shows the drawings as input images; a chosen one goes on the canvas."""

    name = "drawings"
    title = translatable("My drawings")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._services = services
        self._session, self._drawings = services.session, services.session.drawings
        self._reader = OwnDrawingsWorker(services.session)
        services.closing.connect(self._reader.stop)
        self._read: ReadDrawings | None = None
        self._chosen = ""
        self._labels: tuple[str, ...] = ()
        self.widget = QWidget(parent)
        self.widget.setAccessibleName(tr("My drawings"))
        layout = QVBoxLayout(self.widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        line = QHBoxLayout()
        line.setSpacing(4)
        self.filter = QComboBox(self.widget)
        self.filter.setFont(font(12))
        self.filter.setAccessibleName(tr("Which drawings"))
        self.filter.setToolTip(tr("Show all drawings, those that are misread, or those of one label"))
        self.filter.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.filter.setMinimumWidth(76)
        self.filter.activated.connect(self._show_from_start)
        line.addWidget(self.filter, 1)
        actions = services.actions
        for name in ("collect", "teach-all"):
            line.addWidget(self._button(actions[name]))
        line.addWidget(self._more([actions[name] for name in MORE]))
        layout.addLayout(line)
        self._count = remark("", self.widget)
        self._count.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        layout.addWidget(self._count)
        self.grid = SampleGrid(tr("My drawings"), self.widget)
        self.grid.setToolTip(tr("Your drawings as the network sees them, and how it reads each"))
        self.grid.chosen.connect(self._choose)
        self.grid.verticalScrollBar().setAccessibleName(tr("Scroll my drawings"))
        self.grid.verticalScrollBar().setToolTip(tr("Scroll my drawings"))
        layout.addWidget(self.grid, 1)

    def _button(self, action: QAction) -> QToolButton:
        button = QToolButton(self.widget)
        button.setDefaultAction(action)
        button.setFont(font(12))
        button.setStyleSheet(NARROW)
        return button

    def _more(self, actions: list[QAction]) -> QToolButton:
        button = QToolButton(self.widget)
        button.setText("⋯")
        button.setFont(font(12))
        button.setStyleSheet(NARROW)
        button.setAccessibleName(tr("More about my drawings"))
        button.setToolTip(tr("Relabel, delete, take back, export, import, and labels of your own"))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        menu = QMenu(button)
        menu.setToolTipsVisible(True)
        menu.addActions(actions)
        # QToolButton.setMenu would run a nested event loop.
        button.clicked.connect(lambda: menu.popup(button.mapToGlobal(button.rect().bottomLeft())))
        return button

    @property
    def chosen(self) -> PersonalDrawing | None:
        """The drawing chosen last, if it still exists."""
        drawings = self._drawings.drawings.drawings
        return next((each for each in drawings if each.key == self._chosen), None)

    # Updates

    def refusal(self, input_space: InputSpace, output_space: OutputSpace) -> str:
        """Say that such inputs are not drawn."""
        return "" if input_space.traits.can_be_drawn else why_not_drawn(input_space)

    def refresh(self, changes: Changes) -> None:
        """Show the latest predictions."""
        self._drawings.read()
        self._reader.poll(self._drawings.drawings)
        latest = self._reader.latest
        if latest is None or latest is self._read:
            return
        self._read = latest
        self._meet_labels(latest)
        self._show(from_start=False)

    def _meet_labels(self, read: ReadDrawings) -> None:
        counts = read.drawings.counts
        chosen = self.filter.currentData() or ALL
        self.filter.clear()
        self.filter.addItem(tr("all · {count}").format(count=len(read.drawings)), ALL)
        n_misread = int(np.sum((read.labels >= 0) & ~read.is_right))
        self.filter.addItem(tr("misread · {count}").format(count=n_misread), MISREAD)
        for label in sorted(counts):
            self.filter.addItem(f"{label} · {counts[label]}", _key_of(label))
        self.filter.setCurrentIndex(max(0, self.filter.findData(chosen)))

    def _rows(self, read: ReadDrawings) -> np.ndarray:
        """Return the rows that the filter shows, by label, the newest of each first."""
        chosen = self.filter.currentData()
        labels = [each.label for each in read.drawings.drawings]
        rows = sorted(range(len(labels)), key=lambda row: (labels[row], -row))
        if chosen == MISREAD:
            rows = [row for row in rows if read.labels[row] >= 0 and not read.is_right[row]]
        elif chosen not in (ALL, None):
            rows = [row for row in rows if _key_of(labels[row]) == chosen]
        return np.array(rows, np.int64)

    def _show_from_start(self) -> None:
        if self._read is not None:
            self._show(from_start=True)

    def _show(self, *, from_start: bool) -> None:
        read = self._read
        self.grid.empty_text = (
            tr("None misread.") if len(read.drawings) else tr("None yet: draw, then W says what it was.")
        )
        self.grid.show_samples(
            SampleList(self._rows(read), self._picture, self._caption, self._explain, "0 → 0  100 %"),
            from_start=from_start,
        )
        n_known, n_right = int(np.sum(read.labels >= 0)), int(read.is_right.sum())
        text = tr("{right} of {known} read right").format(right=n_right, known=n_known) if n_known else ""
        others = len(read.drawings) - n_known
        if others:
            text += (" · " if text else "") + tr("%n of other labels", others)
        self._count.setText(text)
        self._count.setToolTip(
            tr("How the network on show reads your drawings. They are in {path}").format(
                path=self._drawings.path
            )
        )

    def numbers(self) -> NumberTable:
        """Return the names of columns, and a row for each drawing on show: its label, and how it is read."""
        read = self._read
        rows = [] if read is None else self._rows(read).tolist()
        return (tr("label"), tr("read as"), tr("output")), [
            (
                read.drawings.drawings[row].label,
                self._name_of(int(read.predicted[row])),
                float(read.outputs[row]),
            )
            for row in rows
        ]

    # Drawings

    def _picture(self, row: int) -> np.ndarray:
        image = self._read.images[row]
        side = round(image.size**0.5)
        return image.reshape(side, side) / np.float32(255)

    def _caption(self, row: int) -> Caption:
        read = self._read
        label, output = read.drawings.drawings[row].label, f"{100 * float(read.outputs[row]):.0f} %"
        if read.labels[row] < 0:
            return Caption(label, "–", False)
        if read.is_right[row]:
            return Caption(f"{label} ✓", output, False)
        name = self._name_of(int(read.predicted[row]))
        return Caption(f"{label} → {name}", output, True)

    def _name_of(self, k: int) -> str:
        names = self._session.network.output_space.class_names
        return names[k] if 0 <= k < len(names) else "–"

    def _explain(self, row: int) -> str:
        return tr(
            "{what}\nClick or Enter: put it on the canvas; then it can be relabelled or deleted."
        ).format(what=self._told(row))

    def _told(self, row: int) -> str:
        read = self._read
        label, output = read.drawings.drawings[row].label, float(read.outputs[row])
        if read.labels[row] < 0:
            return tr("Your {label}: the network on show has no such class.").format(label=label)
        if read.is_right[row]:
            return tr("Your {label}: read rightly, output {value:.4f}.").format(label=label, value=output)
        return tr("Your {label}: read as {name}, output {value:.4f}.").format(
            label=label, name=self._name_of(int(read.predicted[row])), value=output
        )

    def _choose(self, row: int) -> None:
        each = self._read.drawings.drawings[row]
        self._chosen = each.key
        self._session.input.set_drawing(each.drawing)
        self._services.say(self._told(row))


def _key_of(label: str) -> str:
    """Return a label's key in the filter, distinct from those of the other entries."""
    return f"={label}"
