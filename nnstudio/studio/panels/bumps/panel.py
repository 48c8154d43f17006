"""The panel Bumps: bumps of four units each, added, typed, filled in, and trained from."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QLocale, QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnstudio.data.problem import InputSpace, OutputSpace, subscript
from nnstudio.engine.passes import predict
from nnstudio.insight.bumps import MAX_BUMPS, Bump, BumpError
from nnstudio.insight.piecewise import largest_error
from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import TEXT_PERIOD_S, Pace
from nnstudio.studio.painting.numbers import figure
from nnstudio.studio.painting.theme import font, give_role
from nnstudio.studio.panels.bumps.card import BumpCard
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.line import LARGEST, refusal
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.choice_buttons import choice_buttons
from nnstudio.studio.views.control_row import control_row

NARROWEST_PX, FIELD_PX = 200, 40
FIELDS_ABREAST = 3
FIRST_FILLED = 4
STEEPEST = 1_000.0
FIRST_STEEPNESS = 50.0

KINDS = (
    (translatable("ReLU"), translatable("ramps: four units make a bump")),
    (translatable("Sigmoid"), translatable("steps: two units make a bump, the sharper the steeper they are")),
)


class BumpsPanel:
    """Writes bumps into the network's weights, and reads them from there."""

    name = "bumps"
    title = translatable("Bumps")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._session, self._bumps = services.session, services.session.bumps
        self._pace = Pace(TEXT_PERIOD_S)
        self._is_new, self._has_begun = True, False
        self.widget = content = QWidget(parent)
        content.setMinimumWidth(NARROWEST_PX)
        content.setAccessibleName(tr(self.title))
        choices = [(tr(title), f"{tr(title)}: {tr(tip)}") for title, tip in KINDS]
        self.kind, kinds = choice_buttons(choices, self._choose_kind, content)
        self.steepness = self._number(tr("Steepness w"), tr("w of every sigmoid step"))
        self.steepness.setRange(1.0, STEEPEST)
        self.steepness.setValue(FIRST_STEEPNESS)
        self.m = self._count(
            tr("Bumps to fill in"), tr("So many equal bumps, as high as the curve in their middles")
        )
        self.m.setRange(1, 2 * MAX_BUMPS)
        self.m.setValue(FIRST_FILLED)
        self.fill = self._button(tr("Fill in"), self.m.toolTip(), self._fill_in)
        self.number = self._count(tr("Bump"), tr("The bump that the fields and the card are about"))
        self.number.valueChanged.connect(lambda value: self._bumps.choose(value - 1))
        self.of = QLabel("", content)
        self.of.setFont(font(11))
        give_role(self.of, "muted")
        self.add = self._button(
            tr("Add"), tr("Four units more, where the network is farthest from the points"), self._bumps.add
        )
        self.remove = self._button(
            tr("Remove"), tr("Take this bump out, with its four units"), self._bumps.remove
        )
        self.fields = [
            self._number(f"s{subscript(nth)}", tr("Where the unit bends; ↑ and ↓ move it"))
            for nth in range(1, 5)
        ]
        self.top = self._number("t", tr("Height of the bump, of either sign"))
        for box in (*self.fields, self.top):
            box.valueChanged.connect(self._type)
        self.words = self._sentence()
        self.words.setAccessibleName(tr("How near the bumps come"))
        self.remark = self._sentence()
        self.card = BumpCard(content)
        self.from_here = self._button(
            tr("From here"),
            tr("Train these weights further; the run keeps where it began"),
            self._train_from_here,
        )
        self.from_chance = self._button(
            tr("From chance"),
            tr("Train as many units from fresh weights, as another run: compare both in Runs"),
            self._train_from_chance,
        )
        self.in_graph = self._switch(
            tr("In graph"), tr("Show bumps and handles in the graph"), self._bumps.show
        )
        self.neighbour = self._switch(
            tr("Neighbour"),
            tr("Show the nearest neighbour, the function that answers with the nearest point's y"),
            self._bumps.show_neighbour,
        )
        self.ramps = self._switch(
            tr("Ramps"), tr("Show how the ramps add up, in the place of the weights"), self.card.show_ramps
        )
        self._lay_out(kinds)
        self._bumps.changed.connect(self._note_change)

    def _number(self, name: str, tip: str) -> QDoubleSpinBox:
        box = QDoubleSpinBox(self.widget)
        box.setRange(-LARGEST, LARGEST)
        box.setDecimals(4)
        box.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        self._prepare(box, name, tip)
        return box

    def _count(self, name: str, tip: str) -> QSpinBox:
        box = QSpinBox(self.widget)
        self._prepare(box, name, tip)
        return box

    def _prepare(self, box: QAbstractSpinBox, name: str, tip: str) -> None:
        box.setFont(font(11))
        box.setLocale(QLocale.c())
        box.setKeyboardTracking(False)
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.setAccessibleName(name)
        box.setToolTip(f"{name}: {tip}")
        box.setMinimumWidth(FIELD_PX)
        box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def _button(self, text: str, tip: str, slot: Callable[[], object]) -> QToolButton:
        button = QToolButton(self.widget)
        button.clicked.connect(lambda: slot())
        return self._labelled(button, text, tip)

    def _switch(self, text: str, tip: str, slot: Callable[[bool], object]) -> QToolButton:
        button = QToolButton(self.widget)
        button.setCheckable(True)
        button.clicked.connect(slot)
        return self._labelled(button, text, tip)

    def _labelled(self, button: QToolButton, text: str, tip: str) -> QToolButton:
        button.setText(text)
        button.setFont(font(11))
        button.setStyleSheet("padding: 3px 6px;")
        button.setToolTip(f"{text}: {tip}")
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _sentence(self) -> QLabel:
        label = QLabel("", self.widget)
        label.setFont(font(11))
        label.setWordWrap(True)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        return label

    def _lay_out(self, kinds: QHBoxLayout) -> None:
        layout = QVBoxLayout(self.widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addLayout(control_row(self.m, self.fill, self.add, self.remove))
        kinds.setSpacing(4)
        self._chooser = self.number, self.of
        for part in (*self._chooser, self.steepness):
            kinds.addWidget(part, 1 if isinstance(part, QAbstractSpinBox) else 0)
        layout.addLayout(kinds)
        self._of_curves = [self.add, self.remove, *self.fields, self.top]
        grid = QGridLayout()
        grid.setHorizontalSpacing(5)
        grid.setVerticalSpacing(4)
        for nth, box in enumerate((*self.fields, self.top)):
            row, column = divmod(nth, FIELDS_ABREAST)
            caption = self._caption(box.accessibleName(), box)
            self._of_curves.append(caption)
            grid.addWidget(caption, row, 2 * column)
            grid.addWidget(box, row, 2 * column + 1)
            grid.setColumnStretch(2 * column + 1, 1)
        layout.addLayout(grid)
        layout.addWidget(self.remark)
        layout.addWidget(self.words)
        layout.addLayout(
            control_row(self._caption(tr("Train"), self.from_here), self.from_here, self.from_chance)
        )
        layout.addLayout(control_row(self.in_graph, self.neighbour, self.ramps))
        layout.addWidget(self.card, 1)
        layout.addStretch(0)
        self._of_curves += [self.in_graph, self.neighbour, self.ramps]

    def _caption(self, text: str, box: QWidget) -> QLabel:
        label = QLabel(text, self.widget)
        label.setFont(font(11))
        label.setToolTip(box.toolTip())
        label.setBuddy(box)
        give_role(label, "muted")
        return label

    def refusal(self, input_space: InputSpace, output_space: OutputSpace) -> str:
        """Say that there is no function that bumps or towers could come near."""
        return refusal(input_space, output_space)

    def _note_change(self) -> None:
        self._is_new = True

    @property
    def _is_of_steps(self) -> bool:
        return self.kind.checkedId() == 1

    def _choose_kind(self, _: int) -> None:
        self._is_new = True

    def _fill_in(self) -> None:
        self._bumps.fill_in(self.m.value(), self.steepness.value() if self._is_of_steps else None)

    def _train_from_here(self) -> None:
        self._session.play()

    def _train_from_chance(self) -> None:
        self._bumps.start_by_chance()
        self._session.play()

    def _type(self, _: float) -> None:
        """Take typed handles, or mark the field that is out of order."""
        try:
            s1, s2, s3, s4 = (box.value() for box in self.fields)
            self._bumps.take(Bump((s1, s2, s3, s4), self.top.value()))
        except BumpError as error:
            sender = next((box for box in self.fields if box.hasFocus()), None)
            if sender is not None:
                give_role(sender.lineEdit(), "warning")
            self._session.said.emit(f"{error} {tr('Nothing was changed.')}", True)
            return
        for box in self.fields:
            give_role(box.lineEdit(), "")

    # Frames

    def refresh(self, changes: Changes) -> None:
        """Show bumps that are new, and how near they come: at reading speed while the network is trained."""
        training, bumps = self._session.training, self._bumps
        if training.problem is None and training.tasks.current is None:
            training.prepare()
        if not self._has_begun and bumps.points is not None:
            self._has_begun = True
            bumps.show(True)
        bumps.follow()
        self._is_new |= changes.network
        is_by_hand = self._is_new and not training.is_running
        if self._pace.due(self._is_new or changes.weights or changes.network, at_once=is_by_hand):
            if self._is_new:
                self._is_new = False
                self._show_bumps()
            self._show_words()

    def _show_bumps(self) -> None:
        bumps = self._bumps
        for part in self._of_curves:
            part.setVisible(not bumps.is_over_plane)
        n, bump, is_known = len(bumps.all), bumps.bump, bool(bumps.all)
        for switch, is_on in ((self.in_graph, bumps.is_shown), (self.neighbour, bumps.shows_neighbour)):
            switch.setChecked(is_on)
        self.steepness.setVisible(self._is_of_steps)
        for part in self._chooser:
            part.setVisible(not self._is_of_steps and not bumps.is_over_plane)
        self.of.setText(tr("of %n bump(s)", n) if n else "")
        self.number.setEnabled(n > 1)
        self.remove.setEnabled(n > 1)
        with QSignalBlocker(self.number):
            self.number.setRange(min(n, 1), n)
            self.number.setValue(bumps.chosen + 1 if n else 0)
        for box in (*self.fields, self.top):
            box.setEnabled(bump is not None)
        if bump is not None:
            for box, value in zip((*self.fields, self.top), (*bump.s, bump.top), strict=True):
                if box.value() != round(value, box.decimals()) and not _is_typed(box):
                    with QSignalBlocker(box):
                        box.setValue(value)
        self.card.setVisible(is_known)
        if is_known:
            hidden, output = self._session.network.architecture.layers(bumps.weights)
            units = slice(4 * bumps.chosen, 4 * bumps.chosen + 4)
            self.card.show_bump(bump, hidden.W[units, 0], hidden.b[units], output.W[0, units])
        self.remark.setText(self._remark())
        give_role(self.remark, "muted" if bumps.is_over_plane else "warning")
        self.remark.setVisible(bool(self.remark.text()))

    def _remark(self) -> str:
        """Say where the network is no sum of bumps, or a bump adds nothing."""
        bumps, network = self._bumps, self._session.network
        if bumps.is_over_plane:
            return tr(
                "Over two inputs bumps are towers: Fill in makes so many along each, as high as the points. "
                "They are dragged in the plane."
            )
        if not any(bumps.all) and bumps.steps is None:
            return tr(
                "The network {network} is no sum of bumps. Add begins with one, Fill in with many."
            ).format(network=network.architecture)
        lost = [k for k, bump in enumerate(bumps.all, 1) if bump is None]
        if lost:
            return tr(
                "No bumps any more: {numbers}. Their weights were changed elsewhere, or training moved them."
            ).format(numbers=_listed(lost))
        if bumps.bump is not None and bumps.bump.top == 0:
            return tr("A bump of height 0: it adds nothing.")
        return ""

    def _show_words(self) -> None:
        """Count the units, and say how near the network comes."""
        bumps, architecture = self._bumps, self._session.network.architecture
        if bumps.is_over_plane:
            self.words.setText(self._words_over_plane())
            return
        if bumps.points is None or architecture.n_inputs != 1:
            self.words.setText("")
            return
        words = []
        if bumps.all:
            words.append(tr("%n bump(s), {units} units.", len(bumps.all)).format(units=4 * len(bumps.all)))
        elif bumps.steps is not None:
            words.append(tr("%n step(s), as many units.", len(bumps.steps.places)))
        if bumps.bump is not None:
            words.append(tr("Area {area}.").format(area=figure(bumps.bump.area)))
        truth = bumps.truth
        if truth is not None:
            error, x = largest_error(bumps.function, truth, *bumps.range)
            if np.isfinite(error):
                form = (
                    tr("Largest error {error}, at {x}.")
                    if bumps.is_truth_known
                    else tr("Farthest from the nearest point's y: {error}, at {x}.")
                )
                words.append(form.format(error=figure(error), x=figure(x)))
        self.words.setText(" ".join(words))

    def _words_over_plane(self) -> str:
        """Count the hidden units, and say how near they come to the points."""
        bumps, architecture = self._bumps, self._session.network.architecture
        points = bumps.plane_points
        if points is None or architecture.n_inputs != 2:
            return ""
        x, y = points
        outputs = predict(architecture, bumps.weights, x.astype(np.float32))[:, 0]
        return tr(
            "%n hidden unit(s). Largest error {error} at the points.", sum(architecture.layer_sizes[1:-1])
        ).format(error=figure(float(np.abs(outputs - y).max())))

    def numbers(self) -> NumberTable:
        """Return the handles and the height of every bump."""
        rows = [(k, *bump.s, bump.top) for k, bump in enumerate(self._bumps.all, 1) if bump is not None]
        return (tr("bump"), "s₁", "s₂", "s₃", "s₄", "t"), rows

    def show_all(self) -> None:
        """Show the whole bump in the card."""
        self.card.plot.show_all()


def _is_typed(box: QDoubleSpinBox) -> bool:
    """Return whether a text is typed that is not taken."""
    return box.lineEdit().property("role") == "warning"


def _listed(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:6]))
    return f"{shown}, …" if len(numbers) > 6 else shown
