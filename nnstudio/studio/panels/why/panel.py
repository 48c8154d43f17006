"""The panel Why: contributions of inputs and units to a class's logit minus another's, or to a number."""

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nnstudio.insight.contributions import Contributions, contributions
from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import Pace
from nnstudio.studio.painting.labels import ShortLabel
from nnstudio.studio.painting.numbers import figure, signed
from nnstudio.studio.painting.theme import font
from nnstudio.studio.panels.why.map import ContributionMap
from nnstudio.studio.panels.why.view import WhyView
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.layer_names import layer_names
from nnstudio.studio.session.output_kinds import studio_kind
from nnstudio.studio.session.selection import INPUT
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.responsive_box import ResponsiveBox

PERIOD_S = 0.1
SMALLEST = QSize(232, 116)
ROW_FROM_PX = 340

ANSWER, RUNNER_UP, ALL_OTHERS = -1, -2, -3
"""Entries of the lists beside the classes."""

EXACT = translatable(
    "Exact: between this input and nothing, this network is one linear map (its activations only switch\n"
    "or scale), so the shares and the biases add up to what is explained, but for rounding."
)
FIRST_ORDER = translatable(
    "Gradient × input: the activations are curved, so slope × value is only the first-order part.\n"
    "What is missing to what is explained is said here. Of the last hidden layer it is exact."
)


class WhyPanel:
    """Shows the contributions for the chosen class and rival, or for the chosen output."""

    name = "why"
    title = translatable("Why")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._session, self._selection = services.session, services.session.selection
        self._pace = Pace(PERIOD_S)
        self.widget = QWidget(parent)
        self.widget.setAccessibleName(tr("Why this answer"))
        self.widget.setMinimumSize(SMALLEST)
        self.label = self._chooser(tr("Explained"), tr("The class whose logit, or the output, is explained."))
        self.against = self._chooser(
            tr("Rather than"), tr("The class it is compared with, or the mean of all others.")
        )
        # In the order in which Tab goes.
        self.map = ContributionMap(tr("Contributions of pixels"), self._point_at_pixel, self.widget)
        self.show_all = self.map.picture.show_all
        self.view = WhyView(tr("Contributions"), self.widget)
        self.numbers = self.view.numbers
        self.view.unit_clicked.connect(services.session.selection.select)
        self.view.unit_pointed.connect(services.session.selection.point_at)
        self.method = ShortLabel("", self.widget)
        self.method.setFont(font(11))
        self.method.setProperty("role", "muted")
        layout = QVBoxLayout(self.widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(6)
        self._rather = QLabel(tr("not"), self.widget)
        for caption, box in ((QLabel(tr("Why"), self.widget), self.label), (self._rather, self.against)):
            caption.setFont(font(11))
            caption.setBuddy(box)
            row.addWidget(caption)
            row.addWidget(box, 1)
        layout.addLayout(row)
        layout.addWidget(self.method)
        both = [(self.map.picture, 2), (self.view, 3)]
        layout.addWidget(ResponsiveBox(both, ROW_FROM_PX, QSize(200, 60), self.widget), 1)

    def _point_at_pixel(self, pixel: int | None) -> None:
        self._selection.point_at(INPUT, pixel)

    def _chooser(self, name: str, hint: str) -> QComboBox:
        box = QComboBox(self.widget)
        box.setFont(font(11))
        box.setMinimumContentsLength(5)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setAccessibleName(name)
        box.setToolTip(hint)
        box.activated.connect(self._show)
        return box

    def refresh(self, changes: Changes) -> None:
        """Update what changed since the last frame."""
        if changes.network:
            self.map.picture.setVisible(self._session.network.input_space.traits.has_pixels)
            space = self._session.network.output_space
            has_rivals = space.traits.has_labels
            _fill(self.label, [(tr("the answer"), ANSWER)] if has_rivals else [], space.names)
            _fill(
                self.against,
                [(tr("the runner-up"), RUNNER_UP), (tr("all others, mean"), ALL_OTHERS)],
                space.class_names,
            )
            self.against.setVisible(has_rivals)
            self._rather.setVisible(has_rivals)
        if changes.selection or changes.network:
            self.view.select(self._selection.unit)
        if self._pace.due(changes.reading or changes.network, at_once=changes.network):
            self._show()

    def pair(self) -> tuple[int, int | None]:
        """Return the explained class and its rival, None for the mean of all others.

        Of a number that is explained alone, the output twice.
        """
        if not self._session.network.output_space.traits.has_labels:
            return self.label.currentData(), self.label.currentData()
        logits = self._session.network.reading.class_sums
        label, against = self.label.currentData(), self.against.currentData()
        if label == ANSWER:
            label = self._session.network.reading.label
        if against == ALL_OTHERS:
            return label, None
        if against in (RUNNER_UP, label):
            rivals = logits.astype(np.float64)
            rivals[label] = -np.inf
            against = int(rivals.argmax())
        return label, against

    def _show(self) -> None:
        session = self._session
        if session.network.reading is None:
            self._clear("")
            return
        label, against = self.pair()
        found = contributions(
            session.network.architecture,
            session.network.prediction_weights,
            session.network.reading,
            label,
            against,
        )
        if not all(np.isfinite(each.values).all() for each in found):
            self._clear(tr("The weights are so large that there are no numbers here."))
            return
        self.view.show_contributions(
            found,
            session.network.input_space,
            layer_names(session.network.architecture),
            studio_kind(session.network.output_space),
        )
        space = session.network.input_space
        if space.traits.has_pixels:
            self.map.show_values(found[0].values.reshape(space.shape))
        self._say_how(found, label, against)

    def _clear(self, reason: str) -> None:
        self.view.clear()
        self.map.clear()
        self.method.setText(reason)

    def _say_how(self, found: tuple[Contributions, ...], label: int, against: int | None) -> None:
        names, lowest = self._session.network.output_space.names, found[0]
        rival = tr("the mean of all others") if against is None else names[against]
        form = (
            tr("z of {name} = {difference}")
            if against == label
            else tr("logit {name} − {rival} = {difference}")
        )
        what = form.format(name=names[label], rival=rival, difference=signed(lowest.difference))
        off = figure(abs(lowest.gap))
        if lowest.is_exact:
            self.method.setText(tr("{what} · exact, off by {off}").format(what=what, off=off))
            self.method.setToolTip(tr(EXACT))
        else:
            share = 100 * abs(lowest.gap) / max(abs(lowest.difference), 1e-12)
            self.method.setText(
                tr("{what} · gradient × input, off by {off} ({share:.0f} %)").format(
                    what=what, off=off, share=share
                )
            )
            self.method.setToolTip(tr(FIRST_ORDER))


def _fill(box: QComboBox, first: list[tuple[str, int]], names: tuple[str, ...]) -> None:
    """Fill a list with general entries and all classes, keeping the choice."""
    entries = [*first, *((name, label) for label, name in enumerate(names))]
    if [box.itemText(k) for k in range(box.count())] == [text for text, _ in entries]:
        return
    box.clear()
    for text, data in entries:
        box.addItem(text, data)
