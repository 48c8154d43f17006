"""The dialog Set weights: every number of a small network, typed or pasted."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPushButton,
    QTableView,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from nnstudio.data.typed_numbers import BlockError
from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.labels import remark
from nnstudio.studio.painting.theme import font, give_role
from nnstudio.studio.panels.set_weights.layer_table import LayerTable
from nnstudio.studio.session.layer_names import layer_title
from nnstudio.studio.session.services import Services

MOST_NUMBERS = 2_000
"""Of a network whose numbers are typed: more cannot be looked through."""


@contained
class _LayerView(QTableView):
    """Shows one layer; a block is pasted where the cursor is."""

    def __init__(self, table: LayerTable, name: str, dialog: "SetWeightsDialog") -> None:
        super().__init__(dialog)
        table.setParent(self)
        self.table, self._dialog = table, dialog
        self.setModel(table)
        self.setFont(font(12))
        self.setAccessibleName(tr("Weights of {layer}").format(layer=name))
        self.horizontalHeader().setDefaultSectionSize(76)
        self.setCurrentIndex(table.index(0, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Paste numbers; other keys as in any table."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self._dialog.paste(QGuiApplication.clipboard().text())
        else:
            super().keyPressEvent(event)


class SetWeightsDialog(QDialog):
    """A table for each layer; the numbers become the network's at one press.

    Parameters
    ----------
    services : Services
        The network has at most `MOST_NUMBERS`.
    parent : QWidget
    """

    def __init__(self, services: Services, parent: QWidget) -> None:
        super().__init__(parent)
        self._services, network = services, services.session.network
        self._architecture = network.architecture
        self.setWindowTitle(tr("Set weights"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        layout = QVBoxLayout(self)
        words = QLabel(
            tr(
                "A row for each unit, a column for what it reads. Numbers may be written 0.5, 0,5 or 1/2; "
                "a block copied from a spreadsheet is pasted at the cursor."
            ),
            self,
        )
        words.setWordWrap(True)
        words.setFont(font(12))
        layout.addWidget(words)
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        layers = self._architecture.layers(network.prediction_weights)
        names = network.input_space.names or tuple(f"x{k + 1}" for k in range(self._architecture.n_inputs))
        for k, layer in enumerate(layers):
            title = layer_title(self._architecture, k)
            is_last = k == len(layers) - 1
            units = network.output_names if is_last else _unit_names(k, len(layer.b))
            table = LayerTable(layer, k, names, units, has_biases=self._architecture.has_biases)
            self.tabs.addTab(_LayerView(table, title, self), title)
            names = units
        layout.addWidget(self.tabs, 1)
        self.said = remark("", self)
        self.said.setWordWrap(True)
        self.said.setAccessibleName(tr("What is wrong"))
        layout.addWidget(self.said)
        buttons = QDialogButtonBox(self)
        self.set_button = QPushButton(tr("Set"), self)
        self.set_button.setToolTip(
            tr("Set: give the network these numbers (Ctrl+Return); Ctrl+Alt+Z takes them back")
        )
        self.set_button.setShortcut(QKeySequence("Ctrl+Return"))
        self.set_button.clicked.connect(self._set)
        buttons.addButton(self.set_button, QDialogButtonBox.ButtonRole.ApplyRole)
        cancel = buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        for button in (self.set_button, cancel):
            # Return ends the typing of a number; Qt makes a button that accepts the default.
            button.setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        self.resize(640, 420)

    @property
    def views(self) -> list[_LayerView]:
        """The tables of all layers."""
        return [self.tabs.widget(k) for k in range(self.tabs.count())]

    def paste(self, text: str) -> None:
        """Paste into the table in sight."""
        view = self.tabs.currentWidget()
        try:
            view.table.paste(text, view.currentIndex())
        except BlockError as error:
            self._say(str(error), is_wrong=True)
        else:
            self._say("", is_wrong=False)

    def _set(self) -> None:
        """Give the network the numbers, unless a cell holds none, which is shown then."""
        for k, view in enumerate(self.views):
            wrong = view.table.wrong
            if wrong.isValid():
                self.tabs.setCurrentIndex(k)
                view.setCurrentIndex(wrong)
                view.setFocus()
                self._say(view.table.data(wrong, Qt.ItemDataRole.ToolTipRole), is_wrong=True)
                return
        session = self._services.session
        if session.network.architecture != self._architecture:
            self._say(tr("The network was replaced meanwhile; open this once more."), is_wrong=True)
            return
        theta = session.network.own_weights.copy()
        for view, layer in zip(self.views, self._architecture.layers(theta), strict=True):
            view.table.write_into(layer)
        session.weight_editor.do(theta, tr("Weights set by hand"))
        self.accept()

    def _say(self, text: str, *, is_wrong: bool) -> None:
        self.said.setText(text)
        give_role(self.said, "warning" if is_wrong else "muted")


def _unit_names(layer: int, n_units: int) -> tuple[str, ...]:
    return tuple(tr("unit {number}").format(number=f"{layer + 1}.{k + 1}") for k in range(n_units))


def show_set_weights(services: Services, parent: QWidget) -> SetWeightsDialog | None:
    """Open the dialog; a network with too many numbers is refused by a sentence."""
    n = services.session.network.architecture.n_params
    if n > MOST_NUMBERS:
        services.say(
            tr(
                "{n:,} numbers are too many to be typed; at most {most:,} are. Take a smaller network."
            ).format(n=n, most=MOST_NUMBERS),
            warning=True,
        )
        return None
    dialog = SetWeightsDialog(services, parent)
    dialog.show()
    return dialog
