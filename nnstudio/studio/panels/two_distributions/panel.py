"""The panel Two distributions: a target and an answer, both dragged, and the loss between them."""

import math
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QSpinBox, QToolButton, QVBoxLayout, QWidget

from nnstudio.data.typed_numbers import typed_number
from nnstudio.errors import UserError
from nnstudio.insight.two_distributions import ShareError, TwoDistributions, can_keep
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.labels import caption, remark
from nnstudio.studio.painting.theme import fit_fonts, font, give_role, text_scale
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.panels.two_distributions import bars, table
from nnstudio.studio.panels.two_distributions.bars import BarKey, BarPairs
from nnstudio.studio.panels.two_distributions.meter import LossMeter, nats
from nnstudio.studio.panels.two_distributions.table import COLUMNS, StageTable
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.responsive_box import ResponsiveBox

MOST_CLASSES = 64
FIRST_CLASSES = 5
NARROWEST_PX = 230
PLOT_PX, TABLE_PX = QSize(200, 120), QSize(300, 90)
ROW_FROM_PX = 560


class TwoDistributionsPanel:
    """Holds two distributions of its own; they are made when the panel is seen first."""

    name = "two_distributions"
    title = translatable("Two distributions")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._services, self._session = services, services.session
        self.widget = QWidget(parent)
        self.widget.setMinimumWidth(NARROWEST_PX)
        self.widget.setAccessibleName(tr(self.title))
        self._layout = QVBoxLayout(self.widget)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4)
        self.pair = TwoDistributions.uniform(FIRST_CLASSES)
        self.names = _numbered(FIRST_CLASSES)
        self._typed: dict[int, set[int]] = {table.TARGET: set(), table.ANSWER: set()}
        """Classes whose shares were typed one after the other: they keep them while others are typed."""
        self.bars: BarPairs | None = None

    # Made when it is seen first

    def _make(self) -> BarPairs:
        content = self.widget
        self.n_classes = QSpinBox(content)
        self.n_classes.setFont(font(11))
        self.n_classes.setRange(2, MOST_CLASSES)
        self.n_classes.setKeyboardTracking(False)
        self.n_classes.setAccessibleName(tr("Classes"))
        self.n_classes.setToolTip(tr("Classes: over how many both distributions are"))
        self.n_classes.valueChanged.connect(self._choose_classes)
        self.fill = self._button(
            tr("From network"),
            tr("the network's answer to the input now; the target is the true class, or the leading one"),
            self._fill,
        )
        self.level = self._button(
            tr("Uniform answer"),
            tr("every class is as likely: the loss is ln n, whatever the target"),
            self._level,
        )
        self.words = remark("", content)
        self.words.setWordWrap(True)
        self.words.setFont(font(12))
        self.words.setAccessibleName(tr("Loss"))
        self.words.setToolTip(tr("−Σ t ln q = −Σ t ln t + Σ t ln(t / q), in nats"))
        give_role(self.words, "")
        made = BarPairs(content)
        made.given.connect(self._drag)
        made.setMinimumSize(PLOT_PX * text_scale())
        self.meter = LossMeter(content)
        self.table = StageTable(content)
        self.table.setMinimumSize(TABLE_PX * text_scale())
        self.table.stages.typed.connect(self._type)
        left = QWidget(content)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(BarKey(left))
        column.addWidget(made, 1)
        row = QHBoxLayout()
        row.setSpacing(6)
        for control in (
            caption(tr("Classes"), self.n_classes, content),
            self.n_classes,
            self.fill,
            self.level,
        ):
            row.addWidget(control)
        row.addStretch(1)
        self._layout.addLayout(row)
        self._layout.addWidget(self.words)
        self._layout.addWidget(self.meter)
        self._layout.addWidget(ResponsiveBox([(left, 5), (self.table, 4)], ROW_FROM_PX, PLOT_PX, content), 1)
        # It was made when the size of text had been chosen long ago.
        fit_fonts(content.findChildren(QWidget))
        return made

    def _button(self, text: str, tip: str, act: Callable[[], object]) -> QToolButton:
        button = QToolButton(self.widget)
        button.setText(text)
        button.setFont(font(11))
        button.setToolTip(f"{text}: {tip}")
        button.clicked.connect(lambda: act())
        return button

    # What is asked for

    def _choose_classes(self, n: int) -> None:
        space = self._session.network.output_space
        self.names = space.class_names if space.n_classes == n else _numbered(n)
        self.pair = TwoDistributions.uniform(n)
        self._forget_typed()
        self._show()

    def _drag(self, side: int, k: int, share: float) -> None:
        change = self.pair.with_target if side == bars.TARGET else self.pair.with_answer
        self.pair = change(k, share)
        self._forget_typed()
        self._show()

    def _type(self, k: int, column: int, text: str) -> None:
        """Take a share or a logit that was typed, or say why it is none."""
        try:
            if column == table.LOGIT:
                self.pair = self.pair.with_logit(k, _typed_logit(text))
                self._typed[table.ANSWER].clear()
            else:
                self._take_share(k, column, typed_number(text))
        except UserError as error:
            self._services.say(str(error), warning=True)
            return
        self._show()

    def _take_share(self, k: int, column: int, share: float) -> None:
        """Take a typed share; those typed before it stay, as long as all can be 1 together."""
        is_target = column == table.TARGET
        shares = self.pair.target if is_target else self.pair.answer
        kept = self._typed[column] - {k}
        self.pair = (self.pair.with_target if is_target else self.pair.with_answer)(k, share, kept)
        if not can_keep(shares, k, share, kept):
            self._typed[column].clear()
        self._typed[column].add(k)

    def _forget_typed(self) -> None:
        for classes in self._typed.values():
            classes.clear()

    def _level(self) -> None:
        self.pair = TwoDistributions(self.pair.target, np.zeros(len(self.names)))
        self._forget_typed()
        self._show()

    def _fill(self) -> None:
        """Take the network's answer, or say why there is none."""
        try:
            z, target = self._network_answer()
        except ShareError as error:
            self._services.say(str(error), warning=True)
            return
        self.names = self._session.network.output_space.class_names
        self.pair = TwoDistributions(target, z)
        self._forget_typed()
        self._show()

    def _network_answer(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the logits of the network's answer, and its target, (n_classes,)."""
        network = self._session.network
        space, activation = network.output_space, network.architecture.activations[-1]
        reading = network.reading
        is_single = network.architecture.n_outputs == 1 and activation == "sigmoid"
        if not space.traits.has_labels or not (activation == "softmax" or is_single):
            raise ShareError(
                tr("The network's outputs are no shares of one whole. Choose Softmax as its output, or drag.")
            )
        if space.n_classes > MOST_CLASSES:
            raise ShareError(
                tr(
                    "The network has {n:,} classes; {most} bars can be told apart. Nothing was changed."
                ).format(n=space.n_classes, most=MOST_CLASSES)
            )
        if reading is None:
            raise ShareError(
                tr("There is no input yet. Make or choose one, and the network's answer is taken.")
            )
        z = reading.z[-1].astype(np.float64)
        if not np.isfinite(z).all():
            raise ShareError(
                tr("The network's answer is no number: its weights are too large. Reset it (R).")
            )
        if is_single:
            z = np.append(0.0, z)
        # Large logits have exponentials that are no numbers; a constant changes no share.
        z -= max(float(z.max()) - 300.0, 0.0)
        right = self._session.input.right_answer
        leading = int(z.argmax()) if right is None else int(right)
        return z, np.eye(space.n_classes)[leading]

    # Frames

    def refresh(self, changes: Changes) -> None:
        """Make the plots, once: they follow nothing of the session by themselves."""
        if self.bars is None:
            space = self._session.network.output_space
            n = space.n_classes if 2 <= space.n_classes <= MOST_CLASSES else FIRST_CLASSES
            self.bars = self._make()
            self.n_classes.setValue(n)
            self._choose_classes(n)

    def _show(self) -> None:
        pair, names = self.pair, self.names
        assert self.bars is not None, "they are made when the panel is seen"
        self.n_classes.blockSignals(True)
        self.n_classes.setValue(len(names))
        self.n_classes.blockSignals(False)
        self.bars.show_pair(pair, names)
        self.meter.show_pair(pair)
        self.table.stages.show_pair(pair, names)
        is_infinite = math.isinf(pair.cross_entropy)
        give_role(self.words, "warning" if is_infinite else "")
        words = tr("Cross-entropy {loss} = entropy of the target {entropy} + difference {difference}").format(
            loss=nats(pair.cross_entropy), entropy=nats(pair.entropy), difference=nats(pair.difference)
        )
        if is_infinite:
            k = int(np.flatnonzero(np.isinf(pair.parts))[0])
            words += ". " + tr(
                "The loss is infinite: the answer gives {name} the share 0, and the target does not."
            ).format(name=names[k])
        self.words.setText(words)

    def numbers(self) -> NumberTable:
        """Return the rows of the table."""
        titles = [tr(title) for title, _ in COLUMNS]
        if self.bars is None:
            return titles, []
        stages = self.table.stages
        columns = range(1, len(COLUMNS))
        rows = [
            (name, *(stages.value(row, column) for column in columns)) for row, name in enumerate(self.names)
        ]
        return titles, rows

    def show_all(self) -> None:
        """Show all again in both plots."""
        if self.bars is not None:
            self.bars.show_all()
            self.meter.show_all()


def _numbered(n: int) -> tuple[str, ...]:
    return tuple(str(k + 1) for k in range(n))


def _typed_logit(text: str) -> float:
    """Read a number, or the natural logarithm of one, ``ln 2``.

    Raises
    ------
    UserError
        If it is neither.
    """
    plain = text.strip()
    if not plain.lower().startswith("ln"):
        return typed_number(plain)
    value = typed_number(plain[2:].strip(" ()"))
    if value <= 0:
        raise ShareError(tr("“{text:.40}” has no value: there is no logarithm of it.").format(text=plain))
    return math.log(value)
