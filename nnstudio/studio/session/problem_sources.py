"""What can be trained on in the window: problems by name, recipes, and a person's own images."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from nnstudio.data.catalogue import CATALOGUE, fetch, installed
from nnstudio.data.chosen_points import ChosenPoints
from nnstudio.data.input_kinds import INPUT_KINDS, InputKind
from nnstudio.data.own_images import read_own_images
from nnstudio.data.own_points import OwnPoints
from nnstudio.data.problem import MAX_NAME_LENGTH, InputSpace, OutputSpace, Problem
from nnstudio.data.problems import PROBLEMS, USUAL_POINTS, PointOptions, ProblemEntry, load_problem
from nnstudio.data.rasterise import MNIST_SPEC
from nnstudio.errors import UserError
from nnstudio.files.image_file import read_image
from nnstudio.files.model_file import Model, load_model
from nnstudio.files.models import find_model, shipped_reader
from nnstudio.files.orientation import turn_sentence
from nnstudio.files.preview import PreviewSource, recipe_preview
from nnstudio.files.recipe import Recipe, read_recipe
from nnstudio.files.recipe_data import gather, stroke_file
from nnstudio.files.recipe_sources import NamedProblem
from nnstudio.files.written_model import own_function
from nnstudio.language import tr
from nnstudio.paths import data_dir
from nnstudio.studio.background.tasks import Task
from nnstudio.training.config import TrainingConfig
from nnstudio.training.epoch_samples import EpochSamples

LARGEST_UNASKED_BYTES = 100_000_000
"""What a problem may download when it is chosen."""

_RECIPE = "recipe "
"""Before a recipe's name or path, in the name of its source."""

MOST_KEPT = 2
"""Problems that stay in memory once they were loaded: tens of megabytes each."""


@dataclass(frozen=True)
class Loaded:
    """What a `ProblemSource` has loaded.

    Attributes
    ----------
    problem : Problem
    epoch_samples : EpochSamples or None
        Draws what each epoch learns from.
    config : TrainingConfig or None
        What a recipe says; None leaves it to the window.
    account : str
        What else there is to say about it.
    preview : PreviewSource or None
        Its samples beside what an epoch has in their place; None leaves it to the usual warp.
    model : Model or None
        A trained network for it, which takes the place of one that does not fit.
    input_scaling : str
        What is done to the inputs before they are learned: one of ``data.scaling.SCALINGS``.
    turn_offer : TurnOffer or None
        The images turned, where they seem to lie with rows and columns exchanged.
    """

    problem: Problem
    epoch_samples: EpochSamples | None = None
    config: TrainingConfig | None = None
    account: str = ""
    preview: PreviewSource | None = None
    model: Model | None = None
    input_scaling: str = "none"
    turn_offer: "TurnOffer | None" = None


@dataclass(frozen=True)
class TurnOffer:
    """The offer of the same images with rows and columns exchanged.

    Attributes
    ----------
    sentence : str
        What speaks for it.
    turned : ProblemSource
    """

    sentence: str
    turned: "ProblemSource"


@dataclass(frozen=True)
class MissingData:
    """What a problem is made from that is not on this machine; false where nothing is missing.

    Attributes
    ----------
    data_sets : tuple of str
        Names in ``data.catalogue``: they can be downloaded.
    files : tuple of str
        Names of files of strokes, which the user has to find.
    """

    data_sets: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.data_sets or self.files)

    @property
    def n_bytes(self) -> int:
        """The size of the downloads."""
        return sum(CATALOGUE[name].n_bytes for name in self.data_sets)

    def described(self) -> str:
        """Return what is missing, in words."""
        sets = (
            tr("{title} ({megabytes:.0f} MB)").format(
                title=CATALOGUE[name].title, megabytes=CATALOGUE[name].n_bytes / 1e6
            )
            for name in self.data_sets
        )
        return ", ".join([*sets, *self.files])


