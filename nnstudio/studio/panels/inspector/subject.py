"""The inspector's subject, a unit or the input; costly values are computed when first painted."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nnstudio.data.problem import Answer, InputSpace, OutputSpace
from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.architecture import Architecture, Layer
from nnstudio.insight.logit_sensitivity import logit_sensitivity
from nnstudio.insight.loss_slopes import LossSlopes, loss_slopes
from nnstudio.insight.reading import Reading
from nnstudio.insight.sample_results import SampleResults
from nnstudio.insight.softmax_steps import SoftmaxSteps, softmax_steps
from nnstudio.insight.terms import Terms, largest_terms
from nnstudio.language import tr
from nnstudio.studio.session.layer_names import unit_word
from nnstudio.studio.session.output_kinds import known_or_read, unit_title

N_TERMS = 8


@dataclass(frozen=True, eq=False)
class Subject:
    """A network, an input or none, and the unit selected or none.

    Attributes
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
    input_space : InputSpace
    output_space : OutputSpace
    layer_names : list of str
        Of the input and of every computing layer.
    loss : str
        Key of the loss that is trained with.
    reading : Reading or None
    unit : tuple of int (layer, unit), or None
        None: the subject is the input itself.
    source : int or None
        Index of the chosen incoming weight.
    answer : int, ndarray of shape (n_outputs,), or None
        The right answer, if known.
    results : SampleResults or None
    obstacle : str
        Reason why there is no evaluation; else empty.
    can_load : bool
        Whether loading the test set would help.
    picture : ndarray of shape (height, width), or None
        The unit's activation over the plane, or along the line, in one row.
    in_bytes : bool
        Whether ink is written as bytes.
    is_asked : bool
        Whether values of the units are still to be filled in: the reading that tells them is left out.
    """

    architecture: Architecture
    theta: np.ndarray
    input_space: InputSpace
    output_space: OutputSpace
    layer_names: list[str]
    loss: str
    reading: Reading | None
    unit: tuple[int, int] | None
    source: int | None = None
    answer: Answer | None = None
    results: SampleResults | None = None
    obstacle: str = ""
    can_load: bool = False
    picture: np.ndarray | None = None
    in_bytes: bool = False
    is_asked: bool = False

    # Place in the network

    @property
    def layer_index(self) -> int:
        """The selected unit's computing layer."""
        return self.unit[0]

    @property
    def is_output(self) -> bool:
        """Whether the unit is one of the last layer."""
        return self.unit is not None and self.unit[0] == self.architecture.n_layers - 1

    @property
    def has_template(self) -> bool:
        """Whether the unit's incoming weights are an image."""
        return self.unit is not None and self.unit[0] == 0 and self.input_space.traits.has_pixels

    @property
    def title(self) -> str:
        """The subject's name."""
        if self.unit is None:
            return tr("Input")
        layer, unit = self.unit
        if self.is_output:
            return unit_title(self.output_space, unit, self.architecture.n_outputs)
        return tr("Neuron {unit} of {name}").format(unit=unit + 1, name=self.layer_names[layer + 1].lower())

    def source_name(self, index: int) -> str:
        """Return the name of the unit's input ``index``."""
        if self.unit[0]:
            return unit_word(index)
        if self.input_space.traits.has_pixels:
            row, column = divmod(index, self.input_space.shape[1])
            return tr("row {row}, col {column}").format(row=row, column=column)
        return self.input_space.names[index]

    @property
    def source_layer(self) -> str:
        """The name of the layer of the unit's inputs."""
        return self.layer_names[self.unit[0]].lower()

    @property
    def activation(self) -> str:
        """The key of the unit's activation."""
        return self.architecture.activations[self.unit[0]]

    @property
    def is_softmax(self) -> bool:
        """Whether the unit's activation takes all units of its layer, and is no curve of one number."""
        return ACTIVATIONS[self.activation].output_only

    # Weighted sum

    @cached_property
    def layer(self) -> Layer:
        """The unit's layer."""
        return self.architecture.layers(self.theta)[self.unit[0]]

    @property
    def w(self) -> np.ndarray:
        """The unit's incoming weights, shape (fan_in,)."""
        return self.layer.W[self.unit[1]]

    @property
    def has_bias(self) -> bool:
        """Whether the network has biases."""
        return self.architecture.has_biases

    @property
    def b(self) -> float:
        """The unit's bias; 0 in a network without them."""
        return float(self.layer.b[self.unit[1]])

    @property
    def x(self) -> np.ndarray | None:
        """The unit's inputs, shape (fan_in,)."""
        return None if self.reading is None else self.reading.into(self.unit[0])

    @property
    def z(self) -> float | None:
        """The unit's pre-activation."""
        return None if self.reading is None else float(self.reading.z[self.unit[0]][self.unit[1]])

    @property
    def a(self) -> float | None:
        """The unit's activation."""
        return None if self.reading is None else float(self.reading.a[self.unit[0]][self.unit[1]])

    @cached_property
    def products(self) -> np.ndarray | None:
        """Weight × input, shape (fan_in,)."""
        return None if self.x is None else self.w * self.x

    @cached_property
    def terms(self) -> Terms:
        """Indices of the largest terms of the sum; without an input, of the largest weights."""
        x = np.ones_like(self.w) if self.x is None else self.x
        return largest_terms(self.w, x, self.b, N_TERMS)

    # Influence on the output

    @cached_property
    def towards(self) -> np.ndarray | None:
        """∂ logit / ∂ a for each class; None for an output, without an input, and where weights overflow."""
        if self.reading is None or self.unit is None or self.is_output:
            return None
        found = logit_sensitivity(self.architecture, self.theta, self.reading, self.unit[0])[:, self.unit[1]]
        return found if np.isfinite(found).all() else None

    @cached_property
    def onward(self) -> np.ndarray:
        """The unit's weights to the units of the next layer, shape (fan_out of that layer,)."""
        return self.architecture.layers(self.theta)[self.unit[0] + 1].W[:, self.unit[1]]

    @property
    def right_answer(self) -> Answer | None:
        """The right answer if known, else the predicted class; None for numbers, and without an input."""
        return known_or_read(self.output_space, self.answer, self.reading)

    @cached_property
    def slopes(self) -> LossSlopes | None:
        """The gradient of the loss of this input for the right answer; None without either."""
        answer = self.right_answer
        if self.reading is None or answer is None:
            return None
        return loss_slopes(self.architecture, self.theta, self.reading, answer, self.loss)

    @cached_property
    def softmax(self) -> SoftmaxSteps:
        """The outputs step by step; only with an input."""
        return softmax_steps(self.reading.z[-1])

    # Evaluation over the test set

    @property
    def sample_activations(self) -> np.ndarray | None:
        """The unit's activation for every sample of the test set, shape (n,)."""
        if self.results is None or self.results.unit != self.unit:
            return None
        return self.results.unit_activations

    @property
    def waits_for(self) -> str:
        """Why there is no evaluation."""
        return self.obstacle or tr("Looking through the test set …")

    @property
    def state(self) -> str:
        """The unit's state in a few words."""
        if self.unit is None:
            return ""
        words = []
        if self.a is not None and not self.is_output:
            words.append(tr("on now") if self.z > 0 else tr("off now"))
        if self.results is not None:
            layer, unit = self.unit
            if self.results.dead[layer][unit]:
                words.append(tr("dead: the same for every test sample"))
            elif self.is_output and self.output_space.traits.has_labels:
                words.append(
                    tr("the answer for {active:.0f} % of the test set").format(
                        active=100 * self.results.active[layer][unit]
                    )
                )
            elif not self.is_output:
                words.append(
                    tr("on for {active:.0f} % of the test set").format(
                        active=100 * self.results.active[layer][unit]
                    )
                )
        return " · ".join(words)
