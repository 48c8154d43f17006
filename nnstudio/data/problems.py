"""Load a problem by its name; training, the command line and the window use it."""

from __future__ import annotations

import contextlib
import math
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

import numpy as np

from nnstudio import paths
from nnstudio.data.catalogue import CATALOGUE
from nnstudio.data.curves import CURVES, curve_points
from nnstudio.data.curves import MIN_POINTS as LEAST_OF_CURVE
from nnstudio.data.emnist import PARTS, find_emnist, read_emnist
from nnstudio.data.idx import IdxError, IdxMissingError, read_mnist_folder
from nnstudio.data.input_kinds import INPUT_KINDS, InputKind
from nnstudio.data.letters import LETTERS
from nnstudio.data.plane_sets import EDGE, PLANE_SETS, plane_points
from nnstudio.data.plane_sets import MIN_POINTS as LEAST_OF_SET
from nnstudio.data.problem import InputSpace, OutputSpace, Problem, ProblemError, Quantity, Samples
from nnstudio.data.synthetic import synthetic_digits, synthetic_letters
from nnstudio.errors import UserError
from nnstudio.language import tr, translatable

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from nnstudio.data.curves import Curve
    from nnstudio.data.idx import LabelledImages, Split
    from nnstudio.data.plane_sets import PlaneSet


