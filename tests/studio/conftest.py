"""The application, a window with a small network, and a check that nothing of it outlives its test."""

import math
import weakref
from unittest.mock import MagicMock

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QObject, QSettings, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu, QVBoxLayout, QWidget
from shiboken6 import Shiboken

from nnstudio.data.problem import InputSpace, Problem, Samples
from nnstudio.data.problems import DIGITS, load_problem
from nnstudio.data.synthetic import synthetic_digits
from nnstudio.studio.background import pace
from nnstudio.studio.documents.open_save import FileOpener
from nnstudio.studio.documents.recent_files import RecentFiles
from nnstudio.studio.painting.colour_scale import ColourScale
from nnstudio.studio.painting.theme import DARK, appearance, set_text_scale, text_font, text_scale
from nnstudio.studio.program.application import create_application
from nnstudio.studio.session import evaluator, ood_detector_fit, problem_sources
from nnstudio.studio.session.curve_options import CurveOptions
from nnstudio.studio.session.graph_options import GraphOptions
from nnstudio.studio.session.pixel_options import PixelOptions
from nnstudio.studio.session.services import Services
from nnstudio.studio.session.session import Session
from nnstudio.studio.window.frame_updates import refresh_visible
from nnstudio.studio.window.main_window import MainWindow
from tests.studio.gestures import discard, flush_deletions
from tests.studio.networks import model_of
from tests.studio.shared_window import SharedWindow


@pytest.fixture
def qtbot(qtbot):
    """Wait longer than pytest-qt does by itself: a machine may be busy with other things."""
    wait_until = qtbot.waitUntil
    qtbot.waitUntil = lambda condition, *, timeout=30_000: wait_until(condition, timeout=timeout)
    return qtbot


@pytest.fixture(scope="session")
def qapp():
    """Return the program's own application object, for pytest-qt as well."""
    return create_application()


@pytest.fixture(scope="session", autouse=True)
def started_timers():
    """Return the timers that Python code started and that still exist; asking the collector takes 40 ms."""
    timers = weakref.WeakSet()
    start = QTimer.start

    def noted(timer, *interval):
        timers.add(timer)
        start(timer, *interval)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QTimer, "start", noted)
        yield timers


@pytest.fixture(scope="module")
def shared(qapp):
    """Return what holds the window that tests marked ``window(shared=True)`` take turns with."""
    holder = SharedWindow()
    yield holder
    holder.discard()


@pytest.fixture(autouse=True)
def _nothing_left_behind(qapp, started_timers, shared, kept_threads):
    """Fail a test that leaves a top-level widget or a running timer, and name it."""
    before = set(QApplication.topLevelWidgets())
    yield
    flush_deletions()
    kept_threads.clear()
    kept_threads.update(shared.threads())
    # pyqtgraph's menus, and the empty widgets left of making them, have no parent: they go with the Python
    # objects that pytest or a shared window still holds here.
    new = set(QApplication.topLevelWidgets()) - before
    own = [w for w in new if not isinstance(w, QMenu) and (type(w) is not QWidget or w.children())]
    widgets = [repr(w) for w in own if not shared.owns(w)]
    assert not widgets, f"top-level widgets left: {widgets}"
    timers = [timer for timer in started_timers if Shiboken.isValid(timer) and timer.isActive()]
    running = [timer for timer in timers if not shared.owns(timer)]
    assert not running, f"timers left running, of {[repr(timer.parent()) for timer in running]}"


@pytest.fixture(scope="session")
def digits():
    """Return a small problem of digits."""
    images, labels = synthetic_digits(700, rng=np.random.default_rng(0))
    return Problem(
        name="digits-synthetic",
        title="Built-in digits",
        input_space=InputSpace("image", (28, 28), 0.0, 1.0),
        output_space=DIGITS,
        train=Samples(images[:600], labels[:600], scale=1 / 255),
        test=Samples(images[600:], labels[600:], scale=1 / 255),
        source="Six hundred digits for tests.",
    )


@pytest.fixture(autouse=True)
def _small_problems(monkeypatch, digits):
    """Give the window small problems at once: no download, and no seconds of writing digits."""
    monkeypatch.setenv("NNSTUDIO_THREADS", "1")

    def load(name, **options):
        return digits if name == "digits-synthetic" else load_problem(name, **options)

    monkeypatch.setattr(problem_sources, "load_problem", load)


@pytest.fixture(autouse=True)
def _dark_theme():
    """Give the next test the theme that views have at first."""
    yield
    appearance.set_theme(DARK)


@pytest.fixture(autouse=True)
def _patience(monkeypatch):
    """Load no test set and fit no detector unasked, and stretch no pace: a test says when there is one."""
    monkeypatch.setattr(pace, "window_load", pace.WindowLoad())
    monkeypatch.setattr(evaluator, "UNASKED_AFTER_S", math.inf)
    monkeypatch.setattr(ood_detector_fit, "REST_S", math.inf)


@pytest.fixture
def model():
    """Return an untrained network for digits."""
    return model_of((784, 12, 8, 10))


@pytest.fixture
def settings(tmp_path):
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


class _Closing(QObject):
    closing = Signal()


class _AnyActions(dict):
    """An action for each name that is asked for; it does nothing."""

    def __missing__(self, name):
        self[name] = QAction(name)
        return self[name]


@pytest.fixture
def lone_widgets():
    """Return a list for the widgets of panels that stand alone; they go after their session has ended."""
    return []


