"""Tick boxes of features, and a field for formulas of one's own."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnstudio.data.expressions import FUNCTIONS, VARIABLES, ExpressionError
from nnstudio.data.feature_maps import FEATURES, MAX_FEATURES, Feature
from nnstudio.data.problem import MAX_NAME_LENGTH
from nnstudio.language import tr
from nnstudio.studio.painting.theme import font, give_role

COLUMNS = 3


class FeatureChoices(QWidget):
    """Chooses features by ticking them, or by typing a formula, which is parsed and never run as code.

    Parameters
    ----------
    parent : QWidget
    """

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._features: list[Feature] = []
        self.boxes: list[QCheckBox] = []
        """One for each feature that was offered or typed."""
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(2)
        for text, feature in FEATURES.items():
            self._offer(feature, ticked=text in ("x1", "x2"))
        self.field = QLineEdit(self)
        self.field.setFont(font(12))
        self.field.setPlaceholderText("x1^2 - x2")
        self.field.setMaxLength(MAX_NAME_LENGTH)
        self.field.setAccessibleName(tr("Formula of your own"))
        self.field.setToolTip(
            tr("Numbers, + − * / ^, brackets, {names}, pi, {functions}; Enter adds it").format(
                names=", ".join(VARIABLES), functions=", ".join(FUNCTIONS)
            )
        )
        self.field.returnPressed.connect(self.add)
        self.field.textEdited.connect(self._forget_error)
        self.add_button = QToolButton(self)
        self.add_button.setText(tr("Add"))
        self.add_button.setFont(font(12))
        self.add_button.setToolTip(tr("Add the formula to the features"))
        self.add_button.clicked.connect(lambda: self.add())
        self.error = QLabel("", self)
        self.error.setFont(font(11))
        self.error.setWordWrap(True)
        self.error.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        give_role(self.error, "warning")
        self.error.hide()
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.field, 1)
        row.addWidget(self.add_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        layout.addLayout(self._grid)
        layout.addLayout(row)
        layout.addWidget(self.error)

    def _offer(self, feature: Feature, *, ticked: bool) -> None:
        box = QCheckBox(feature.title, self)
        box.setFont(font(12))
        box.setChecked(ticked)
        box.setToolTip(
            tr("{title}: one of at most {most} inputs of the network").format(
                title=feature.title, most=MAX_FEATURES
            )
        )
        box.toggled.connect(lambda _: self.changed.emit())
        self._grid.addWidget(box, *divmod(len(self.boxes), COLUMNS))
        self._features.append(feature)
        self.boxes.append(box)

    @property
    def chosen(self) -> tuple[Feature, ...]:
        """The features that are ticked, in their order."""
        pairs = zip(self._features, self.boxes, strict=True)
        return tuple(feature for feature, box in pairs if box.isChecked())

    def tick(self, features: tuple[Feature, ...]) -> None:
        """Tick these and no others; what is not offered yet is from now on."""
        wanted = {feature.expression.program for feature in features}
        known = {feature.expression.program for feature in self._features}
        for feature in features:
            if feature.expression.program not in known:
                self._offer(feature, ticked=False)
        for feature, box in zip(self._features, self.boxes, strict=True):
            box.blockSignals(True)
            box.setChecked(feature.expression.program in wanted)
            box.blockSignals(False)
        self.changed.emit()

    def add(self) -> None:
        """Add the formula that is typed, or mark where it cannot be read."""
        text = self.field.text()
        try:
            feature = Feature.parse(text)
        except ExpressionError as error:
            self.error.setText(str(error))
            self.error.show()
            give_role(self.field, "warning")
            self.field.setFocus()
            self.field.setSelection(error.start, max(error.end - error.start, 1))
            return
        self._forget_error()
        self.field.clear()
        programs = [each.expression.program for each in self._features]
        if feature.expression.program in programs:
            self.boxes[programs.index(feature.expression.program)].setChecked(True)
        else:
            self._offer(feature, ticked=True)
            self.changed.emit()

    def _forget_error(self) -> None:
        self.error.hide()
        give_role(self.field, "")
