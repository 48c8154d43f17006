"""Train a model by a recipe, without a thread; the command line uses it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter, process_time
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.data.scaling import measure_scaling
from nnstudio.files.model_card import measure_sets
from nnstudio.files.model_file import Model
from nnstudio.files.recipe_data import gather
from nnstudio.files.recipe_ood_fit import fit_to_recipe, measure_outliers
from nnstudio.files.recipe_views import widened_by_views
from nnstudio.training.early_stopping import EarlyStopping
from nnstudio.training.evaluation import joint_error
from nnstudio.training.loop import Diverged, TrainingLoop
from nnstudio.training.rate_search import RateSearch
from nnstudio.training.threads import BlasThreads, threads_from_environment

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from nnstudio.data.output_kinds import Measure
    from nnstudio.data.problem import InputScaling, Problem, Samples
    from nnstudio.engine.architecture import Architecture
    from nnstudio.engine.ood_detector import OODDetector
    from nnstudio.files.recipe import Recipe
    from nnstudio.files.recipe_data import RecipeData
    from nnstudio.files.recipe_ood import OODRecipe
    from nnstudio.training.config import TrainingConfig

_REPORT_PERIOD_S = 0.25

_MOST_CURVE_POINTS = 500
"""Points of each learning curve in a card, which has 64 kB."""


@dataclass(frozen=True)
class RecipeProgress:
    """The progress of training by a recipe.

    Attributes
    ----------
    epoch, epochs : float
        Passes over the training data, done and in all.
    loss : float
        Mean loss of the last batch.
    measure : Measure
    is_held_back : bool
        Whether samples for validation are held back; otherwise the next two are of the training samples.
    validation_error, best_error : float or None
        What is to become small (`Measure.error`) at the end of the last epoch, and at best; None before the
        first epoch's end.
    seconds, seconds_left : float
        Time since training began, and an estimate of the time left.
    """

    epoch: float
    epochs: float
    loss: float
    measure: Measure
    is_held_back: bool
    validation_error: float | None
    best_error: float | None
    seconds: float
    seconds_left: float


def train_recipe(
    recipe: Recipe,
    data_dir: str | os.PathLike[str] | None = None,
    *,
    seed: int | None = None,
    epochs: float | None = None,
    progress: Callable[[RecipeProgress], None] | None = None,
    fitting: Callable[[float], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    problems: Mapping[str, Problem] = MappingProxyType({}),
) -> Model:
    """Train by a recipe and return the weights that did best on its validation samples.

    The best weights are those with the fewest errors, or the least RMSE, on all validation samples together,
    measured at each epoch's end; of two alike, those with the smaller loss. Only then are the test samples
    read, once.

    Parameters
    ----------
    recipe : Recipe
    data_dir : path-like, optional
        Where the data are; see ``gather``.
    seed : int, optional
        Replaces the recipe's.
    epochs : float, optional
        Replaces the recipe's; warm-up and schedule are stretched with it.
    progress : callable, optional
        Called about four times a second and at each epoch's end.
    fitting : callable, optional
        Called, after training, with the share of the detector's fit that is done, 0…1.
    should_stop : callable, optional
        Called after each step; when true, the best weights so far are returned. The same happens on Ctrl-C,
        and when training diverges after the first epoch: see the card's entry ``"ended"``. Called between
        blocks of samples, too, if they are drawn for each epoch.
    problems : mapping of str to Problem
        Those that are already loaded; see ``gather``.

    Returns
    -------
    Model
        Its card holds the recipe, the data with their licences, the seed, the measured errors and the cost.

    Raises
    ------
    UserError
        If the data are missing or do not fit (see ``gather``), or seed or epochs are impossible.
    Diverged
        If training diverges in its first epoch.
    KeyboardInterrupt
        On Ctrl-C before the first step.
    """
    config = recipe.config
    if seed is not None:
        config = replace(config, seed=seed)
    if epochs is not None:
        config = _stretched(config, epochs)
    recipe = replace(recipe, config=config)
    blas = BlasThreads()
    # A measured number of threads would change the rounding from one machine, or one hour, to the next.
    blas.set(1)
    try:
        data = gather(recipe, data_dir, problems=problems)
        scaling = measure_scaling(data.problem.train, recipe.input_scaling)
        learned = replace(data.problem, train=replace(data.problem.train, scaling=scaling))
        validation = {title: replace(samples, scaling=scaling) for title, samples in data.validation.items()}
        loop = TrainingLoop(learned, config, epoch_samples=data.epoch_samples)
        # Fail before training if the result could not be saved.
        _model(recipe, data, *_with_views(recipe, data, loop.theta), {})
        run = _Run(loop, validation, progress, is_held_back=data.is_held_back)
        run.loop.use_threads(threads_from_environment() or 1)
        try:
            ended = run.train(should_stop)
        finally:
            run.loop.close()
        return _finished_model(recipe, data, run, ended, scaling, fitting, should_stop)
    finally:
        blas.restore()


def _stretched(config: TrainingConfig, epochs: float) -> TrainingConfig:
    """Return the configuration for another number of epochs, its warm-up longer or shorter in proportion."""
    assert config.epochs is not None, "a recipe has an end"
    share = config.warmup_epochs / config.epochs
    config = replace(config, warmup_epochs=0.0, epochs=epochs)
    return replace(config, warmup_epochs=share * epochs)


class _Run:
    """A training loop that keeps the weights that did best on the validation samples."""

    def __init__(
        self,
        loop: TrainingLoop,
        validation: Mapping[str, Samples],
        progress: Callable[[RecipeProgress], None] | None,
        *,
        is_held_back: bool,
    ) -> None:
        self.loop = loop
        self.best_theta: NDArray[np.float32] | None = None
        self.early_stopping = EarlyStopping()
        self.n_images = 0
        self._validation = validation
        self._is_held_back = is_held_back
        self._measure = loop.problem.measure
        self._progress = progress
        self._curves: list[tuple[float, float, float]] = []
        self._error: float | None = None
        self._loss_sum, self._n_recorded = 0.0, 0
        self._begun = self._reported_at = perf_counter()
        self._cpu_begun = process_time()

    @property
    def seconds(self) -> float:
        return perf_counter() - self._begun

    @property
    def cpu_seconds(self) -> float:
        """Processor time spent, not counting other programs."""
        return process_time() - self._cpu_begun

    @property
    def _should_stop_early(self) -> bool:
        if self._error is None:
            return False
        return self.early_stopping.should_stop(self.loop.epoch, self.loop.config.patience_epochs)

    def train(self, should_stop: Callable[[], bool] | None) -> str:
        """Train to the end or until stopped, and return a sentence on how it ended."""
        loop = self.loop
        try:
            while not loop.is_finished:
                if self._draw(should_stop):
                    break
                self._loss_sum += loop.step() * loop.last_batch_size
                self.n_images += loop.last_batch_size
                if loop.batch_plan.ends_epoch(loop.n_steps) or loop.is_finished:
                    self._validate()
                    self._report()
                elif perf_counter() - self._reported_at >= _REPORT_PERIOD_S:
                    self._report()
                if should_stop is not None and should_stop():
                    break
                if self._should_stop_early:
                    return (
                        f"Stopped at epoch {loop.epoch:g} of {loop.config.epochs:g}: no better since epoch "
                        f"{self.early_stopping.best_epoch:g}."
                    )
        except KeyboardInterrupt:
            # The weights so far are worth more than a quick end; the caller may still not save them.
            if not loop.n_steps:
                raise
        except Diverged as event:
            search = RateSearch(loop)
            search.finish()
            sentence = f"{event} {search.advice}"
            if self.best_theta is None:
                raise Diverged(sentence) from event
            return sentence
        if self.best_theta is None:
            self._validate()
        if loop.is_finished:
            return f"Finished at epoch {loop.epoch:g}."
        return f"Stopped at epoch {loop.epoch:.3g} of {loop.config.epochs:g}."

    def _draw(self, should_stop: Callable[[], bool] | None) -> bool:
        """Draw the samples of the next step, and return whether to stop, except before the first step."""
        while self.loop.draw_block():
            if self.loop.n_steps and should_stop is not None and should_stop():
                return True
        return False

    def _validate(self) -> None:
        # The running average if there is one: it is what will be saved.
        theta = self.loop.average
        measures = [self.loop.evaluate(samples, theta) for samples in self._validation.values()]
        self._error = joint_error(measures)
        self._record(self._error)
        loss = sum(each.loss * each.n for each in measures) / sum(each.n for each in measures)
        if self.early_stopping.add(self.loop.epoch, self._error, loss):
            # Kept as well: a run that diverges returns to its own weights.
            self.loop.keep()
            self.best_theta = theta

    def _record(self, error: float) -> None:
        """Add a point to the learning curves: the mean loss since the last one, and the error now."""
        loss = self._loss_sum / (self.n_images - self._n_recorded)
        self._curves.append((self.loop.epoch, loss, error))
        self._loss_sum, self._n_recorded = 0.0, self.n_images

    def curves(self) -> dict[str, list[float]]:
        """Return the learning curves for the card, of a long run every so many epochs."""
        step = -(-len(self._curves) // _MOST_CURVE_POINTS)
        # The last one is always among them.
        points = self._curves[::-step][::-1]
        judged = "validation" if self._is_held_back else "training"
        name = "error" if self._measure.is_share else self._measure.name

        def rounded(value: float) -> float:
            # Shares need no more digits; numbers may be small.
            return round(value, 5) if self._measure.is_share else float(f"{value:.5g}")

        return {
            "epoch": [epoch for epoch, _, _ in points],
            "training_loss": [rounded(loss) for _, loss, _ in points],
            f"{judged}_{name}": [rounded(error) for _, _, error in points],
        }

    def _report(self) -> None:
        self._reported_at = perf_counter()
        if self._progress is None:
            return
        loop = self.loop
        assert loop.last_step is not None, "a recipe has an end"
        assert loop.last_loss is not None, "reported after a step"
        self._progress(
            RecipeProgress(
                epoch=loop.epoch,
                epochs=loop.batch_plan.epoch_at(loop.last_step),
                loss=loop.last_loss,
                measure=self._measure,
                is_held_back=self._is_held_back,
                validation_error=self._error,
                best_error=None if self._error is None else self.early_stopping.best_error,
                seconds=self.seconds,
                seconds_left=self.seconds * (loop.last_step / loop.n_steps - 1.0),
            )
        )


def _finished_model(
    recipe: Recipe,
    data: RecipeData,
    run: _Run,
    ended: str,
    scaling: InputScaling | None,
    fitting: Callable[[float], None] | None,
    should_stop: Callable[[], bool] | None,
) -> Model:
    theta = run.best_theta
    assert theta is not None, "the run was validated"
    if scaling is not None:
        # The model takes unscaled inputs: its first layer does the scaling.
        theta = theta.copy()
        first = recipe.config.architecture.layers(theta)[0]
        scaling.fold(first.W, first.b)
    architecture, theta = _with_views(recipe, data, theta)
    if recipe.weights == "float16":
        # Measured as they will be stored.
        theta = theta.astype(np.float16).astype(np.float32)
    detector = None
    if recipe.ood is not None and run.loop.is_finished:
        detector = _fitted_detector(recipe, recipe.ood, data, architecture, theta, fitting, should_stop)
    card: dict[str, Any] = {
        "recipe": recipe.name,
        "recipe_text": recipe.text,
        "data": [
            {"title": source.title, "credit": source.credit, "licence": source.licence}
            for source in recipe.sources
        ],
        "seed": recipe.config.seed,
        "parameters": len(theta),
        "measured": {
            "test": measure_sets(architecture, theta, data.test, detector),
            "validation" if data.is_held_back else "training": measure_sets(
                architecture, theta, data.validation, detector
            ),
        },
        "curves": run.curves(),
        "training": {
            "ended": ended,
            "input_scaling": recipe.input_scaling,
            "best_epoch": run.early_stopping.best_epoch,
            "steps": run.loop.n_steps,
            "samples": run.loop.n_train,
            "images": run.n_images,
            "seconds": round(run.seconds, 1),
            "cpu_seconds": round(run.cpu_seconds, 1),
        },
    }
    if recipe.command:
        card["command"] = recipe.command
    if recipe.ood is not None and detector is not None:
        card["novelty"] = measure_outliers(recipe.ood, data, architecture, theta, detector)
    return replace(_model(recipe, data, architecture, theta, card), ood_detector=detector)


def _with_views(
    recipe: Recipe, data: RecipeData, theta: NDArray[np.float32]
) -> tuple[Architecture, NDArray[np.float32]]:
    """Return the network as it will be saved: wider than the trained one, if there are views."""
    if not recipe.views:
        return recipe.config.architecture, theta
    return widened_by_views(recipe.config.architecture, theta, data.problem.input_space.shape, recipe.views)


class _StoppedError(Exception):
    """Raised to end the fit of the detector without a result."""


def _fitted_detector(
    recipe: Recipe,
    ood: OODRecipe,
    data: RecipeData,
    architecture: Architecture,
    theta: NDArray[np.float32],
    fitting: Callable[[float], None] | None,
    should_stop: Callable[[], bool] | None,
) -> OODDetector | None:
    """Fit the detector, or return None if the user stops it: the network is saved without one."""

    def on_block(share: float) -> None:
        if fitting is not None:
            fitting(share)
        if should_stop is not None and should_stop():
            raise _StoppedError

    try:
        return fit_to_recipe(
            ood,
            data,
            architecture,
            theta,
            seed=recipe.config.seed,
            half=recipe.weights == "float16",
            on_block=on_block,
        )
    except (_StoppedError, KeyboardInterrupt):
        return None


def _model(
    recipe: Recipe,
    data: RecipeData,
    architecture: Architecture,
    theta: NDArray[np.float32],
    card: dict[str, Any],
) -> Model:
    return Model(
        architecture=architecture,
        theta=theta,
        input_space=data.problem.input_space,
        output_space=data.problem.output_space,
        raster=data.raster,
        card=card,
        name=recipe.name,
    )
