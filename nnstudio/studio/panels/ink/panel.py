"""The panel Ink: features of the drawing, which stay or change as it is moved, and learning from them."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from nnstudio.data.picture_features import (
    PICTURE_FEATURES,
    PictureFeatures,
    edge_directions,
    ink_histogram,
)
from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.errors import UserError
from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import Pace
from nnstudio.studio.painting.labels import caption
from nnstudio.studio.painting.theme import font
from nnstudio.studio.panels.ink.edges import EdgeView
from nnstudio.studio.panels.ink.histogram import InkPlot
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.picture_features import base_and_features, source_of_features
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.control_row import control_row

PERIOD_S = 1 / 20
PIXELS = translatable("Pixels")
MOVES = (
    ("←", translatable("Move the picture a pixel to the left"), (0, -1)),
    ("→", translatable("Move the picture a pixel to the right"), (0, 1)),
    ("↑", translatable("Move the picture a pixel up"), (-1, 0)),
    ("↓", translatable("Move the picture a pixel down"), (1, 0)),
)


def moved(picture: np.ndarray, down: int, right: int) -> np.ndarray:
    """Return a picture moved by whole pixels; what leaves it is lost, and paper comes in."""
    height, width = picture.shape
    result = np.zeros_like(picture)
    down, right = (max(-size, min(size, step)) for size, step in ((height, down), (width, right)))
    result[max(down, 0) : height + min(down, 0), max(right, 0) : width + min(right, 0)] = picture[
        max(-down, 0) : height + min(-down, 0), max(-right, 0) : width + min(-right, 0)
    ]
    return result


class InkPanel:
    """Shows the ink histogram and the edge directions of the picture that is read, and of it moved."""

    name = "ink"
    title = translatable("Ink")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._session, self._document = services.session, services.session.input
        self._pace = Pace(PERIOD_S)
        self._picture: np.ndarray | None = None
        self._move = (0, 0)
        self.widget = QWidget(parent)
        self.widget.setAccessibleName(tr("Features of the picture"))
        self.edges = EdgeView(self.widget)
        self.plot = InkPlot(self.widget)
        self.moves = [self._button(*words, move) for *words, move in MOVES]
        back = self._tool(tr("Back"), tr("Put the picture back where it was"))
        back.clicked.connect(lambda: self._set_move((0, 0)))
        self.compared = QLabel("", self.widget)
        self.compared.setFont(font(12))
        self.compared.setWordWrap(True)
        self.compared.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.uses: dict[str, QToolButton] = {}
        uses = []
        for features in (*PICTURE_FEATURES.values(), None):
            title = tr(PIXELS if features is None else features.title)
            tip = tr("A fresh network learns from this of each picture; Ctrl+E brings the network back")
            button = self._tool(title, tip)
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, features=features: self._use(features))
            self.uses["" if features is None else features.name] = button
            uses.append(button)
        right = QVBoxLayout()
        right.setSpacing(4)
        right.addWidget(self.plot, 1)
        right.addWidget(self.compared)
        right.addLayout(control_row(caption(tr("Move"), self.moves[0], self.widget), *self.moves, back))
        right.addLayout(control_row(caption(tr("Learn from"), uses[0], self.widget), *uses))
        layout = QHBoxLayout(self.widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self.edges, 2)
        layout.addLayout(right, 3)
        self._show()

    def _tool(self, text: str, tip: str) -> QToolButton:
        button = QToolButton(self.widget)
        button.setText(text)
        button.setFont(font(12))
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _button(self, text: str, tip: str, step: tuple[int, int]) -> QToolButton:
        button = self._tool(text, tr(tip))
        button.setAccessibleName(tr(tip))
        button.setAutoRepeat(True)
        button.clicked.connect(lambda: self._set_move((self._move[0] + step[0], self._move[1] + step[1])))
        return button

    def refusal(self, input_space: InputSpace, output_space: OutputSpace) -> str:
        """Say that features are made of pictures."""
        if input_space.traits.has_pixels or input_space.traits.of_pictures:
            return ""
        return tr("Ink and edges are features of pictures. Choose a problem of pictures, such as digits.")

    def refresh(self, changes: Changes) -> None:
        """Update what changed since the last frame."""
        _, used = base_and_features(self._session.network.problem_name)
        for name, button in self.uses.items():
            button.setChecked(name == ("" if used is None else used.name))
        picture = self._document.picture
        if self._pace.due(picture is not self._picture, at_once=changes.network):
            self._picture, self._move = picture, (0, 0)
            self._show()

    def _use(self, features: PictureFeatures | None) -> None:
        session = self._session
        name = session.network.problem_name
        _, used = base_and_features(name)
        self.uses["" if features is None else features.name].setChecked(features is used)
        if features is used:
            return
        try:
            source = source_of_features(session.training, name, features)
        except UserError as error:
            session.said.emit(f"{error} {tr('Nothing was changed.')}", True)
            return
        session.take(source)

    def _set_move(self, move: tuple[int, int]) -> None:
        if self._picture is not None:
            side = max(self._picture.shape)
            self._move = tuple(max(-side, min(side, step)) for step in move)
        self._show()

    # What is shown

    def _show(self) -> None:
        picture = self._picture
        if picture is None or min(picture.shape) < 2:
            self.edges.show_edges(None, np.zeros(16 * 8, np.float32))
            self.plot.show_shares(np.zeros(16), np.zeros(16))
            self.compared.setText(tr("Draw something, and move the picture: one of the two vectors stays."))
            return
        there = moved(picture, *self._move)
        both = np.stack([picture, there])
        (before, after), (edges, moved_edges) = ink_histogram(both), edge_directions(both)
        self.edges.show_edges(there, moved_edges)
        self.plot.show_shares(before, after)
        self.compared.setText(self._words(before, after, edges, moved_edges))

    def _words(
        self,
        before: np.ndarray,
        after: np.ndarray,
        edges: np.ndarray,
        moved_edges: np.ndarray,
    ) -> str:
        down, right = self._move
        paper = tr("First step, paper: {share:.1f} %.").format(share=100 * after[0])
        if not any(self._move):
            return f"{paper} {tr('Move the picture: one of the two vectors stays.')}"
        n_changed = int(np.count_nonzero(before != after))
        same = tr("the same in all 16 numbers")
        if n_changed:
            same = tr("%n number(s) other: ink has left the picture", n_changed)
        return tr(
            "{paper} Moved by {right:+d} to the right, {down:+d} down: the histogram is {same}; the edges "
            "are {distance:.2f} away, of 1.41 at most."
        ).format(
            paper=paper,
            right=right,
            down=down,
            same=same,
            distance=float(np.linalg.norm(edges - moved_edges)),
        )

    def show_all(self) -> None:
        """Show all of the plot again."""
        self.plot.show_all()

    def numbers(self) -> NumberTable:
        """Return both vectors of the picture as it is moved."""
        if self._picture is None:
            return (), []
        features = PICTURE_FEATURES["ink-edges"]
        (values,) = features.of(moved(self._picture, *self._move)[None])
        return (tr("feature"), tr("value")), list(zip(features.names, values.tolist(), strict=True))
