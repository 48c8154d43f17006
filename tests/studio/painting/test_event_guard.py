"""Errors of event handlers reach the trap, and nothing else."""

import importlib
import pkgutil

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

import nnstudio.studio
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.views.view import View
from tests.studio.gestures import discard


class Broken(View):
    """Has errors that C raises: those that PySide cannot keep before Python 3.12."""

    def paintEvent(self, event):
        painter = self.painter()
        painter.setPen([][0])

    def keyPressEvent(self, event):
        [][0]


@contained
class BrokenFilter(QObject):
    def eventFilter(self, watched, event):
        return bool({}[event.type()])


@pytest.fixture
def broken(qapp):
    view = Broken("Broken")
    yield view
    discard(view)


def kinds(errors):
    return {kind for kind, _, _ in errors}


def test_an_error_while_painting_is_reported_and_ends_the_painter(broken, qtbot):
    with qtbot.capture_exceptions() as errors:
        broken.grab()
        # Qt would warn here, and paint nothing, if the first painter were still at work.
        broken.grab()
    assert [(kind, str(error)) for kind, error, _ in errors] == 2 * [(IndexError, "list index out of range")]


def test_an_error_at_a_key_is_reported(broken, qtbot):
    with qtbot.capture_exceptions() as errors:
        QTest.keyClick(broken, Qt.Key.Key_Left)
    assert kinds(errors) == {IndexError}


def test_a_filter_that_fails_lets_the_event_through(qapp, qtbot):
    watched, broken = QWidget(), BrokenFilter()
    watched.installEventFilter(broken)
    with qtbot.capture_exceptions() as errors:
        QApplication.sendEvent(watched, QEvent(QEvent.Type.EnabledChange))
        watched.removeEventFilter(broken)
    assert kinds(errors) == {KeyError}
    discard(watched)


def handlers_of(kind):
    return [name for name in vars(kind) if name in ("event", "eventFilter") or name.endswith("Event")]


def test_every_handler_of_the_studio_is_contained():
    for module in pkgutil.walk_packages(nnstudio.studio.__path__, "nnstudio.studio."):
        importlib.import_module(module.name)
    kinds, seen = [QObject], set()
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        if kind.__module__.startswith("nnstudio."):
            for name in handlers_of(kind):
                seen.add(kind)
                assert hasattr(vars(kind)[name], "__wrapped__"), f"decorate {kind.__qualname__}: {name}"
    assert len(seen) > 30
