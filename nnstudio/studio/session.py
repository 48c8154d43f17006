"""What the window is working on: a network, a problem, an input and a run; no widgets."""

from collections.abc import Callable

import numpy as np

from nnstudio.data.problem import Problem
from nnstudio.data.problems import PROBLEMS
from nnstudio.data.rasterise import RasterSpec
from nnstudio.files.model_file import Model
from nnstudio.studio.run_control import RunControl
from nnstudio.studio.starting import opened_config, starting_config
from nnstudio.training.trainer import Trainer


class Session(RunControl):
    """The state behind the window: chooses the problem and the network that ``RunControl`` trains.

    Notes
    -----
    Thread: gui.
    """

    def choose_problem(self, name: str) -> None:
        """Load another problem; a network that fits it is kept, else a fresh one takes its place."""
        if name == self.problem_name:
            if self.errands.current is not self._preparing:
                self.errands.cancel()
            if self.problem is not None and self.trainer is None:
                self._take_problem(name, self.problem)
            return
        self._load(name, lambda problem: self._take_problem(name, problem))

    def _take_problem(self, name: str, problem: Problem) -> None:
        same = problem.input_space == self.input_space and problem.output_space == self.output_space
        self._drop_trainer()
        if not same:
            config = starting_config(problem)
            self._show_fresh(config)
            self.input_space, self.output_space = problem.input_space, problem.output_space
            drawn = problem.input_space.shape == (RasterSpec().size, RasterSpec().size)
            self.raster = RasterSpec() if drawn else None
            self.x = None
        self.problem_name = name
        self._begin(problem)

    def go_back(self) -> None:
        """Put the network on show again that the last fresh or opened one replaced; again: forth."""
        if self._earlier is None:
            self.said.emit("There is no earlier network to go back to.", True)
        else:
            model, was_trained = self._earlier
            self.open_model(model)
            self.was_trained = was_trained

    def open_model(self, model: Model) -> None:
        """Put a saved network on show, with a problem of its kind of input.

        Raises
        ------
        ConfigError
            If it is none that could be trained; everything stays as it was.
        """
        config = opened_config(model)
        self._remember()
        self._drop_trainer()
        self.errands.cancel()
        self._take(model, config)
        fits = [name for name, entry in PROBLEMS.items() if entry.kind == model.input_space.kind]
        if self.problem_name not in fits and fits:
            self.problem_name, self.problem = fits[0], None
        elif self.problem is not None:
            self._begin(self.problem)
        self.said.emit(f"Opened {model.name}, {model.architecture}.", False)
        self.settings_changed.emit()

    def random_test_input(self, show: Callable[[np.ndarray, str], None]) -> None:
        """Pick a test sample; ``show`` gets the input (n_inputs,) and its class name."""

        def pick(trainer: Trainer) -> None:
            samples = self.problem.test
            index = int(self._rng.integers(len(samples)))
            show(
                samples.batch(np.array([index]))[0], self.output_space.class_names[int(samples.labels[index])]
            )

        self._with_trainer(pick)

    def prepare(self) -> None:
        """Load the problem where that is still to be done, without training on it."""
        self._with_trainer(lambda trainer: None)

    def close(self) -> None:
        """Stop all threads and wait for them, for a bounded time."""
        self.errands.stop()
        self._drop_trainer()
