"""Write at most thirty lines of NumPy that train a network from its start; studio and command line use it.

The script contains only what this network and its settings need. The samples and the weights of the start lie
beside it, in an .npz file of the same name. Its batches are those of the training loop.

Decided 2026-12: its weights and sums are float32, as the program's. In float64 the losses of one network of
ReLU units left the program's by 0.002 within 100 steps of Adam: a sum that one of them rounds to 0 decides
whether a unit learns.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import nnstudio
from nnstudio.engine.activation_functions import LEAK
from nnstudio.engine.optimisers import CLIP_EPS
from nnstudio.errors import UserError
from nnstudio.files.atomic import write_atomically
from nnstudio.language import tr
from nnstudio.training.schedule import ONE_CYCLE_END, ONE_CYCLE_RISE, ONE_CYCLE_START

if TYPE_CHECKING:
    import os

    from numpy.typing import NDArray

    from nnstudio.data.problem import Samples
    from nnstudio.training.config import TrainingConfig
    from nnstudio.training.loop import TrainingLoop

MOST_LINES = 30
SUFFIX = ".py"
DATA_SUFFIX = ".npz"
USUAL_STEPS = 100
"""Of a run without an end that has taken fewer."""


class TrainingScriptError(UserError):
    """A training that cannot be written as a short script."""


@dataclass(frozen=True, eq=False)
class TrainingStart:
    """A run before its first step.

    Attributes
    ----------
    title : str
        What is learned.
    config : TrainingConfig
    theta : ndarray of shape (n_params,), float32
        The weights it starts from, for inputs as ``samples`` gives them.
    samples : Samples
        Those to train on, the same in every epoch.
    n_steps : int
        How many steps the script takes.
    mask : ndarray of shape (n_params,), or None
        0 where a weight is held at 0.
    """

    title: str
    config: TrainingConfig
    theta: NDArray[np.float32]
    samples: Samples
    n_steps: int
    mask: NDArray[np.float32] | None = None

    @classmethod
    def of(cls, loop: TrainingLoop, n_steps: int = 0) -> TrainingStart:
        """Return what a loop starts from that has taken no step; the script takes as many as its run has.

        Parameters
        ----------
        loop : TrainingLoop
        n_steps : int
            Instead, where the run has no end.
        """
        n_steps = loop.last_step or max(n_steps, USUAL_STEPS)
        return cls(loop.problem.title, loop.config, loop.theta, loop.problem.train, n_steps, loop.mask)


def save_training_script(path: str | os.PathLike[str], start: TrainingStart) -> Path:
    """Write the script, and its data beside it.

    Parameters
    ----------
    path : path
        Of the script; its name ends in ``.py``.
    start : TrainingStart

    Returns
    -------
    Path
        The file of data.

    Raises
    ------
    TrainingScriptError
        If the script would be too long, the name has another ending, or the file of data would replace one
        that does not belong to a script of this name.
    WriteError
        If a file cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() != SUFFIX:
        raise TrainingScriptError(
            tr("A training script is a Python script; end its name in .py, unlike {name}.").format(
                name=path.name
            )
        )
    data_path = path.with_suffix(DATA_SUFFIX)
    text = script_text(start)
    if data_path.exists() and not path.exists():
        raise TrainingScriptError(
            tr(
                "{data} lies where the samples of the script would, and stays as it is. Choose another name."
            ).format(data=data_path)
        )
    write_atomically(data_path, _data(start))
    write_atomically(path, text.encode())
    return data_path


def script_text(start: TrainingStart) -> str:
    """Return the script.

    Raises
    ------
    TrainingScriptError
        If it would have more than `MOST_LINES` lines; the sentence names what makes it long.
    """
    config = start.config
    config.check_trainable()
    script = _Script(start)
    lines = script.lines()
    if len(lines) > MOST_LINES:
        raise TrainingScriptError(
            tr(
                "This training takes {n} lines, and a script has at most {most}. Do without some of these: "
                "{settings}."
            ).format(n=len(lines), most=MOST_LINES, settings=", ".join(script.extras()))
        )
    return "\n".join(lines) + "\n"


