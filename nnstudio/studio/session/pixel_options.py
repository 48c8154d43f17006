"""How the numbers of pixels are written, in every view of them; no widgets."""

from PySide6.QtCore import QObject, Signal


class PixelOptions(QObject):
    """Whether ink is written as bytes.

    Attributes
    ----------
    in_bytes : bool
        From 0 to 255, else from 0 to 1.

    Notes
    -----
    Thread: gui.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.in_bytes = False

    def write_in_bytes(self, in_bytes: bool) -> None:
        """Write ink as bytes, or as shares of full ink."""
        if in_bytes is not self.in_bytes:
            self.in_bytes = in_bytes
            self.changed.emit()