class Writer(Protocol):
    """Writes built-in characters; see `data.synthetic`."""

    def __call__(self, n: int, *, rng: np.random.Generator) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Return ``n`` images and their labels."""


DIGITS = OutputSpace(tuple("0123456789"), noun=translatable("digit"))

_FASHION = OutputSpace(
    (
        "T-shirt or top",
        "trousers",
        "pullover",
        "dress",
        "coat",
        "sandal",
        "shirt",
        "trainer",
        "bag",
        "ankle boot",
    ),
    noun=translatable("article"),
)
_KMNIST = OutputSpace(tuple("おきすつなはまやれを"), noun=translatable("character"))


def _emnist_space(part: str) -> OutputSpace:
    noun = {"digits": "digit", "letters": "letter"}.get(part, "character")
    return OutputSpace(PARTS[part], noun=noun)


_SPLITS: tuple[Split, Split] = ("train", "test")

WRITERS: Mapping[str, tuple[Writer, OutputSpace]] = MappingProxyType(
    {
        "digits-synthetic": (synthetic_digits, DIGITS),
        "letters-synthetic": (synthetic_letters, LETTERS),
    }
)
"""The built-in characters: writer and classes of each alphabet."""

_BLOCK = 2_000
"""Characters drawn between two calls of ``progress``."""


class MissingDataError(UserError):
    """The data of a problem are not on this machine; the message says how to get them."""


@dataclass(frozen=True)
class PointOptions:
    """How the points of a curve, or of a set in the plane, are drawn; None: as is usual for them.

    Attributes
    ----------
    n : int or None
        How many to learn from.
    noise : float or None
        The standard deviation of what is added to answers, or to places in the plane.
    low, high : float or None
        The range of x, of a curve.
    test_share : float or None
        How many others to be tested on, as a share of n, 0…1; 0: the test is on those that are learned from.
    n_classes : int or None
        How many classes the points of a set in the plane are of.
    """

    n: int | None = None
    noise: float | None = None
    low: float | None = None
    high: float | None = None
    test_share: float | None = None
    n_classes: int | None = None

    def n_test(self, n: int, usual_share: float, least: int) -> int:
        """Return how many points to be tested on go with n to learn from: none, or ``least`` at least."""
        share = usual_share if self.test_share is None else self.test_share
        if not 0 <= share <= 1:
            raise ProblemError(
                tr("The share of points for the test is from 0 to 1, not {share}.").format(share=share)
            )
        return max(int(n * share), least) if share else 0


USUAL_POINTS = PointOptions()


@dataclass(frozen=True)
class PointDefaults:
    """What the points of a curve, or of a set in the plane, are by themselves, and what can be chosen.

    Attributes
    ----------
    n : int
        How many there are to learn from.
    noise : float
        The standard deviation of what is added to answers, or to places in the plane.
    test_share : float
        How many others to be tested on, as a share of n.
    low, high : float or None
        The range of x, of a curve.
    class_names : tuple of str
        Of the most classes, of which 2 are usual; empty where each point has a number.
    """

    n: int
    noise: float
    test_share: float
    low: float | None = None
    high: float | None = None
    class_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Request:
    """The arguments of a loader."""

    folder: Path
    seed: int
    progress: Callable[[int, int], None] | None
    points: PointOptions
    first: int | None = None

    def rng(self, stream: int) -> np.random.Generator:
        """Return the generator of one stream of random numbers; streams are independent."""
        return np.random.default_rng((self.seed, stream))


_TRAIN, _TEST = 0, 1
"""The streams of random numbers for training and for test samples."""

_SIZES = MappingProxyType({_TRAIN: 40_000, _TEST: 4_000})
"""Built-in characters in each stream."""


@dataclass(frozen=True)
class ProblemEntry:
    """A problem that can be loaded.

    Attributes
    ----------
    name : str
        The name used on the command line and in recipes.
    title : str
        The name for display.
    kind : str
        The kind of its inputs, one of ``data.input_kinds.INPUT_KINDS``, known before they are loaded.
    output_space : OutputSpace
        Its classes or numbers, known before they are loaded.
    data_set : str or None
        The data set of ``data.catalogue`` that it is made from; None if nnstudio generates it.
    description : str
        One sentence, for a list of problems.
    load : callable
        Used by `load_problem`.
    points : PointDefaults or None
        What its points are, where nnstudio draws them and it can be chosen how.
    input_scaling : str
        What is done to its inputs before they are learned, unless the user chooses: a key of
        ``data.scaling.SCALINGS``. What is loaded is not scaled.
    """

    name: str
    title: str
    kind: str
    output_space: OutputSpace
    data_set: str | None
    description: str
    load: Callable[[ProblemEntry, _Request], Problem]
    points: PointDefaults | None = None
    input_scaling: str = "none"

    @property
    def input_traits(self) -> InputKind:
        """What can be done with its inputs."""
        return INPUT_KINDS[self.kind]

    def outputs_of(self, points: PointOptions) -> OutputSpace:
        """Return its classes or numbers where its points are drawn in another way."""
        if self.points is None or not self.points.class_names or points.n_classes is None:
            return self.output_space
        return OutputSpace(self.points.class_names[: points.n_classes])

    @property
    def needs_download(self) -> bool:
        """Return whether its data come from the network or the user, rather than from nnstudio."""
        return self.data_set is not None


def load_problem(
    name: str,
    *,
    data_dir: str | os.PathLike[str] | None = None,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
    points: PointOptions = USUAL_POINTS,
    first: int | None = None,
) -> Problem:
    """Load or generate the data of a problem.

    Parameters
    ----------
    name : str
        A name in `PROBLEMS`.
    data_dir : path-like, optional
        The folder of the user's data; by default `nnstudio.paths.data_dir`.
    seed : int
        At least 0. The same seed gives the same samples, if they are generated.
    progress : callable, optional
        Called now and then with the samples done and the samples in all, if it takes a while. What it
        raises passes through.
    points : PointOptions, optional
        How points are drawn that nnstudio draws.
    first : int, optional
        Of images: take only so many to learn from, the first ones, and a fifth as many to be tested on.

    Raises
    ------
    ProblemError
        If there is no problem of this name, if the seed is negative, or if its samples are no points that
        can be drawn so.
    CurveError, PlaneSetError
        If a number of ``points`` is out of its range.
    MissingDataError
        If the data are not there.
    IdxError
        If the data are damaged.
    """
    if name not in PROBLEMS:
        raise ProblemError(
            tr("There is no problem {name!r}; there are {names}.").format(
                name=name, names=", ".join(PROBLEMS)
            )
        )
    if seed < 0:
        raise ProblemError(tr("A seed is a whole number from 0 on, not {seed}.").format(seed=seed))
    folder = paths.data_dir() if data_dir is None else Path(data_dir)
    entry = PROBLEMS[name]
    if entry.input_traits.has_pixels and points != USUAL_POINTS:
        raise ProblemError(
            tr(
                "The samples of {title} are images; number and noise can be chosen for curves and points of "
                "the plane."
            ).format(title=tr(entry.title))
        )
    problem = entry.load(entry, _Request(folder, seed, progress, points, first))
    if first is None or not entry.input_traits.has_pixels:
        return problem
    train, test = problem.train.subset(slice(first)), problem.test.subset(slice(_n_test(first)))
    return replace(problem, train=train, test=test)


def _n_test(n_train: int) -> int:
    """Return how many samples to be tested on go with the first ones to learn from."""
    return max(n_train // 5, 1)


def _load_synthetic(entry: ProblemEntry, request: _Request) -> Problem:
    write, _ = WRITERS[entry.name]
    sizes = dict(_SIZES)
    if request.first is not None:
        # Whole blocks, so that the first samples are those of the whole set.
        for stream, n in ((_TRAIN, request.first), (_TEST, _n_test(request.first))):
            sizes[stream] = min(sizes[stream], math.ceil(n / _BLOCK) * _BLOCK)
    n_all, n_done = sum(sizes.values()), 0
    parts = []
    # Not cached in a file: generating them takes a second or two.
    for stream, size in sizes.items():
        rng = request.rng(stream)
        blocks = []
        for start in range(0, size, _BLOCK):
            blocks.append(write(min(_BLOCK, size - start), rng=rng))
            n_done += len(blocks[-1][1])
            if request.progress is not None:
                request.progress(n_done, n_all)
        images, labels = (np.concatenate(arrays) for arrays in zip(*blocks, strict=True))
        parts.append(Samples(images, labels, scale=1 / 255))
    side = round(parts[0].n_features ** 0.5)
    return Problem(
        name=entry.name,
        title=entry.title,
        input_space=InputSpace("image", (side, side), 0.0, 1.0),
        output_space=entry.output_space,
        train=parts[0],
        test=parts[1],
        source=f"Written by nnstudio's own random hands from the seed {request.seed}; free for any use.",
    )


def _load_mnist(entry: ProblemEntry, request: _Request) -> Problem:
    assert entry.data_set is not None
    # MNIST itself may be in several places; its file names are those of the other sets, too.
    folder = request.folder if entry.data_set == "mnist" else request.folder / entry.data_set
    with _missing_data_explained(entry.data_set):
        train, test = (read_mnist_folder(folder, split) for split in _SPLITS)
    return _of_images(entry, train, test, folder)


def _load_emnist(entry: ProblemEntry, request: _Request) -> Problem:
    part = entry.name.removesuffix("-emnist")
    with _missing_data_explained("emnist"):
        path = find_emnist(request.folder)
        train, test = (read_emnist(path, part, split) for split in _SPLITS)
    return _of_images(entry, train, test, path)


@contextlib.contextmanager
def _missing_data_explained(data_set: str) -> Iterator[None]:
    """Explain how to get data that are missing."""
    try:
        yield
    except IdxMissingError as error:
        name = CATALOGUE[data_set].title.split()[0]
        raise MissingDataError(
            f"{error} "
            + tr(
                "Fetch {name} with `nnstudio data fetch {data_set}`, or name the folder where "
                "you have it with --data-dir or in NNSTUDIO_DATA."
            ).format(name=name, data_set=data_set)
        ) from error


def _of_images(entry: ProblemEntry, train: LabelledImages, test: LabelledImages, path: Path) -> Problem:
    shape = train.images.shape[1:]
    if test.images.shape[1:] != shape:
        raise IdxError(
            tr(
                "The images of {path} have two sizes: {shape} pixels in the training set, {other} in "
                "the test set."
            ).format(path=path, shape=shape, other=test.images.shape[1:])
        )
    assert entry.data_set is not None
    data_set = CATALOGUE[entry.data_set]
    return Problem(
        name=entry.name,
        title=entry.title,
        input_space=InputSpace("image", shape, 0.0, 1.0),
        output_space=entry.output_space,
        train=train.samples(),
        test=test.samples(),
        source=f"{data_set.title} by {data_set.credit}; {data_set.licence}.",
    )


def _load_curve(entry: ProblemEntry, request: _Request) -> Problem:
    curve, options = CURVES[entry.name], request.points
    if options.n_classes is not None:
        raise _without_classes(entry)
    chosen = {"noise": options.noise, "low": options.low, "high": options.high}
    train = Samples(*curve_points(curve, rng=request.rng(_TRAIN), n=options.n, **chosen))
    usual_share = 0.0 if entry.points is None else entry.points.test_share
    n_test = options.n_test(len(train), usual_share, LEAST_OF_CURVE) if curve.truth is not None else 0
    test = Samples(*curve_points(curve, rng=request.rng(_TEST), n=n_test, **chosen)) if n_test else train
    low = curve.low if options.low is None else options.low
    high = curve.high if options.high is None else options.high
    is_usual = all(value is None for value in chosen.values())
    return Problem(
        name=entry.name,
        title=entry.title,
        input_space=InputSpace("line", (1,), low, high, (curve.x_name,)),
        output_space=entry.output_space if is_usual else _curve_outputs(curve, train.targets),
        train=train,
        test=test,
        source=curve.source,
    )


def _curve_entry(curve: Curve) -> ProblemEntry:
    _, y = curve_points(curve, rng=np.random.default_rng(0))
    description = translatable("Points of a curve: most to learn from, others to be tested on.")
    # A third as many for the test, so that most of them lie between those that are learned.
    points = PointDefaults(curve.n, curve.noise, 1 / 3, curve.low, curve.high)
    if curve.truth is None:
        description = translatable("A table of points, to learn from and to be tested on.")
    return ProblemEntry(
        curve.name,
        curve.title,
        "line",
        _curve_outputs(curve, y),
        None,
        description,
        _load_curve,
        None if curve.truth is None else points,
        input_scaling=curve.input_scaling,
    )


def _curve_outputs(curve: Curve, y: NDArray[np.float32]) -> OutputSpace:
    return OutputSpace(quantities=(Quantity.around(curve.y_name, y, curve.y_unit),))


def _without_classes(entry: ProblemEntry) -> ProblemError:
    return ProblemError(
        tr("The points of {title} have a number each; choose a set with classes to choose how many.").format(
            title=tr(entry.title)
        )
    )


def _load_plane(entry: ProblemEntry, request: _Request) -> Problem:
    plane_set, options = PLANE_SETS[entry.name], request.points
    if options.low is not None or options.high is not None:
        raise ProblemError(
            tr("The plane of {title} has a range of its own; choose a curve for another.").format(
                title=tr(entry.title)
            )
        )
    if options.n_classes is not None and not plane_set.most_classes:
        raise _without_classes(entry)
    n_classes = 2 if options.n_classes is None else options.n_classes
    n = plane_set.n if options.n is None else options.n

    def samples(n: int, stream: int) -> Samples:
        points = plane_points(
            plane_set, n=n, noise=options.noise, n_classes=n_classes, rng=request.rng(stream)
        )
        return Samples(*points)

    train = samples(n, _TRAIN)
    n_test = options.n_test(n, plane_set.test_share, max(LEAST_OF_SET, n_classes))
    space = entry.outputs_of(options)
    if not plane_set.most_classes and options.noise is not None:
        space = _number_of_plane(plane_set, train.targets)
    return Problem(
        name=entry.name,
        title=entry.title,
        input_space=InputSpace("plane", (2,), -EDGE, EDGE, ("x₁", "x₂")),
        output_space=space,
        train=train,
        test=samples(n_test, _TEST) if n_test else train,
        source=f"Scattered by nnstudio from the seed {request.seed}; free for any use.",
    )


def _number_of_plane(plane_set: PlaneSet, y: NDArray[np.float32]) -> OutputSpace:
    return OutputSpace(quantities=(Quantity.around(plane_set.y_name, y),))


def _plane_entry(plane_set: PlaneSet) -> ProblemEntry:
    if plane_set.most_classes:
        space = OutputSpace(plane_set.class_names[:2])
    else:
        _, y = plane_points(plane_set, rng=np.random.default_rng(0))
        space = _number_of_plane(plane_set, y)
    description = translatable(
        "Points of the plane with a number each: most to learn from, others to test on."
    )
    if not plane_set.test_share:
        description = translatable("The four points of a truth table, to learn from and to be tested on.")
    elif plane_set.most_classes > 2:
        description = translatable(
            "Points of the plane in 2 to 6 classes: most to learn from, others to test on."
        )
    elif plane_set.most_classes:
        description = translatable(
            "Points of the plane in two classes: most to learn from, others to test on."
        )
    return ProblemEntry(
        plane_set.name,
        plane_set.title,
        "plane",
        space,
        None,
        description,
        _load_plane,
        PointDefaults(plane_set.n, plane_set.noise, plane_set.test_share, class_names=plane_set.class_names),
    )


PROBLEMS: Mapping[str, ProblemEntry] = MappingProxyType(
    {
        entry.name: entry
        for entry in (
            ProblemEntry(
                "digits-synthetic",
                translatable("Built-in digits"),
                "image",
                DIGITS,
                None,
                translatable(
                    "Handwritten digits that nnstudio makes itself: 40,000 to learn from, 4,000 to be "
                    "tested on."
                ),
                _load_synthetic,
            ),
            ProblemEntry(
                "digits-mnist",
                translatable("MNIST digits"),
                "image",
                DIGITS,
                "mnist",
                translatable(
                    "Handwritten digits by about 500 people: 60,000 to learn from, 10,000 to be tested on."
                ),
                _load_mnist,
            ),
            ProblemEntry(
                "letters-synthetic",
                translatable("Built-in letters"),
                "image",
                LETTERS,
                None,
                translatable(
                    "Letters of both cases that nnstudio writes itself: 40,000 to learn from, 4,000 to "
                    "test on."
                ),
                _load_synthetic,
            ),
            ProblemEntry(
                "letters-emnist",
                translatable("EMNIST letters"),
                "image",
                _emnist_space("letters"),
                "emnist",
                translatable(
                    "Handwritten letters, both cases merged: 124,800 to learn from, 20,800 to be tested on."
                ),
                _load_emnist,
            ),
            ProblemEntry(
                "digits-emnist",
                translatable("EMNIST digits"),
                "image",
                _emnist_space("digits"),
                "emnist",
                translatable(
                    "Handwritten digits by many more people: 240,000 to learn from, 40,000 to be tested on."
                ),
                _load_emnist,
            ),
            ProblemEntry(
                "balanced-emnist",
                translatable("EMNIST characters"),
                "image",
                _emnist_space("balanced"),
                "emnist",
                translatable(
                    "Digits and letters in 47 classes: 112,800 to learn from, 18,800 to be tested on."
                ),
                _load_emnist,
            ),
            ProblemEntry(
                "fashion-mnist",
                "Fashion-MNIST",
                "image",
                _FASHION,
                "fashion-mnist",
                translatable(
                    "Photos of clothes in ten classes: 60,000 to learn from, 10,000 to be tested on."
                ),
                _load_mnist,
            ),
            ProblemEntry(
                "kmnist",
                "Kuzushiji-MNIST",
                "image",
                _KMNIST,
                "kmnist",
                translatable(
                    "Ten cursive Japanese characters: 60,000 to learn from, 10,000 to be tested on."
                ),
                _load_mnist,
            ),
            *map(_plane_entry, PLANE_SETS.values()),
            *map(_curve_entry, CURVES.values()),
        )
    }
)
"""Every problem that `load_problem` knows, by name."""
