"""``nnstudio train``: train a network by a recipe, and write it to a file."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from nnstudio.cli import progress as show
from nnstudio.cli.imports import imported_problem
from nnstudio.cli.signals import StopSignals
from nnstudio.cli.status import BAD_INPUT, DONE
from nnstudio.cli.streams import print_error
from nnstudio.errors import UserError
from nnstudio.files.model_file import save_model
from nnstudio.files.recipe import read_recipe, with_own_images
from nnstudio.files.recipe_training import train_recipe
from nnstudio.training.loop import Diverged

if TYPE_CHECKING:
    import argparse

    from nnstudio.files.model_file import Model
    from nnstudio.files.recipe_training import Progress


_TIME_WIDTH = len("59 min 59 s left")


class PlaceError(UserError):
    """An output file or folder that cannot be used; raised before any training."""


def run(arguments: argparse.Namespace) -> int:
    """Train, write the best weights, and return the exit status."""
    out = Path(arguments.out)
    _check_writable(out)
    if arguments.data_dir is not None and not os.path.isdir(arguments.data_dir):
        raise PlaceError(f"There is no folder {arguments.data_dir}; name the one that holds the data.")
    recipe = read_recipe(arguments.recipe)
    problems = {}
    if arguments.images is not None:
        problem = imported_problem(Path(arguments.images), transpose=arguments.transpose)
        recipe = with_own_images(recipe, problem)
        problems[problem.name] = problem
    with StopSignals(patient=False) as stop, show.Progress() as lines:
        reporter = _Reporter(lines, stop)
        lines.rewrite(f"{recipe.title}: reading the data")
        try:
            model = train_recipe(
                recipe,
                arguments.data_dir,
                seed=arguments.seed,
                epochs=arguments.epochs,
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


def _check_writable(out: Path) -> None:
    """Check that the output can be written, before hours are spent on training."""
    folder = os.path.dirname(os.path.realpath(out))
    if not os.path.isdir(folder):
        raise PlaceError(f"There is no folder {folder}; make it, or name another for the model.")
    try:
        mode = out.stat().st_mode
    except FileNotFoundError:
        mode = stat.S_IFREG
    except OSError as error:
        raise PlaceError(f"{out} cannot be written: {error.strerror}; name another file.") from error
    if stat.S_ISDIR(mode):
        raise PlaceError(f"{out} is a folder; name a file in it.")
    if not stat.S_ISREG(mode):
        raise PlaceError(f"{out} is no ordinary file; name another.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PlaceError(f"The folder {folder} cannot be written to; name another for the model.")


class _Reporter:
    """Prints a line for each epoch, and in between, on a terminal, the progress."""

    def __init__(self, lines: show.Progress, stop: StopSignals) -> None:
        self.is_finished = False
        self._lines = lines
        self._stop = stop

    def __call__(self, progress: Progress) -> None:
        # From here on there are weights to save.
        self._stop.patient = True
        self.is_finished = progress.epoch >= progress.epochs
        is_epoch = progress.epoch.is_integer() or self.is_finished
        epochs = f"{progress.epochs:.10g}"
        epoch = f"{progress.epoch:.10g}" if is_epoch else f"{progress.epoch:.1f}"
        left = f"{show.duration(progress.seconds_left)} left"
        if self.is_finished:
            left = f"took {show.duration(progress.seconds)}"
        text = f"epoch {epoch:>{len(epochs)}} of {epochs}  {left:>{_TIME_WIDTH}}  loss {progress.loss:.4f}"
        if progress.validation_error is not None and progress.best_error is not None:
            text += (
                f"  validation error {100 * progress.validation_error:5.2f} %"
                f" (best {100 * progress.best_error:.2f} %)"
            )
        if is_epoch:
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
    for title, measured in model.card["measured"]["test"].items():
        print(
            f"test error on {title}: {100 * measured['error']:.2f} % "
            f"({measured['errors']:,} of {measured['n']:,})"
        )
