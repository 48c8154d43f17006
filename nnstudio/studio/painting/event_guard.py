"""Report exceptions in Qt event handlers at once instead of letting them reach Qt.

PySide keeps the error of a handler, and raises it later in whatever Python code Qt has been called from:
another handler, whose work it breaks off. Worse, before Python 3.12 it takes an error that C raised, such
as the ``IndexError`` of an index out of bounds, for an object that it is not yet, and the program crashes.
"""

import sys
import traceback
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

_Class = TypeVar("_Class", bound=type)

_ITEM_HANDLERS = ("data", "headerData", "paint", "paintSection")


def contained(widget_class: _Class) -> _Class:
    """Decorate a class of Qt objects: errors of its event handlers go to ``sys.excepthook``, never to Qt.

    A handler that failed has not taken its event: ``event`` and ``eventFilter`` return False. Methods
    that Qt calls on models, delegates and headers are handlers too.
    """
    for name, method in list(vars(widget_class).items()):
        if name in ("event", "eventFilter"):
            setattr(widget_class, name, _contained(method, failed=False))
        elif (name.endswith("Event") or name in _ITEM_HANDLERS) and callable(method):
            setattr(widget_class, name, _contained(method, failed=None))
    return widget_class


def _contained(handler: Callable[..., Any], failed: bool | None) -> Callable[..., Any]:
    @wraps(handler)
    def handle(*args: object) -> object:
        try:
            return handler(*args)
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - whatever it is, it is reported
            sys.excepthook(type(error), error, error.__traceback__)
            # Ends painters that the traceback's frames keep alive: Qt needs them ended.
            traceback.clear_frames(error.__traceback__)
            return failed

    return handle
