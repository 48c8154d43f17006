"""Sentences about runs and networks for the message line."""

from nnstudio.data.problem import OutputSpace, Problem
from nnstudio.language import tr
from nnstudio.training.snapshot import RunState, Snapshot


def state_sentence(snapshot: Snapshot, title: str) -> str:
    """Say what a run on the problem ``title`` does; of one that waits, whoever made it has spoken."""
    if snapshot.message:
        return snapshot.message
    if snapshot.state is RunState.RUNNING:
        return tr("Training {architecture} on {title}; the answer follows the newest weights.").format(
            architecture=snapshot.config.architecture, title=title
        )
    if snapshot.state is RunState.PAUSED:
        return tr("Paused at step {step:,}. Space goes on, B takes one batch, E one epoch.").format(
            step=snapshot.step
        )
    return ""


def misfit_sentence(output_space: OutputSpace, problem: Problem) -> str:
    """Say that a network tells other classes apart than a problem has."""
    known, wanted = _listed(output_space.class_names), _listed(problem.output_space.class_names)
    return tr(
        "This network tells {known} apart, {title} has {wanted}. Choose the problem again to "
        "start a fresh network for it."
    ).format(known=known, title=tr(problem.title), wanted=wanted)


def _listed(names: tuple[str, ...]) -> str:
    """Name a few classes: all of them, or the first and the last."""
    return ", ".join(names) if len(names) <= 3 else f"{names[0]} … {names[-1]}"
