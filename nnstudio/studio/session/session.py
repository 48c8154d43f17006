"""What the window is working on: a network, a problem, an input and a run; no widgets."""

from collections.abc import Callable

import numpy as np

from nnstudio.data.rasterise import RasterSpec
from nnstudio.files.model_file import Model
from nnstudio.files.session_file import SavedSession
from nnstudio.language import tr
from nnstudio.studio.session.default_configs import opened_config, starting_config
from nnstudio.studio.session.problem_sources import Loaded, ProblemSource
from nnstudio.studio.session.run_history import RunHistory
from nnstudio.training.config import ConfigError
from nnstudio.training.data_choices import DataChoices
from nnstudio.training.runs import Run
from nnstudio.training.trainer import Trainer


class Session(RunHistory):
    """The state behind the window: chooses the problem and the network that is trained.

    Notes
    -----
    Thread: gui.
    """

    def choose_problem(self, name: str) -> None:
        """Load another problem; a network that fits it is kept, else a fresh one takes its place."""
        if name == self.problem_name:
            if self.tasks.current is not self._preparing:
                self.tasks.cancel()
            if self.problem is not None and self.trainer is None:
                self._take_offer(name, Loaded(self.problem, self._epoch_samples, preview=self.preview))
            return
        self._load(self.offers[name], lambda loaded: self._take_offer(name, loaded))

    def take(self, offer: ProblemSource, *, then: Callable[[], None] = lambda: None) -> None:
        """Load a recipe or a person's own data; once they are there, they can be chosen again by name.

        ``then`` is done when the network for them is on show.
        """

        def arrived(loaded: Loaded) -> None:
            self.offers[offer.name] = offer
            self._take_offer(offer.name, loaded)
            then()

        self._load(offer, arrived)

    def _take_offer(
        self,
        name: str,
        loaded: Loaded,
        data: DataChoices | None = None,
        then: Callable[[], None] = lambda: None,
    ) -> None:
        problem = loaded.problem
        same = problem.input_space == self.input_space and problem.output_space == self.output_space
        self._drop_trainer()
        if not same or loaded.config is not None:
            self._show_fresh(loaded.config or starting_config(problem))
        if not same:
            self.input_space, self.output_space = problem.input_space, problem.output_space
            drawn = problem.input_space.shape == (RasterSpec().size, RasterSpec().size)
            self.raster = RasterSpec() if drawn else None
            self.input.forget_x()
        self.problem_name, self._epoch_samples, self.preview = name, loaded.epoch_samples, loaded.preview
        self._begin(problem)
        self.choose_data(data or DataChoices(input_scaling=loaded.input_scaling), then)

    def switch_to(self, run: Run) -> None:
        """Put a run on show as it was left, ready to go on; its problem is loaded first where need be."""

        def resume() -> None:
            self.resume(run)

        name = run.problem_name
        if name == self.problem_name and self.trainer is not None:
            self.choose_data(run.data, resume)
        elif name == self.problem_name and self.problem is not None:
            loaded = Loaded(self.problem, self._epoch_samples, preview=self.preview)
            self._take_offer(name, loaded, run.data, resume)
        elif name in self.offers:
            self._load(self.offers[name], lambda loaded: self._take_offer(name, loaded, run.data, resume))
        else:
            self.said.emit(
                tr("{run} learned from data that are not here: open them first.").format(run=run.name), True
            )

    def go_back(self) -> None:
        """Put the network on show again that the last fresh or opened one replaced; again: forth."""
        if self._earlier is None:
            self.said.emit(tr("There is no earlier network to go back to."), True)
        else:
            model, was_trained = self._earlier
            self.open_model(model)
            self.was_trained = was_trained

    def open_model(self, model: Model) -> None:
        """Put a saved network on show, with a problem that it can be trained on where there is one.

        Raises
        ------
        ConfigError
            If it is none that could be trained; everything stays as it was.
        """
        config = opened_config(model)
        self._remember()
        self._drop_trainer()
        self.tasks.cancel()
        self._take(model, config)
        change = self._choose_fitting_problem(model)
        opened = tr("Opened {name}, {architecture}.").format(name=model.name, architecture=model.architecture)
        self.said.emit(
            f"{opened} {change}".rstrip(),
            False,
        )
        self.settings_changed.emit()

    def restore(self, saved: SavedSession) -> None:
        """Go on with a session that was saved: its network, its runs and its problem.

        Raises
        ------
        UserError
            If the network cannot be trained as the session says; everything stays as it was.
        """
        if saved.config.architecture != saved.network.architecture:
            raise ConfigError(tr("The session's settings are those of another network."))
        self._remember()
        self._drop_trainer()
        self.tasks.cancel()
        self._take(saved.network, saved.config)
        self.was_trained = saved.was_trained
        self.runs.take(saved.runs)
        if saved.problem_name != self.problem_name:
            self.problem = self._epoch_samples = self.preview = None
        if saved.problem_name in self.offers:
            self.problem_name = saved.problem_name
        else:
            sentence = tr("The data that it learned from, {name}, are not on this machine.")
            self.said.emit(
                f"{sentence.format(name=saved.problem_name)} {self._choose_fitting_problem(saved.network)}",
                True,
            )
        self.runs_changed.emit()
        self.settings_changed.emit()
        if saved.current is not None:
            self.switch_to(saved.runs[saved.current])

    def _choose_fitting_problem(self, model: Model) -> str:
        """Turn to a problem that a network can be trained on, and return a sentence where it is another."""
        if self.problem is not None and (self.problem.input_space, self.problem.output_space.class_names) == (
            model.input_space,
            model.output_space.class_names,
        ):
            self._begin(self.problem)
            return ""
        fitting = [
            offer for offer in self.offers.values() if offer.fits(model.input_space, model.output_space)
        ]
        if self.offers[self.problem_name] in fitting:
            # It is only not loaded yet.
            return ""
        if not fitting:
            return tr("There are no data here for its classes: it can be asked, but not be trained.")
        chosen = next((offer for offer in fitting if offer.is_here), fitting[0])
        self.problem_name, self.problem = chosen.name, None
        self._epoch_samples = self.preview = None
        names = model.output_space.class_names
        return tr("Its classes are {first} … {last}, so the problem is now {title}.").format(
            first=names[0], last=names[-1], title=chosen.title
        )

    def random_test_input(self, show: Callable[[np.ndarray, str], None]) -> None:
        """Pick a test sample; ``show`` gets the input (n_inputs,) and its class name."""

        def pick(trainer: Trainer) -> None:
            samples = self.problem.test
            index = int(self._rng.integers(len(samples)))
            show(
                samples.batch(np.array([index]))[0], self.output_space.class_names[int(samples.labels[index])]
            )

        self._with_trainer(pick)

    def with_problem(self, then: Callable[[], None]) -> None:
        """Do something with the problem, once it is loaded."""
        self._with_trainer(lambda trainer: then())

    def prepare(self) -> None:
        """Load the problem where that is still to be done, without training on it."""
        self._with_trainer(lambda trainer: None)

    def close(self) -> None:
        """Stop all threads and wait for them, for a bounded time."""
        self.tasks.stop()
        self._drop_trainer()