@dataclass(frozen=True)
class ProblemSource:
    """Something that can be trained on.

    Attributes
    ----------
    name : str
        Its key, unlike any other.
    title : str
        For people.
    load : callable (task) -> Loaded
        Runs on the worker's thread.
    entry : ProblemEntry or None
        Where it is a problem by name, and so known before it is loaded.
    output_space : OutputSpace or None
        Its outputs as far as they are known, where those of ``entry`` are not meant.
    kind : str
        Of its inputs, where there is no ``entry``.
    recipe : Recipe or None
        What it is trained by, where that is more than the window's settings.
    data_dir : Path or None
        Where files of the recipe are; by default the folder of the user's data.
    points : PointOptions
        What was chosen for its points, where it is a problem by name that is made of points.
    seed : int
        Of the random numbers that its samples are made from.
    own_points : OwnPoints or None
        Its points where they are kept with the session.
    own_function : Problem or None
        Points on the function that a network was when it was opened.
    """

    name: str
    title: str
    load: Callable[[Task[Loaded]], Loaded]
    entry: ProblemEntry | None = None
    output_space: OutputSpace | None = None
    kind: str = "image"
    recipe: Recipe | None = None
    data_dir: Path | None = None
    points: PointOptions = USUAL_POINTS
    seed: int = 0
    own_points: OwnPoints | None = field(default=None, compare=False)
    own_function: Problem | None = field(default=None, compare=False)

    def missing(self) -> MissingData:
        """Return what has to be found or downloaded first."""
        entries = [] if self.entry is None else [self.entry]
        files = []
        for source in () if self.recipe is None else self.recipe.sources:
            if isinstance(source, NamedProblem):
                entries.append(PROBLEMS[source.problem])
            elif stroke_file(source.strokes, self.data_dir or data_dir()) is None:
                files.append(source.strokes)
        wanted = dict.fromkeys(entry.data_set for entry in entries if entry.data_set is not None)
        return MissingData(tuple(name for name in wanted if not installed(name)), tuple(files))

    def download(self, task: Task[None]) -> None:
        """Download what is missing, however large."""
        for name in self.missing().data_sets:
            _download(name, task)

    def fits(self, input_space: InputSpace, output_space: OutputSpace) -> bool:
        """Tell whether a network with these inputs and classes can be trained on it, as far as is known."""
        traits, own = self.input_traits, self.output_space
        if own is None and self.entry is not None:
            own = self.entry.output_space
        if own is None or traits is not input_space.traits:
            return False
        image = (MNIST_SPEC.size, MNIST_SPEC.size)
        return own.is_like(output_space) and (not traits.can_be_drawn or input_space.shape == image)

    @property
    def chosen_points(self) -> ChosenPoints:
        """Its points, as a session keeps them."""
        return ChosenPoints(self.own_points, self.points, self.seed)

    @property
    def input_traits(self) -> InputKind:
        """What can be done with its inputs."""
        return INPUT_KINDS[self.kind] if self.entry is None else self.entry.input_traits

    @property
    def reader(self) -> str | None:
        """The network that comes with nnstudio for a problem by name, whose images are 28 × 28; or None."""
        if self.entry is None or not self.entry.input_traits.can_be_drawn:
            return None
        space = InputSpace(self.entry.kind, (MNIST_SPEC.size, MNIST_SPEC.size), 0.0, 1.0)
        return shipped_reader(space, self.entry.output_space)

    @property
    def is_here(self) -> bool:
        """Whether nothing has to be downloaded for it."""
        return not self.missing()


def problem_sources_by_name() -> dict[str, ProblemSource]:
    """Return all problems by name; those loaded last are kept, to go back and forth between runs of two."""
    kept: dict[str, Problem] = {}
    return {name: _problem_source(entry, kept) for name, entry in PROBLEMS.items()}


def _problem_source(entry: ProblemEntry, kept: dict[str, Problem]) -> ProblemSource:
    def load(task: Task[Loaded]) -> Loaded:
        problem = kept.pop(entry.name, None) or provided_problem(entry.name, task)
        kept[entry.name] = problem
        for oldest in list(kept)[:-MOST_KEPT]:
            kept.pop(oldest, None)
        return Loaded(problem, input_scaling=entry.input_scaling)

    return ProblemSource(entry.name, tr(entry.title), load, entry)


