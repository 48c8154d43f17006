"""Values of units that are computed by hand, typed and judged."""

from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QObject, Signal

from nnstudio.data.problem import InputSpace
from nnstudio.data.typed_numbers import typed_number
from nnstudio.engine.architecture import Architecture
from nnstudio.insight.reading import Reading
from nnstudio.insight.unit_values import UnitValue, unit_values
from nnstudio.language import tr
from nnstudio.studio.painting.numbers import factor
from nnstudio.studio.session.default_configs import NEW_NETWORK
from nnstudio.studio.session.displayed_network import DisplayedNetwork
from nnstudio.studio.session.formulas import ACTIVATION_FORMULAS
from nnstudio.studio.session.input_kinds import STUDIO_INPUT_KINDS

MOST_WRITTEN = 60
"""Weights of a network that is written out with all its numbers, at most."""

DECIMALS = 2


def is_written_out(architecture: Architecture, space: InputSpace) -> bool:
    """Return whether a network reads numbers, and is so small that all of its own are written down."""
    n_weights = architecture.n_params - sum(architecture.layer_sizes[1:])
    return not space.traits.has_pixels and n_weights <= MOST_WRITTEN


@dataclass(frozen=True)
class Entry:
    """What stands for one value.

    Attributes
    ----------
    text : str
        As it was typed.
    is_right : bool
    is_shown : bool
        Whether the program wrote it, unasked of the student.
    """

    text: str
    is_right: bool
    is_shown: bool = False