def _data(start: TrainingStart) -> bytes:
    """Return the samples, and the vector of weights, as an archive of NumPy."""
    samples = start.samples
    x = samples.x if _scale(samples) else samples.inputs()
    arrays = {"x": x, "y": samples.answers, "theta": start.theta}
    if start.mask is not None:
        arrays["mask"] = start.mask.astype(np.uint8)
    file = BytesIO()
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def _scale(samples: Samples) -> str:
    """Return what the script does to the numbers as they are kept; empty where it gets finished inputs."""
    if samples.scaling is not None or samples.x.dtype != np.uint8:
        return ""
    divisor = round(1 / samples.scale)
    return (
        f" / np.float32({divisor})"
        if math.isclose(samples.scale * divisor, 1)
        else f" * np.float32({samples.scale!r})"
    )


_SIGMOID = "0.5 + 0.5 * np.tanh({} / 2)"

_UNITS = {
    "relu": "np.maximum(z, 0), z > 0",
    "leaky_relu": f"np.where(z > 0, z, {LEAK} * z), np.where(z > 0, 1, {LEAK})",
    "relu6": "np.clip(z, 0, 6), (z > 0) & (z < 6)",
    "hard_tanh": "np.clip(z, -1, 1), abs(z) < 1",
    "absolute": "abs(z), np.sign(z)",
    "sigmoid": f"a := {_SIGMOID.format('z')}, a * (1 - a)",
    "tanh": "a := np.tanh(z), 1 - a * a",
    "softplus": f"np.logaddexp(0, z), {_SIGMOID.format('z')}",
    "elu": "np.where(z > 0, z, np.expm1(np.minimum(z, 0))), np.exp(np.minimum(z, 0))",
    "selu": "1.0507009873554805 * np.where(z > 0, z, (a := 1.6732632423543772 * np.exp(np.minimum(z, 0))) - "
    "1.6732632423543772), 1.0507009873554805 * np.where(z > 0, 1, a)",
    "silu": f"z * (s := {_SIGMOID.format('z')}), s + z * s * (1 - s)",
    "gelu": f"z * (s := {_SIGMOID.format('(1.5957691216 * (z + 0.044715 * z**3))')}), "
    "s + z * s * (1 - s) * 1.5957691216 * (1 + 0.134145 * z * z)",
    "exact_gelu": "z * (s := np.vectorize(math.erfc)(-z / 2**0.5) / 2), "
    "s + z * np.exp(-z * z / 2) / (2 * math.pi) ** 0.5",
    "sine": "np.sin(z), np.cos(z)",
    "identity": "z, 1",
    "step": "(z > 0) * 1.0, 1",
    "softmax": "np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True)), 1",
}
"""For each activation its values and its slopes at z, in NumPy."""

_RULES = {
    "sgd": ["theta -= {rate} * g"],
    "momentum": ["m[:] = {momentum} * m + g", "theta -= {rate} * m"],
    "nesterov": ["m[:] = {momentum} * m + g", "theta -= {rate} * (g + {momentum} * m)"],
    "rmsprop": ["m += {1-rho} * (g * g - m)", "theta -= {rate} * g / (np.sqrt(m) + {eps})"],
    "adagrad": ["m += g * g", "theta -= {rate} * g / (np.sqrt(m) + {eps})"],
    "adam": [
        "m += {1-beta1} * (g - m)",
        "v += {1-beta2} * (g * g - v)",
        "theta -= {rate} * m / (1 - {beta1} ** (step + 1)) / "
        "(np.sqrt(v / (1 - {beta2} ** (step + 1))) + {eps})",
    ],
}
"""For each optimiser its update of theta by the gradient g, as in ``engine.update_rules``."""
_RULES["adamw"] = _RULES["adam"]

_LOSSES = {
    "squared_error": ("((a - t) ** 2).sum() / 2", "a - t"),
    "absolute_error": ("abs(a - t).sum()", "np.sign(a - t)"),
    "cross_entropy": ("(np.logaddexp.reduce(z, axis=1) - (t * z).sum(axis=1)).sum()", "a - t"),
    "binary_cross_entropy": ("(np.logaddexp(0, z) - t * z).sum()", "a - t"),
    "hinge": ("np.maximum(margin, 0).sum()", "over - t * over.sum(axis=1, keepdims=True)"),
    "perceptron": ("((a - t) * z).sum()", "a - t"),
}
"""For each loss its sum over a batch, and the sum's derivative by z, or by a (see `_BY_OUTPUTS`)."""

