"""Export a network as one Python script: some fifty lines that read a picture with NumPy, and the weights.

Where the network takes numbers, the script takes them from its command line, in half as many lines.

It shows that there is nothing more to a network. The script does not use nnstudio.
"""

from __future__ import annotations

import base64
import zlib
from string import Template
from typing import TYPE_CHECKING

import numpy as np

import nnstudio
from nnstudio.data.normalise import THINNEST
from nnstudio.engine.activation_functions import LEAK
from nnstudio.errors import UserError
from nnstudio.files.atomic import write_atomically
from nnstudio.language import tr

if TYPE_CHECKING:
    import os

    from nnstudio.files.model_file import Model


class ScriptError(UserError):
    """A model that cannot be written as a script."""


def save_script(path: str | os.PathLike[str], model: Model) -> None:
    """Write a model as a Python script that reads a PNG, or numbers, and prints the class, or numbers.

    Raises
    ------
    ScriptError
        If the model reads images, and not those of one character.
    WriteError
        If the file cannot be written; an existing one is unchanged.
    """
    write_atomically(path, script_text(model).encode())


def script_text(model: Model) -> str:
    """Return a model as the text of a Python script.

    Weights that float16 holds exactly are written as such; all others as float32. Python and NumPy read both.

    Raises
    ------
    ScriptError
        As for `save_script`.
    """
    takes_pictures = model.input_space.traits.has_pixels
    if model.input_space.traits.of_pictures:
        raise ScriptError(
            tr(
                "{name} reads features of a picture, which a short script does not compute. Export it as "
                "ONNX or safetensors instead."
            ).format(name=model.name)
        )
    if model.raster is None and takes_pictures:
        raise ScriptError(
            tr(
                "{name} does not say how a picture becomes its input, so a script cannot read one. Export it "
                "as ONNX or safetensors instead."
            ).format(name=model.name)
        )
    if takes_pictures and not model.output_space.traits.has_labels:
        raise ScriptError(
            tr(
                "{name} gives out numbers for an image, and a script tells characters apart. Export it as "
                "ONNX or safetensors instead."
            ).format(name=model.name)
        )
    network, spec = model.architecture, model.raster
    with np.errstate(over="ignore"):
        halves = model.theta.astype("<f2")
    theta = halves if np.array_equal(halves, model.theta) else model.theta.astype("<f4")
    layers = zip(network.layer_sizes, network.layer_sizes[1:], network.activations, strict=False)
    parts = {
        "name": _within_quotes(model.name),
        "architecture": str(network),
        "version": nnstudio.__version__,
        "layers": ",\n          ".join(
            f"({n_in}, {n_out}, {_FUNCTIONS[name]})" for n_in, n_out, name in layers
        ),
        "dtype": theta.dtype.str,
        "weights": base64.b85encode(zlib.compress(theta.tobytes(), 9)).decode(),
    }
    parts["math"] = "math, " if "math." in parts["layers"] else ""
    parts["network"] = Template(_NETWORK).substitute(parts)
    space = model.output_space
    parts["best"] = (_OF_TWO_CLASSES if network.n_outputs < space.n_outputs else "") + _BEST
    if spec is None:
        inputs, numbers = model.input_space, space.quantities
        has_labels = space.traits.has_labels
        return Template(_SCRIPT_OF_NUMBERS).substitute(
            parts,
            call=_within_quotes(" ".join(name.replace(" ", "_") for name in inputs.names)),
            inputs=list(zip(inputs.names, inputs.lows.tolist(), inputs.highs.tolist(), strict=True)),
            outputs=[(name, "") for name in space.names]
            if has_labels
            else [(each.name, each.unit) for each in numbers],
            answer=Template(_CLASS_ANSWER).substitute(parts) if has_labels else _NUMBERS_ANSWER,
        )
    return Template(_SCRIPT).substitute(
        parts,
        classes=list(space.class_names),
        size=spec.size,
        box=spec.box,
        thinnest=THINNEST * spec.pen,
        centre=spec.centre,
    )


