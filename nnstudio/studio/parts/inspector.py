"""The selected unit, explained for the input at hand."""

from typing import TYPE_CHECKING

import numpy as np

from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.insight.pushes import pushes
from nnstudio.studio.bridge import Changes
from nnstudio.studio.theme import Theme
from nnstudio.studio.views.inspector import Inspector, UnitReport
from nnstudio.studio.views.network_layout import layer_names

if TYPE_CHECKING:
    from nnstudio.studio.window import Window


class InspectorPart:
    """Shows a report on the selected unit, or the hint that one can be clicked."""

    name = "inspector"
    title = "Neuron"

    def __init__(self, window: "Window") -> None:
        self._session, self._selection = window.session, window.selection
        self.widget = Inspector(self.title, window)

    def refresh(self, changes: Changes) -> None:
        """Show what is new."""
        if changes.network or changes.weights or changes.reading or changes.selection:
            unit = self._selection.unit
            self.widget.show_unit(None if unit is None else self._report(*unit))

    def _report(self, layer: int, unit: int) -> UnitReport:
        session = self._session
        architecture, reading = session.architecture, session.reading
        weights = architecture.layers(session.theta)[layer]
        names = layer_names(architecture)
        is_output = layer == architecture.n_layers - 1
        title = f"Neuron {unit} of {names[layer + 1].lower()}"
        if is_output:
            title = f"Output for {session.output_space.class_names[unit]}"
        towards = None
        if reading is not None and not is_output:
            towards = pushes(architecture, session.theta, reading, layer)[:, unit]
            if not np.isfinite(towards).all():
                towards = None
        is_picture = layer == 0 and session.input_space.kind == "image"
        return UnitReport(
            title=title,
            activation=ACTIVATIONS[weights.activation].title,
            w=weights.W[unit],
            b=float(weights.b[unit]),
            x=None if reading is None else reading.into(layer),
            z=None if reading is None else float(reading.z[layer][unit]),
            a=None if reading is None else float(reading.a[layer][unit]),
            shape=session.input_space.shape if is_picture else None,
            source=names[layer].lower(),
            source_names=session.input_space.names if layer == 0 else (),
            pushes=towards,
            classes=session.output_space.class_names,
        )

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self.widget.set_theme(theme)
