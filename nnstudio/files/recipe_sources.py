"""The sources of a recipe: the origin of its samples, and how they are drawn for each epoch."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, TypeVar

from nnstudio.data.picture_features import PICTURE_FEATURES
from nnstudio.data.problems import PROBLEMS, USUAL_POINTS, WRITERS, PointOptions
from nnstudio.data.rewrite import RewriteStrengths
from nnstudio.data.warp import WarpStrengths
from nnstudio.files.model_file import MAX_NAME_LENGTH
from nnstudio.language import tr

if TYPE_CHECKING:
    from nnstudio.files.toml_entries import Table

MAX_REPEATS = 100
MAX_FRESH = 1_000_000
MAX_SAMPLES = 100_000_000

_PEN_PX = 1.0, 10.0

Strengths = TypeVar("Strengths", WarpStrengths, RewriteStrengths)


@dataclass(frozen=True)
class Source:
    """The origin of some of the samples.

    Attributes
    ----------
    title, credit, licence : str
        For display: its name, authors and terms of use.
    validation : float
        The share of the training samples, or of the writers, held back to choose the best weights. 0, for a
        problem alone: nothing is held back, and weights are judged on what they were trained on.
    """

    title: str
    credit: str
    licence: str
    validation: float


@dataclass(frozen=True)
class NamedProblem(Source):
    """A whole problem: its training samples are for training, its test samples for the final test.

    Attributes
    ----------
    problem : str
        A key of ``data.problems.PROBLEMS``.
    warp : WarpStrengths or None
        The images, or those generated, are warped for each epoch; None: they are used unchanged.
    repeats : int
        Number of warped copies of each image in an epoch.
    fresh : int
        Number of samples generated for each epoch, instead of the problem's own; 0: none.
    random_labels : float
        The share of the training samples whose label is drawn at random, 0…1; those for validation and test
        keep theirs.
    points : PointOptions
        How points are drawn, if they are.
    samples : int or None
        How many of the samples that are not held back are learned from, drawn by chance; None: all.
    features : str
        What is made of each image in its place, a key of ``data.picture_features.PICTURE_FEATURES``; empty:
        nothing.
    """

    problem: str
    warp: WarpStrengths | None = None
    repeats: int = 1
    fresh: int = 0
    random_labels: float = 0.0
    points: PointOptions = USUAL_POINTS
    samples: int | None = None
    features: str = ""

    @property
    def is_drawn_per_epoch(self) -> bool:
        """Whether the samples of one epoch differ from those of the next."""
        return self.warp is not None or self.fresh > 0


@dataclass(frozen=True)
class StrokeSource(Source):
    """A file of pen strokes, divided by writer.

    Attributes
    ----------
    strokes : str
        The name of the file.
    pens : tuple of float
        Each drawing is inked once with each of these pens, in pixels; none together with ``rewrite``.
    rewrite : RewriteStrengths or None
        The drawings are rewritten and inked for each epoch; None: inked once with each of ``pens``.
    repeats : int
        Number of rewritten copies of each drawing in an epoch.
    warp : WarpStrengths or None
        The images of rewritten drawings are warped as well.
    test : float
        The share of the writers kept for the final test; 0: none.
    """

    strokes: str
    pens: tuple[float, ...] = ()
    rewrite: RewriteStrengths | None = None
    repeats: int = 1
    warp: WarpStrengths | None = None
    test: float = 0.0

    @property
    def is_drawn_per_epoch(self) -> bool:
        """Whether the samples of one epoch differ from those of the next."""
        return self.rewrite is not None


def read_source(table: Table, own: str = "") -> NamedProblem | StrokeSource:
    """Read one table ``[[source]]``, with its ``[source.warp]`` or ``[source.rewrite]``.

    Parameters
    ----------
    table : Table
    own : str
        The name of a problem of the user's, if there is one: it is used unchanged.

    Raises
    ------
    UserError
        The table's own, if an entry is unknown, missing or impossible.
    """
    title, credit, licence = (printable(table, key) for key in ("title", "credit", "licence"))
    validation = table.take("validation", float, tr("a part from 0 to below 1"))
    if not 0.0 <= validation < 1.0:
        table.refuse(
            "validation",
            tr("must be a part from 0 to below 1, not {validation}.").format(validation=validation),
        )
    if "strokes" in table and not validation:
        table.refuse("validation", tr("must be above 0: drawings are judged by writers held back."))
    if "strokes" in table:
        source: NamedProblem | StrokeSource = _stroke_source(table, title, credit, licence, validation)
    else:
        source = _problem_source(table, title, credit, licence, validation, own)
    table.finish()
    return source


def printable(table: Table, key: str) -> str:
    """Take a printable text that can be a name in the window and in model files."""
    words = tr("1 to {max_name_length} printable characters").format(max_name_length=MAX_NAME_LENGTH)
    text = table.take(key, str, words)
    if not 1 <= len(text) <= MAX_NAME_LENGTH or not text.isprintable():
        table.refuse(key, tr("must be {words}, not {text!r:.80}.").format(words=words, text=text))
    return text


def _stroke_source(table: Table, title: str, credit: str, licence: str, validation: float) -> StrokeSource:
    strokes = table.take("strokes", str, tr("the name of a file of strokes"))
    if not strokes or "/" in strokes or "\\" in strokes:
        table.refuse(
            "strokes",
            tr("must be the name of a file without its folder, not {strokes!r:.80}.").format(strokes=strokes),
        )
    test = _test_share(table, validation)
    if "rewrite" not in table:
        return StrokeSource(title, credit, licence, validation, strokes, _pens(table), test=test)
    if "pens" in table:
        table.refuse("pens", tr("cannot stand beside [source.rewrite], which chooses pens of its own."))
    rewrite = _strengths(table, "rewrite", RewriteStrengths())
    warp = _strengths(table, "warp", WarpStrengths()) if "warp" in table else None
    return StrokeSource(title, credit, licence, validation, strokes, (), rewrite, _repeats(table), warp, test)


def _test_share(table: Table, validation: float) -> float:
    if "test" not in table:
        return 0.0
    test = table.take("test", float, tr("a part above 0"))
    if not 0.0 < test < 1.0 - validation:
        table.refuse(
            "test",
            tr("must be a part above 0 that leaves something beside validation, not {test}.").format(
                test=test
            ),
        )
    return test


def _pens(table: Table) -> tuple[float, ...]:
    words = tr("a list of numbers from {thin:g} to {thick:g}").format(thin=_PEN_PX[0], thick=_PEN_PX[1])
    pens = table.take("pens", list, words)
    if not pens or not all(type(pen) in (int, float) and _PEN_PX[0] <= pen <= _PEN_PX[1] for pen in pens):
        table.refuse("pens", tr("must be {words} (pixels), not {pens!r:.60}.").format(words=words, pens=pens))
    return tuple(map(float, pens))


def _problem_source(
    table: Table, title: str, credit: str, licence: str, validation: float, own: str
) -> NamedProblem:
    problem = table.take("problem", str, tr("one of {names}").format(names=", ".join(PROBLEMS)))
    if own and problem == own:
        return NamedProblem(
            *(title, credit, licence, validation, problem),
            random_labels=_random_labels(table),
            samples=_samples(table),
        )
    if problem not in PROBLEMS:
        table.refuse(
            "problem",
            tr("must be one of {names}, not {problem!r:.60}.").format(
                names=", ".join(PROBLEMS), problem=problem
            ),
        )
    random_labels, points, samples = _random_labels(table), _points(table, problem), _samples(table)
    features = _features(table, problem)
    if random_labels and not PROBLEMS[problem].output_space.traits.has_labels:
        table.refuse("random_labels", tr("are for classes; {problem} has none.").format(problem=problem))
    if "fresh" in table:
        if random_labels:
            table.refuse(
                "fresh", tr("cannot stand beside random_labels: what is written anew has its own labels.")
            )
        if samples is not None:
            table.refuse(
                "fresh",
                tr("cannot stand beside samples: what is written for an epoch is chosen for it."),
            )
        if problem not in WRITERS:
            table.refuse(
                "fresh",
                tr("is for what nnstudio writes itself ({writers}), not {problem}.").format(
                    writers=", ".join(WRITERS), problem=problem
                ),
            )
        fresh = _whole(table, "fresh", MAX_FRESH)
        warp = _strengths(table, "warp", WarpStrengths()) if "warp" in table else None
        return NamedProblem(title, credit, licence, validation, problem, warp, fresh=fresh)
    if "warp" in table:
        if not PROBLEMS[problem].input_traits.can_be_warped:
            table.refuse("warp", tr("is for images; {problem} has none.").format(problem=problem))
        warp = _strengths(table, "warp", WarpStrengths())
        repeats = _repeats(table)
        return NamedProblem(
            *(title, credit, licence, validation, problem, warp, repeats),
            random_labels=random_labels,
            samples=samples,
        )
    return NamedProblem(
        *(title, credit, licence, validation, problem),
        random_labels=random_labels,
        points=points,
        samples=samples,
        features=features,
    )


def _points(table: Table, problem: str) -> PointOptions:
    """Take the number of points, their noise and their classes, where they are chosen."""
    for key in ("points", "noise", "classes"):
        if key in table and PROBLEMS[problem].input_traits.has_pixels:
            table.refuse(key, tr("is for points; {problem} has images.").format(problem=problem))
    return PointOptions(
        n=table.take("points", int, tr("a whole number")) if "points" in table else None,
        noise=table.take("noise", float, tr("a number from 0")) if "noise" in table else None,
        n_classes=table.take("classes", int, tr("a whole number")) if "classes" in table else None,
    )


def _features(table: Table, problem: str) -> str:
    """Take what is made of each image, where that is something."""
    if "features" not in table:
        return ""
    words = tr("one of {names}").format(names=", ".join(PICTURE_FEATURES))
    features = table.take("features", str, words)
    if features not in PICTURE_FEATURES:
        table.refuse(
            "features", tr("must be {words}, not {given!r:.60}.").format(words=words, given=features)
        )
    if not PROBLEMS[problem].input_traits.has_pixels:
        table.refuse("features", tr("are made of images; {problem} has none.").format(problem=problem))
    for key in ("fresh", "warp"):
        if key in table:
            table.refuse("features", tr("cannot stand beside {key}, which makes images.").format(key=key))
    return features


def _random_labels(table: Table) -> float:
    if "random_labels" not in table:
        return 0.0
    share = table.take("random_labels", float, tr("a part from 0 to 1"))
    if not 0.0 <= share <= 1.0:
        table.refuse("random_labels", tr("must be a part from 0 to 1, not {share}.").format(share=share))
    return share


def _samples(table: Table) -> int | None:
    return _whole(table, "samples", MAX_SAMPLES) if "samples" in table else None


def _strengths(table: Table, name: str, strengths: Strengths) -> Strengths:
    """Read the table ``[source.<name>]``; missing entries have their defaults."""
    entries = table.sub_table(name)
    for field in fields(strengths):
        if field.name in entries:
            strengths = entries.take_into(strengths, field.name)
    entries.finish()
    return strengths


def _repeats(table: Table) -> int:
    return _whole(table, "repeats", MAX_REPEATS) if "repeats" in table else 1


def _whole(table: Table, key: str, highest: int) -> int:
    words = tr("a whole number from 1 to {highest:,}").format(highest=highest)
    value = table.take(key, int, words)
    if not 1 <= value <= highest:
        table.refuse(key, tr("must be {words}, not {value}.").format(words=words, value=value))
    return value
