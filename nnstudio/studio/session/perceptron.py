"""One perceptron of the displayed network, corrected sample by sample by Rosenblatt's rule; no widgets."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PySide6.QtCore import QObject, Signal

from nnstudio.data.problem import Samples
from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.margin import Separation, separation
from nnstudio.engine.perceptron import Correction, PerceptronError, PerceptronRule
from nnstudio.language import tr
from nnstudio.studio.session.displayed_network import DisplayedNetwork
from nnstudio.studio.session.messages import misfit_sentence
from nnstudio.studio.session.output_kinds import unit_words
from nnstudio.studio.session.setting_changes import SettingChanges
from nnstudio.studio.session.training_run import TrainingRun
from nnstudio.studio.session.weight_editing import WeightEditor

MOST_NUMBERS = 2_000_000
"""Of samples times inputs that the rule goes through: a pass is to take less than a frame or two."""

MOST_BOUNDED = 60_000
"""Of samples times inputs for which the margin is looked for."""

MOST_AT_ONCE = 2_000
"""Corrections that are made at one press."""


@dataclass(frozen=True, eq=False)
class PerceptronSamples:
    """What one perceptron learns from.

    Attributes
    ----------
    x : ndarray of shape (n, n_features), float32
        The first samples that are learned from, in their order.
    targets : ndarray of shape (n,), int64
        1 where the perceptron should fire.
    answer, n_answers : int
        The class, or the number, that the perceptron is for, and how many of these there are.
    n_all : int
        How many samples are learned from in all.
    """

    x: np.ndarray
    targets: np.ndarray
    answer: int
    n_answers: int
    n_all: int

    @cached_property
    def points(self) -> np.ndarray:
        """The samples, each with a 1 at its end for the bias, (n, n_features + 1), float64."""
        return np.column_stack((self.x.astype(np.float64), np.ones(len(self.x))))

    @cached_property
    def separation(self) -> Separation | None:
        """How far a line can keep the two sides apart; None where that would take too long."""
        return separation(self.x, self.targets) if self.x.size <= MOST_BOUNDED else None


class Perceptron(QObject):
    """One unit of a network that is a single layer of step units, its samples, and the rule at work on it.

    Parameters
    ----------
    network : DisplayedNetwork
    training : TrainingRun
    weight_editor : WeightEditor
        Makes every correction a step that can be undone.
    setting_changes : SettingChanges
        Makes perceptrons of another network.
    parent : QObject

    Attributes
    ----------
    last : Correction or None
        The last correction; None where the weights came from elsewhere since.

    Notes
    -----
    Thread: gui.
    """

    changed = Signal()
    """Another unit, or another state of the rule."""

    said = Signal(str, bool)
    """A sentence for the message line, and whether it is a warning."""

    def __init__(
        self,
        network: DisplayedNetwork,
        training: TrainingRun,
        weight_editor: WeightEditor,
        setting_changes: SettingChanges,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._network, self._training = network, training
        self._editor, self._setting_changes = weight_editor, setting_changes
        self._unit: int | None = None
        self._known: tuple[Samples, int, PerceptronSamples | str] | None = None
        self._rule: PerceptronRule | None = None
        self._rule_samples: PerceptronSamples | None = None
        self._start = np.empty(0)
        self.last: Correction | None = None
        self._landed = np.empty(0, np.float32)
        """The network's weights when they were the rule's last, float32."""
        self._sent: np.ndarray | None = None
        """The rule's weights on their way through the trainer, float32; those there are since follow."""
        self._seen: np.ndarray | None = None
        network.replaced.connect(self._forget)

    # What there is

    @property
    def unit(self) -> int:
        """The output that is looked at: at first the last of two, or the first."""
        n = self._network.architecture.n_outputs
        usual = 1 if n == 2 and self._network.output_space.traits.has_labels else 0
        return usual if self._unit is None or self._unit >= n else self._unit

    def choose(self, unit: int) -> None:
        """Look at another output."""
        if unit != self.unit:
            self._forget()
            self._unit = unit
            self.changed.emit()

    @property
    def is_perceptron(self) -> bool:
        """Whether the network is one layer of step units with biases."""
        architecture = self._network.architecture
        return architecture.activations == ("step",) and architecture.has_biases

    @property
    def samples(self) -> PerceptronSamples | None:
        """What the unit learns from; None where there are none, or not for a perceptron."""
        found = self._found()
        return found if isinstance(found, PerceptronSamples) else None

    def _found(self) -> PerceptronSamples | str:
        """Return the samples, or a sentence why there are none."""
        problem, network = self._training.problem, self._network
        if problem is None:
            return tr("The samples of {problem} are not loaded yet.").format(
                problem=self._training.problem_title
            )
        misfit = misfit_sentence(network.input_space, network.output_space, problem)
        if misfit:
            return misfit
        # A single output speaks for the second of two classes.
        answer = 1 if network.architecture.n_outputs < network.output_space.n_outputs else self.unit
        key = problem.train, answer
        if self._known is None or self._known[0] is not key[0] or self._known[1] != key[1]:
            self._known = (*key, _samples_of(*key, network.output_space.n_outputs))
        return self._known[2]

    @property
    def obstacle(self) -> str:
        """Why the rule cannot work here, as a sentence; empty where it can."""
        found = self._found()
        if isinstance(found, str):
            return found
        if self.is_perceptron:
            return ""
        architecture = self._network.architecture
        if not architecture.has_biases:
            return tr("A perceptron's threshold is its bias, and this network has none.")
        n_hidden = architecture.n_layers - 1
        if n_hidden:
            return tr(
                "Rosenblatt's rule is for one layer of step units; {network} has %n hidden layer(s), which "
                "no error reaches through a step.",
                n_hidden,
            ).format(network=architecture)
        return tr(
            "Rosenblatt's rule is for step units, which give out 0 or 1; the outputs here are {activation}."
        ).format(activation=tr(ACTIVATIONS[architecture.activations[-1]].title))

    @property
    def can_be_made(self) -> bool:
        """Whether the network could make room for perceptrons that the rule works on."""
        return not self.is_perceptron and self.samples is not None

    def make(self) -> None:
        """Take one layer of step units in the network's place, without its hidden layers."""
        if self.can_be_made:
            self._setting_changes.make_perceptrons()

    @property
    def weights(self) -> np.ndarray:
        """The unit's weights, then its bias, (n_features + 1,), float64, as they will be in a moment."""
        if self._rule is not None:
            weights: np.ndarray = self._rule.bank[0]
            return weights
        return self._unit_of(self._theta).astype(np.float64)

    @property
    def _theta(self) -> np.ndarray:
        shown = self._editor.shown
        return self._network.prediction_weights if shown is None else shown

    def _unit_of(self, theta: np.ndarray) -> np.ndarray:
        layer = self._network.architecture.layers(theta)[-1]
        return np.append(layer.W[self.unit], layer.b[self.unit])

    # The rule

    @property
    def n_corrections(self) -> int:
        """Corrections since the rule began."""
        return 0 if self._rule is None else self._rule.n_corrections

    @property
    def epoch(self) -> int:
        """The pass under way, from 1; 0 before the first correction."""
        return 0 if self._rule is None else self._rule.epoch

    @property
    def is_separated(self) -> bool:
        """Whether the last pass needed no correction."""
        return self._rule is not None and bool(self._rule.separated.all())

    @property
    def is_cycling(self) -> bool:
        """Whether the weights came back to those after an earlier pass: no line does it."""
        return self._rule is not None and bool(self._rule.cycling.all())

    def follow(self) -> bool:
        """Take in weights that are others than before; return whether they are.

        What the rule has made is kept until the trainer brings it; where weights come from elsewhere, the
        rule begins again from those.
        """
        theta = self._theta
        is_other = theta is not self._seen
        self._seen = theta
        if self._rule is None:
            return is_other
        if not self.is_perceptron or self._rule_samples is not self.samples:
            self._forget()
        elif is_other:
            self._compare(self._unit_of(theta))
        return is_other

    def _compare(self, now: np.ndarray) -> None:
        """Compare the network's weights with the rule's, of which some may not have arrived."""
        if self._sent is None or not (np.array_equal(now, self._sent) or np.array_equal(now, self._landed)):
            if not np.array_equal(now, self._wanted):
                self._forget()
        elif np.array_equal(now, self._sent):
            self._landed, self._sent = self._sent, None
            self._send()

    @property
    def _wanted(self) -> np.ndarray:
        return self.weights.astype(np.float32)

    def _send(self) -> None:
        """Write the rule's weights into the network, unless those before are still on their way."""
        wanted = self._wanted
        if self._sent is not None or np.array_equal(wanted, self._landed):
            return
        self._sent = wanted
        done = self._editor.do(self._theta_with(wanted), tr("correction {n}").format(n=self.n_corrections))
        if not done:
            self._forget()

    def _theta_with(self, weights: np.ndarray) -> np.ndarray:
        theta = self._theta.copy()
        layer = self._network.architecture.layers(theta)[-1]
        layer.W[self.unit], layer.b[self.unit] = weights[:-1], weights[-1]
        return theta

    def _forget(self) -> None:
        """Begin again from the weights that there are."""
        had = self._rule is not None
        self._rule = self._rule_samples = self.last = self._sent = None
        if had:
            self.changed.emit()

    def _can_work(self) -> bool:
        """Tell whether the rule can work now; where it cannot, say why."""
        self.follow()
        if self.obstacle:
            self.said.emit(self.obstacle, False)
            return False
        if self._training.is_running:
            self.said.emit(
                tr("Training moves the weights as well: pause it first (Space), then correct by hand."), True
            )
            return False
        return True

    def _begin(self, weights: np.ndarray, samples: PerceptronSamples) -> None:
        if self._sent is None:
            self._landed = self._unit_of(self._theta)
        self._rule = PerceptronRule(samples.x, samples.targets, 1, theta=weights)
        self._rule_samples, self._start, self.last = samples, weights, None

    def correct(self, most: int = 1) -> None:
        """Go on to the next sample that is misread and correct the weights; at most so often."""
        samples = self.samples
        if not self._can_work() or samples is None:
            return
        if self._rule is None:
            self._begin(self.weights, samples)
        assert self._rule is not None, "it has begun"
        for _ in range(most):
            found = self._rule.advance()
            if found is None:
                break
            self.last = found
        self._send()
        self.changed.emit()

    def finish(self) -> None:
        """Correct until no sample is misread, or the weights came back, at most `MOST_AT_ONCE` times."""
        before = self.n_corrections
        self.correct(MOST_AT_ONCE)
        if self.n_corrections - before == MOST_AT_ONCE:
            self.said.emit(
                tr("{n:,} corrections more, and no end yet. Press again to go on.").format(n=MOST_AT_ONCE),
                False,
            )

    def start_at_zero(self) -> None:
        """Give the unit weights and bias 0, and begin there."""
        samples = self.samples
        if self._can_work() and samples is not None:
            self._begin(np.zeros(samples.x.shape[1] + 1), samples)
            self._send()
            self.changed.emit()

    @property
    def began_at_zero(self) -> bool:
        """Whether the rule began with weights and bias 0, for which (R / γ)² bounds its corrections."""
        return self._rule is not None and not self._start.any()

    # Weights by hand

    def begin_drag(self) -> None:
        """Begin to drag a weight; it ends with `finish_drag`."""
        self._forget()
        self._editor.begin()

    def drag(self, coordinate: int, value: float) -> None:
        """Move a weight, or the bias, which comes after them, while it is dragged."""
        if self._editor.is_at_work:
            self._editor.show(self._theta_with(self._with(coordinate, value)))

    def finish_drag(self, coordinate: int) -> None:
        """End a drag, which is one step to undo."""
        if self._editor.is_at_work:
            self._editor.finish(self._edit_text(coordinate))

    def type(self, coordinate: int, value: float) -> None:
        """Give a weight, or the bias, another value."""
        theta = self._theta_with(self._with(coordinate, value))
        self._forget()
        self._editor.do(theta, self._edit_text(coordinate), key=("perceptron", self.unit, coordinate))

    def _with(self, coordinate: int, value: float) -> np.ndarray:
        weights = self.weights.copy()
        weights[coordinate] = value
        return weights

    def _edit_text(self, coordinate: int) -> str:
        network = self._network
        is_bias = coordinate == network.architecture.n_inputs
        text = tr("{unit}: bias changed") if is_bias else tr("{unit}: a weight changed")
        return text.format(unit=unit_words(network.output_space, self.unit, network.architecture.n_outputs))


def _samples_of(samples: Samples, answer: int, n_answers: int) -> PerceptronSamples | str:
    """Return what a unit for a class, or for a number, learns from, or the sentence why it cannot."""
    n = min(len(samples), max(MOST_NUMBERS // samples.n_features, 1))
    if samples.has_labels:
        targets = (samples.labels[:n] == answer).astype(np.int64)
    else:
        numbers = samples.targets[:n, answer]
        targets = numbers.astype(np.int64)
        if not np.array_equal(targets, numbers):
            return tr(
                "A perceptron gives out 0 or 1, and here other numbers are right, such as {value:.4g}. "
                "Choose a problem with classes."
            ).format(value=float(numbers[np.abs(numbers - targets).argmax()]))
    x = samples.batch(np.arange(n))
    try:
        PerceptronRule(x, targets, 1)
    except PerceptronError as error:
        return str(error)
    return PerceptronSamples(x, targets, answer, n_answers, len(samples))
