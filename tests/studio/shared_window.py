"""One window for the tests of a module that do not need a new one: making and showing it takes a second."""

import threading

from PySide6.QtWidgets import QApplication, QDialog
from shiboken6 import Shiboken

from nnstudio.data.stages import STAGES
from nnstudio.files.session_file import SavedSession
from nnstudio.studio.painting.colour_scale import Scope
from nnstudio.studio.painting.theme import DARK, appearance
from nnstudio.studio.session.default_configs import opened_config
from nnstudio.studio.session.input_document import DEFAULT_PEN_WIDTH
from nnstudio.studio.window.screen_fit import PREFERRED, SMALLEST
from nnstudio.training.data_choices import DataChoices
from tests.studio.gestures import discard


class SharedWindow:
    """A window that tests take turns with.

    Attributes
    ----------
    window : MainWindow or None
    """

    def __init__(self):
        self.window = None
        self._top_level = set()
        self._layout = None

    @property
    def is_open(self):
        """Whether there is one that a test has not closed."""
        return self.window is not None and Shiboken.isValid(self.window) and self.window.isVisible()

    def owns(self, thing):
        """Tell whether a widget or a timer is the window, or belongs to it."""
        if thing in self._top_level:
            return True
        while thing is not None and thing is not self.window:
            thing = thing.parent()
        return thing is not None

    def take(self, window):
        """Share a new window."""
        self.window = window
        self._top_level = set(QApplication.topLevelWidgets())
        self._layout = window.dock_area.state()

    def stop(self, model):
        """Stop what a test may have left running: training, loading, film, dialogs."""
        for dialog in self.window.findChildren(QDialog):
            discard(dialog)
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        # Both are the application's: a test of a widget without a window follows.
        self.window.set_text_scale(1.0)
        if appearance.theme is not DARK:
            self.window.set_theme(DARK)
        self._restore(model)

    def threads(self):
        """Return the threads of the window's workers, which last from their first question to its end."""
        if not self.is_open:
            return set()
        return {thread for thread in threading.enumerate() if thread.name.startswith("nnstudio")}

    def reset(self, model):
        """Bring back how a new window begins, except what panels and data sources keep to themselves."""
        window = self.window
        window.whats_this_mode.end()
        window.presentation.set_on(False)
        window.settings.clear()
        if not self._looks_new():
            window.apply_settings()
            window.hints.put_away()
            window.settings.clear()
        elif window.dock_area.state() != self._layout:
            window.dock_area.restore(self._layout)
            # A test may resize the window at once, as no user does.
            window.dock_area._settling.stop()
        if window.session.selection.unit is not None:
            window.session.selection.clear()
        window.colour_scale.choose(Scope.LAYER)
        self._restore(model)
        window.session.drawing_collection.stop()
        # Those that the test before added: no test begins with drawings.
        while window.session.drawings.undo():
            pass
        document = window.session.input
        document.stage = STAGES[-1]
        document.clear()
        document.undo_stack.clear()
        document.set_pen_width(DEFAULT_PEN_WIDTH)
        document.set_erasing(False)
        window.input.canvas.setFocus()
        window.say("")

    def _looks_new(self):
        window = self.window
        return (
            appearance.theme is DARK
            and appearance.text_scale == 1.0
            and not window.isFullScreen()
            and not window.isMinimized()
            and window.minimumSize() == SMALLEST
            and window.size() == PREFERRED
            and not window.hints.is_on
        )

    def _restore(self, model):
        session = self.window.session
        session.restore(
            SavedSession("digits-synthetic", DataChoices(), model, opened_config(model), was_trained=False)
        )
        session.training.forget_problem()

    def discard(self):
        """Close the window, and check that its threads end with it."""
        threads = self.threads()
        if self.window is not None and Shiboken.isValid(self.window):
            discard(self.window)
        self.window, self._top_level = None, set()
        for thread in threads:
            thread.join(timeout=2.0)
        left = [thread.name for thread in threads if thread.is_alive()]
        assert not left, f"threads left running: {left}"
