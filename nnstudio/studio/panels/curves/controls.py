"""The buttons above curves: what is shown, and back to all of it."""

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSlider, QToolButton, QWidget, QWidgetAction

from nnstudio.language import tr
from nnstudio.studio.painting.images import icon
from nnstudio.studio.painting.theme import appearance, font
from nnstudio.studio.session.curve_options import MOST_SMOOTHING, CurveOptions

_STEPS = 100
"""Of the smoothing's slider, for a share of 1."""


class CurveControls(QWidget):
    """A button with a menu of axes and smoothing, and one that appears while only a part is shown.

    Parameters
    ----------
    quantity : str
        What the curves are of.
    options : CurveOptions
    parent : QWidget, optional
    """

    log_values_chosen = Signal(bool)
    """Whether the axis of values is to be logarithmic."""

    all_wanted = Signal()

    def __init__(self, quantity: str, options: CurveOptions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options = options
        self.log_values = self._switch("")
        self.show_quantity(quantity)
        self.log_values.triggered.connect(self.log_values_chosen)
        self.log_epochs = self._switch(tr("Logarithmic epochs"))
        self.log_epochs.triggered.connect(options.set_log_epochs)
        self._menu = QMenu(self)
        self._menu.setAccessibleName(tr("Axes and smoothing"))
        self._menu.addActions([self.log_values, self.log_epochs])
        self._menu.addSeparator()
        self._menu.addAction(self._smoothing_row())
        self.menu_button = QToolButton(self)
        self.menu_button.setObjectName("furniture")
        self.menu_button.setAccessibleName(tr("Axes and smoothing"))
        self.menu_button.setToolTip(
            tr("Axes and smoothing: logarithms, and a moving average over noisy curves")
        )
        self.menu_button.setIconSize(QSize(14, 14))
        self.menu_button.setFixedSize(22, 20)
        self.menu_button.clicked.connect(self._open)
        self.follow_button = QToolButton(self)
        self.follow_button.setObjectName("link")
        self.follow_button.setText(tr("Follow"))
        self.follow_button.setFont(font(11))
        self.follow_button.setToolTip(tr("Follow: show all epochs again, also those still to come (A)"))
        self.follow_button.clicked.connect(self.all_wanted)
        self.follow_button.hide()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.menu_button)
        layout.addWidget(self.follow_button)
        appearance.follow(self, self._tint)
        self._tint()
        self.show_options()

    def _switch(self, text: str) -> QAction:
        action = QAction(text, self)
        action.setCheckable(True)
        return action

    def _smoothing_row(self) -> QWidgetAction:
        row = QWidget(self)
        title = tr("Smoothing")
        self.smoothing = QSlider(Qt.Orientation.Horizontal, row)
        self.smoothing.setRange(0, round(_STEPS * MOST_SMOOTHING))
        self.smoothing.setFixedWidth(120)
        self.smoothing.setAccessibleName(title)
        self.smoothing.setToolTip(
            tr("Smoothing: share of the moving average in each point; the measured curve stays, faint")
        )
        self.smoothing.valueChanged.connect(lambda value: self._options.set_smoothing(value / _STEPS))
        self._share = QLabel(row)
        self._share.setFont(font(11))
        self._share.setFixedWidth(28)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(20, 4, 12, 4)
        layout.addWidget(QLabel(title, row))
        layout.addWidget(self.smoothing)
        layout.addWidget(self._share)
        action = QWidgetAction(self)
        action.setDefaultWidget(row)
        return action

    def _tint(self) -> None:
        self.menu_button.setIcon(icon("settings", appearance.theme.muted))

    def _open(self) -> None:
        self._menu.popup(self.menu_button.mapToGlobal(QPoint(0, self.menu_button.height())))

    def show_quantity(self, quantity: str) -> None:
        """Name what the curves are of."""
        self.log_values.setText(tr("Logarithmic {quantity}").format(quantity=quantity))

    def show_log_values(self, logarithmic: bool) -> None:
        """Show whether the axis of values is logarithmic."""
        self.log_values.setChecked(logarithmic)

    def show_options(self) -> None:
        """Show what holds for all plots of curves."""
        self.log_epochs.setChecked(self._options.log_epochs)
        self.smoothing.setValue(round(_STEPS * self._options.smoothing))
        self._share.setText(f"{self._options.smoothing:.2f}")

    def show_following(self, is_following: bool) -> None:
        """Show whether all epochs are on show."""
        self.follow_button.setHidden(is_following)
