"""The panel Answer: the outputs; a click on the name of a class labels the drawing."""

from PySide6.QtWidgets import QWidget

from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import TEXT_PERIOD_S, Pace
from nnstudio.studio.painting.labels import remark
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.output_kinds import studio_kind
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.answer_view import AnswerView


class AnswerPanel:
    """Shows every output, and beside numbers the right ones where they are known."""

    name = "answer"
    title = translatable("Answer")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._session = services.session
        self._is_hidden = False
        self._pace, self._x = Pace(TEXT_PERIOD_S), services.session.input.x
        self.widget = AnswerView(tr(self.title), parent)
        self.widget.classes.named.connect(services.session.fine_tuner.teach_class)
        self.note = remark("", self.widget)

    def refresh(self, changes: Changes) -> None:
        """Update what changed since the last frame."""
        session = self._session
        network, reading = session.network, session.network.reading
        if changes.network:
            self.widget.set_outputs(network.output_space, network.architecture)
        # Bars of classes are live; numbers change at reading speed, but for what the hand does.
        is_hand, self._x = session.input.x is not self._x, session.input.x
        was_hidden, self._is_hidden = self._is_hidden, session.fill_in.hides_answer
        is_other = was_hidden != self._is_hidden
        at_once = changes.network or is_hand or is_other or network.output_space.n_classes > 0
        if self._pace.due(changes.reading or changes.network or is_other, at_once=at_once):
            if reading is None or self._is_hidden:
                self.widget.clear()
            else:
                self.widget.show_outputs(reading.outputs, reading.z[-1], session.input.right_answer)
            teachable = reading is not None and session.input.drawing_read is not None
            self.widget.classes.set_teachable(teachable)
            note = tr("wrong? click what it was") if teachable else ""
            self.note.setText(tr("hidden until all is filled in (U)") if self._is_hidden else note)

    def numbers(self) -> NumberTable:
        """Return each output's weighted sum and value."""
        network = self._session.network
        if network.reading is None:
            return (), []
        reading = network.reading
        columns = network.output_names, reading.z[-1].tolist(), reading.outputs.tolist()
        name, value = map(tr, studio_kind(network.output_space).columns)
        return (name, "z", value), list(zip(*columns, strict=True))