@pytest.fixture
def make_services(qapp, settings, lone_widgets):
    """Return a function that makes what the window hands its parts, with a session, without a window.

    The session keeps what is said in ``sentences``, each with whether it is a warning.
    """
    made = []

    def make(model, problem_name="digits-synthetic"):
        session, window = Session(model, problem_name), _Closing()
        session.sentences = []
        editor = QWidget()

        def say(text, warning=False):
            session.sentences.append((text, warning))

        session.said.connect(say)
        made.append((window, session))
        return Services(
            session=session,
            colour_scale=ColourScale(),
            curve_options=CurveOptions(),
            graph_options=GraphOptions(),
            pixel_options=PixelOptions(),
            settings=settings,
            actions=_AnyActions(),
            say=say,
            show_panel=lambda name: None,
            request_frame=lambda: None,
            closing=window.closing,
            input_editor=lambda: editor,
        )

    yield make
    for window, session in made:
        window.closing.emit()
        session.close()
    for widget in lone_widgets:
        discard(widget)
    for _, session in made:
        session.deleteLater()


@pytest.fixture
def services(make_services, model):
    """Return what the window hands its parts, without a window."""
    return make_services(model)


@pytest.fixture
def session(services):
    """Return a session without a window; it keeps what it says in ``sentences``."""
    return services.session


class Frames:
    """What a window does once a frame, for a session and for panels that stand alone.

    Attributes
    ----------
    panels : list of Panel
    """

    def __init__(self, session):
        self.panels = []
        self._session, self._seen, self._is_selection_new = session, set(), False
        session.selection.changed.connect(self._note_selection)

    def _note_selection(self):
        self._is_selection_new = True

    def step(self):
        """Poll the session and refresh the panels that can be seen."""
        changes = self._session.poll()
        changes.selection, self._is_selection_new = self._is_selection_new, False
        refresh_visible(self.panels, changes, self._seen)


@pytest.fixture
def frames(session):
    return Frames(session)


@pytest.fixture
def until(frames, qtbot):
    """Return a function that goes on frame by frame until a condition holds."""

    def wait(condition):
        def step():
            frames.step()
            return condition()

        qtbot.waitUntil(step)

    return wait


@pytest.fixture
def show_alone(services, frames, lone_widgets, qtbot):
    """Return a function that makes a panel and shows it in a widget of its own, as large as one in a dock."""

    def show(kind, size=(440, 400)):
        frame = QWidget()
        lone_widgets.append(frame)
        panel = kind(services, frame)
        QVBoxLayout(frame).addWidget(panel.widget)
        frame.resize(*size)
        frame.show()
        frame.activateWindow()
        qtbot.waitExposed(frame)
        frames.panels.append(panel)
        frames.step()
        return panel

    return show


class FakeLayout:
    """The arrangement of panels that there are not; ``restored`` has those that were put back."""

    def __init__(self):
        self.restored = []

    def state(self):
        return QByteArray(b"an arrangement")

    def restore(self, state):
        self.restored.append(state)


@pytest.fixture
def layout():
    return FakeLayout()


@pytest.fixture
def opener(services, settings, layout):
    """Return what opens files in a session without a window."""
    return FileOpener(services, RecentFiles(settings, services.session), layout, MagicMock())


def shown(window, qtbot):
    """Show a window, and wait for its first frame."""
    window.show()
    qtbot.waitExposed(window)
    qtbot.waitUntil(lambda: window.frame_timer.frames > 0)
    return window


@pytest.fixture
def open_window(qtbot, model, settings, shared):
    """Return a function that opens windows; they are closed and deleted in the end."""
    windows = []
    shared.discard()

    def open_one(model=model, problem_name="digits-synthetic", theme=DARK, settings=settings):
        if not any(widget.isVisible() for widget in QApplication.topLevelWidgets()):
            # As when the program starts: what is styled already is styled once more with each new parent.
            QApplication.instance().setStyleSheet("")
        window = MainWindow(model, problem_name, theme, settings)
        windows.append(window)
        return shown(window, qtbot)

    yield open_one
    for window in windows:
        if Shiboken.isValid(window):
            discard(window)
    if text_scale() != 1.0:
        set_text_scale(1.0, [])
        QApplication.setFont(text_font())
    appearance.theme = DARK


@pytest.fixture
def window(request):
    """Return a window with a network for digits: a new one, or that of the module, see `SharedWindow`."""
    marker = request.node.get_closest_marker("window")
    # A test that opens others as well looks at several at once.
    if marker is not None and marker.kwargs["shared"] and "open_window" not in request.fixturenames:
        return request.getfixturevalue("shared_window")
    return request.getfixturevalue("open_window")()


@pytest.fixture
def shared_window(request, qtbot, model, shared, tmp_path_factory):
    """Return a window that looks like a new one; it is one for a test marked ``new_window``."""
    if not shared.is_open or request.node.get_closest_marker("new_window") is not None:
        shared.discard()
        settings = QSettings(
            str(tmp_path_factory.mktemp("shared") / "settings.ini"), QSettings.Format.IniFormat
        )
        shared.take(shown(MainWindow(model, "digits-synthetic", DARK, settings), qtbot))
    else:
        frames = shared.window.frame_timer.frames
        shared.reset(model)
        # A window that was closed since was the active one, and leaves none.
        shared.window.activateWindow()
        qtbot.waitUntil(lambda: shared.window.frame_timer.frames > frames and shared.window.isActiveWindow())
    yield shared.window
    if shared.is_open:
        shared.stop(model)
    else:
        shared.discard()


@pytest.fixture
def ready(window, qtbot):
    """Return a window whose problem is loaded and whose trainer waits."""
    window.session.training.random_test_input(lambda x, name: None)
    qtbot.waitUntil(lambda: window.session.network.snapshot is not None)
    return window
