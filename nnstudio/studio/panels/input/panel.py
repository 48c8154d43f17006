"""The input: canvas or plane, and what the network sees and reads."""

from PySide6.QtWidgets import QWidget

from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import TEXT_PERIOD_S, Pace
from nnstudio.studio.panels.input.character_line import InputLine
from nnstudio.studio.panels.input.view import InputView
from nnstudio.studio.panels.normalisation.panel import STAGE_WORDS
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.messages import detector_sentence
from nnstudio.studio.session.services import Services


class InputPanel:
    """Shows where the input is made and what is read."""

    name = "input"
    title = translatable("Input")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._session = services.session
        self._pictures = services.unit_images
        self._pace = Pace(TEXT_PERIOD_S)
        self.widget = InputView(services.actions, parent)
        self._line = InputLine(services, self.widget)
        self.note = self.widget.note

    def refresh(self, changes: Changes) -> None:
        """Show what is new; the certainty more slowly than the rest."""
        if changes.network:
            self._meet_network()
        if (changes.weights or changes.network) and self._session.input_space.kind == "plane":
            tiles = self._pictures.by_layer(self._session.displayed_weights)
            last = self._session.architecture.n_layers - 1
            if last in tiles:
                self.widget.plane.show_field(tiles[last])
        self._line.refresh(changes)
        if changes.reading or changes.network:
            self._show_reading()
        if self._pace.due(changes.reading or changes.network):
            self._show_certainty()

    def _meet_network(self) -> None:
        session, panel = self._session, self.widget
        panel.show_kind(session.input_space.kind, tr(session.output_space.noun))
        if session.input_space.kind == "plane":
            panel.plane.set_space(session.input_space)
            if session.problem is not None:
                panel.plane.set_points(session.problem.train.inputs(), session.problem.train.labels)
            if session.x is not None:
                panel.plane.choose((float(session.x[0]), float(session.x[1])))

    def _show_reading(self) -> None:
        session, panel = self._session, self.widget
        reading, space, noun = session.reading, session.input_space, tr(session.output_space.noun)
        if space.kind == "image":
            panel.preview.show_image(None if reading is None else reading.x.reshape(space.shape))
        size = "\u00a0×\u00a0".join(map(str, space.shape))
        if space.kind == "image":
            prompt, sees = (
                tr("Draw a {noun}: the answer follows the pen").format(noun=noun),
                tr("The network sees {size} and reads").format(size=size),
            )
        else:
            prompt, sees = tr("Click in the plane"), tr("The network answers")
        if self._line.text:
            sees = self._line.prompt()
        is_unusual = space.kind == "image" and panel.sheets.is_unusual
        if is_unusual:
            sees = tr("Not normalised the usual way ({stage}), it reads").format(
                stage=tr(STAGE_WORDS[panel.sheets.stage][0]).lower()
            )
        answer = "" if reading is None else session.output_space.class_names[reading.label]
        panel.show_sees(prompt if reading is None else sees, warning=is_unusual)
        panel.show_answer(self._line.text or answer)
        panel.ood_meter.show_ood_score(session.ood_score, noun, detector_sentence(session.detector_card))

    def _show_certainty(self) -> None:
        reading = self._session.reading
        certain = ""
        if reading is not None and self._session.architecture.activations[-1] == "softmax":
            certain = f"{100 * float(reading.outputs[reading.label]):.1f} %"
        self.widget.certainty.setText(self._line.certainty if self._line.text else certain)
