"""Lists of the inspector: the terms of the unit's sum, and its influence on later units and outputs."""

import numpy as np

from nnstudio.insight.terms import strongest
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.numbers import plain, signed
from nnstudio.studio.panels.inspector.rows import Rows, RowSource
from nnstudio.studio.panels.inspector.section import Attention
from nnstudio.studio.panels.inspector.subject import N_TERMS, Subject
from nnstudio.studio.session.layer_names import unit_word
from nnstudio.studio.session.output_kinds import studio_kind, unit_words

N_ONWARD = 6


def _terms(subject: Subject) -> Rows:
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
        *(((tr("bias b"), terms.b),) if subject.has_bias else ()),
        (tr("sum z"), terms.z),
    )
    remark = tr("terms w · x, from {layer}").format(layer=subject.source_layer)
    return Rows(remark, names, np.asarray(terms.value), hints, keys, footer)


def _has_sensitivity(subject: Subject) -> bool:
    """Return whether the unit is hidden and there is an input."""
    return subject.unit is not None and not subject.is_output and subject.reading is not None


def _width_of_outputs(subject: Subject) -> float:
    """Return the width of the outputs' names."""
    longest = max((len(name) for name in subject.output_space.names), default=1)
    return min(12.0 + 7 * longest, 72.0)


def _sensitivities(subject: Subject) -> Rows:
    """Return the derivatives by output; the hover text has the product with the activation."""
    space, kind = subject.output_space, studio_kind(subject.output_space)
    n_between = subject.architecture.n_layers - 2 - subject.layer_index
    how = (
        tr("direct: the weight to each output")
        if n_between == 0
        else tr("∂ {z} / ∂ a, through %n later layer(s)", n_between).format(z=tr(kind.sum_name))
    )
    n_outputs, a = subject.architecture.n_outputs, subject.a
    names = list(space.unit_names(n_outputs))
    if subject.towards is None:
        return Rows(tr("the weights are so large that this is no number"), [], np.empty(0), [], [])
    hints = [
        tr("{output}: {push} for each 1 of activation;\n× a = {a:.2f} that is {product} now").format(
            output=unit_words(space, k, n_outputs), push=signed(push, 3), a=a, product=signed(push * a, 3)
        )
        for k, push in enumerate(subject.towards.tolist())
    ]
    strong = int(subject.towards.argmax()) if space.traits.has_labels and n_outputs > 1 else None
    return Rows(how, names, subject.towards, hints, list(range(len(names))), strong=strong)


def _mark_output(attention: Attention, subject: Subject, key: int | None) -> None:
    """Mark the output in other views."""
    last = subject.architecture.n_layers - 1
    attention.look_at(None, None if key is None else (last, key))


def _feeds_hidden_units(subject: Subject) -> bool:
    """Return whether the unit and the next layer are both hidden."""
    return subject.unit is not None and subject.layer_index < subject.architecture.n_layers - 2


def _products(subject: Subject) -> Rows:
    """Return weight × activation, or the weights without an input or while the unit is 0."""
    layer = subject.layer_names[subject.layer_index + 2].lower()
    a = subject.a or 0.0
    products = subject.onward * a if a else subject.onward
    keys = strongest(products, N_ONWARD).tolist()
    form = tr("unit {unit} of {layer}: weight {weight}")
    if a:
        form = tr("unit {unit} of {layer}: weight {weight} · a = {a:.2f}, adds {product} to its z")
    hints = [
        form.format(
            unit=key + 1,
            layer=layer,
            weight=signed(float(subject.onward[key]), 4),
            a=a,
            product=signed(float(products[key]), 4),
        )
        for key in keys
    ]
    remark = (
        tr("w · a into {layer}").format(layer=layer)
        if a
        else tr("off: its weights into {layer}").format(layer=layer)
    )
    return Rows(
        remark,
        [unit_word(key) for key in keys],
        np.asarray(products[keys]),
        hints,
        keys,
    )


def _mark_next_unit(attention: Attention, subject: Subject, key: int | None) -> None:
    """Mark the unit in other views."""
    attention.look_at(None, None if key is None else (subject.layer_index + 1, key))


def _select_next_unit(attention: Attention, subject: Subject, key: int) -> None:
    """Select the unit."""
    attention.unit_chosen.emit(subject.layer_index + 1, key)


TERMS = RowSource(
    title=translatable("Largest terms"),
    hint=translatable(
        "The sum z taken apart: the terms w · x of largest size, all others together, and the bias.\n"
        "Point at a term to see where it comes from; click for its weight, twice to go there."
    ),
    n_rows=lambda subject: min(N_TERMS, len(subject.w)),
    # The rest, the bias where there is one, and the sum.
    n_footer=lambda subject: 0 if subject.reading is None else 2 + subject.has_bias,
    rows=_terms,
    marked=lambda subject: subject.source,
    point=lambda attention, subject, key: attention.look_at(key),
    choose=lambda attention, subject, key: attention.weight_chosen.emit(key),
    follow=lambda attention, subject, key: attention.source_chosen.emit(key),
)
"""The terms of the unit's sum; hovering marks one on the picture, a click chooses its weight."""

LOGIT_SENSITIVITY = RowSource(
    title=translatable("Pushes towards"),
    hint=translatable(
        "∂z / ∂a: how much each output's z, of a class its logit, changes when this neuron's activation\n"
        "grows by 1, for the input on show. Blue: towards the output; orange: away from it."
    ),
    concerns=_has_sensitivity,
    name_width=_width_of_outputs,
    n_rows=lambda subject: subject.architecture.n_outputs,
    rows=_sensitivities,
    point=_mark_output,
)
"""How each output's z changes with the unit's activation."""

ONWARD = RowSource(
    title=translatable("Feeds"),
    hint=translatable(
        "What this neuron hands to the next layer: weight × activation, the largest first. Click to go there."
    ),
    concerns=_feeds_hidden_units,
    n_rows=lambda subject: min(N_ONWARD, len(subject.onward)),
    rows=_products,
    point=_mark_next_unit,
    choose=_select_next_unit,
)
"""The units of the next layer with the largest terms of this one; a click selects one."""
