"""The panel Input: editor of the input, its image as the network sees it, and the prediction."""

from PySide6.QtWidgets import QWidget

from nnstudio.data.problem import OutputSpace
from nnstudio.insight.reading import Reading
from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import TEXT_PERIOD_S, Pace
from nnstudio.studio.painting.numbers import figure
from nnstudio.studio.panels.input.canvas_labels import CanvasLabel
from nnstudio.studio.panels.input.editors import FollowsNetwork
from nnstudio.studio.panels.input.view import InputView
from nnstudio.studio.panels.normalisation.panel import STAGE_WORDS
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.character_line import CharacterLine
from nnstudio.studio.session.input_kinds import STUDIO_INPUT_KINDS
from nnstudio.studio.session.messages import detector_sentence
from nnstudio.studio.session.services import Services
from nnstudio.studio.session.session import Session

LONGEST_WITH_CERTAINTY = 3
"""Longest text with room for a probability beside it."""


class InputPanel:
    """Edits the input and shows the prediction."""

    name = "input"
    title = translatable("Input")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._session, self._services = services.session, services
        self._document = services.session.input
        self._pace = Pace(TEXT_PERIOD_S)
        self.widget = InputView(services, parent)
        self._line = _LineReading(services.session, self.widget)
        self._is_rejected = False
        """Whether the detector takes the input for one of no class: the answer steps back."""
        self.note = self.widget.note
        services.session.drawing_collection.changed.connect(self._show_wanted)
        services.session.drawing_collection.begun.connect(self._meet_collection)
        self._show_wanted()

    def _show_wanted(self) -> None:
        noun = tr(self._session.network.output_space.noun)
        self.widget.show_wanted(self._services.session.drawing_collection.wanted, noun)

    def _meet_collection(self) -> None:
        self._services.show_panel(self.name)
        self.widget.canvas.setFocus()

    def refresh(self, changes: Changes) -> None:
        """Update; the probability more slowly than the rest."""
        if changes.network:
            self.widget.show_tools(tr(self._session.network.output_space.noun))
        editor = self.widget.editors.currentWidget()
        if isinstance(editor, FollowsNetwork):
            editor.refresh(changes)
        self._line.refresh(changes)
        if changes.reading or changes.network:
            self._show_reading()
        # No probability stays beside an answer that has stepped back.
        if self._pace.due(changes.reading or changes.network, at_once=self._is_rejected):
            self._show_certainty()

    def _show_reading(self) -> None:
        network, panel = self._session.network, self.widget
        reading, space, noun = network.reading, network.input_space, tr(network.output_space.noun)
        if space.traits.has_pixels:
            panel.preview.show_image(None if reading is None else reading.x.reshape(space.shape))
        size = "\u00a0×\u00a0".join(map(str, space.shape))
        words = STUDIO_INPUT_KINDS[space.kind]
        prompt, sees = tr(words.prompt).format(noun=noun), tr(words.sees).format(size=size)
        if self._line.text:
            sees = self._line.prompt()
        is_unusual = self._document.is_unusual
        if is_unusual:
            sees = tr("Not normalised the usual way ({stage}), it reads").format(
                stage=tr(STAGE_WORDS[self._document.stage][0]).lower()
            )
        answer = "" if reading is None else _answer_in_words(reading, network.output_space)
        score = network.ood_score
        self._is_rejected = score is not None and score.is_rejected and not self._line.text
        if self._is_rejected:
            sees = tr("The network sees {size}; its nearest class is {name}").format(size=size, name=answer)
            answer = tr("not a {noun}").format(noun=noun)
        panel.show_sees(prompt if reading is None else sees, warning=is_unusual)
        panel.show_answer(self._line.text or answer, steps_back=self._is_rejected)
        panel.ood_meter.show_ood_score(score, noun, detector_sentence(network.detector_card))

    def _show_certainty(self) -> None:
        reading = self._session.network.reading
        certain = ""
        is_answer = reading is not None and not self._is_rejected
        if is_answer and self._session.network.architecture.gives_probabilities:
            certain = f"{100 * float(reading.class_values[reading.label]):.1f} %"
        self.widget.certainty.setText(self._line.certainty if self._line.text else certain)

    def numbers(self) -> NumberTable:
        """Return the input as the network sees it: a row for each row of pixels, or one of its numbers.

        Of a plane or a line they are the outputs all over it.
        """
        x, space = self._document.x, self._session.network.input_space
        if space.traits.has_field:
            return self.widget.editors.currentWidget().numbers()
        if x is None:
            return (), []
        if not space.traits.has_pixels:
            return space.names, [x.tolist()]
        rows = x.reshape(space.shape).tolist()
        return (tr("row"), *map(str, range(space.shape[1]))), [(k, *row) for k, row in enumerate(rows)]


def _answer_in_words(reading: Reading, space: OutputSpace) -> str:
    """Return the class of the largest output, or the numbers with their units, one below the other."""
    if not space.quantities:
        return space.class_names[reading.label]
    pairs = zip(space.quantities, reading.outputs.tolist(), strict=True)
    return "\n".join(f"{figure(value)} {quantity.unit}".rstrip() for quantity, value in pairs)


class _LineReading:
    """Prediction of a word or number: labels under the ink, and the whole text.

    Attributes
    ----------
    text : str
        The predicted characters; empty where there are not several.
    certainty : str
        Probability of the least certain character.
    """

    def __init__(self, session: Session, panel: InputView) -> None:
        self._session, self._canvas = session, panel.canvas
        # Input by hand is shown at once, changes by training at reading speed.
        self._pace = Pace(TEXT_PERIOD_S)
        self._read: tuple[CharacterLine | None, int] = (None, 0)
        self.text = self.certainty = ""
        panel.canvas.label_clicked.connect(session.input.choose_character)

    def refresh(self, changes: Changes) -> None:
        """Predict the line again where it, or the weights, changed."""
        session, line, chosen = self._session, self._session.input.line, self._session.input.chosen
        is_new = self._read != (line, chosen)
        if not self._pace.due(changes.reading or changes.network, at_once=is_new):
            return
        self._read = line, chosen
        characters = session.read_line()
        self.text = "" if line is None else line.text(characters)
        is_softmax = session.network.architecture.gives_probabilities
        least = min((character.output for character in characters), default=0.0)
        # A longer word takes the room; each character's own stands below it.
        has_room = len(self.text) <= LONGEST_WITH_CERTAINTY
        self.certainty = f"≥ {100 * least:.1f} %" if characters and is_softmax and has_room else ""
        labels = []
        for nth, character in enumerate(characters):
            value = f"{100 * character.output:.0f} %" if is_softmax else ""
            what = (
                tr("probability {output:.4f}").format(output=character.output)
                if is_softmax
                else tr("output {output:.3f}").format(output=character.output)
            )
            tip = tr(
                "Character {nth} of {total}, read as {label}: {what}. Click to show it in the "
                "network; . and , go to the next and the one before."
            ).format(nth=nth + 1, total=len(characters), label=character.label, what=what)
            number = 0 if line is None else line.line_of(nth)
            labels.append(
                CanvasLabel(character.box, character.label, value, tip, chosen=nth == chosen, line=number)
            )
        self._canvas.show_labels(tuple(labels))

    def prompt(self) -> str:
        """Return the text before the prediction."""
        return tr("The network sees %n character(s) and reads", len("".join(self.text.split())))
