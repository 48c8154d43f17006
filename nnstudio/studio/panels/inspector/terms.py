"""The largest terms of the unit's sum."""

import numpy as np

from nnstudio.language import tr, translatable
from nnstudio.studio.painting.numbers import plain, signed
from nnstudio.studio.panels.inspector.rows import Rows, RowsSection
from nnstudio.studio.panels.inspector.subject import N_TERMS, Subject


class TermsSection(RowsSection):
    """Lists the terms; hovering marks one on the picture, a click chooses its weight."""

    title = translatable("Largest terms")
    hint = translatable(
        "The sum z taken apart: the terms w · x of largest size, all others together, and the bias.\n"
        "Point at a term to see where it comes from; click for its weight, twice to go there."
    )
    is_choosable = True

    def n_rows(self, subject: Subject) -> int:
        """Return how many terms are listed."""
        return min(N_TERMS, len(subject.w))

    def n_footer(self, subject: Subject) -> int:
        """Return the lines for the rest, the bias and the sum."""
        return 0 if subject.reading is None else 3

    def rows(self, subject: Subject) -> Rows:
        """Return the terms, or the largest weights without an input."""
        terms = subject.terms
        keys = terms.index.tolist()
        names = [subject.source_name(key) for key in keys]
        weights = subject.w[terms.index]
        if subject.x is None:
            hints = [
                tr("{name}: weight w = {w}").format(name=name, w=signed(w, 4))
                for name, w in zip(names, weights, strict=True)
            ]
            return Rows(
                tr("largest weights, from {layer}").format(layer=subject.source_layer),
                names,
                terms.value,
                hints,
                keys,
            )
        hints = [
            f"{name}: w · x = {signed(w, 4)} · {plain(x, 3)} = {signed(term, 4)}"
            for name, w, x, term in zip(names, weights, subject.x[terms.index], terms.value, strict=True)
        ]
        footer = (
            (tr("%n other(s)", terms.n_rest), terms.rest),
            (tr("bias b"), terms.b),
            (tr("sum z"), terms.z),
        )
        remark = tr("terms w · x, from {layer}").format(layer=subject.source_layer)
        return Rows(remark, names, np.asarray(terms.value), hints, keys, footer)

    def marked(self, subject: Subject) -> int | None:
        """Frame the chosen weight's term."""
        return subject.source

    def point(self, key: int | None) -> None:
        """Mark the term's pixel."""
        self.attention.look_at(key)

    def choose(self, key: int) -> None:
        """Choose the term's weight."""
        self.attention.weight_chosen.emit(key)

    def follow(self, key: int) -> None:
        """Select the unit that the term comes from."""
        self.attention.source_chosen.emit(key)
