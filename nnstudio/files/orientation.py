"""Notice images whose rows and columns are exchanged, as EMNIST stores them; studio and command line use it.

The shipped networks read a part of the images as they are and turned. Where they read them far better turned,
the images lie so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.letters import LETTERS, map_labels
from nnstudio.data.problems import DIGITS
from nnstudio.data.renormalise import renormalise
from nnstudio.engine.ood_detector import ood_scores
from nnstudio.engine.passes import predict
from nnstudio.errors import UserError
from nnstudio.files.models import find_model
from nnstudio.files.open_model import open_model
from nnstudio.language import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnstudio.data.image_set import ImageSet
    from nnstudio.files.model_file import Model

_READERS = {"digits": DIGITS, "letters": LETTERS}
"""Shipped networks and their classes; the one that knows most of the labels reads."""

_N_READ = 300
"""Images that are read, spread over the whole set."""

_FEWEST = 12
"""Images below which nothing is said."""

_LEAST_RIGHT, _LEAST_GAIN = 0.5, 0.25
"""Share that is read right when turned, and by how much it must exceed the share read as they are."""


def turn_sentence(images: ImageSet) -> str:
    """Return a sentence if labelled images seem to lie transposed, else an empty string.

    Parameters
    ----------
    images : ImageSet
        Of any characters; where they have no labels, or none that a shipped network knows, nothing is said.
    """
    if images.labels is None or len(images) < _FEWEST:
        return ""
    rows = np.linspace(0, len(images) - 1, min(_N_READ, len(images))).astype(np.intp)
    names = np.array([images.labels[row] for row in rows.tolist()])
    n_known = {
        name: np.count_nonzero(map_labels(names, output_space).labels >= 0)
        for name, output_space in _READERS.items()
    }
    reader = max(n_known, key=lambda name: n_known[name])
    if n_known[reader] < max(_FEWEST, len(rows) / 2):
        return ""
    try:
        model = open_model(find_model(reader))
    except UserError:
        return ""
    labels = map_labels(names, model.output_space).labels
    known = labels >= 0
    shares = [
        float(np.mean(_read(model, part).argmax(axis=1) == labels[known]))
        for part in _both_ways(model, images.images[rows[known]])
    ]
    if shares[1] < _LEAST_RIGHT or shares[1] - shares[0] < _LEAST_GAIN:
        return ""
    return tr(
        "The images seem to lie with rows and columns exchanged, as EMNIST's do: the network {name} reads "
        "{as_they_are:.0f} % of them right as they are, and {turned:.0f} % turned."
    ).format(name=model.name, as_they_are=100 * shares[0], turned=100 * shares[1])


def unlabelled_turn_sentence(images: NDArray[np.uint8], model: Model) -> str:
    """Return a sentence if a network with a detector finds fewer images strange when they are turned.

    Parameters
    ----------
    images : uint8 ndarray of shape (n, height, width)
    model : Model
        The network that reads them.
    """
    if model.ood_detector is None or model.raster is None or len(images) < _FEWEST:
        return ""
    rows = np.linspace(0, len(images) - 1, min(_N_READ, len(images))).astype(np.intp)
    shares = []
    for part in _both_ways(model, images[rows]):
        scores = ood_scores(model.architecture, model.theta, model.ood_detector, part)
        sure = _read(model, part).max(axis=1) > 0.9
        shares.append(float(np.mean(sure & (scores <= model.ood_detector.threshold))))
    if shares[1] < _LEAST_RIGHT or shares[1] - shares[0] < _LEAST_GAIN:
        return ""
    return tr(
        "The images seem to lie with rows and columns exchanged, as EMNIST's do: the network {name} is "
        "sure of "
        "{as_they_are:.0f} % of them as they are, and of {turned:.0f} % turned."
    ).format(name=model.name, as_they_are=100 * shares[0], turned=100 * shares[1])


def _both_ways(model: Model, images: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
    """Return the images as inputs of a network, as they are and turned."""
    assert model.raster is not None, "it reads images"
    inputs = []
    for part in (images, np.ascontiguousarray(images.transpose(0, 2, 1))):
        x = renormalise(part, model.raster).reshape(len(part), -1).astype(np.float32)
        x /= 255
        inputs.append(x)
    return inputs


def _read(model: Model, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
    probabilities: NDArray[np.float32] = predict(model.architecture, model.theta, inputs)
    return probabilities
