"""One training run, step by step, without threads of its own; the trainer and the command line use it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from nnstudio.engine.dropout import Dropout
from nnstudio.engine.losses import smooth_labels
from nnstudio.engine.optimisers import OPTIMISERS
from nnstudio.engine.passes import all_finite
from nnstudio.engine.thread_pool import ThreadPool
from nnstudio.engine.training_step import NotFiniteError, TrainingStep
from nnstudio.errors import UserError
from nnstudio.language import tr
from nnstudio.training.batch_plan import BatchPlan
from nnstudio.training.epoch_samples import EpochBuffer
from nnstudio.training.evaluation import Evaluation, Measures
from nnstudio.training.start import LoopState, checked_mask, checked_theta, initial_theta, random_mask

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from nnstudio.data.problem import Problem, Samples
    from nnstudio.training.config import TrainingConfig
    from nnstudio.training.epoch_samples import EpochSamples
    from nnstudio.training.weight_edit import WeightEdit


class Diverged(UserError):
    """A loss or gradient was not finite; the loop returned to the last kept weights."""


class TrainingLoop:
    """Train one network on one problem, an update at a time.

    The initial weights come from the seed, and so does the order of the data: epoch e visits the training
    samples in the order of a permutation drawn from (seed, e) alone. The state of a run is therefore theta,
    the optimiser's state and the number of steps, and the same seed gives the same weights to the last bit
    (at the same number of BLAS threads).

    Parameters
    ----------
    problem : Problem
    config : TrainingConfig
    theta : array_like of shape (n_params,), optional
        Weights to continue from; copied. Without them the seed decides.
    mask : array_like of shape (n_params,), optional
        0 or false where a weight is pruned: it is 0 from the start and stays so.
    epoch_samples : EpochSamples, optional
        Draws the samples of each epoch, instead of the problem's training samples.
    state : LoopState, optional
        Of a run to continue, instead of ``theta`` and ``mask``: its next step is this loop's first.

    Attributes
    ----------
    problem : Problem
    config : TrainingConfig
    theta : ndarray of shape (n_params,), float32
        The live weights; every step changes them in place.
    n_train : int
        Samples in an epoch.
    n_steps : int
        Updates taken.
    last_loss : float or None
        Mean loss of the last batch, measured before its update; None before the first step.
    last_batch_size : int
        How many samples that batch had; 0 before the first step.

    Raises
    ------
    ConfigError
        If the network does not fit the problem, or ``theta`` or ``mask`` does not fit the network.

    Notes
    -----
    Thread: any, but one at a time. A caller that asks for several threads closes the loop at the end.
    """

    def __init__(
        self,
        problem: Problem,
        config: TrainingConfig,
        theta: ArrayLike | None = None,
        *,
        mask: ArrayLike | None = None,
        epoch_samples: EpochSamples | None = None,
        state: LoopState | None = None,
    ) -> None:
        config.check(problem)
        self.problem = problem
        self.config = config
        if state is not None:
            theta, mask = state.theta, state.mask
        self.theta = (
            initial_theta(config, problem.input_space, problem.train.scaling)
            if theta is None
            else checked_theta(config, theta)
        )
        self.n_steps = 0
        self.last_loss: float | None = None
        self._epoch_buffer = None if epoch_samples is None else EpochBuffer(epoch_samples, problem.train)
        self._train = problem.train if self._epoch_buffer is None else self._epoch_buffer.samples
        self.n_train = len(self._train)
        self._batch_plan = BatchPlan(self.n_train, min(config.batch_size, self.n_train))
        if state is not None:
            state.check(self.n_train, problem.title)
            self.n_steps = state.step
            self._batch_plan = state.batch_plan.with_batch_size(self._batch_plan.batch_size, step=state.step)
        self.last_batch_size = 0
        self._pool = ThreadPool(1)
        # Of a run that goes on, weights may have been given back by hand.
        self._mask = checked_mask(config, mask) if mask is not None else random_mask(config)
        if not config.architecture.has_biases:
            trained = config.architecture.trained_mask()
            self._mask = trained if self._mask is None else self._mask * trained
        if self._mask is not None:
            self.theta *= self._mask
        self._make_buffers()
        self._start_optimiser(state)
        self._order = np.empty(0, np.int64)
        self._order_epoch = -1
        self._kept_theta = _read_only_copy(self.theta)
        self._kept_step, self._kept_batch_plan = self.n_steps, self._batch_plan

    @property
    def steps_per_epoch(self) -> int:
        """The number of batches in one pass over the training data, the last one possibly smaller."""
        return self._batch_plan.steps_per_epoch

    @property
    def epoch(self) -> float:
        """Passes over the training data so far."""
        return self._batch_plan.epoch_at(self.n_steps)

    @property
    def batch_plan(self) -> BatchPlan:
        """The samples of each step."""
        return self._batch_plan

    @property
    def mask(self) -> NDArray[np.float32] | None:
        """1 for each weight that is trained, 0 for each that is held at 0; None if all are trained."""
        return self._mask

    @property
    def last_step(self) -> int | None:
        """The number of steps at which the run is finished, or None if it has no end."""
        if self.config.epochs is None:
            return None
        return self._batch_plan.step_at(self.config.epochs)

    @property
    def is_finished(self) -> bool:
        """Whether the configured number of epochs is done."""
        return self.last_step is not None and self.n_steps >= self.last_step

    @property
    def learning_rate(self) -> float:
        """The rate of the next step, after the schedule."""
        return self.config.rate_at(self._batch_plan.epoch_at(self.n_steps + 0.5))

    def change(self, config: TrainingConfig) -> None:
        """Continue with other settings from the next step on, with the same weights and count of steps.

        The optimiser keeps its state unless it is another one, the schedule is that of the new configuration
        from the run's beginning, and batches of another size divide what is left of the epoch.

        Raises
        ------
        ConfigError
            If the settings cannot change within a run; nothing changes then.
        """
        self.config.check_change(config)
        old, self.config = self.config, config
        self._batch_plan = self._batch_plan.with_batch_size(
            min(config.batch_size, self.n_train), step=self.n_steps
        )
        if _what_steps_are_made_of(config) == _what_steps_are_made_of(old):
            return
        self._make_buffers()
        if config.optimiser != old.optimiser:
            self._start_optimiser()
            return
        if not config.hyper.ema_decay:
            self._state.average = None
        self._prepare_step()

    def change_samples(self, problem: Problem) -> None:
        """Learn from other samples of the same spaces from the next step on.

        Weights, optimiser and count of steps go on; inputs are scaled as before. The samples come from the
        problem even if they were drawn for each epoch.

        Raises
        ------
        ConfigError
            If the network does not fit the problem; nothing changes then.
        Diverged
            If a weight is not finite; the loop has returned to the weights kept before, with the new samples.
        """
        self.config.check(problem)
        try:
            self.keep()
        finally:
            self._take_samples(problem)

    def _take_samples(self, problem: Problem) -> None:
        scaling = self.problem.train.scaling
        if scaling is not problem.train.scaling:
            train, test = (replace(samples, scaling=scaling) for samples in (problem.train, problem.test))
            problem = replace(problem, train=train, test=test)
        self.problem = problem
        self._epoch_buffer, self._train = None, problem.train
        self.n_train, self._order_epoch = len(problem.train), -1
        before = self._batch_plan.batch_size
        self._batch_plan = self._batch_plan.with_samples(
            self.n_train, min(self.config.batch_size, self.n_train), step=self.n_steps
        )
        self._kept_batch_plan = self._batch_plan
        if self._batch_plan.batch_size != before:
            self._make_buffers()
            self._prepare_step()

    def edit_weights(self, weight_edit: WeightEdit) -> None:
        """Change some weights by hand, the running average with them; the run continues with them."""
        mask = weight_edit.masked(self._mask, self.theta.size)
        for theta in (self.theta, self._state.average):
            if theta is not None:
                weight_edit.apply(self.config.architecture, theta, self.problem.train.scaling)
        if mask is not self._mask:
            self._mask = self._state.mask = mask
            self._prepare_step()

    def draw_block(self) -> bool:
        """Draw a block of the samples that the next step needs; return False if all of them are there.

        A step draws the missing ones itself; a caller that must be able to stop soon draws the blocks first.
        """
        if self._epoch_buffer is None:
            return False
        return self._epoch_buffer.draw_block(self._batch_plan.place_of(self.n_steps).epoch)

    @property
    def loads_next(self) -> bool:
        """Whether the next step loads the compiled kernel first."""
        return self._training_step.loads_next

    def step(self) -> float:
        """Take one update on the next batch and return the batch's mean loss before it.

        Raises
        ------
        Diverged
            If the loss or a gradient is not finite. The loop has returned to the last kept weights and their
            step, with a new state of the optimiser.
        """
        while self.draw_block():
            pass
        indices = self._next_batch()
        self.last_batch_size = len(indices)
        x = self._train.batch(indices, out=self._x[: len(indices)])
        answers = self._train.answers[indices]
        config = self.config
        if config.label_smoothing:
            answers = smooth_labels(answers, config.architecture.n_outputs, config.label_smoothing)
        if self._dropout is not None:
            # Seeded by the step's number alone: a step that is repeated silences the same units.
            self._dropout.draw(len(x), rng=np.random.default_rng((config.seed, self.n_steps, 1)))
        try:
            loss = self._training_step.take(x, answers, self.learning_rate)
        except NotFiniteError as error:
            self.diverge(str(error))
        self.n_steps += 1
        self.last_loss = loss
        return loss

    def keep(self) -> NDArray[np.float32]:
        """Keep a copy of the weights to return to on divergence, and return it.

        Raises
        ------
        Diverged
            If a weight is not finite; the loop has returned to the copy kept before.

        Notes
        -----
        Aliasing: a read-only copy, which the caller may keep.
        """
        if not all_finite(0.0, self.theta):
            self.diverge(tr("a weight overflowed"))
        self._kept_theta = _read_only_copy(self.theta)
        self._kept_step, self._kept_batch_plan = self.n_steps, self._batch_plan
        return self._kept_theta

    def state(self) -> LoopState:
        """Return a copy of the run's state, for another loop to continue from.

        Notes
        -----
        Aliasing: read-only arrays; the weights are those that ``keep`` has returned, if it was called since
        the last step.
        """
        theta = self._kept_theta if self._kept_step == self.n_steps else self.keep()
        state = self._state
        return LoopState(
            self.n_steps,
            self._batch_plan,
            theta,
            self.config.optimiser,
            state.t,
            {name: _read_only_copy(moment) for name, moment in state.moments.items()},
            self._mask,
            None if state.average is None else _read_only_copy(state.average),
        )

    def go_back(self) -> None:
        """Return to the last kept weights and their step, with a new state of the optimiser."""
        self.theta[:] = self._kept_theta
        self.n_steps = self._kept_step
        size = self._batch_plan.batch_size
        self._batch_plan = self._kept_batch_plan.with_batch_size(size, step=self.n_steps)
        self.last_loss = None
        # The moments belong to the weights that were abandoned.
        self._start_optimiser()

    def diverge(self, what: str) -> NoReturn:
        """Go back to the last kept weights because of ``what``.

        Raises
        ------
        Diverged
            Always: the message says what happened and what was kept; see `RateSearch` for what to try.
        """
        broken_step = self.n_steps + 1
        self.go_back()
        raise Diverged(
            tr(
                "Training diverged at step {broken_step:,}: {what}. The weights of step {n_steps:,} were "
                "kept."
            ).format(broken_step=broken_step, what=what, n_steps=self.n_steps)
        )

    @property
    def average(self) -> NDArray[np.float32]:
        """The running average of the weights, a copy; the weights themselves if none is kept.

        It is kept if ``config.hyper.ema_decay`` is above 0, and restarts when the loop returns to kept
        weights.
        """
        return (self.theta if self._state.average is None else self._state.average).copy()

    def use_threads(self, n_threads: int) -> None:
        """Divide the steps from now on among ``n_threads`` threads; other numbers may round differently.

        Notes
        -----
        BLAS should use one thread itself: see ``training.threads``.
        """
        if n_threads != self._pool.n_threads:
            self._pool.close()
            self._pool = ThreadPool(n_threads)
            self._prepare_step()

    def close(self) -> None:
        """End the threads that share the steps; the loop continues with the caller's alone."""
        self.use_threads(1)

    def evaluation(self, samples: Samples, theta: NDArray[np.float32] | None = None) -> Evaluation:
        """Begin to measure the live weights, or others, on ``samples``, a batch at a time."""
        theta = self.theta if theta is None else theta
        return Evaluation(self.config.architecture, theta, samples, self.config.loss)

    def evaluate(self, samples: Samples | None = None, theta: NDArray[np.float32] | None = None) -> Measures:
        """Measure the live weights, or others, on ``samples``, by default the problem's whole test set."""
        return self.evaluation(self.problem.test if samples is None else samples, theta).finish()

    def scratch_copy(
        self, config: TrainingConfig | None = None, theta: ArrayLike | None = None
    ) -> TrainingLoop:
        """Return a loop whose steps do not change this one, to measure something.

        It is at the same weights with the same settings, unless others are given.
        """
        config, theta = config or self.config, self.theta if theta is None else theta
        return TrainingLoop(self.problem, config, theta, mask=self._mask)

    def _make_buffers(self) -> None:
        config, batch_size = self.config, self._batch_plan.batch_size
        self._x = np.empty((batch_size, config.architecture.n_inputs), np.float32)
        self._dropout: Dropout | None = None
        if config.dropout or config.input_dropout:
            self._dropout = Dropout(config.architecture, batch_size, config.input_dropout, config.dropout)

    def _start_optimiser(self, state: LoopState | None = None) -> None:
        self._state = OPTIMISERS[self.config.optimiser].initial_state(self.theta)
        self._state.mask = self._mask
        if state is not None and state.optimiser == self.config.optimiser:
            self._state.t = state.t
            self._state.moments = {name: moment.copy() for name, moment in state.moments.items()}
            if state.average is not None and self.config.hyper.ema_decay:
                self._state.average = state.average.copy()
        self._prepare_step()

    def _prepare_step(self) -> None:
        config = self.config
        self._training_step = TrainingStep(
            config.architecture,
            self.theta,
            config.loss,
            OPTIMISERS[config.optimiser],
            self._state,
            config.hyper,
            self._batch_plan.batch_size,
            pool=self._pool,
            dropout=self._dropout,
            frozen=config.frozen,
        )

    def _next_batch(self) -> NDArray[np.int64]:
        epoch, start, stop = self._batch_plan.place_of(self.n_steps)
        if epoch != self._order_epoch:
            self._order = np.random.default_rng((self.config.seed, epoch)).permutation(self.n_train)
            self._order_epoch = epoch
        return self._order[start:stop]


def _what_steps_are_made_of(config: TrainingConfig) -> tuple[object, ...]:
    """Return the settings that a prepared step depends on; the rate is an argument of each step."""
    hyper = replace(config.hyper, learning_rate=1.0)
    sizes = (config.batch_size, config.dropout, config.input_dropout)
    return (config.architecture, config.loss, config.optimiser, hyper, config.frozen, *sizes)


def _read_only_copy(theta: NDArray[np.float32]) -> NDArray[np.float32]:
    copy = theta.copy()
    copy.flags.writeable = False
    return copy
