"""How the points of a set are made: their number, noise, seed, range and classes, and what is held back."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QLocale, QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QWidget,
)

from nnstudio.data.curves import LARGEST, MAX_POINTS
from nnstudio.data.own_points import OwnPoints
from nnstudio.data.plane_sets import MOST_CLASSES
from nnstudio.data.problems import PointDefaults, PointOptions
from nnstudio.errors import UserError
from nnstudio.language import tr
from nnstudio.studio.painting.labels import ShortLabel
from nnstudio.studio.painting.theme import font, give_role
from nnstudio.studio.session.problem_sources import ProblemSource
from nnstudio.studio.session.session import Session

HELD_BACK = (0.0, 0.1, 0.2, 0.3, 0.5)
"""Shares of given points that can be held back for the test."""

OTHERS = (0.0, 0.1, 0.5, 1.0)
"""How many others can be made for the test, as shares of those that are learned from, beside the usual."""

MOST_SEEDS = 99_999

STANDARDISED = "standardised"
"""One of ``data.scaling.SCALINGS``."""


class PointsForm(QWidget):
    """Chooses the set and how its points are made; what is typed is made at once.

    It serves curves and sets of the plane alike, and has the fields that the set at hand needs.

    Parameters
    ----------
    session : Session
    parent : QWidget, optional
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.set, self.share = QComboBox(self), QComboBox(self)
        self.n, self.seed, self.classes = (QSpinBox(self) for _ in range(3))
        self.n.setRange(1, MAX_POINTS)
        self.seed.setRange(0, MOST_SEEDS)
        self.noise, self.low, self.high = (QDoubleSpinBox(self) for _ in range(3))
        self.noise.setRange(0, LARGEST)
        for end in (self.low, self.high):
            end.setRange(-LARGEST, LARGEST)
        self.held_back = ShortLabel("", self)
        self.held_back.setFont(font(11))
        give_role(self.held_back, "muted")
        self._grid = grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        self._fields = {
            control: self._label(name, control, tip)
            for name, control, tip in (
                (tr("Set"), self.set, tr("What the points are drawn from")),
                (
                    tr("Test"),
                    self.share,
                    tr("How many points the network is tested on; nothing is learned from those"),
                ),
                (tr("Points"), self.n, tr("How many points are made")),
                (tr("Noise"), self.noise, ""),
                (tr("From"), self.low, tr("The first x; another range begins with a fresh network")),
                (tr("To"), self.high, tr("The last x; another range begins with a fresh network")),
                (
                    tr("Classes"),
                    self.classes,
                    tr("How many classes there are; another number begins with a fresh network"),
                ),
                (tr("Seed"), self.seed, tr("Another one makes other noise, and holds other points back")),
            )
        }
        self.standardised = QCheckBox(tr("Inputs standardised for training"), self)
        self.standardised.setFont(font(11))
        self.standardised.setToolTip(
            tr(
                "Each input less its mean, divided by its deviation, enters the network while it learns; all "
                "that is shown stays in the units of the data. Another choice starts from fresh weights."
            )
        )
        self.standardised.clicked.connect(self._standardise)
        session.training.settings_changed.connect(self._show_scaling)
        for box in (self.n, self.seed, self.noise, self.low, self.high, self.classes):
            box.setKeyboardTracking(False)
            box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            box.setLocale(QLocale.c())
        for box in (self.noise, self.low, self.high):
            box.setDecimals(3)
            box.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        for box in (self.n, self.seed, self.noise, self.low, self.high):
            box.valueChanged.connect(self._make)
        self.classes.valueChanged.connect(self._choose_classes)
        self.share.activated.connect(self._make)
        self.set.activated.connect(lambda index: session.choose_problem(self.set.itemData(index)))

    def _label(self, name: str, control: QWidget, tip: str) -> QLabel:
        label = QLabel(name, self)
        label.setFont(font(11))
        give_role(label, "muted")
        label.setBuddy(control)
        control.setFont(font(11))
        control.setAccessibleName(name)
        control.setToolTip(tip)
        control.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        return label

    @property
    def _source(self) -> ProblemSource | None:
        return self._session.training.problem_sources.get(self._session.network.problem_name)

    @property
    def _defaults(self) -> PointDefaults | None:
        """What the points at hand are by themselves; None where they are given, and not made."""
        source = self._source
        return None if source is None or source.entry is None else source.entry.points

    def show_set(self) -> None:
        """Show how the points at hand are made, and what can be chosen."""
        source, points = self._source, self._session.point_editor.points
        if source is None or points is None:
            self.setEnabled(False)
            return
        self.setEnabled(True)
        self._arrange(points)
        self._list_sets()
        self._show_scaling()
        options, defaults = source.points, self._defaults
        n, noise = len(points), options.noise
        if defaults is not None:
            n = defaults.n if options.n is None else options.n
            noise = defaults.noise if noise is None else noise
        space = points.output_space
        most = max(space.n_classes, MOST_CLASSES) if defaults is None else len(defaults.class_names)
        with QSignalBlocker(self.classes):
            self.classes.setRange(2, max(most, 2))
        values = (
            (self.n, n),
            (self.noise, noise or 0),
            (self.low, float(points.x.min())),
            (self.high, float(points.x.max())),
            (self.classes, space.n_classes),
            (self.seed, source.seed),
        )
        for box, value in values:
            with QSignalBlocker(box):
                box.setValue(value)
            box.setEnabled(defaults is not None)
        # It holds other points back, too.
        self.seed.setEnabled(True)
        self.classes.setEnabled(self.classes.minimum() < self.classes.maximum())
        share = float(points.is_test.mean()) if defaults is None else options.test_share
        self._list_shares(None if defaults is None else defaults.test_share)
        with QSignalBlocker(self.share):
            self.share.setCurrentIndex(self._place_of(share))
        self._tell_held_back(points.is_test)

    def _arrange(self, points: OwnPoints) -> None:
        """Show the fields that points of this kind have, two in a row."""
        has_classes, is_line = points.output_space.traits.has_labels, points.input_space.n_features == 1
        where = tr("both coordinates of each point") if has_classes else points.output_space.names[0]
        self.noise.setToolTip(tr("Standard deviation of what is added to {where}").format(where=where))
        absent: set[QWidget] = set() if is_line else {self.low, self.high}
        if not has_classes:
            absent.add(self.classes)
        place = 0
        for control, label in self._fields.items():
            is_there = control not in absent
            control.setVisible(is_there)
            label.setVisible(is_there)
            if is_there:
                row, column = divmod(place, 2)
                self._grid.addWidget(label, row, 2 * column)
                self._grid.addWidget(control, row, 2 * column + 1)
                place += 1
        n_rows = -(-place // 2)
        self._grid.addWidget(self.held_back, n_rows, 0, 1, 4)
        self._grid.addWidget(self.standardised, n_rows + 1, 0, 1, 4)

    def _show_scaling(self) -> None:
        self.standardised.setChecked(self._session.training.data.input_scaling == STANDARDISED)

    def _standardise(self, chosen: bool) -> None:
        training = self._session.training
        training.choose_data(replace(training.data, input_scaling=STANDARDISED if chosen else "none"))

    def _list_shares(self, usual: float | None) -> None:
        """List what can be tested on: others that are made for it, or some of the points at hand."""
        shares: tuple[float | None, ...] = HELD_BACK
        words = tr("{share:.0f} % held back")
        if usual is not None:
            shares = (None, *(share for share in OTHERS if share != usual))
            words = tr("{share:.0f} % more")
        texts = []
        for share in shares:
            value = usual if share is None else share
            if value == 1 / 3:
                texts.append(tr("a third more"))
            else:
                texts.append(words.format(share=100 * value) if value else tr("none"))
        if texts == [self.share.itemText(k) for k in range(self.share.count())]:
            return
        self.share.clear()
        for text, share in zip(texts, shares, strict=True):
            self.share.addItem(text, share)

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
        """List what has inputs of the same kind among what can be trained on."""
        training, network = self._session.training, self._session.network
        listed = [
            (source.title, name)
            for name, source in training.problem_sources.items()
            if name == network.problem_name or source.input_traits is network.input_space.traits
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
        share, defaults = self.share.currentData(), self._defaults
        try:
            if defaults is None:
                rng = np.random.default_rng(self.seed.value())
                editor.do(points.held_back(share or 0.0, rng=rng), tr("Hold points back"))
            else:
                self._session.make_points(self._options(defaults), self.seed.value())
        except UserError as error:
            self._refuse(error)

    def _choose_classes(self, n: int) -> None:
        """Make points of other classes, or let there be other classes of the points at hand."""
        points = self._session.point_editor.points
        if self._defaults is not None:
            self._make()
        elif points is not None:
            try:
                self._session.take_points(points.with_classes(n))
            except UserError as error:
                self._refuse(error)

    def _refuse(self, error: UserError) -> None:
        self._session.said.emit(f"{error} {tr('The points stay as they were.')}", True)
        self.show_set()

    def _options(self, defaults: PointDefaults) -> PointOptions:
        """Return what is asked for; what the set has by itself is left to it."""

        def chosen(box: QDoubleSpinBox, own: float | None) -> float | None:
            is_own = own is None or abs(box.value() - own) < 10.0 ** -box.decimals()
            return None if is_own else box.value()

        return PointOptions(
            n=None if self.n.value() == defaults.n else self.n.value(),
            noise=chosen(self.noise, defaults.noise),
            low=chosen(self.low, defaults.low),
            high=chosen(self.high, defaults.high),
            test_share=self.share.currentData(),
            n_classes=self.classes.value() if defaults.class_names and self.classes.value() != 2 else None,
        )


def set_button(form: PointsForm, tip: str, parent: QWidget) -> QToolButton:
    """Return the button that shows and hides the form of a set, which is hidden at first."""
    button = QToolButton(parent)
    button.setText(tr("Set"))
    button.setToolTip(tip)
    button.setCheckable(True)
    form.hide()

    def show_form(shown: bool) -> None:
        form.setVisible(shown)
        if shown:
            form.show_set()

    button.toggled.connect(show_form)
    return button