def with_points(source: ProblemSource, points: PointOptions, seed: int = 0) -> ProblemSource:
    """Have a problem by name made of other points."""
    assert source.entry is not None, "only named problems make their points"
    entry, output_space = source.entry, source.entry.outputs_of(points)

    def load(task: Task[Loaded]) -> Loaded:
        problem = load_problem(entry.name, seed=seed, progress=task.report, points=points)
        return Loaded(problem, input_scaling=entry.input_scaling)

    return replace(source, load=load, output_space=output_space, points=points, seed=seed)


def with_classes_of(source: ProblemSource, space: OutputSpace) -> ProblemSource:
    """Have a set of the plane made of as many classes as a network tells apart, where they are its own."""
    n, points = space.n_classes, None if source.entry is None else source.entry.points
    if points is None or n < 2 or points.class_names[:n] != space.class_names:
        return source
    if (source.points.n_classes or 2) == n:
        return source
    return with_points(source, replace(source.points, n_classes=n), source.seed)


def with_shipped_reader(source: ProblemSource, reader: str) -> ProblemSource:
    """Have a problem bring the shipped model that reads it; where that cannot be read, it brings none."""

    def load(task: Task[Loaded]) -> Loaded:
        loaded = source.load(task)
        try:
            return replace(loaded, model=load_model(find_model(reader)))
        except UserError:
            return loaded

    return replace(source, load=load)


def recipe_source(name_or_path: str | Path, folder: Path | None = None) -> ProblemSource:
    """Read a recipe, shipped or from a file; its data are gathered when it is taken.

    Parameters
    ----------
    name_or_path : str or Path
    folder : Path, optional
        Where its files of strokes are; by default the folder of the user's data.

    Raises
    ------
    RecipeError
        If an entry is unknown, missing or impossible; the sentence names the line.
    """
    return source_of_recipe(read_recipe(name_or_path), str(name_or_path), folder)


def source_of_recipe(recipe: Recipe, name: str, folder: Path | None = None) -> ProblemSource:
    """Return the source of a recipe that is read already; see `recipe_source`.

    Parameters
    ----------
    recipe : Recipe
    name : str
        Tells it from other recipes.
    folder : Path, optional
    """

    def load(task: Task[Loaded]) -> Loaded:
        problems = {}
        for source in recipe.sources:
            if isinstance(source, NamedProblem):
                provide(source.problem, task)
                if folder is not None and PROBLEMS[source.problem].needs_download:
                    # Downloads are where they always are.
                    problems[source.problem] = load_problem(source.problem)
        task.title, task.progress = tr("Gathering the data of {title}").format(title=recipe.title), None
        data = gather(recipe, folder, problems=problems)
        has_preview = data.problem.input_space.traits.can_be_warped
        preview = recipe_preview(recipe, data) if has_preview else None
        account = _account(recipe, data.epoch_samples)
        return Loaded(
            data.problem,
            data.epoch_samples,
            recipe.config,
            account,
            preview,
            input_scaling=recipe.input_scaling,
        )

    return ProblemSource(
        f"{_RECIPE}{name}",
        tr("Recipe: {title}").format(title=recipe.title),
        load,
        recipe=recipe,
        data_dir=folder,
    )


def in_folder(source: ProblemSource, folder: Path) -> ProblemSource:
    """Return a recipe's source that finds its files of strokes in a folder."""
    assert source.recipe is not None, "only recipes have files of strokes"
    return source_of_recipe(source.recipe, source.name.removeprefix(_RECIPE), folder)