class FillIn(QObject):
    """The values of units for the input at hand: blank until they are typed, each judged once it is.

    Whatever changes them, a training step, a typed weight or another input, makes all of them blank again;
    another network ends it.

    Parameters
    ----------
    network : DisplayedNetwork
    parent : QObject

    Attributes
    ----------
    is_on : bool
    decimals : int
        Digits after the point that are asked for: a value is right within half of the last one.
    entries : dict of UnitValue to Entry
        What is typed or shown so far.

    Notes
    -----
    Thread: gui. Call ``follow`` once a frame.
    """

    changed = Signal()

    said = Signal(str, bool)
    """A sentence for the message line, and whether it is a warning."""

    def __init__(self, network: DisplayedNetwork, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._network = network
        self.is_on = False
        self.decimals = DECIMALS
        self.entries: dict[UnitValue, Entry] = {}
        # What is asked about: kept, because the network may be another one before the next frame.
        self._architecture, self._theta = network.architecture, network.prediction_weights
        self._reading: Reading | None = None
        self._name = network.model_name
        network.replaced.connect(self._meet_network)

    # Begin and end

    def start(self) -> None:
        """Ask for all values of the network, or say why they cannot be asked for."""
        network = self._network
        if not is_written_out(network.architecture, network.input_space):
            sentence = tr(
                "Values are filled in where they can be computed by hand: in a network of at most %n "
                "weight(s) that reads numbers, such as those of File > Examples.",
                MOST_WRITTEN,
            )
            self.said.emit(sentence, True)
            self.changed.emit()
            return
        self.is_on = True
        self._begin()
        if self._reading is None:
            first = tr(STUDIO_INPUT_KINDS[network.input_space.kind].prompt_first)
            self.said.emit(f"{first} {tr('values are filled in for an input.')}", True)

    def stop(self) -> None:
        """Ask for nothing, and show the values again."""
        if self.is_on:
            self.is_on = False
            self.entries = {}
            self.changed.emit()

    def again(self) -> None:
        """Make all values blank."""
        if self.is_on:
            self._begin()

    def set_decimals(self, decimals: int) -> None:
        """Ask for so many digits after the point."""
        self.decimals = decimals
        self.again()

    def _begin(self) -> None:
        network = self._network
        self.entries = {}
        self._architecture, self._theta = network.architecture, network.prediction_weights
        self._reading, self._name = network.reading, network.model_name
        self.changed.emit()

    def _meet_network(self) -> None:
        """Begin anew with other weights or activations of the same units; end with another network."""
        network = self._network
        is_same = network.architecture.layer_sizes == self._architecture.layer_sizes
        # Fresh weights take the name away.
        if self.is_on and is_same and network.model_name in (self._name, NEW_NETWORK):
            self._begin()
        else:
            self.stop()

    def follow(self) -> None:
        """Begin again where the input or the weights are others: the values typed belong to those before."""
        reading, before = self._network.reading, self._reading
        if not self.is_on or reading is before:
            return
        is_same_input = reading is not None and before is not None and np.array_equal(reading.x, before.x)
        is_same_network = self._network.architecture == self._architecture and np.array_equal(
            self._network.prediction_weights, self._theta
        )
        if is_same_input and is_same_network:
            self._reading = reading
            return
        if self.entries:
            what = tr("The weights have changed") if is_same_input else tr("The input is another one")
            self.said.emit(tr("{what}: its values are to be filled in again.").format(what=what), False)
        self._begin()

    # Values

    @property
    def values(self) -> tuple[UnitValue, ...]:
        """What is asked for, in the order of computing; empty without an input."""
        if not self.is_on or self._reading is None:
            return ()
        return unit_values(self._architecture)

    @property
    def x(self) -> np.ndarray | None:
        """The input whose values are asked for, (n_inputs,)."""
        return None if self._reading is None else self._reading.x

    @property
    def within(self) -> float:
        """How far a typed value may be off."""
        return 0.5 * 10.0**-self.decimals

    @property
    def n_right(self) -> int:
        """How many were filled in and are right."""
        return sum(entry.is_right and not entry.is_shown for entry in self.entries.values())

    @property
    def words(self) -> str:
        """How far the student is; empty where nothing is asked for."""
        if not self.values:
            return ""
        return tr("{right} of {count} right, to %n decimal(s)", self.decimals).format(
            right=self.n_right, count=len(self.values)
        )

    def next_blank(self, after: UnitValue | None = None) -> UnitValue | None:
        """Return the next value that is not right yet, from the first one again; None where all are."""
        values = self.values
        start = 0 if after is None or after not in values else values.index(after) + 1
        for value in (*values[start:], *values[:start]):
            entry = self.entries.get(value)
            if entry is None or not entry.is_right:
                return value
        return None

    @property
    def hides_answer(self) -> bool:
        """Whether the outputs are among what is still to be computed by hand, and told nowhere else."""
        return self.is_on and self.next_blank() is not None

    def judge(self, value: UnitValue, text: str) -> Entry:
        """Take what was typed for a value, and say whether it is right; what is right stays.

        Raises
        ------
        NumberError
            If the text is no number; nothing is judged then.
        """
        entry = self.entries.get(value)
        if entry is not None and entry.is_right:
            return entry
        typed, reading = typed_number(text), self._reading
        assert reading is not None, "without an input no value is asked for"
        # A float32 such as 0.7 is not 0.7 to the last digit.
        slack = 1e-6 * max(abs(typed), 1.0)
        entry = Entry(text.strip().replace("-", "−"), abs(typed - value.of(reading)) <= self.within + slack)
        self.entries = {**self.entries, value: entry}
        self.changed.emit()
        if entry.is_right and self.n_right == len(self.values):
            self.said.emit(tr("All %n value(s) are right.", self.n_right), False)
        return entry

    def show_all(self) -> None:
        """Write every value that is not right yet; those do not count."""
        shown = {}
        for value in self.values:
            entry = self.entries.get(value)
            if entry is None or not entry.is_right:
                shown[value] = Entry(self._text(value), is_right=True, is_shown=True)
        self.entries = {**self.entries, **shown}
        self.changed.emit()

    def _text(self, value: UnitValue) -> str:
        assert self._reading is not None, "without an input no value is asked for"
        return f"{value.of(self._reading):.{self.decimals}f}".replace("-", "−")

    def hint(self, value: UnitValue) -> str:
        """Return how a value is computed: the sum with its terms, or the activation's formula."""
        reading = self._reading
        if reading is None:
            return ""
        if value.is_activation:
            return self._formula(value)
        layer = self._architecture.layers(self._theta)[value.layer]
        terms = [
            f"{factor(w)} · {factor(x)}"
            for w, x in zip(layer.W[value.unit].tolist(), reading.into(value.layer).tolist(), strict=True)
        ]
        if self._architecture.has_biases:
            terms.append(factor(float(layer.b[value.unit])))
        return f"{value.name} = {' + '.join(terms)}"

    def _formula(self, value: UnitValue) -> str:
        """Return an activation's formula, with the sum where the student has it."""
        formula = ACTIVATION_FORMULAS[self._architecture.activations[value.layer]]
        words = f"{value.name}: {tr(formula)}"
        z = replace(value, is_activation=False)
        entry = self.entries.get(z)
        if entry is None or not entry.is_right:
            return tr("{formula}; first {z}").format(formula=words, z=z.name)
        return tr("{formula}, with {z} = {number}").format(formula=words, z=z.name, number=entry.text)
