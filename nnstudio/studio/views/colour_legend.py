"""The colour legend below pictures of signed numbers."""

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from nnstudio.language import translatable
from nnstudio.studio.painting.images import indexed_image
from nnstudio.studio.painting.theme import signed_table
from nnstudio.studio.views.view import View

LEGEND_TIP = translatable(
    "What the full colour stands for. Click, or K: another scope (unit, layer, network)."
)
_RAMP = np.arange(1, 256, dtype=np.uint8)[None, :]


def paint_signed_legend(view: View, painter: QPainter, box: QRectF, limit: float | None, label: str) -> None:
    """Paint ``label``, −limit, the ramp of colours, +limit; without a limit the ramp goes from − to +."""
    low, high = ("−", "+") if limit is None else (f"−{limit:.3g}", f"+{limit:.3g}")
    ramp = QRectF(box.left() + 52, box.center().y() - 3, 90, 7)
    view.write(
        painter,
        QRectF(box.left(), box.top(), 47, box.height()),
        low,
        size_px=11,
        muted=True,
        align=Qt.AlignmentFlag.AlignRight,
    )
    painter.drawImage(ramp, indexed_image(_RAMP, signed_table(view.theme)))
    view.write(painter, QRectF(ramp.right() + 5, box.top(), 47, box.height()), high, size_px=11, muted=True)
    view.write(
        painter,
        QRectF(ramp.right() + 56, box.top(), box.right() - ramp.right() - 56, box.height()),
        label,
        size_px=11,
        muted=True,
    )
