"""The panel Answer: outputs of all classes; a click on a name labels the drawing."""

from PySide6.QtWidgets import QWidget

from nnstudio.language import tr, translatable
from nnstudio.studio.painting.labels import remark
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.class_bars import ClassBars


class AnswerPanel:
    """Shows every class's output."""

    name = "answer"
    title = translatable("Answer")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._session = services.session
        self.widget = ClassBars(tr("Probabilities"), parent)
        self.widget.named.connect(services.session.fine_tuner.teach_class)
        self.note = remark("", self.widget)

    def refresh(self, changes: Changes) -> None:
        """Update what changed since the last frame."""
        session = self._session
        if changes.network:
            self.widget.set_classes(
                session.network.output_space.class_names,
                are_probabilities=session.network.architecture.gives_probabilities,
            )
        if changes.reading or changes.network:
            if session.network.reading is None:
                self.widget.clear()
            else:
                self.widget.show_outputs(session.network.reading.outputs, session.network.reading.z[-1])
            teachable = session.network.reading is not None and self._session.input.drawing_read is not None
            self.widget.set_teachable(teachable)
            self.note.setText(tr("wrong? click what it was") if teachable else "")

    def numbers(self) -> NumberTable:
        """Return each class's weighted sum and output."""
        network = self._session.network
        if network.reading is None:
            return (), []
        names, reading = network.output_space.class_names, network.reading
        rows = list(zip(names, reading.z[-1].tolist(), reading.outputs.tolist(), strict=True))
        return (tr("class"), "z", tr("output")), rows
