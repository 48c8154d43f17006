"""The menu Train: the run, the learning rate, changes of weights, and one step taken apart."""

from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QMessageBox, QWidget

from nnstudio.errors import UserError
from nnstudio.files.recipe import read_recipe, shipped_recipes
from nnstudio.language import tr
from nnstudio.studio.commands.choice_menu import choice_menu
from nnstudio.studio.commands.command import Command, without_state
from nnstudio.studio.commands.window_control import WindowControl
from nnstudio.studio.documents.film_export import FilmExport
from nnstudio.studio.session.problem_sources import recipe_source
from nnstudio.studio.session.services import Services
from nnstudio.studio.session.setting_list import HIDDEN_ACTIVATIONS

RATE_FACTOR = 1.5


class TrainMenu:
    """What the entries of the menu Train do.

    Parameters
    ----------
    services : Services
    control : WindowControl
    film_export : FilmExport
    """

    def __init__(self, services: Services, control: WindowControl, film_export: FilmExport) -> None:
        self._services, self._session = services, services.session
        self._control, self._film_export = control, film_export
        services.session.soft_steps_offered.connect(self._offer_soft_steps)

    def commands(self) -> tuple[Command, ...]:
        """Return the entries in the order of the menu."""
        session, services = self._session, self._services
        return (
            Command(
                "play",
                "Train",
                "Train",
                "train from the weights on show, or pause",
                self._play,
                ("Space",),
                has_icon=True,
            ),
            Command(
                "step-batch",
                "Train",
                "Step one batch",
                "take one step of training",
                session.step_batch,
                ("B",),
                has_icon=True,
            ),
            Command(
                "step-epoch",
                "Train",
                "Step one epoch",
                "train to the end of the epoch",
                session.step_epoch,
                ("E",),
                has_icon=True,
            ),
            Command(
                "reset",
                "Train",
                "Reset",
                "fresh weights from the same seed",
                session.training.reset,
                ("R",),
                has_icon=True,
                begins_group=True,
            ),
            Command(
                "new-seed",
                "Train",
                "New seed",
                "fresh weights from a new seed",
                partial(session.training.reset, new_seed=True),
                ("Shift+R",),
                has_icon=True,
            ),
            Command(
                "earlier",
                "Train",
                "Earlier network",
                "the network before the last fresh one",
                session.go_back,
                ("Ctrl+E",),
            ),
            Command(
                "recipes",
                "Train",
                "Recipes…",
                "train by a recipe that comes with nnstudio",
                self._control.show_recipes,
                ("Ctrl+R",),
                begins_group=True,
            ),
            Command(
                "faster",
                "Train",
                "Raise learning rate",
                "multiply the learning rate by 1.5",
                partial(self._scale_rate, RATE_FACTOR),
                ("+", "="),
            ),
            Command(
                "slower",
                "Train",
                "Lower learning rate",
                "divide the learning rate by 1.5",
                partial(self._scale_rate, 1 / RATE_FACTOR),
                ("-",),
            ),
            Command(
                "edit-network",
                "Train",
                "Edit network",
                "go to the list of layer sizes",
                self._control.edit_network,
                ("Ctrl+L",),
            ),
            Command(
                "settings",
                "Train",
                "Settings",
                "every training setting: activations, loss, optimiser, schedule, regularisation, stopping",
                self._go_to_settings,
                ("S", "Ctrl+,"),
                has_icon=True,
            ),
            Command(
                "true-and-random",
                "Train",
                "True and random",
                "train on few samples with their labels, then on the same with random labels: two runs to "
                "compare",
                self._memorise,
                ("Ctrl+M",),
            ),
            Command(
                "silence",
                "Train",
                "Silence unit",
                "set what the selected unit sends on to 0",
                self._silence,
                ("Q",),
                begins_group=True,
            ),
            Command(
                "undo-operation",
                "Train",
                "Undo operation",
                "put the weights back that were changed",
                services.session.weight_editor.undo,
                ("Ctrl+Alt+Z",),
            ),
            Command(
                "redo-operation",
                "Train",
                "Redo operation",
                "change the weights again",
                services.session.weight_editor.redo,
                ("Ctrl+Alt+Y",),
            ),
            Command(
                "same-weights",
                "Train",
                "Same weights, other activation…",
                "see the network as it is with another activation of its hidden layers",
                self.ask_activation,
                ("Ctrl+Alt+A",),
            ),
            Command(
                "best-line",
                "Train",
                "Best line",
                "lay the line of the least squared error through the points of a curve",
                services.session.line.take_best,
                ("J",),
                begins_group=True,
            ),
            Command(
                "line-network",
                "Train",
                "Line as network",
                "make the line the network: 1-1 with Identity, which training brings to the best line",
                services.session.line.make_network,
                ("Shift+J",),
            ),
            Command(
                "correct-perceptron",
                "Train",
                "Correct perceptron",
                "go on to the next sample that a step unit gets wrong, and correct its weights by the rule",
                self._correct_perceptron,
                ("H",),
            ),
            Command(
                "next-entry",
                "Train",
                "Next entry of the gradient",
                "change one more weight a little, and find its derivative by hand",
                self._take_entry,
                ("M",),
            ),
            Command(
                "next-stage",
                "Train",
                "Next stage of a step",
                "take a training step on this input apart: forward, loss, backward, update",
                partial(self._walk, 1),
                ("N",),
                begins_group=True,
            ),
            Command(
                "previous-stage",
                "Train",
                "Stage before",
                "go one stage of the step back",
                partial(self._walk, -1),
                ("Shift+N",),
            ),
            Command(
                "take-step",
                "Train",
                "Take the step",
                "change the weights by this step",
                services.session.stepper.take,
                ("Ctrl+N",),
            ),
            Command(
                "leave-step",
                "Train",
                "Leave the step",
                "show the network as it is again",
                services.session.stepper.leave,
                ("Ctrl+Shift+N",),
            ),
            Command(
                "cancel",
                "Train",
                "Cancel loading",
                "give up loading or downloading data",
                self._cancel,
                ("Esc",),
                begins_group=True,
            ),
        )

    def connect(self) -> None:
        """Let the entries for changes of weights be chosen when they do something."""
        undo, actions = self._services.session.weight_editor.undo_stack, self._services.actions
        for name, signal in (
            ("undo-operation", undo.canUndoChanged),
            ("redo-operation", undo.canRedoChanged),
        ):
            signal.connect(actions[name].setEnabled)
            actions[name].setEnabled(False)

    def _offer_soft_steps(self, sentence: str) -> None:
        """Ask whether sigmoids are to take the place of steps, which were asked to be trained."""
        box = QMessageBox(self._control.window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(tr("Train steps?"))
        box.setText(sentence)
        box.setInformativeText(
            tr("Sigmoids with the same weights, ten times as large, do nearly the same, and can be trained.")
        )
        soften = box.addButton(tr("Take sigmoids"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(tr("Leave the steps"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(soften)
        soften.clicked.connect(lambda: self._session.parts.soften())
        # Not exec(): the window goes on behind the question.
        box.open()

    def ask_activation(self) -> QMenu:
        """Open a list of activations; the chosen one takes the place of that of the hidden layers."""
        menu = choice_menu(tr("Activation of the hidden layers"), self._control.window)
        for option in HIDDEN_ACTIVATIONS:
            use = partial(self._session.use_activation, option.key)
            menu.addAction(tr(option.title)).triggered.connect(without_state(use))
        self._services.say(menu.accessibleName())
        menu.popup(self._control.panels["network"].widget.mapToGlobal(QPoint(0, 0)))
        return menu

    def _play(self) -> None:
        if self._services.session.fine_tuner.is_busy:
            self._services.session.fine_tuner.turn_training()
        elif self._session.training.is_running:
            self._session.training.pause()
        else:
            self._session.play()

    def _scale_rate(self, factor: float) -> None:
        rate = self._session.network.config.hyper.learning_rate
        self._services.session.setting_changes.set_learning_rate(rate * factor)

    def _go_to_settings(self) -> None:
        self._services.show_panel("settings")
        self._control.panels["settings"].widget.focus_first()

    def _memorise(self) -> None:
        self._services.show_panel("accuracy")
        self._session.memorising.start()

    def _silence(self) -> None:
        self._services.show_panel("surgery")
        self._control.panels["surgery"].units.silence_unit()

    def _correct_perceptron(self) -> None:
        self._services.show_panel("perceptron")
        self._session.perceptron.correct()

    def _take_entry(self) -> None:
        self._services.show_panel("gradient")
        self._session.hand_gradient.take_next()

    def _walk(self, stages: int) -> None:
        self._services.show_panel("step")
        self._services.session.stepper.go(stages)

    def _cancel(self) -> None:
        if self._control.end_whats_this():
            return
        say = self._services.say
        if self._film_export.cancel():
            say(tr("The film was given up; nothing of it was kept."))
            return
        session = self._session
        worker = session.training.tasks if session.openings.current is None else session.openings
        task = worker.current
        if (worker is session.openings or not session.fine_tuner.cancel()) and task is not None:
            worker.cancel()
            say(tr("{title}: cancelled; nothing was changed.").format(title=task.title))
        self._control.stop_typing()


def show_recipes(services: Services, below: QWidget) -> QMenu:
    """Open the list of shipped recipes below a widget; a choice trains by one of them."""
    menu = choice_menu(tr("Recipes"), below.window())
    menu.setToolTipsVisible(True)
    for name in shipped_recipes():
        recipe = read_recipe(name)
        action = menu.addAction(f"{name}: {recipe.title}")
        sources = ", ".join(source.title for source in recipe.sources)
        action.setToolTip(
            tr("{architecture}, {epochs:g} epochs. Learns from {sources}.").format(
                architecture=recipe.config.architecture, epochs=recipe.config.epochs, sources=sources
            )
        )
        action.triggered.connect(without_state(partial(_take_recipe, services, name)))
    menu.popup(below.mapToGlobal(QPoint(0, below.height())))
    return menu


def _take_recipe(services: Services, name: str) -> None:
    try:
        services.session.take(recipe_source(name))
    except UserError as error:
        services.say(f"{error} {tr('What was open stays.')}", warning=True)
