"""The part of the input panel that shows a word or number: labels under the ink, and the whole reading."""

from typing import TYPE_CHECKING

from nnstudio.language import tr
from nnstudio.studio.background.pace import TEXT_PERIOD_S, Pace
from nnstudio.studio.panels.input.canvas_labels import CanvasLabel
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.services import Services

if TYPE_CHECKING:
    from nnstudio.studio.panels.input.view import InputView

LONGEST_WITH_CERTAINTY = 3
"""Letters of a reading beside which there is room."""


class InputLine:
    """Shows what ``services.line`` reads.

    Attributes
    ----------
    text : str
        The whole reading, of several characters; else nothing.
    certainty : str
        How sure the least certain character is.
    """

    def __init__(self, services: Services, panel: "InputView") -> None:
        self._session, self._line, self._canvas = services.session, services.line, panel.canvas
        # The hand is followed at once; what training changes is for people to read.
        self._pace = Pace(TEXT_PERIOD_S)
        self.text = self.certainty = ""
        panel.canvas.label_clicked.connect(self._line.choose)

    def refresh(self, changes: Changes) -> None:
        """Read the line anew where it, or the weights, changed."""
        if not self._pace.due(changes.reading or changes.network, at_once=self._line.is_new):
            return
        characters = self._line.characters()
        self.text = self._line.text(characters)
        is_softmax = self._session.architecture.activations[-1] == "softmax"
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
            labels.append(
                CanvasLabel(character.box, character.label, value, tip, chosen=nth == self._line.chosen)
            )
        self._canvas.show_labels(tuple(labels))

    def prompt(self) -> str:
        """Return the words before the reading."""
        return tr("The network sees %n character(s) and reads", len(self.text.replace(" ", "")))
