"""The panel Normalisation: the stages of normalising a drawing, and the prediction from each."""

import numpy as np
from PySide6.QtWidgets import QWidget

from nnstudio.data.picture_problem import inputs_of_pictures
from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.data.stages import STAGES, drawing_stage
from nnstudio.insight.reading import Reading, read
from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import Pace
from nnstudio.studio.panels.normalisation.view import NormalisationStage, NormalisationSteps
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.input_document import SMALLEST_EXTENT
from nnstudio.studio.session.input_kinds import why_not_drawn
from nnstudio.studio.session.services import Services

PERIOD_S = 0.1

STAGE_WORDS = {
    "drawn": (translatable("As drawn"), translatable("place, size and pen as on the canvas")),
    "pen": (
        translatable("One pen"),
        translatable("inked with a pen of the same width, whatever was drawn with"),
    ),
    "boxed": (
        translatable("Boxed"),
        translatable("the longer side of the ink brought to the size of the box, in the middle"),
    ),
    "centred": (
        translatable("Centred"),
        translatable("the centre of mass brought to the middle by whole pixels: the usual way"),
    ),
}


class NormalisationPanel:
    """Shows the stages of the drawing; a chosen one becomes the network's input."""

    name = "stages"
    title = translatable("Normalisation")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._session = services.session
        self._pace = Pace(PERIOD_S)
        self.widget = NormalisationSteps(tr(self.title), parent)
        self.widget.stage_chosen.connect(services.session.input.choose_stage)
        self._outputs: list[tuple[str, list[float]]] = []
        """The title of each stage on show, with the outputs read from it."""

    def refusal(self, input_space: InputSpace, output_space: OutputSpace) -> str:
        """Say that such inputs are not drawn."""
        return "" if input_space.traits.can_be_drawn else why_not_drawn(input_space)

    def refresh(self, changes: Changes) -> None:
        """Update, at most ten times a second."""
        if self._pace.due(changes.reading or changes.network):
            self._show()

    def _show(self) -> None:
        session, document = self._session, self._session.input
        self._outputs = []
        if session.network.raster is None:
            self.widget.show_message(tr("This network's inputs are not drawn."))
        elif document.content.image is not None:
            self.widget.show_message(
                tr("Pixels and pictures have no strokes: draw something to see its stages.")
            )
        elif document.drawing.extent < SMALLEST_EXTENT:
            self.widget.show_message(
                tr("Draw a {noun}: its stages appear here.").format(
                    noun=tr(session.network.output_space.noun)
                )
            )
        else:
            stages = []
            for key in STAGES:
                image = drawing_stage(document.drawing, key, document.pen_width, session.network.raster)
                reading = self._read(image)
                title, tip = map(tr, STAGE_WORDS[key])
                self._outputs.append((title, reading.class_values.tolist()))
                stages.append(NormalisationStage(key, title, tip, image, *self._answers(reading)))
            self.widget.show_stages(tuple(stages), document.stage)

    def numbers(self) -> NumberTable:
        """Return the outputs for each stage."""
        names = self._session.network.output_space.class_names
        return (tr("stage"), *names), [(title, *outputs) for title, outputs in self._outputs]

    def _read(self, image: np.ndarray) -> Reading:
        network = self._session.network
        (x,) = inputs_of_pictures(network.input_space, image[None])
        return read(network.architecture, network.prediction_weights, x)

    def _answers(self, reading: Reading) -> tuple[str, str]:
        """Return the prediction as a sentence and in short."""
        session = self._session
        if not reading.is_finite:
            return tr("no number"), "–"
        name, output = (
            session.network.output_space.class_names[reading.label],
            float(reading.class_values[reading.label]),
        )
        if session.network.architecture.gives_probabilities:
            return f"{name} · {100 * output:.1f} %", f"{name} {100 * output:.0f} %"
        return f"{name} · {output:.2f}", name
