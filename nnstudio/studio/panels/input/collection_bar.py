"""Label, progress and buttons above the canvas while drawings are collected."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnstudio.language import tr
from nnstudio.studio.painting.theme import font
from nnstudio.studio.session.drawing_collection import Wanted


class CollectionBar(QWidget):
    """Shows the label to draw next; hidden while no drawings are collected.

    Parameters
    ----------
    actions : list of QAction
        Get a button each, below the progress bar.
    stop : QAction
        Ends the collection; its button reads "Stop".
    """

    def __init__(self, actions: list[QAction], stop: QAction, parent: QWidget) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        self.sentence = QLabel("", self)
        self.sentence.setFont(font(15, bold=True))
        self.sentence.setAccessibleName(tr("What to write"))
        layout.addWidget(self.sentence)
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.progress.setAccessibleName(tr("Drawings collected"))
        layout.addWidget(self.progress)
        row = QHBoxLayout()
        row.setSpacing(4)
        for action in (*actions, stop):
            button = QToolButton(self)
            button.setFont(font(12))
            # The text does not widen a narrow panel.
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            if action is stop:
                button.setText(tr("Stop"))
                button.setToolTip(tr("Collect no more (G); what was kept stays"))
                button.clicked.connect(stop.trigger)
            else:
                button.setDefaultAction(action)
            row.addWidget(button, 1)
        layout.addLayout(row)
        self.hide()

    def show_wanted(self, wanted: Wanted | None) -> None:
        """Show the label to draw next; None hides the bar."""
        self.setVisible(wanted is not None)
        if wanted is None:
            return
        self.sentence.setText(
            tr("Write {label}  ({nth} of {count})").format(
                label=wanted.label, nth=wanted.nth, count=wanted.of
            )
        )
        self.progress.setRange(0, wanted.total)
        self.progress.setValue(wanted.done)
        self.progress.setToolTip(
            tr("{done} of {total} drawings; each is kept when the pen has rested for a second").format(
                done=wanted.done, total=wanted.total
            )
        )
