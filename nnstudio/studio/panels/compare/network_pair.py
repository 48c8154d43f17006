"""Pictures of two networks side by side, of the same layers or not, each with its sizes and counts."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.engine.architecture import Architecture
from nnstudio.insight.reading import Reading
from nnstudio.insight.tiles import layer_tiles
from nnstudio.language import tr
from nnstudio.studio.painting.labels import ShortLabel, remark
from nnstudio.studio.painting.theme import text_scale
from nnstudio.studio.session.layer_names import parameter_words
from nnstudio.studio.views.network.view import NetworkView
from nnstudio.studio.views.responsive_box import ResponsiveBox

ROW_FROM_PX = 480
SMALLEST_PX = QSize(220, 160)


@dataclass(frozen=True, eq=False)
class ShownNetwork:
    """A network, and what it reads.

    Attributes
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,), float32
    input_space : InputSpace
    output_space : OutputSpace
    reading : Reading or None
    """

    architecture: Architecture
    theta: np.ndarray
    input_space: InputSpace
    output_space: OutputSpace
    reading: Reading | None

    def has_frame_of(self, other: "ShownNetwork | None") -> bool:
        """Return whether units and their names are the same as another network's."""
        return other is not None and (
            (self.architecture, self.input_space, self.output_space)
            == (other.architecture, other.input_space, other.output_space)
        )


class NetworkPair(QWidget):
    """Shows networks A and B, their weights, and what both make of the same input.

    Attributes
    ----------
    views : tuple of NetworkView
    captions : tuple of ShortLabel
        Letter, layer sizes, and how many parameters.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # Without the numbers of small networks, for which half a panel has no room.
        self.views = tuple(
            NetworkView(name, self, writes_numbers=False) for name in (tr("Network A"), tr("Network B"))
        )
        self.captions = remark("A", self, ShortLabel), remark("B", self, ShortLabel)
        self._shown: list[ShownNetwork | None] = [None, None]
        boxes = []
        for view, caption in zip(self.views, self.captions, strict=True):
            box = QWidget(self)
            column = QVBoxLayout(box)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(2)
            column.addWidget(caption)
            column.addWidget(view, 1)
            view.setMinimumSize(SMALLEST_PX * text_scale())
            boxes.append((box, 1))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(ResponsiveBox(boxes, ROW_FROM_PX, SMALLEST_PX, self))

    def show_networks(self, first: ShownNetwork, second: ShownNetwork | None) -> None:
        """Show A, and B where there is one."""
        for nth, (letter, network) in enumerate(zip("AB", (first, second), strict=True)):
            self._show(nth, letter, network)

    def _show(self, nth: int, letter: str, network: ShownNetwork | None) -> None:
        view, before = self.views[nth], self._shown[nth]
        self._shown[nth] = network
        view.setVisible(network is not None)
        if network is None:
            self.captions[nth].setText(tr("{letter}: none is chosen").format(letter=letter))
            return
        if not network.has_frame_of(before):
            view.set_network(network.architecture, network.input_space, network.output_space)
            words = f"{letter} · {network.architecture} · {parameter_words(network.architecture)}"
            self.captions[nth].setText(words)
            self.captions[nth].setToolTip(words)
        if before is None or before.theta is not network.theta or not network.has_frame_of(before):
            layers = network.architecture.layers(network.theta)
            biases = [layer.b for layer in layers] if network.architecture.has_biases else []
            tiles = layer_tiles(network.architecture, network.theta, network.input_space)
            view.show_weights([layer.W for layer in layers], tiles, biases)
        view.show_reading(network.reading)
        view.show_numbers()