def _within_quotes(text: str) -> str:
    """Return a text that does not end the quotation marks around it, nor escapes anything."""
    return text.replace("\\", "/").replace('"', "'")


_FUNCTIONS = {
    "relu": "lambda z: np.maximum(z, 0)",
    "sigmoid": "lambda z: 0.5 * (1 + np.tanh(0.5 * z))",
    "tanh": "np.tanh",
    "leaky_relu": f"lambda z: np.maximum(z, {LEAK} * z)",
    "elu": "lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0)))",
    "selu": "lambda z: np.where(z > 0, 1.05070098735548 * z, 1.75809934084738 * np.expm1(np.minimum(z, 0)))",
    "silu": "lambda z: z * (0.5 + 0.5 * np.tanh(0.5 * z))",
    "gelu": "lambda z: 0.5 * z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)))",
    "exact_gelu": "lambda z: 0.5 * z * np.vectorize(math.erfc)(-z / 2**0.5)",
    "relu6": "lambda z: np.clip(z, 0, 6)",
    "hard_tanh": "lambda z: np.clip(z, -1, 1)",
    "softplus": "lambda z: np.logaddexp(z, 0)",
    "absolute": "np.abs",
    "sine": "np.sin",
    "identity": "lambda z: z",
    "step": "lambda z: np.heaviside(z, 0)",
    "softmax": "lambda z: np.exp(z - z.max()) / np.exp(z - z.max()).sum()",
}
"""For each activation of the engine, an expression in NumPy."""

_NETWORK = """\
def network(x):  # outputs, and the sums z that they are computed from
    theta = np.frombuffer(zlib.decompress(base64.b85decode(WEIGHTS)), "$dtype").astype(np.float32)
    for n_in, n_out, activation in LAYERS:
        W, b, theta = np.split(theta, [n_in * n_out, (n_in + 1) * n_out])
        x = activation(z := W.reshape(n_out, n_in) @ x + b)
    return x, z
"""

_BEST = "best = max(range(len(z)), key=lambda k: (outputs[k], z[k]))"
"""The class as `nnstudio.engine.decision.decided` has it."""

_OF_TWO_CLASSES = """\
(p,), (u,) = outputs, z
    outputs, z = (1 - p, p), (0, u)  # one output for two classes
    """

_CLASS_ANSWER = """\
$best
    print(OUTPUTS[best][0], f"{outputs[best]:.4f}")"""
_NUMBERS_ANSWER = """\
for (name, unit), output in zip(OUTPUTS, outputs):
        print(f"{name} = {output:.7g} {unit}".rstrip())"""

_SCRIPT_OF_NUMBERS = '''\
"""$name, a neural network ($architecture) written by nnstudio $version: python THIS_FILE $call"""
# Needs NumPy alone; the line of WEIGHTS holds weights and biases.
import base64, ${math}sys, zlib
import numpy as np

INPUTS = $inputs  # name, and the range that it was made for
OUTPUTS = $outputs  # name, unit
LAYERS = [$layers]
WEIGHTS = "$weights"


$network

if __name__ == "__main__":
    try:
        numbers = [float(word) for word in sys.argv[1:]]
        x = np.array(numbers, np.float32).reshape(len(INPUTS))
        assert np.isfinite(x).all()
    except (ValueError, AssertionError):
        sys.exit("Write a number for each of " + ", ".join(name for name, low, high in INPUTS))
    for (name, low, high), number in zip(INPUTS, numbers):
        if not low <= number <= high:
            print(f"{name} is outside {low:g} to {high:g}", file=sys.stderr)
    outputs, z = network(x)
    $answer
'''

