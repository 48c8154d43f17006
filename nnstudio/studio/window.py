"""The window: panels put together, events of the window itself, and its end."""

from PySide6.QtCore import QByteArray, QEvent, QObject, QSettings, QSize, Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QMainWindow,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from nnstudio.files.model_file import Model
from nnstudio.studio.actions import Actions
from nnstudio.studio.bridge import FramePacer
from nnstudio.studio.choices import Choices
from nnstudio.studio.commands import Commands
from nnstudio.studio.keeper import SessionKeeper
from nnstudio.studio.panels import AnswerPanel, InputPanel, Panel, StatusLine, Tabs
from nnstudio.studio.presenter import Presenter
from nnstudio.studio.session import Session
from nnstudio.studio.theme import THEMES, Theme, palette, style_sheet
from nnstudio.studio.views.curves import Curves
from nnstudio.studio.views.inspector import Inspector
from nnstudio.studio.views.matrices import Matrices
from nnstudio.studio.views.mosaic import Mosaic
from nnstudio.studio.views.network import NetworkView
from nnstudio.studio.views.outputs import Outputs
from nnstudio.studio.views.strips import Strips
from nnstudio.studio.views.training_bar import TrainingBar

SMALLEST = QSize(1180, 720)
PREFERRED = QSize(1440, 900)


class Window(QMainWindow):
    """nnstudio's main window.

    Parameters
    ----------
    model : Model
        The network on show at first.
    problem_name : str
        What it is trained on.
    theme : Theme
    settings : QSettings
        Where the window's size, place and look are kept.

    Notes
    -----
    Thread: gui. Closing stops the trainer and waits for it, for a bounded time, before the widgets go.
    """

    def __init__(self, model: Model, problem_name: str, theme: Theme, settings: QSettings) -> None:
        super().__init__()
        self.setWindowTitle("nnstudio")
        self.setMinimumSize(SMALLEST)
        self.resize(PREFERRED)
        self.theme = theme
        self._settings = settings
        self.session = Session(model, problem_name, self)
        self._build_views()
        self.commands = Commands(self)
        self.actions_by_name = Actions(self, self.commands)
        self.actions_by_name.fill(self.menuBar())
        self._build_panels()
        self.presenter = Presenter(self)
        self.choices = Choices(self)
        self.commands.connect_all()
        self.set_theme(theme)
        self.pacer = FramePacer(self.presenter.frame, self)
        self.keeper = SessionKeeper(self)
        self.session.input_changed.connect(self.pacer.hurry)
        # On a button or a list, Space does what it does everywhere: it presses.
        self._space = _SpaceForFocused(self)
        for control in (*self.findChildren(QAbstractButton), *self.findChildren(QComboBox)):
            control.installEventFilter(self._space)
        self._restore()
        self.input.canvas.setFocus()
        self.pacer.start()

    def _build_views(self) -> None:
        self.network = NetworkView("Network", self)
        self.outputs = Outputs("Probabilities", self)
        self.inspector = Inspector("Neuron", self)
        self.loss_curves = Curves("Loss curves", "loss", logarithmic=True, parent=self)
        self.accuracy_curves = Curves("Accuracy curves", "accuracy", logarithmic=False, parent=self)
        self.templates = Mosaic("Templates", self)
        self.strips = Strips("Activations", self)
        self.matrices = Matrices("Weights", self)
        self.status = StatusLine(self)

    def _build_panels(self) -> None:
        actions = self.actions_by_name
        self.bar = TrainingBar(
            [actions[n] for n in ("play", "step-batch", "step-epoch", "reset", "new-seed")], self
        )
        self.input = InputPanel(actions, self)
        middle = Panel("Network", "edges show weight × activation · blue positive, orange negative", self)
        middle.body.addWidget(self.network, 1)
        self.curves = Tabs([("Loss", self.loss_curves), ("Accuracy", self.accuracy_curves)], self)
        pages = [("Templates", self.templates), ("Activations", self.strips), ("Weights", self.matrices)]
        self.pictures = Tabs(pages, self)
        answer = AnswerPanel(self.outputs, self.inspector, self)
        for panel, width in (
            (self.input, 252),
            (self.curves, 280),
            (answer, 270),
            (middle, 440),
            (self.pictures, 300),
        ):
            panel.setMinimumWidth(width)
        above = _split(Qt.Orientation.Horizontal, [self.input, middle], [282, 828])
        below = _split(Qt.Orientation.Horizontal, [self.curves, self.pictures], [452, 658])
        left = _split(Qt.Orientation.Vertical, [above, below], [560, 240])
        whole = _split(Qt.Orientation.Horizontal, [left, answer], [1110, 330])
        frame = QWidget(self)
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        layout.addWidget(self.bar)
        layout.addWidget(whole, 1)
        layout.addWidget(self.status)
        self.setCentralWidget(frame)

    def set_theme(self, theme: Theme) -> None:
        """Take on another look, everywhere at once."""
        self.theme = theme
        application = QApplication.instance()
        application.setPalette(palette(theme))
        application.setStyleSheet(style_sheet(theme))
        sheets = (
            self.input.canvas,
            self.input.plane,
            self.input.preview,
            self.network,
            self.outputs,
            self.inspector,
        )
        for view in (
            *sheets,
            self.loss_curves,
            self.accuracy_curves,
            self.templates,
            self.strips,
            self.matrices,
        ):
            view.set_theme(theme)
        self.actions_by_name.tint(theme, running=self.session.is_running)

    def say(self, text: str, *, warning: bool = False) -> None:
        """Show a sentence in the message line."""
        self.status.say(text, warning=warning)

    # The window's own events

    def changeEvent(self, event: QEvent) -> None:
        """Rest while minimised: four looks a second and nothing painted, so that training has the machine."""
        if event.type() == QEvent.Type.WindowStateChange and hasattr(self, "pacer"):
            self.pacer.hidden = self.isMinimized()
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop the threads, keep the window's place, and close."""
        self.pacer.stop()
        self.keeper.finish()
        self.session.close()
        self._settings.setValue("geometry", self.saveGeometry())
        self._settings.setValue("theme", self.theme.name)
        super().closeEvent(event)

    def _restore(self) -> None:
        geometry = self._settings.value("geometry")
        # Whoever edited the settings by hand gets the usual place.
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)


def chosen_theme(settings: QSettings, otherwise: Theme) -> Theme:
    """Return the look the user chose last, or ``otherwise``."""
    return THEMES.get(str(settings.value("theme", "")), otherwise)


class _SpaceForFocused(QObject):
    """Lets the focused control have the space bar before the window's shortcut takes it."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claim Space when it is about to become a shortcut."""
        override = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if override and event.key() == Qt.Key.Key_Space:
            event.accept()
            return True
        return False


def _split(orientation: Qt.Orientation, parts: list[QWidget], sizes: list[int]) -> QSplitter:
    splitter = QSplitter(orientation)
    splitter.setHandleWidth(1)
    splitter.setChildrenCollapsible(False)
    for part in parts:
        splitter.addWidget(part)
    splitter.setSizes(sizes)
    for index, size in enumerate(sizes):
        splitter.setStretchFactor(index, size)
    return splitter
