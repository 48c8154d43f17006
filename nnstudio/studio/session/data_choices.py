"""The errand of doing something to a problem's samples before a network learns from them."""

from collections.abc import Callable

from nnstudio.data.problem import Problem
from nnstudio.language import tr
from nnstudio.studio.background.tasks import Task
from nnstudio.training.data_choices import DataChoices


def data_errand(
    problem: Problem, choices: DataChoices, seed: int, done: Callable[[tuple[Problem, Problem]], None]
) -> Task:
    """Return the errand of making what a network shall learn from.

    Parameters
    ----------
    problem : Problem
        As it is.
    choices : DataChoices
    seed : int
        Decides the random labels.
    done : callable ((shown, learned)) -> None
        Gets the problem with its labels, and the same with scaled inputs.
    """

    def work(task: Task) -> tuple[Problem, Problem]:
        labelled = choices.labelled(problem, seed)
        return labelled, choices.scaled(labelled)

    return Task(tr("Preparing {title}").format(title=problem.title), work, done)
