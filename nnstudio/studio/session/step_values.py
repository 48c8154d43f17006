"""Values that the network view shows at each stage of a training step."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.insight.one_step import OneStep, Phase, StepStage
from nnstudio.language import tr
from nnstudio.studio.painting.numbers import scientific, signed


@dataclass(frozen=True, eq=False)
class StepValues:
    """A stage of a step, with a reading's interface: values of units and of edges.

    Going forward, units have their activations and edges weight × activation, as always, up to the layer
    that is reached. Going backward, units have δ = ∂L/∂z and edges the gradient ∂L/∂w = δ · a. At the update,
    edges have what is added to the weights.

    Attributes
    ----------
    step : OneStep
    stage : StepStage
    """

    step: OneStep
    stage: StepStage

    @property
    def x(self) -> np.ndarray:
        """The input, shape (n_inputs,)."""
        return self.step.reading.x

    @property
    def outputs(self) -> np.ndarray:
        """The outputs, shape (n_outputs,): zeros until they are computed."""
        if self.stage.phase is Phase.AFTER:
            return self.step.reading_after.outputs
        outputs = self.step.reading.outputs
        return outputs if self.has_outputs else np.zeros_like(outputs)

    @property
    def has_outputs(self) -> bool:
        """Whether the step has come to the outputs."""
        return self._has_come_to(len(self.step.reading.a) - 1)

    @cached_property
    def z(self) -> tuple[np.ndarray, ...]:
        """Pre-activations by layer; zeros until they are computed."""
        reading = self.step.reading_after if self.stage.phase is Phase.AFTER else self.step.reading
        return tuple(z if self._has_come_to(k) else np.zeros_like(z) for k, z in enumerate(reading.z))

    @cached_property
    def a(self) -> tuple[np.ndarray, ...]:
        """Values of units, by layer."""
        phase, reading, slopes = self.stage.phase, self.step.reading, self.step.slopes
        if phase is Phase.AFTER:
            return self.step.reading_after.a
        if phase is Phase.BACKWARD:
            return tuple(
                delta if self._has_gone_back_to(k) else np.zeros_like(delta)
                for k, delta in enumerate(slopes.z)
            )
        if phase is Phase.UPDATE:
            return slopes.z
        return tuple(a if self._has_come_to(k) else np.zeros_like(a) for k, a in enumerate(reading.a))

    def into(self, layer: int) -> np.ndarray:
        """Return the factors of a layer's weights for its edges; zeros: no edges."""
        phase = self.stage.phase
        entering = self.step.reading.into(layer)
        if phase is Phase.AFTER:
            return self.step.reading_after.into(layer)
        if phase is Phase.UPDATE:
            return np.ones_like(entering)
        is_shown = self._has_gone_back_to(layer) if phase is Phase.BACKWARD else self._has_come_to(layer)
        return entering if is_shown else np.zeros_like(entering)

    @cached_property
    def weights(self) -> list[np.ndarray]:
        """Values of the edges of each layer, shape (fan_out, fan_in)."""
        step, phase = self.step, self.stage.phase
        if phase is Phase.BACKWARD:
            sizes = step.architecture.layer_sizes
            return [
                np.broadcast_to(delta[:, None], (len(delta), sizes[k]))
                for k, delta in enumerate(step.slopes.z)
            ]
        theta = {Phase.UPDATE: step.change, Phase.AFTER: step.theta_after}.get(phase, step.theta)
        return [layer.W for layer in step.architecture.layers(theta)]

    @property
    def direction(self) -> np.ndarray | None:
        """Values for the units' pictures instead of weights, shape (n_params,); None: the weights.

        The gradient once it has reached the first layer, and the change at the update.
        """
        step = self.step
        if self.stage.phase is Phase.UPDATE:
            return step.change
        if self.stage.phase is not Phase.BACKWARD or self.stage.layer:
            return None
        gradient = np.zeros_like(step.theta)
        for k, layer in enumerate(step.architecture.layers(gradient)):
            layer.W[...] = np.outer(step.slopes.z[k], step.reading.into(k))
            layer.b[...] = step.slopes.z[k]
        return gradient

    def _has_come_to(self, layer: int) -> bool:
        return self.stage.phase is not Phase.FORWARD or layer <= self.stage.layer

    def _has_gone_back_to(self, layer: int) -> bool:
        return layer >= self.stage.layer

    @property
    def legend(self) -> str:
        """Explanation of the values of units and edges."""
        if self.stage.phase is Phase.BACKWARD:
            return tr("going back: units show δ = ∂L/∂z, edges the gradient ∂L/∂w = δ · a")
        if self.stage.phase is Phase.UPDATE:
            return tr("the update: edges show what is added to each weight, units δ = ∂L/∂z")
        if self.stage.phase is Phase.AFTER:
            return tr("after the update: edges show weight × activation with the new weights")
        return tr("going forward: edges show weight × activation, as far as the step has come")

    def lines(self, layer: int, unit: int) -> list[str]:
        """Return a unit's numbers at this stage as text."""
        step, phase = self.step, self.stage.phase
        kind = tr(ACTIVATIONS[step.architecture.activations[layer]].title)
        if not (self._has_come_to(layer) if phase is Phase.FORWARD else self._is_reached(layer)):
            return [tr("not reached yet")]
        if phase in (Phase.FORWARD, Phase.LOSS, Phase.AFTER):
            reading = step.reading_after if phase is Phase.AFTER else step.reading
            a = f"{float(reading.a[layer][unit]):.3f}".replace("-", "−")
            return [f"z = {signed(float(reading.z[layer][unit]), 3)}", f"a = {kind}(z) = {a}"]
        delta = float(step.slopes.z[layer][unit])
        if phase is Phase.BACKWARD:
            steepest = delta * step.reading.into(layer)
            largest = float(steepest[np.abs(steepest).argmax()])
            return [
                f"δ = ∂L/∂z = {scientific(delta)}",
                tr("largest ∂L/∂w = {g}").format(g=scientific(largest)),
            ]
        before, change = (step.architecture.layers(theta)[layer] for theta in (step.theta, step.change))
        bias, added = float(before.b[unit]), float(change.b[unit])
        most = float(change.W[unit][np.abs(change.W[unit]).argmax()])
        lines = [f"b: {signed(bias, 4)} {signed(added, 6)} → {signed(bias + added, 4)}"]
        return [
            *(lines if step.architecture.has_biases else ()),
            tr("largest Δw = {change}").format(change=scientific(most)),
        ]

    def _is_reached(self, layer: int) -> bool:
        return self.stage.phase is not Phase.BACKWARD or self._has_gone_back_to(layer)
