"""The page By hand: the gradient taken entry by entry, as on the talk's slide."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnstudio.insight.difference_quotient import Chosen, Entry, check_step
from nnstudio.insight.parameters import Parameter, coordinate_of, parameter
from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import TEXT_PERIOD_S, Pace
from nnstudio.studio.painting.numbers import figure, plain
from nnstudio.studio.painting.theme import appearance, font, give_role, text_scale
from nnstudio.studio.panels.gradient.digits import in_colours, loss_digits, quotient_digits, step_decimals
from nnstudio.studio.panels.gradient.entries import EntryTable
from nnstudio.studio.panels.gradient.words import words_label
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.log_field import LogField

SMALLEST_BOX, LOWEST_TABLE_PX = 70, 66
STEP_DECADES = (-12, -1)
OF_WORDS = {
    Chosen.ORDER: translatable("all in order"),
    Chosen.UNIT: translatable("the selected unit"),
    Chosen.STEEPEST: translatable("the steepest"),
}
HINT = translatable(
    "Change one number by h, look at the loss again, divide: one entry of the gradient. M takes the next one."
)


class ByHandPage(QWidget):
    """Lists weights with what is found of the gradient so far.

    Parameters
    ----------
    services : Services
    parent : QWidget
    """

    def __init__(self, services: Services, parent: QWidget) -> None:
        super().__init__(parent)
        self._services, self._session = services, services.session
        self._by_hand, self._selection = services.session.hand_gradient, services.session.selection
        self._pace = Pace(TEXT_PERIOD_S)
        self._is_new = True
        self._follows = True
        """Whether the row at work is the one that was taken last."""
        self.next = QToolButton(self)
        services.actions["next-entry"].setIconText(tr("Next"))
        self.next.setDefaultAction(services.actions["next-entry"])
        self.next.setFont(font(11))
        self.next.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.all = self._button(tr("All"), tr("Take all entries that are left"))
        self.all.clicked.connect(lambda: self._by_hand.advance(len(self._coordinates)))
        self.again = self._button(tr("Again"), tr("Begin with no entry, with the weights as they are now"))
        self.again.clicked.connect(lambda: self._by_hand.again())
        self.of = QComboBox(self)
        self.of.setFont(font(11))
        self.of.setMinimumWidth(SMALLEST_BOX)
        self.of.setAccessibleName(tr("Of"))
        self.of.setToolTip(f"{tr('Of')}: {tr('the numbers to change, one after the other')}")
        for chosen, words in OF_WORDS.items():
            self.of.addItem(tr(words), chosen)
        self.of.activated.connect(self._choose)
        tip = tr(
            "the step: what a number is changed by; too small, and the losses agree in all digits there are"
        )
        self.h = LogField("h", tip, STEP_DECADES, self._by_hand.h, check_step, self)
        self.h.changed.connect(lambda _: self._take_step())
        self.h.refused.connect(partial(services.say, warning=True))
        self.central = self._switch(
            "±h", tr("central: (L(W + h) − L(W − h)) / 2h, whose error is h² / 6 |L‴|, in place of ½ h |L″|")
        )
        self.central.clicked.connect(lambda _: self._take_step())
        self.backprop = self._switch(
            tr("Backprop"), tr("show what backpropagation finds, and what the quotients differ by")
        )
        self.backprop.toggled.connect(self._show_backprop)
        self.work = words_label(tr("The entry at work, with the digits that matter"), self)
        self.work.setText(tr(HINT))
        self.remark = words_label(tr("What is to be known of these weights"), self)
        self.remark.setFont(font(11))
        give_role(self.remark, "muted")
        self.table = EntryTable(self)
        self.table.chosen.connect(self._look_at)
        self._lay_out()
        self._by_hand.changed.connect(self.note_change)
        self._selection.changed.connect(self._find_selected)
        appearance.follow(self, self.note_change)

    def _button(self, text: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(f"{text}: {tip}")
        button.setFont(font(11))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _switch(self, text: str, tip: str) -> QToolButton:
        button = self._button(text, tip)
        button.setCheckable(True)
        return button

    def _lay_out(self) -> None:
        self.controls = QWidget(self)
        own = QHBoxLayout(self.controls)
        own.setContentsMargins(0, 0, 0, 0)
        own.setSpacing(6)
        for control in (self.of, self.central, self.backprop):
            own.addWidget(control)
        row = QHBoxLayout()
        row.setSpacing(6)
        for button in (self.next, self.all, self.again):
            row.addWidget(button)
        row.addWidget(self.h, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self.work)
        layout.addWidget(self.remark)
        self.table.setMinimumHeight(round(LOWEST_TABLE_PX * text_scale()))
        layout.addWidget(self.table, 1)

    # What is asked for

    @property
    def _coordinates(self) -> list[int]:
        taken = self._by_hand.taken
        return [] if taken is None else taken.coordinates

    def _choose(self, _: int) -> None:
        self._by_hand.choose(self.of.currentData())

    def _take_step(self) -> None:
        self._by_hand.set_step(self.h.value, central=self.central.isChecked())

    def _show_backprop(self, is_shown: bool) -> None:
        self.table.show_backprop(is_shown=is_shown)
        self._is_new = True

    def _look_at(self, row: int) -> None:
        """Write the entry of a row out, and mark its weight in all views."""
        self._follows = False
        self._is_new = True
        taken = self._by_hand.taken
        if taken is not None:
            place = parameter(taken.question.architecture, taken.coordinates[row])
            self._selection.select(place.layer, place.row, place.column)

    def note_change(self) -> None:
        """Show other entries, the last one at work."""
        self._is_new = True
        self._follows = True

    # Frames

    def refresh(self, changes: Changes) -> None:
        """Show entries that are new."""
        self._by_hand.prepare()
        if self._pace.due(changes.weights or changes.network or self._is_new, at_once=self._is_new):
            self._show_remark()
        if self._is_new:
            self._is_new = False
            self._show_entries()

    def _find_selected(self) -> None:
        """Put the cursor on the weight that was chosen elsewhere."""
        taken, unit = self._by_hand.taken, self._selection.unit
        if taken is None or unit is None or self._selection.source is None:
            return
        coordinate = coordinate_of(taken.question.architecture, Parameter(*unit, self._selection.source))
        if coordinate in taken.coordinates:
            self._follows, self._is_new = False, True
            self.table.go_to(taken.coordinates.index(coordinate))

    def _show_remark(self) -> None:
        words = self._by_hand.remark
        self.remark.setText(words)
        self.remark.setVisible(bool(words))

    def _show_entries(self) -> None:
        by_hand, taken = self._by_hand, self._by_hand.taken
        self.of.setCurrentIndex(self.of.findData(by_hand.chosen))
        n_done = 0 if taken is None else len(taken.entries)
        cursor = self.table.currentIndex().row()
        at_work = n_done - 1 if self._follows or not 0 <= cursor < n_done else cursor
        self.table.entries.show_entries(
            taken, by_hand.h, central=by_hand.is_central, at_work=None if at_work < 0 else at_work
        )
        if at_work >= 0 and self._follows:
            self.table.go_to(at_work)
        entry = self.table.entries.entry(at_work) if at_work >= 0 else None
        self.work.setText(tr(HINT) if entry is None else self._words(entry))

    def _words(self, entry: Entry) -> str:
        """Return the entry at work, written out: rich text."""
        assert self._by_hand.taken is not None, "it has an entry"
        quotient, h = entry.quotient, self._by_hand.h
        name = parameter(self._by_hand.taken.question.architecture, entry.coordinate).name
        if not quotient.is_finite:
            return tr(
                "{name}: a loss is no number there. The weights are too large: reset the network (R)."
            ).format(name=name)
        before = quotient.here if quotient.behind is None else quotient.behind
        losses = [in_colours(loss_digits(quotient, loss)) for loss in (quotient.ahead, before)]
        step = f"{h:.4g}" if quotient.behind is None else f"(2 · {h:.4g})"
        decimals = step_decimals(h)
        words = "{name} = {w} → {changed}: ({after} − {before}) / {step} = <b>{quotient}</b>".format(
            name=name,
            w=plain(entry.w, decimals),
            changed=plain(entry.w + h, decimals),
            after=losses[0],
            before=losses[1],
            step=step.replace("-", "−"),
            quotient=in_colours(quotient_digits(quotient)),
        )
        if self.backprop.isChecked():
            error = figure(abs(quotient.value - entry.backprop))
            words += ", " + tr("off by {error}").format(error=error)
        return words

    def numbers(self) -> NumberTable:
        """Return the entries that are done."""
        names = (tr("number"), "W", "h", "L(W)", "L(W + h)", "L(W − h)", tr("gradient"), tr("Backprop"))
        taken = self._by_hand.taken
        if taken is None:
            return names, []
        return names, [
            (
                parameter(taken.question.architecture, entry.coordinate).name,
                entry.w,
                entry.quotient.h,
                entry.quotient.here,
                entry.quotient.ahead,
                "" if entry.quotient.behind is None else entry.quotient.behind,
                entry.quotient.value,
                entry.backprop,
            )
            for entry in taken.entries
        ]

    def show_all(self) -> None:
        """Leave everything as it is: the table has no parts."""
