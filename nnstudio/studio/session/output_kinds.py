"""What the studio says of each kind of output, and how a right answer is typed; no widgets."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from nnstudio.data.problem import Answer, OutputSpace
from nnstudio.errors import UserError
from nnstudio.insight.reading import Reading
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.numbers import figure


class AnswerError(UserError):
    """A text that is no right answer: the message says what is asked for."""


@dataclass(frozen=True)
class StudioOutputKind:
    """Words for a kind of output; texts are to be translated with ``tr``.

    Attributes
    ----------
    unit : str
        A unit of the last layer by its ``{name}``, within a sentence.
    unit_title : str
        The same as a title.
    sum_name : str
        What z of such a unit is called.
    sample : str
        What ``{where}`` has, a sample, and its right ``{answer}``.
    columns : tuple of str
        Titles of the columns of outputs and of their values, in a table.
    right, right_tip : str
        The name of the right answer of an input, and what it is for.
    unknown : str
        What stands for the right answer where none was given.
    score, score_tip : str
        The title of the measure on the test set, and what it is.
    curves : str
        The title of the measure's curves.
    worst : str
        The title of the samples that the network is worst at.
    explained : str
        What the contributions of units add up to.
    speaks : str
        What positive and negative contributions mean.
    described : callable (space, answer) -> str
        An answer in few words.
    """

    unit: str
    unit_title: str
    sum_name: str
    sample: str
    columns: tuple[str, str]
    right: str
    right_tip: str
    unknown: str
    score: str
    score_tip: str
    curves: str
    worst: str
    explained: str
    speaks: str
    described: Callable[[OutputSpace, Answer], str]


def _class_name(space: OutputSpace, answer: Answer) -> str:
    return space.class_names[int(answer)]


def _numbers(space: OutputSpace, answer: Answer) -> str:
    return ", ".join(
        f"{quantity.name} = {number_text(float(value), quantity.unit)}"
        for quantity, value in zip(space.quantities, np.atleast_1d(answer), strict=True)
    )


STUDIO_OUTPUT_KINDS: Mapping[str, StudioOutputKind] = MappingProxyType(
    {
        "classes": StudioOutputKind(
            unit=translatable("class {name}"),
            unit_title=translatable("Output for {name}"),
            sum_name=translatable("logit"),
            sample=translatable("{where}, labelled {answer}"),
            columns=(translatable("class"), translatable("output")),
            right=translatable("True class"),
            right_tip=translatable("The class that the network should learn for this input"),
            unknown=translatable("as answered"),
            score=translatable("Test accuracy"),
            score_tip=translatable("share of the whole test set that these weights read rightly"),
            curves=translatable("Accuracy"),
            worst=translatable("Mistakes"),
            explained=translatable("the difference of the logits"),
            speaks=translatable("Blue speaks for the class, orange against it."),
            described=_class_name,
        ),
        "numbers": StudioOutputKind(
            unit=translatable("output {name}"),
            unit_title=translatable("Output {name}"),
            sum_name="z",
            sample=translatable("{where}: the right answer is {answer}"),
            columns=(translatable("output"), translatable("value")),
            right=translatable("Right answer"),
            right_tip=translatable(
                "What the network should give out for this input: a number, or one for each output with "
                "spaces between them"
            ),
            unknown=translatable("not known: type it"),
            score=translatable("Test RMSE"),
            score_tip=translatable(
                "root of the mean squared error of these weights on the whole test set, in the unit of the "
                "outputs: the smaller, the better"
            ),
            curves=translatable("RMSE"),
            worst=translatable("Residuals"),
            explained=translatable("the output's z"),
            speaks=translatable("Blue raises the output, orange lowers it."),
            described=_numbers,
        ),
    }
)


def studio_kind(space: OutputSpace) -> StudioOutputKind:
    """Return the words for an output space."""
    return STUDIO_OUTPUT_KINDS[space.traits.name]


def described(space: OutputSpace, answer: Answer) -> str:
    """Return an answer in few words: the name of a class, or each output with its number."""
    return studio_kind(space).described(space, answer)


def known_or_read(space: OutputSpace, known: Answer | None, reading: Reading | None) -> Answer | None:
    """Return the right answer if known, else the class that is read; None where there is neither."""
    if known is None and reading is not None and space.traits.has_labels:
        return reading.label
    return known


def sample_words(space: OutputSpace, where: str, answer: Answer) -> str:
    """Return a sample and its right answer as a phrase."""
    return tr(studio_kind(space).sample).format(where=where, answer=described(space, answer))


def unit_words(space: OutputSpace, unit: int, n_outputs: int) -> str:
    """Return the name of one of a network's outputs within a sentence: class 3, output y."""
    return tr(studio_kind(space).unit).format(name=space.unit_names(n_outputs)[unit])


def unit_title(space: OutputSpace, unit: int, n_outputs: int) -> str:
    """Return the name of one of a network's outputs as a title: Output for 3, Output y."""
    return tr(studio_kind(space).unit_title).format(name=space.unit_names(n_outputs)[unit])


def number_text(value: float, unit: str = "") -> str:
    """Return a number that a network gives out, with three figures and its unit.

    Examples
    --------
    >>> number_text(-0.5), number_text(21.37, "°C")
    ('−0.5000', '21.37 °C')
    """
    return f"{figure(value)} {unit}".rstrip()


def score_unit(space: OutputSpace) -> str:
    """Return the unit of the problem's measure: per cent, the unit that all outputs share, or none."""
    if space.traits.measure.is_share:
        return "%"
    units = {quantity.unit for quantity in space.quantities}
    return units.pop() if len(units) == 1 else ""


def parsed_numbers(space: OutputSpace, text: str) -> np.ndarray | None:
    """Read the right numbers as typed, (n_outputs,) float32; None for an empty text.

    Raises
    ------
    AnswerError
        If they are not finite numbers, or not one for each output.

    Examples
    --------
    >>> from nnstudio.data.problem import Quantity
    >>> parsed_numbers(OutputSpace(quantities=(Quantity("y"), Quantity("v"))), "0,5  -1")
    array([ 0.5, -1. ], dtype=float32)
    """
    parts = text.replace(";", " ").split()
    if not parts:
        return None
    try:
        values = [float(part.replace(",", ".").replace("−", "-")) for part in parts]
    except ValueError:
        values = [math.nan]
    if len(values) != space.n_outputs or not all(map(math.isfinite, values)):
        raise AnswerError(
            tr(
                "The right answer is a number for each of {names}, with spaces between them; {text!r} is not."
            ).format(names=", ".join(space.names), text=text)
        )
    return np.array(values, np.float32)