def _account(recipe: Recipe, epoch_samples: EpochSamples | None) -> str:
    config = recipe.config
    if epoch_samples is None:
        account = tr("A fresh network {architecture}, {epochs:g} epochs.")
        account = account.format(architecture=config.architecture, epochs=config.epochs)
    else:
        account = tr(
            "A fresh network {architecture}, {epochs:g} epochs, {n_samples:,} samples drawn anew for each."
        ).format(architecture=config.architecture, epochs=config.epochs, n_samples=epoch_samples.n_samples)
    if recipe.views:
        account += " " + tr(
            "It looks at an image once here; `nnstudio train` lets it look {n} times."
        ).format(n=len(recipe.views))
    return account


def briefly(error: UserError, path: Path) -> str:
    """Return what an error says of a file that was just chosen, by its name: a line has little room."""
    return str(error).replace(str(path), path.name or str(path))


def own_function_source(name: str, model: Model) -> ProblemSource:
    """Offer points on the function that a network is: see `own_function`."""
    title = tr("Points of {name}").format(name=model.name)
    problem = points = None
    with suppress(UserError):
        # What is no number cannot be learned: loading it raises the sentence.
        problem = own_function(model, name, title)
        points = replace(OwnPoints.of(problem), title=title)

    def load(_: Task[Loaded]) -> Loaded:
        return Loaded(own_function(model, name, title) if problem is None else problem)

    return ProblemSource(name, title, load, own_points=points, own_function=problem)


def kept_function_source(name: str, points: OwnPoints) -> ProblemSource:
    """Offer points on the function that a network once was, as a session kept them."""
    problem = replace(
        points.problem(),
        name=name,
        source=tr("Points on the function that this network was when it was opened."),
    )
    return ProblemSource(name, points.title, lambda _: Loaded(problem), own_points=points)


def import_source(path: Path, *, is_turned: bool = False) -> ProblemSource:
    """Offer a user's own images: see `read_own_images`.

    Parameters
    ----------
    path : Path
    is_turned : bool
        Exchange rows and columns of each image. Without it, images that seem to lie so are offered turned.
    """
    title = path.name[:MAX_NAME_LENGTH] if path.name.isprintable() and path.name else "Imported images"

    def load(task: Task[Loaded]) -> Loaded:
        try:
            images = read_own_images(path, read_image=read_image, progress=task.report)
        except UserError as error:
            raise UserError(briefly(error, path)) from error
        offer = None
        if is_turned:
            images = images.transposed().with_note(tr("Rows and columns of each image were exchanged."))
        elif sentence := turn_sentence(images):
            offer = TurnOffer(sentence, import_source(path, is_turned=True))
        imported = images.imported(path)
        problem = imported.problem(
            f"import {title}"[:MAX_NAME_LENGTH],
            title,
            f"Imported from {path}.",
            rng=np.random.default_rng(0),
        )
        return Loaded(problem, account=" ".join(imported.account().splitlines()), turn_offer=offer)

    return ProblemSource(f"import {path}", title, load)


class LargeDownloadError(UserError):
    """Data so large that nobody asked for them by the way."""


def provide(name: str, task: Task[Loaded]) -> None:
    """Download what a problem is made from, where it is not here.

    Raises
    ------
    LargeDownloadError
        If it is so much that it has to be asked for.
    """
    entry = PROBLEMS[name]
    if entry.data_set is None or installed(entry.data_set):
        return
    if CATALOGUE[entry.data_set].n_bytes > LARGEST_UNASKED_BYTES:
        raise LargeDownloadError(
            tr("{title} is a download of {megabytes:.0f} MB: choose it among the problems first.").format(
                title=tr(entry.title), megabytes=CATALOGUE[entry.data_set].n_bytes / 1e6
            )
        )
    _download(entry.data_set, task)


def _download(data_set: str, task: Task[Any]) -> None:
    entry = CATALOGUE[data_set]
    task.title = tr("Downloading {title}, {megabytes:.0f} MB").format(
        title=entry.title, megabytes=entry.n_bytes / 1e6
    )
    fetch(data_set, progress=task.report, cancel=task.cancelled)


def provided_problem(name: str, task: Task[Loaded]) -> Problem:
    """Make, read or download a problem's data."""
    provide(name, task)
    return load_problem(name, progress=task.report)