_BY_OUTPUTS = ("squared_error", "absolute_error", "hinge")
"""The losses whose derivative is by a: the slope of the output follows."""


class _Script:
    """The parts of the script of one training, each a few lines.

    Parameters
    ----------
    start : TrainingStart
    """

    def __init__(self, start: TrainingStart) -> None:
        self._start, self._config = start, start.config
        self._n = len(start.samples)
        self._size = min(start.config.batch_size, self._n)
        self._drops = bool(start.config.dropout or start.config.input_dropout)
        self._is_whole = self._size == self._n and not self._drops

    def lines(self) -> list[str]:
        """Return all lines."""
        start = self._start
        moves = [*self._rows(), *self._forward(), *self._loss(), *self._backward(), *self._update()]
        head = [*self._head(), f"for step in range({start.n_steps}):"]
        # Where every line counts, no empty one stands between.
        gap = [""] if len(head) + len(moves) + 2 <= MOST_LINES else []
        body = [f"    {line}" for line in moves]
        return [*head[:2], *gap, *head[2:-1], *gap, head[-1], *body]

    def extras(self) -> list[str]:
        """Return what makes this script longer than a plain one, in words."""
        config, hyper = self._config, self._config.hyper
        kinds = set(config.architecture.activations)
        asked = (
            (tr("several activations"), len(kinds) > 2),
            (tr("dropout"), self._drops),
            (tr("the schedule of the rate"), self._has_schedule),
            (tr("label smoothing"), bool(config.label_smoothing)),
            (tr("clipping"), hyper.clip_norm < math.inf),
            (tr("L1 and L2"), bool(hyper.l1 or hyper.l2)),
            (tr("weight decay"), bool(hyper.weight_decay)),
            (tr("averaging"), bool(hyper.ema_decay)),
            (tr("frozen layers"), bool(config.frozen)),
            (tr("pruned weights"), self._start.mask is not None),
        )
        return [what for what, is_asked in asked if is_asked]

    # Before the first step

    def _head(self) -> list[str]:
        network, config = self._config.architecture, self._config
        names = [f"{letter}{k + 1}" for k in range(network.n_layers) for letter in "Wb"]
        shapes = [
            f"({weight}.reshape({n_out}, {n_in}), {bias}, {activation})"
            for weight, bias, n_in, n_out, activation in zip(
                names[::2],
                names[1::2],
                network.layer_sizes,
                network.layer_sizes[1:],
                network.activations,
                strict=False,
            )
        ]
        kept = "x, y, theta" if self._start.mask is None else "x, y, theta, mask"
        ends = ", ".join(str(block.stop) for block in network.blocks[:-1])
        title = self._start.title.replace("\\", "/").replace('"', "'")
        lines = [
            f'"""{title}: {network} trained from its start by NumPy, written by nnstudio '
            f'{nnstudio.__version__}."""',
            "import numpy as np",
        ]
        if "exact_gelu" in network.activations:
            lines[1] = "import math, numpy as np"
        lines += [
            f"{kept} = np.load(__file__[:-3] + '{DATA_SUFFIX}').values()",
            f"{', '.join(names)} = np.split(theta, [{ends}])  # views",
        ]
        for activation in dict.fromkeys(network.activations):
            lines.append(f"{activation} = lambda z: ({_UNITS[activation]})")
        lines.append(f"layers = [{', '.join(shapes)}]")
        if self._learning:
            lines.append(f"theta = theta{self._learning}  # the others are frozen")
        uses = {letter for letter in "mv" for line in _RULES[config.optimiser] if line.startswith(letter)}
        if uses:
            lines.append(
                "m, v = np.zeros((2, theta.size), np.float32)" if "v" in uses else "m = np.zeros_like(theta)"
            )
        if config.hyper.ema_decay:
            lines.append("average = theta.copy()")
        return lines

    @property
    def _learning(self) -> str:
        """Return the span of theta that learns, as a slice; empty where that is all of it.

        Raises
        ------
        TrainingScriptError
            If it is not in one piece.
        """
        network, frozen = self._config.architecture, self._config.frozen
        if not frozen:
            return ""
        learning = [layer for layer in range(network.n_layers) if layer not in frozen]
        first, last = learning[0], learning[-1]
        if len(learning) != last - first + 1:
            raise TrainingScriptError(
                tr(
                    "A script trains layers that follow each other; layer {layer} is frozen between others "
                    "that learn."
                ).format(layer=next(layer for layer in frozen if layer > first) + 1)
            )
        start = network.blocks[2 * first].start
        return f"[{start or ''}:{'' if last == network.n_layers - 1 else network.blocks[2 * last + 1].stop}]"

    # A step

    def _rows(self) -> list[str]:
        if self._is_whole:
            return []
        n_batches, size = -(-self._n // self._size), self._size
        return [
            f"epoch, k = divmod(step, {n_batches})",
            f"order = np.random.default_rng(({self._config.seed}, epoch)).permutation(len(x))",
            f"rows = order[{size} * k : {size} * (k + 1)]",
        ]

    @property
    def _of_batch(self) -> str:
        return "" if self._is_whole else "[rows]"

    def _forward(self) -> list[str]:
        x = f"x{self._of_batch}{_scale(self._start.samples)}"
        lines = [f"units = [({x}, 1)]"]
        if not self._drops:
            return [
                *lines,
                "for W, b, f in layers:",
                "    z = units[-1][0] @ W.T + b",
                "    units.append(f(z))",
            ]
        config = self._config
        shares = [config.input_dropout] + [config.dropout] * (config.architecture.n_layers - 1)
        return [
            *lines,
            f"rng, kept = np.random.default_rng(({config.seed}, step, 1)), []",
            f"for (W, b, f), share in zip(layers, {shares}):",
            "    a = units[-1][0]",
            "    drawn = np.float32(rng.random(a.shape, np.float32) >= share) if share else 1",
            "    kept.append(drawn / (1 - share))",
            "    z = (a * kept[-1]) @ W.T + b",
            "    units.append(f(z))",
        ]

    def _targets(self) -> str:
        samples, n_outputs = self._start.samples, self._config.architecture.n_outputs
        if not samples.has_labels:
            return f"y{self._of_batch}"
        if n_outputs == 1:
            rows = ":" if self._is_whole else "rows"
            return f"y[{rows}, None]"
        return f"np.float32(np.eye({n_outputs}))[y{self._of_batch}]"

    def _loss(self) -> list[str]:
        config, network = self._config, self._config.architecture
        output = network.activations[-1]
        targets = self._targets()
        if share := config.label_smoothing:
            targets = f"{1 - share:.12g} * {targets} + {share / max(network.n_outputs, 2):.12g}"
        lines = [f"(a, slope), t = units[-1], {targets}"]
        loss, delta = _LOSSES[config.loss]
        if config.loss == "hinge":
            lines += [
                "margin = (1 + a - (a * t).sum(axis=1, keepdims=True)) * (1 - t)",
                "over = (margin > 0) * 1.0",
            ]
        if (config.loss, output) == ("binary_cross_entropy", "softmax"):
            # 1 − a would have no digits left where a is almost 1; the sum of the others has all of them.
            lines += [
                "e = np.exp(np.float64(z) - z.max(axis=1, keepdims=True))",
                "a, rest = np.array([e, e @ (1 - np.eye(len(e[0])))]) / e.sum(axis=1, keepdims=True)",
                "g = (a - t) / rest",
            ]
            loss = "-(t * np.log(a) + (1 - t) * np.log(rest)).sum()"
            delta = "g - a * g.sum(axis=1, keepdims=True)"
        lines += [f"print(step + 1, {loss} / len(a))", f"delta, grad = ({delta}) / len(a), []"]
        if config.loss in _BY_OUTPUTS and output == "softmax":
            lines.append("delta = a * (delta - (delta * a).sum(axis=1, keepdims=True))")
        elif config.loss in _BY_OUTPUTS and output != "identity":
            lines.append("delta = delta * slope")
        return lines

    def _backward(self) -> list[str]:
        if self._drops:
            return [
                "for (W, b, f), (a, slope), keep in zip(layers[::-1], units[-2::-1], kept[::-1]):",
                "    grad = [(delta.T @ (a * keep)).ravel(), delta.sum(axis=0), *grad]",
                "    delta = delta @ W * keep * slope",
            ]
        return [
            "for (W, b, f), (a, slope) in zip(layers[::-1], units[-2::-1]):",
            "    grad = [(delta.T @ a).ravel(), delta.sum(axis=0), *grad]",
            "    delta = delta @ W * slope",
        ]

    def _update(self) -> list[str]:
        hyper = self._config.hyper
        lines = [f"g = np.concatenate(grad){self._learning}"]
        if hyper.clip_norm < math.inf:
            lines.append(f"g *= min(1, {hyper.clip_norm:.12g} / (np.sqrt(g @ g) + {CLIP_EPS:g}))")
        terms = [
            f"{hyper.l2:.12g} * theta" if hyper.l2 else "",
            f"{hyper.l1:.12g} * np.sign(theta)" if hyper.l1 else "",
        ]
        if any(terms):
            lines.append(f"g += {' + '.join(filter(None, terms))}")
        lines += self._rate()
        rate = "rate" if self._has_schedule else f"{hyper.learning_rate:.12g}"
        if hyper.weight_decay:
            lines.append(
                f"theta *= 1 - rate * {hyper.weight_decay:.12g}"
                if self._has_schedule
                else f"theta *= {1 - hyper.learning_rate * hyper.weight_decay:.15g}  # weight decay"
            )
        given = {
            "rate": rate,
            "momentum": f"{hyper.momentum:.12g}",
            "eps": f"{hyper.eps:.12g}",
            "beta1": f"{hyper.beta1:.12g}",
            "beta2": f"{hyper.beta2:.12g}",
            "1-rho": f"{1 - hyper.rho:.12g}",
            "1-beta1": f"{1 - hyper.beta1:.12g}",
            "1-beta2": f"{1 - hyper.beta2:.12g}",
        }
        lines += [line.format(**given) for line in _RULES[self._config.optimiser]]
        if self._start.mask is not None:
            lines.append(f"theta *= mask{self._learning}")
        if hyper.ema_decay:
            lines.append(f"average += ({1 - hyper.ema_decay:.12g} if step else 1) * (theta - average)")
        return lines

    @property
    def _has_schedule(self) -> bool:
        return self._config.schedule != "constant" or bool(self._config.warmup_epochs)

    def _rate(self) -> list[str]:
        """Return the lines that compute the learning rate, as ``training.schedule`` does."""
        if not self._has_schedule:
            return []
        config, warmup = self._config, self._config.warmup_epochs
        n_batches = -(-self._n // self._size)
        lines = [f"at = (step + 0.5) / {n_batches}" + (f" - {warmup:.12g}  # epochs" if warmup else "")]
        if config.schedule in ("cosine", "one_cycle"):
            assert config.epochs is not None, "these schedules have an end"
            if warmup:
                lines.append(f"p = min(at / {config.epochs - warmup:.12g}, 1)")
            else:
                lines = [f"p = min((step + 0.5) / {n_batches * config.epochs:.12g}, 1)"]
        factor = {
            "constant": "",
            "step": f"{config.rate_decay:.12g} ** (at // {config.rate_decay_epochs:.12g})",
            "exponential": f"{config.rate_decay:.12g} ** (at / {config.rate_decay_epochs:.12g})",
            "cosine": "(0.5 + 0.5 * np.cos(np.pi * p))",
            "one_cycle": "(b + (a - b) * (0.5 + 0.5 * np.cos(np.pi * q)))",
        }[config.schedule]
        if config.schedule == "one_cycle":
            rise = ONE_CYCLE_RISE
            lines.append(
                f"a, b, q = ({ONE_CYCLE_START:.12g}, 1, p / {rise:g}) if p < {rise:g} else "
                f"(1, {ONE_CYCLE_END:.12g}, (p - {rise:g}) / {1 - rise:g})"
            )
        rate = f"{config.hyper.learning_rate:.12g}" + (f" * {factor}" if factor else "")
        if warmup:
            climb = f"{config.hyper.learning_rate:.12g} * (1 + at / {warmup:.12g})"
            rate = f"{rate} if at >= 0 else {climb}"
        return [*lines, f"rate = {rate}"]
