"""``nnstudio train``: train a network by a recipe, or for a problem, and write it to a file."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from nnstudio.cli import progress as show
from nnstudio.cli.arguments import CHOICES
from nnstudio.cli.imports import imported_problem, point_table, report
from nnstudio.cli.places import PlaceError, check_writable
from nnstudio.cli.residuals import residual_lines
from nnstudio.cli.signals import StopSignals
from nnstudio.cli.status import BAD_INPUT, DONE
from nnstudio.cli.streams import print_error
from nnstudio.data.feature_maps import Feature
from nnstudio.data.feature_problem import FEATURES_OF, feature_problem, is_plane
from nnstudio.data.own_points import OwnPoints
from nnstudio.data.picture_problem import find_features, picture_feature_problem
from nnstudio.data.problem import MAX_NAME_LENGTH
from nnstudio.data.problems import PROBLEMS, USUAL_POINTS, PointOptions, load_problem
from nnstudio.data.scaling import LARGE_INPUT
from nnstudio.errors import UserError
from nnstudio.files.model_file import save_model
from nnstudio.files.problem_recipe import Choices, problem_recipe
from nnstudio.files.recipe import read_recipe, with_own_images
from nnstudio.files.recipe_sources import NamedProblem
from nnstudio.files.recipe_training import train_recipe
from nnstudio.training.loop import Diverged

if TYPE_CHECKING:
    import argparse

    from nnstudio.data.problem import Problem
    from nnstudio.files.model_file import Model
    from nnstudio.files.recipe import Recipe
    from nnstudio.files.recipe_training import RecipeProgress


_TIME_WIDTH = len("59 min 59 s left")
_ERROR_WIDTH = len("12.34 %")
_MOST_LINES, _FIRST_LINES = 100, 10
"""Lines for epochs, and for the first of them in any case."""


def run(arguments: argparse.Namespace) -> int:
    """Train, write the best weights, and return the exit status."""
    out = Path(arguments.out)
    check_writable(out, "the model")
    if arguments.data_dir is not None and not os.path.isdir(arguments.data_dir):
        raise PlaceError(f"There is no folder {arguments.data_dir}; name the one that holds the data.")
    _check_call(arguments)
    with StopSignals(patient=False) as stop, show.ProgressLines() as lines:
        reporter = _Reporter(lines, stop)
        try:
            if arguments.recipe is None:
                lines.rewrite(f"{arguments.problem or arguments.data}: reading the data")
                recipe, problems = _for_problem(arguments)
            else:
                recipe, problems = _by_recipe(arguments)
                lines.rewrite(f"{recipe.title}: reading the data")
            model = train_recipe(
                recipe,
                arguments.data_dir,
                seed=arguments.seed if arguments.recipe else None,
                epochs=arguments.epochs if arguments.recipe else None,
                progress=reporter,
                fitting=reporter.fitting,
                should_stop=stop.event.is_set,
                problems=problems,
            )
        except KeyboardInterrupt:
            lines.line("nnstudio: Interrupted before training began; nothing was written.")
            return stop.status
        except Diverged as error:
            raise Diverged(f"{error} Nothing was written to {out}.") from error
        save_model(out, model)
    _print_result(out, model)
    if stop.status or reporter.is_finished:
        return stop.status or DONE
    print_error(str(model.card["training"]["ended"]))
    return BAD_INPUT


class CallError(UserError):
    """Options that contradict each other."""


def _check_call(arguments: argparse.Namespace) -> None:
    """Check that the data are named once, and nothing is said twice."""
    given = [name for name in ("recipe", "problem", "data") if getattr(arguments, name) is not None]
    if not given:
        raise CallError(
            "Say what to learn: --problem NAME (see `nnstudio data list`), --data FILE, or --recipe NAME. "
            "See `nnstudio train --help`."
        )
    if len(given) > 1:
        raise CallError(f"--{given[0]} and --{given[1]} each say what to learn; give one of them.")
    if arguments.recipe is None:
        if arguments.images is not None:
            raise CallError("--images takes the place of a recipe's data; name the recipe with --recipe.")
        return
    for name in CHOICES:
        if getattr(arguments, name.replace("-", "_")) is not None:
            raise CallError(
                f"A recipe says this itself, so --{name} does not go with --recipe. Change the recipe, or "
                "train with --problem or --data."
            )


def _by_recipe(arguments: argparse.Namespace) -> tuple[Recipe, dict[str, Problem]]:
    recipe = read_recipe(arguments.recipe)
    if arguments.images is None:
        return recipe, {}
    problem = imported_problem(Path(arguments.images), transpose=arguments.transpose)
    return with_own_images(recipe, problem), {problem.name: problem}


def _for_problem(arguments: argparse.Namespace) -> tuple[Recipe, dict[str, Problem]]:
    given = {
        name: getattr(arguments, name.replace("-", "_"))
        for name in ("problem", "data", *CHOICES, "epochs", "seed")
    }
    words = [
        word
        for name, value in given.items()
        if value is not None
        for word in ([f"--{name}"] if value is True else [f"--{name}", _typed(value)])
    ]
    seed = arguments.seed or 0
    points = PointOptions(n=arguments.points, noise=arguments.noise, n_classes=arguments.classes)
    if arguments.data is None:
        problem = load_problem(arguments.problem, data_dir=arguments.data_dir, seed=seed, points=points)
    elif points != USUAL_POINTS:
        raise CallError(
            "--points, --noise and --classes are for points that nnstudio draws; --data has its own."
        )
    else:
        problem = point_table(Path(arguments.data))
    if arguments.features is not None:
        problem = _of_features(problem, arguments.features)
    choices = Choices(
        features=arguments.features if problem.input_space.traits.of_pictures else "",
        network=arguments.network,
        activation=arguments.activation or "",
        output=arguments.output or "",
        loss=arguments.loss or "",
        optimiser=arguments.optimiser or "adam",
        rate=arguments.rate,
        batch_size=arguments.batch,
        epochs=arguments.epochs,
        seed=seed,
        has_biases=not arguments.no_biases,
        input_scaling=arguments.input_scaling or _usual_scaling(arguments),
        points=points,
        frozen=() if arguments.freeze is None else tuple(arguments.freeze),
        random_mask=arguments.random_mask or 0.0,
        samples=arguments.samples,
        random_labels=arguments.random_labels or 0.0,
    )
    _hint_at_scaling(problem, choices)
    recipe = problem_recipe(problem, choices, shlex.join(("nnstudio", "train", *words)))
    (source,) = recipe.sources
    assert isinstance(source, NamedProblem), "there is a problem"
    return recipe, {source.problem: problem}


def _of_features(problem: Problem, text: str) -> Problem:
    """Return features of the points of a problem, by formulas between commas, or of its pictures."""
    if problem.input_space.traits.has_pixels:
        return picture_feature_problem(problem, find_features(text))
    if not is_plane(problem.input_space):
        raise CallError(
            "--features are computed from points of the plane, or made of pictures; "
            f"{problem.title} has none."
        )
    features = tuple(Feature.parse(formula) for formula in text.split(","))
    name = " ".join((FEATURES_OF, problem.name, *(feature.title for feature in features)))
    made = feature_problem(OwnPoints.of(problem), features, name[:MAX_NAME_LENGTH])
    report([f"{made.title}: {made.source}"])
    return made


def _usual_scaling(arguments: argparse.Namespace) -> str:
    """Return what is done to the inputs of a problem by name, unless there are no biases to take it."""
    entry = PROBLEMS.get(arguments.problem)
    return "none" if entry is None or arguments.no_biases else entry.input_scaling


def _hint_at_scaling(problem: Problem, choices: Choices) -> None:
    """Say that large inputs, which saturate units or make steps small, can be scaled."""
    space = problem.input_space
    largest = max(abs(space.lows).max(), abs(space.highs).max())
    if choices.input_scaling == "none" and choices.has_biases and largest > LARGE_INPUT:
        report(
            [
                f"The inputs go up to {largest:g} in size; --input-scaling standardised trains on them with "
                "mean 0 and deviation 1."
            ]
        )


def _typed(value: object) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value))
    return f"{value:.10g}" if isinstance(value, float) else str(value)


class _Reporter:
    """Prints a line for each epoch, and in between, on a terminal, the progress."""

    def __init__(self, lines: show.ProgressLines, stop: StopSignals) -> None:
        self.is_finished = False
        self._lines = lines
        self._stop = stop

    def __call__(self, progress: RecipeProgress) -> None:
        # From here on there are weights to save.
        self._stop.patient = True
        self.is_finished = progress.epoch >= progress.epochs
        is_epoch = progress.epoch.is_integer() or self.is_finished
        epochs = f"{progress.epochs:.10g}"
        epoch = f"{progress.epoch:.10g}" if is_epoch else f"{progress.epoch:.1f}"
        left = f"{show.duration(progress.seconds_left)} left"
        if self.is_finished:
            left = f"took {show.duration(progress.seconds)}"
        loss = f"{progress.loss:.4f}" if progress.measure.is_share else f"{progress.loss:<9.4g}"
        text = f"epoch {epoch:>{len(epochs)}} of {epochs}  {left:>{_TIME_WIDTH}}  loss {loss}"
        if progress.validation_error is not None and progress.best_error is not None:
            judged = "validation" if progress.is_held_back else "training"
            error, best = (
                progress.measure.text(value, 2) for value in (progress.validation_error, progress.best_error)
            )
            text += f"  {judged} {progress.measure.error_title} {error:>{_ERROR_WIDTH}} (best {best})"
        # Of a long run not every epoch has a line that stays.
        step = -(-progress.epochs // _MOST_LINES)
        is_kept = progress.epoch <= _FIRST_LINES or progress.epoch % step == 0 or self.is_finished
        if is_epoch and is_kept:
            self._lines.line(text)
        else:
            self._lines.rewrite(text)

    def fitting(self, share: float) -> None:
        """Report the progress of the detector's fit."""
        self._lines.rewrite(f"learning to tell what is of no class: {100 * share:.0f} %")


def _print_result(out: Path, model: Model) -> None:
    training = model.card["training"]
    print(
        f"{out}: {model.architecture}, the weights of epoch {training['best_epoch']:g}. {training['ended']}"
    )
    # Where there is nothing to test on, what was learned from is all there is.
    figures = model.card["measured"]
    kind = "test" if figures["test"] else next(kind for kind in figures if kind != "test")
    for title, measured in figures[kind].items():
        if "rmse" in measured:
            print(f"{kind} on {title}:")
            print("\n".join(residual_lines(measured, model)))
            continue
        print(
            f"{kind} error on {title}: {100 * measured['error']:.2f} % "
            f"({measured['errors']:,} of {measured['n']:,})"
        )
