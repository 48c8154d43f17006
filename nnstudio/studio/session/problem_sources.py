"""What can be trained on in the window: problems by name, recipes, and a person's own images."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nnstudio.data.catalogue import CATALOGUE, fetch, installed
from nnstudio.data.input_kinds import INPUT_KINDS
from nnstudio.data.own_images import read_own_images
from nnstudio.data.problem import MAX_NAME_LENGTH, InputSpace, OutputSpace, Problem
from nnstudio.data.problems import PROBLEMS, ProblemEntry, load_problem
from nnstudio.data.rasterise import MNIST_SPEC
from nnstudio.errors import UserError
from nnstudio.files.image_file import read_grey
from nnstudio.files.preview import PreviewSource, recipe_preview
from nnstudio.files.recipe import Recipe, read_recipe
from nnstudio.files.recipe_data import gather
from nnstudio.files.recipe_sources import NamedProblem
from nnstudio.language import tr
from nnstudio.studio.background.tasks import Task
from nnstudio.training.config import TrainingConfig
from nnstudio.training.epoch_samples import EpochSamples

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
    input_scaling : str
        What a recipe does to the inputs before they are learned: one of ``data.scaling.SCALINGS``.
    """

    problem: Problem
    epoch_samples: EpochSamples | None = None
    config: TrainingConfig | None = None
    account: str = ""
    preview: PreviewSource | None = None
    input_scaling: str = "none"


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
        The classes of the user's own drawings, where it is learned from them.
    """

    name: str
    title: str
    load: Callable[[Task[Loaded]], Loaded]
    entry: ProblemEntry | None = None
    output_space: OutputSpace | None = None

    def fits(self, input_space: InputSpace, output_space: OutputSpace) -> bool:
        """Tell whether a network with these inputs and classes can be trained on it, as far as is known."""
        traits = INPUT_KINDS["image"] if self.entry is None else self.entry.input_traits
        own = self.output_space if self.entry is None else self.entry.output_space
        if own is None or traits is not input_space.traits:
            return False
        image = (MNIST_SPEC.size, MNIST_SPEC.size)
        return own.class_names == output_space.class_names and (
            not traits.can_be_drawn or input_space.shape == image
        )

    @property
    def is_here(self) -> bool:
        """Whether nothing has to be downloaded for it."""
        return self.entry is None or self.entry.data_set is None or installed(self.entry.data_set)


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
        return Loaded(problem)

    return ProblemSource(entry.name, tr(entry.title), load, entry)


def recipe_source(name_or_path: str | Path) -> ProblemSource:
    """Read a recipe, shipped or from a file; its data are gathered when it is taken.

    Raises
    ------
    RecipeError
        If an entry is unknown, missing or impossible; the sentence names the line.
    """
    recipe = read_recipe(name_or_path)

    def load(task: Task[Loaded]) -> Loaded:
        for source in recipe.sources:
            if isinstance(source, NamedProblem):
                provide(source.problem, task)
        task.title, task.progress = tr("Gathering the data of {title}").format(title=recipe.title), None
        data = gather(recipe)
        has_preview = data.problem.input_space.traits.can_be_warped
        preview = recipe_preview(recipe, data) if has_preview else None
        account = _account(recipe, data.epoch_samples)
        return Loaded(data.problem, data.epoch_samples, recipe.config, account, preview, recipe.input_scaling)

    return ProblemSource(
        f"recipe {name_or_path}",
        tr("Recipe: {title}").format(title=recipe.title),
        load,
    )


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


def import_source(path: Path) -> ProblemSource:
    """Offer a user's own images: see `read_own_images`."""
    title = path.name[:MAX_NAME_LENGTH] if path.name.isprintable() and path.name else "Imported images"

    def load(task: Task[Loaded]) -> Loaded:
        imported = read_own_images(path, read_grey=read_grey, progress=task.report).imported(path)
        problem = imported.problem(
            f"import {title}"[:MAX_NAME_LENGTH],
            title,
            f"Imported from {path}.",
            rng=np.random.default_rng(0),
        )
        return Loaded(problem, account=" ".join(imported.account().splitlines()))

    return ProblemSource(f"import {path}", title, load)


LARGEST_UNASKED_MB = 100


class LargeDownloadError(UserError):
    """Data so large that choosing a problem is not asking for them."""


def provide(name: str, task: Task[Loaded]) -> None:
    """Download what a problem is made from, where it is not here.

    Raises
    ------
    LargeDownloadError
        If it is so much that choosing a problem is not asking for it.
    """
    entry = PROBLEMS[name]
    if entry.data_set is None or installed(entry.data_set):
        return
    megabytes = CATALOGUE[entry.data_set].n_bytes / 1e6
    if megabytes > LARGEST_UNASKED_MB:
        raise LargeDownloadError(
            tr(
                "{title} is a download of {megabytes:.0f} MB. Fetch it with `nnstudio data fetch "
                "{data_set}`, then choose it again."
            ).format(title=entry.title, megabytes=megabytes, data_set=entry.data_set)
        )
    task.title = tr("Downloading {title}, {megabytes:.0f} MB").format(title=entry.title, megabytes=megabytes)
    fetch(entry.data_set, progress=task.report, cancel=task.cancelled)


def provided_problem(name: str, task: Task[Loaded]) -> Problem:
    """Make, read or download a problem's data."""
    provide(name, task)
    return load_problem(name, progress=task.report)
