"""Features of pictures as inputs of a network: of a problem's samples, and of what is drawn.

Features are made of pictures of 28 × 28 pixels: the size that drawings become.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.data.picture_features import PICTURE_FEATURES, features_named
from nnstudio.data.problem import InputSpace, ProblemError, Samples
from nnstudio.data.rasterise import MNIST_SPEC
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nnstudio.data.picture_features import PictureFeatures
    from nnstudio.data.problem import Problem

SIDE = MNIST_SPEC.size
"""Of the pictures."""

_BLOCK = 2_000
"""Pictures whose features are computed at a time."""


def inputs_of_pictures(space: InputSpace, pictures: NDArray[Any]) -> NDArray[np.float32]:
    """Return what a network is given for pictures: their pixels, or features of them.

    Parameters
    ----------
    space : InputSpace
        Of images, or of features of pictures.
    pictures : ndarray of shape (n, height, width) or (n, height · width)
        0 … 1, ink 1; of features (n, 28, 28) or (n, 784).

    Returns
    -------
    float32 ndarray of shape (n, n_features)
    """
    if not space.traits.of_pictures:
        return np.asarray(pictures, np.float32).reshape(len(pictures), -1)
    features = features_named(space.names)
    assert features is not None, "a space of features has their names"
    return features.of(pictures.reshape(-1, SIDE, SIDE))


def find_features(name: str) -> PictureFeatures:
    """Return features of pictures by their name.

    Raises
    ------
    ProblemError
        If there are none of this name.
    """
    if name not in PICTURE_FEATURES:
        raise ProblemError(
            tr("There are no features {name!r:.40} of a picture; there are {names}.").format(
                name=name, names=", ".join(PICTURE_FEATURES)
            )
        )
    return PICTURE_FEATURES[name]


def picture_feature_problem(
    problem: Problem, features: PictureFeatures, progress: Callable[[int, int], None] | None = None
) -> Problem:
    """Return a problem of pictures with features of them in their place.

    Parameters
    ----------
    problem : Problem
    features : PictureFeatures
    progress : callable, optional
        Called now and then with the samples done and the samples in all.

    Raises
    ------
    ProblemError
        If its inputs are no pictures of 28 × 28 pixels.
    """
    space = problem.input_space
    if not space.traits.has_pixels or space.shape != (SIDE, SIDE):
        raise ProblemError(
            tr(
                "Ink and edges are features of pictures of {side} × {side} pixels, and {title} has none."
            ).format(side=SIDE, title=problem.title)
        )
    n_all = len(problem.train) + len(problem.test)

    def made(samples: Samples, n_before: int) -> Samples:
        x = np.empty((len(samples), len(features.names)), np.float32)
        for start in range(0, len(samples), _BLOCK):
            rows = np.arange(start, min(start + _BLOCK, len(samples)))
            x[rows] = features.of(samples.batch(rows).reshape(-1, SIDE, SIDE))
            if progress is not None:
                progress(n_before + len(rows) + start, n_all)
        return Samples(x, samples.answers, writers=samples.writers)

    title = tr("{features} of {title}").format(features=tr(features.title), title=tr(problem.title))
    return replace(
        problem,
        name=f"{problem.name} {features.name}",
        title=title,
        input_space=InputSpace("features", (len(features.names),), 0.0, 1.0, features.names),
        train=made(problem.train, 0),
        test=made(problem.test, len(problem.train)),
        source=problem.source,
    )
