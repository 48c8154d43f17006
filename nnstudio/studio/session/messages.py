"""Sentences about runs and networks for the message line."""

from collections.abc import Mapping
from typing import Any

from nnstudio.data.outliers import OUTLIERS, SIGNS
from nnstudio.data.problem import InputSpace, OutputSpace, Problem
from nnstudio.data.problems import PROBLEMS
from nnstudio.language import tr, translatable
from nnstudio.training.snapshot import RunState, Snapshot

NO_BIASES = translatable(
    "This network has no biases: its units bend at 0. Settings > Biases gives them some."
)


def state_sentence(snapshot: Snapshot, title: str) -> str:
    """Return a sentence about the state of a run on the problem ``title``; empty while it waits."""
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


def misfit_sentence(input_space: InputSpace, output_space: OutputSpace, problem: Problem) -> str:
    """Say that a network reads other inputs, or tells other classes, than a problem has; else nothing."""
    if input_space.n_features != problem.input_space.n_features:
        mine, theirs = (" × ".join(map(str, space.shape)) for space in (input_space, problem.input_space))
        sentence = tr("This network reads {known} numbers, {title} has {wanted}.")
        fits = tr("Open data of its size, or choose the problem again to start a fresh network for it.")
        return f"{sentence.format(known=mine, title=tr(problem.title), wanted=theirs)} {fits}"
    if not output_space.is_like(problem.output_space):
        sentence = tr("This network gives out {known}, {title} has {wanted}.")
        if output_space.traits.has_labels and problem.output_space.traits.has_labels:
            sentence = tr("This network tells {known} apart, {title} has {wanted}.")
        sentence = sentence.format(
            known=listed(output_space.names),
            title=tr(problem.title),
            wanted=listed(problem.output_space.names),
        )
        return f"{sentence} {tr('Choose the problem again to start a fresh network for it.')}"
    return ""


def detector_sentence(card: Mapping[str, Any]) -> str:
    """Say where the threshold of a detector of what is of no class comes from, and how good it is.

    Parameters
    ----------
    card : mapping
        The entry ``novelty`` of a model's card, from any file; what it lacks is left out.
    """
    held_back = card.get("held_back")
    if isinstance(held_back, int):
        origin = tr(
            "Fitted here, when training came to rest; the threshold comes from {n:,} samples held back."
        ).format(n=held_back)
    else:
        origin = tr("Fitted by the recipe; the threshold comes from its validation samples.") if card else ""
    caught = []
    for kind in OUTLIERS:
        part = card.get(kind)
        if (
            isinstance(part, dict)
            and isinstance(part.get("n"), int)
            and isinstance(part.get("rejected"), int)
        ):
            unnamed = tr("Signs") if kind == SIGNS else tr("Scribbles")
            title = tr(PROBLEMS[kind].title) if kind in PROBLEMS else unnamed
            caught.append(
                tr("{title}: {rejected:,} of {n:,}").format(
                    title=title, rejected=part["rejected"], n=part["n"]
                )
            )
    if not caught:
        return origin
    rejects = tr("It rejects, of drawings that it has not learned from: {caught}.")
    return f"{origin} {rejects.format(caught='; '.join(caught))}"


def listed(names: tuple[str, ...]) -> str:
    """Name a few outputs: all of them, or the first and the last."""
    return ", ".join(names) if len(names) <= 3 else f"{names[0]} … {names[-1]}"
