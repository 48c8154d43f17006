"""Influence of the unit on the logits of all classes and on the units of the next layer."""

import numpy as np

from nnstudio.insight.terms import strongest
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.numbers import signed
from nnstudio.studio.panels.inspector.rows import Rows, RowsSection
from nnstudio.studio.panels.inspector.subject import Subject

N_ONWARD = 6


class LogitSensitivitySection(RowsSection):
    """How each class's logit changes with the unit's activation."""

    title = translatable("Pushes towards")
    hint = translatable(
        "∂ logit / ∂ a: how much each class's logit changes when this neuron's activation grows by 1,\n"
        "for the input on show. Blue: towards the class; orange: away from it."
    )

    def concerns(self, subject: Subject) -> bool:
        """Return whether the unit is hidden and there is an input."""
        return subject.unit is not None and not subject.is_output and subject.reading is not None

    @property
    def name_width(self) -> float:
        """Return the width of names, short for classes."""
        longest = max((len(name) for name in self.subject.class_names), default=1)
        return min(12.0 + 7 * longest, 72.0)

    def n_rows(self, subject: Subject) -> int:
        """Return the number of rows, one for each class."""
        return len(subject.class_names)

    def rows(self, subject: Subject) -> Rows:
        """Return the derivatives by class; the hover text has the product with the activation."""
        n_between = subject.architecture.n_layers - 2 - subject.layer_index
        how = (
            tr("direct: the weight to each output")
            if n_between == 0
            else tr("∂ logit / ∂ a, through %n later layer(s)", n_between)
        )
        names, a = list(subject.class_names), subject.a
        if subject.towards is None:
            return Rows(tr("the weights are so large that this is no number"), [], np.empty(0), [], [])
        hints = [
            tr("class {name}: {push} for each 1 of activation;\n× a = {a:.2f} that is {product} now").format(
                name=name, push=signed(push, 3), a=a, product=signed(push * a, 3)
            )
            for name, push in zip(names, subject.towards.tolist(), strict=True)
        ]
        strong = int(subject.towards.argmax())
        return Rows(how, names, subject.towards, hints, list(range(len(names))), strong=strong)

    def point(self, key: int | None) -> None:
        """Mark the output in other views."""
        last = self.subject.architecture.n_layers - 1
        self.attention.look_at(None, None if key is None else (last, key))


class OnwardSection(RowsSection):
    """The units of the next layer with the largest terms of this one."""

    title = translatable("Feeds")
    hint = translatable(
        "What this neuron hands to the next layer: weight × activation, the largest first. Click to go there."
    )
    is_choosable = True

    def concerns(self, subject: Subject) -> bool:
        """Return whether the unit and the next layer are both hidden."""
        return subject.unit is not None and subject.layer_index < subject.architecture.n_layers - 2

    def n_rows(self, subject: Subject) -> int:
        """Return how many units are listed."""
        return min(N_ONWARD, len(subject.onward))

    def rows(self, subject: Subject) -> Rows:
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
                unit=key,
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
            [tr("unit {unit}").format(unit=key) for key in keys],
            np.asarray(products[keys]),
            hints,
            keys,
        )

    def point(self, key: int | None) -> None:
        """Mark the unit in other views."""
        self.attention.look_at(None, None if key is None else (self.subject.layer_index + 1, key))

    def choose(self, key: int) -> None:
        """Select the unit."""
        self.attention.unit_chosen.emit(self.subject.layer_index + 1, key)
