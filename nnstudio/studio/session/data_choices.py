"""The background task of doing something to a problem's samples before a network learns from them."""

from collections.abc import Callable

from nnstudio.data.problem import Problem
from nnstudio.language import tr
from nnstudio.studio.background.tasks import Task
from nnstudio.training.data_choices import DataChoices


def data_task(
    problem: Problem,
    choices: DataChoices,
    seed: int,
    done: Callable[[tuple[Problem, Problem]], None],
    failed: Callable[[str], None],
) -> Task:
    """Return the task of making what a network shall learn from.

    Parameters
    ----------
    problem : Problem
        As it is.
    choices : DataChoices
    seed : int
        Decides the random labels.
    done : callable ((shown, learned)) -> None
        Gets the problem with its labels, and the same with scaled inputs.
    failed : callable (str) -> None
        Gets a sentence for the user.
    """

    def work(task: Task) -> tuple[Problem, Problem]:
        labelled = choices.labelled(problem, seed)
        return labelled, choices.scaled(labelled)

    return Task(work, done, failed, tr("Preparing {title}").format(title=problem.title))
