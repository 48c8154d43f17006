"""Read the layer sizes of a network as people type them; the window and the command line use it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from nnstudio.engine.architecture import Architecture
from nnstudio.language import tr
from nnstudio.training.config import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

_SIZES = re.compile(r"\d{1,12}(?:[\s,–-]+\d{1,12})*")


def parse_network(
    text: str,
    n_inputs: int,
    output_counts: Sequence[int],
    hidden: str,
    output: str,
    *,
    has_biases: bool = True,
) -> Architecture:
    """Read layer sizes as typed: all of them, or the hidden ones alone.

    Parameters
    ----------
    text : str
        Whole numbers between dashes, spaces or commas; nothing for a network without hidden layers. Between
        dashes they are all sizes where the first is the number of inputs, or where three or more end with a
        number of outputs; between spaces or commas where three or more begin and end so.
    n_inputs : int
    output_counts : sequence of int
        How many outputs the problem allows; where hidden layers alone are typed, the first.
    hidden, output : str
        Names of the activations.
    has_biases : bool

    Raises
    ------
    ConfigError, ArchitectureError
        If the text is not a list of sizes, if all sizes are typed and the first or the last is not what the
        problem asks for, or if there can be no such network.
    """
    text = text.strip()
    if text and not _SIZES.fullmatch(text):
        raise ConfigError(
            tr(
                "Layer sizes are whole numbers between spaces or dashes, such as 100 300, not {text!r}."
            ).format(text=text)
        )
    sizes = tuple(int(size) for size in re.findall(r"\d+", text))
    begins, ends = sizes[:1] == (n_inputs,), bool(sizes) and sizes[-1] in output_counts
    has_dashes, has_middle = bool(re.search("[–-]", text)), len(sizes) > 2
    if has_dashes and (begins or (has_middle and ends)):
        if not (begins and ends):
            n_outputs = sizes[-1] if ends else output_counts[0]
            right = (n_inputs, *sizes[1:-1], n_outputs)
            raise ConfigError(
                tr(
                    "{typed} takes {first} and gives out {last}, but here {n_inputs} go in and {n_outputs} "
                    "come out: type {right}, or hidden layers alone between spaces, {spaced}."
                ).format(
                    typed="–".join(map(str, sizes)),
                    first=sizes[0],
                    last=sizes[-1],
                    n_inputs=n_inputs,
                    n_outputs=n_outputs,
                    right="–".join(map(str, right)),
                    spaced=" ".join(map(str, sizes)),
                )
            )
    elif not (begins and ends and has_middle):
        sizes = (n_inputs, *sizes, output_counts[0])
    return replace(Architecture.of(sizes, hidden=hidden, output=output), has_biases=has_biases)
