"""The panel Activations: activations of all layers for the current input."""

from PySide6.QtWidgets import QWidget

from nnstudio.language import tr, translatable
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.layer_names import layer_names
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.activation_strips import ActivationStrips


class ActivationsPanel:
    """Shows each layer's activations as a strip."""

    name = "activations"
    title = translatable("Activations")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._session, self._evaluator = services.session, services.session.evaluator
        self.widget = ActivationStrips(tr(self.title), parent)
        self.widget.unit_clicked.connect(services.session.selection.select)
        self.widget.unit_pointed.connect(services.session.selection.point_at)

    def refresh(self, changes: Changes) -> None:
        """Update what changed since the last frame."""
        if changes.results or changes.network:
            results = self._evaluator.latest
            # Outputs are never marked as dead.
            self.widget.dead = () if results is None else results.dead[:-1]
            self.widget.classes = self._session.network.output_space.class_names
            self.widget.update()
        if not (changes.reading or changes.network):
            return
        reading, architecture = self._session.network.reading, self._session.network.architecture
        if reading is None:
            self.widget.clear()
            return
        layers = zip(layer_names(architecture)[1:], architecture.layer_sizes[1:], strict=True)
        self.widget.show_layers(
            [tr("{name} · %n unit(s)", n).format(name=name) for name, n in layers], reading.a
        )
