"""How the points of a set are made: their number, noise, seed and range, and what is held back."""

import numpy as np
from PySide6.QtCore import QLocale, QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from nnstudio.data.curves import CURVES, LARGEST, MAX_POINTS, MIN_POINTS
from nnstudio.data.problems import PointOptions
from nnstudio.errors import UserError
from nnstudio.language import tr
from nnstudio.studio.painting.labels import ShortLabel
from nnstudio.studio.painting.theme import font, give_role
from nnstudio.studio.session.problem_sources import ProblemSource
from nnstudio.studio.session.session import Session

HELD_BACK = (0.0, 0.1, 0.2, 0.3, 0.5)
"""Shares of given points that can be held back for the test."""

OTHERS = (None, 0.0, 0.1, 0.5, 1.0)
"""How many others can be made for the test, as shares of those that are learned from; None: a third."""

MOST_SEEDS = 99_999


class PointsForm(QWidget):
    """Chooses the set and how its points are made; what is typed is made at once.

    Parameters
    ----------
    session : Session
    parent : QWidget, optional
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.set = QComboBox(self)
        self.n, self.seed = QSpinBox(self), QSpinBox(self)
        self.n.setRange(MIN_POINTS, MAX_POINTS)
        self.seed.setRange(0, MOST_SEEDS)
        self.noise, self.low, self.high = (QDoubleSpinBox(self) for _ in range(3))
        self.noise.setRange(0, LARGEST)
        for end in (self.low, self.high):
            end.setRange(-LARGEST, LARGEST)
        self.share = QComboBox(self)
        self.held_back = ShortLabel("", self)
        self.held_back.setFont(font(11))
        give_role(self.held_back, "muted")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(4)
        rows = (
            (tr("Set"), self.set, tr("What the points are drawn from")),
            (tr("Test"), self.share, tr("What the network is tested on; nothing is learned from it")),
            (tr("Points"), self.n, tr("How many points are made")),
            (tr("Noise"), self.noise, tr("Standard deviation of what is added to each y")),
            (tr("From"), self.low, tr("The first x; another range begins with a fresh network")),
            (tr("To"), self.high, tr("The last x; another range begins with a fresh network")),
            (tr("Seed"), self.seed, tr("Another one makes other noise, and holds other points back")),
        )
        for place, (name, control, tip) in enumerate(rows):
            row, column = divmod(place, 2)
            label = QLabel(name, self)
            label.setFont(font(11))
            give_role(label, "muted")
            label.setBuddy(control)
            control.setFont(font(11))
            control.setAccessibleName(name)
            control.setToolTip(tip)
            control.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            grid.addWidget(label, row, 2 * column)
            grid.addWidget(control, row, 2 * column + 1)
        grid.addWidget(self.held_back, len(rows) // 2, 2, 1, 2)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        for box in (self.n, self.seed, self.noise, self.low, self.high):
            box.setKeyboardTracking(False)
            box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            box.setLocale(QLocale.c())
            box.valueChanged.connect(self._make)
        for box in (self.noise, self.low, self.high):
            box.setDecimals(3)
            box.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        self.share.activated.connect(self._make)
        self.set.activated.connect(lambda index: session.choose_problem(self.set.itemData(index)))

    @property
    def _source(self) -> ProblemSource | None:
        return self._session.training.problem_sources.get(self._session.network.problem_name)

    def show_set(self) -> None:
        """Show how the points at hand are made, and what can be chosen."""
        source, points = self._source, self._session.point_editor.points
        if source is None or points is None:
            self.setEnabled(False)
            return
        self.setEnabled(True)
        self._list_sets()
        options = source.points
        curve = None if source.entry is None else CURVES.get(source.entry.name)
        is_made = curve is not None and curve.truth is not None
        values = (
            (self.n, (options.n or curve.n) if is_made else len(points)),
            (self.noise, options.noise if options.noise is not None or not is_made else curve.noise),
            (self.low, float(points.x.min())),
            (self.high, float(points.x.max())),
            (self.seed, source.seed),
        )
        for box, value in values:
            with QSignalBlocker(box):
                box.setValue(value or 0)
            box.setEnabled(is_made)
        # It holds other points back, too.
        self.seed.setEnabled(True)
        share = options.test_share if is_made else float(points.is_test.mean())
        self._list_shares(is_made=is_made)
        with QSignalBlocker(self.share):
            self.share.setCurrentIndex(self._place_of(share))
        self._tell_held_back(points.is_test)

    def _list_shares(self, *, is_made: bool) -> None:
        """List what can be tested on: others that are made for it, or some of the points at hand."""
        shares = OTHERS if is_made else HELD_BACK
        if [self.share.itemData(k) for k in range(self.share.count())] == list(shares):
            return
        words = tr("{share:.0f} % as many others") if is_made else tr("{share:.0f} % held back")
        self.share.clear()
        for share in shares:
            text = tr("a third as many others") if share is None else words.format(share=100 * share)
            self.share.addItem(text if share != 0 else tr("none"), share)

    def _place_of(self, share: float | None) -> int:
        """Return the entry of a share, or of the nearest one."""
        listed = [self.share.itemData(k) for k in range(self.share.count())]
        if share is None:
            return listed.index(None)
        return min(
            (k for k, each in enumerate(listed) if each is not None), key=lambda k: abs(listed[k] - share)
        )

    def _tell_held_back(self, is_test: np.ndarray) -> None:
        n_test, n = int(is_test.sum()), len(is_test)
        words = tr("%n hollow point(s) of {n:,} are the test", n_test).format(n=n)
        self.held_back.setText(words if n_test else tr("nothing is held back: no test"))
        self.held_back.setToolTip(
            tr("Nothing is learned from the hollow points. Where there are none, the test is on all points.")
        )

    def _list_sets(self) -> None:
        """List what is a curve among what can be trained on."""
        training, network = self._session.training, self._session.network
        listed = [
            (source.title, name)
            for name, source in training.problem_sources.items()
            if name == network.problem_name
            or (source.entry is not None and source.entry.input_traits is network.input_space.traits)
        ]
        if listed != [(self.set.itemText(k), self.set.itemData(k)) for k in range(self.set.count())]:
            self.set.clear()
            for title, name in listed:
                self.set.addItem(title, name)
        self.set.setCurrentIndex(self.set.findData(network.problem_name))

    def _make(self, _: object = None) -> None:
        """Make the points that are asked for; what cannot be made is said, and the fields are put back."""
        source, editor = self._source, self._session.point_editor
        points = editor.points
        if source is None or points is None:
            return
        share = self.share.currentData()
        try:
            if not self.n.isEnabled():
                rng = np.random.default_rng(self.seed.value())
                editor.do(points.held_back(share or 0.0, rng=rng), tr("Hold points back"))
            else:
                self._session.make_points(self._options(source), self.seed.value())
        except UserError as error:
            self._session.said.emit(f"{error} {tr('The points stay as they were.')}", True)
            self.show_set()

    def _options(self, source: ProblemSource) -> PointOptions:
        """Return what is asked for; what the set has by itself is left to it."""
        assert source.entry is not None, "only named sets make their points"
        curve = CURVES[source.entry.name]

        def chosen(box: QDoubleSpinBox, own: float) -> float | None:
            return None if abs(box.value() - own) < 10.0 ** -box.decimals() else box.value()

        low, high = chosen(self.low, curve.low), chosen(self.high, curve.high)
        n = None if self.n.value() == curve.n else self.n.value()
        return PointOptions(n, chosen(self.noise, curve.noise), low, high, self.share.currentData())