_SCRIPT = '''\
"""$name, a neural network ($architecture) written by nnstudio $version: python THIS_FILE picture.png"""
# One dark character on light, or light on dark. Needs NumPy alone; the long line holds the weights.
import base64, ${math}struct, sys, zlib
import numpy as np

CLASSES = $classes
LAYERS = [$layers]
WEIGHTS = "$weights"


def read_png(path):  # brightness, black 0 to white 1
    data, at, packed = open(path, "rb").read(), 8, b""
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", data[16:29])
    n = {0: 1, 2: 3, 4: 2, 6: 4}[colour if depth == 8 and not interlaced else "not plain"]
    while at < len(data):
        length, tag = struct.unpack(">I4s", data[at : at + 8])
        packed, at = packed + data[at + 8 : at + 8 + length] * (tag == b"IDAT"), at + 12 + length
    packed, size, rows = zlib.decompress(packed), 1 + width * n, [[0] * (width + 1) * n]
    for at in range(0, height * size, size):  # each byte was written as its difference from a guess
        kind, line, above = packed[at], [0] * n + list(packed[at + 1 : at + size]), rows[-1]
        for i in range(n, len(line) if kind else 0):
            a, b, c = line[i - n], above[i], above[i - n]
            nearest = min((a, b, c), key=lambda guess: abs(a + b - c - guess)) if kind == 4 else 0
            line[i] = (line[i] + (0, a, b, (a + b) // 2, nearest)[kind]) % 256
        rows.append(line)
    pixels = np.array(rows)[1:, n:].reshape(height, width, n) / 255
    grey = pixels[..., :3] @ [0.299, 0.587, 0.114] if n > 2 else pixels[..., 0]
    opacity = pixels[..., -1] if n in (2, 4) else np.ones(grey.shape)
    return grey * opacity + (grey[opacity > 0.5].mean() < 0.5) * (1 - opacity)  # paper is unlike its ink


def shares(length, step):  # of each of length pixels in each of those step times as wide
    edges = np.arange(np.ceil(length / step - 1e-9) + 1) * step
    return np.diff(np.clip(edges[:, None] - np.arange(length), 0, 1), axis=0) / step


def normalised(grey):  # the longer side of the ink $box pixels, its centre of mass on pixel $centre
    ink = abs(grey - np.median(np.concatenate((grey[0], grey[-1], grey[:, 0], grey[:, -1]))))
    ink = np.clip(ink / np.percentile(ink[ink > ink.max() / 2], 80), 0, 1)
    rows, columns = np.nonzero(ink > 0.1)
    ink = np.pad(ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1], 1)
    outline = sum(np.diff(ink > 0.5, axis=axis).sum() for axis in (0, 1))
    thin = $thinnest * (max(ink.shape) - 2) / $box - 8 / np.pi * (ink > 0.5).sum() / outline
    for _ in range(round(thin / 2)):  # shrinking would make a line that is too thin faint
        ink = np.pad(ink, 1)
        ink = np.max([np.roll(ink, shift, axis) for axis in (0, 1) for shift in (-1, 0, 1)], axis=0)
    down, across = (shares(length - 2, (max(ink.shape) - 2) / $box) for length in ink.shape)
    ink = down @ ink[1:-1, 1:-1] @ across.T
    mass = [ink.sum(axis=1 - axis) @ np.arange(n) / ink.sum() for axis, n in enumerate(ink.shape)]
    y, x = (min(max(round($centre - m), 0), $size - n) for m, n in zip(mass, ink.shape))
    return np.pad(ink / ink.max(), ((y, $size - y - ink.shape[0]), (x, $size - x - ink.shape[1])))


$network

if __name__ == "__main__":
    try:
        image = normalised(read_png(sys.argv[1]))
    except Exception as error:
        sys.exit(f"Save the picture as a plain PNG: 8 bits, grey or colour, no palette ({error!r}).")
    outputs, z = network(image.ravel())
    $best
    print(CLASSES[best], f"{outputs[best]:.4f}")
'''
