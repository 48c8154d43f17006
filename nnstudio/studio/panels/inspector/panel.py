"""The panel Inspector: the selected unit or weight, or the input, with its numbers."""

import numpy as np
from PySide6.QtWidgets import QWidget

from nnstudio.data.problem import Answer
from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import TEXT_PERIOD_S, Pace
from nnstudio.studio.panels.inspector.subject import Subject
from nnstudio.studio.panels.inspector.view import InspectorView
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.layer_names import layer_names
from nnstudio.studio.session.output_kinds import sample_words
from nnstudio.studio.session.selection import INPUT
from nnstudio.studio.session.services import Services

PEN_PERIOD_S = 1 / 20
"""Update periods: shorter for input by hand than for changes by training."""


class InspectorPanel:
    """Shows the sections about the selection."""

    name = "inspector"
    title = translatable("Inspector")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._session, self._selection, self._evaluator = (
            services.session,
            services.session.selection,
            services.session.evaluator,
        )
        self._pictures = services.session.unit_images
        self._services = services
        self._reading_pace, self._pen_pace = Pace(TEXT_PERIOD_S), Pace(PEN_PERIOD_S)
        self._chosen: Answer | None = None
        self._known: Answer | None = None
        self._x: np.ndarray | None = None
        self._in_bytes = self._is_asked = False
        self.widget = InspectorView(tr(self.title), parent)
        self.show_all = self.widget.show_all
        self.widget.answer_chosen.connect(self._choose_answer)
        self.widget.answer.refused.connect(self._refuse)
        attention = self.widget.attention
        attention.unit_chosen.connect(self._selection.select)
        attention.weight_chosen.connect(self._choose_weight)
        attention.source_chosen.connect(self._go_to_source)
        attention.moved.connect(self._point)
        attention.sample_chosen.connect(self._show_sample)
        attention.test_set_wanted.connect(self._session.training.prepare)
        for section in self.widget.sections:
            if section.needs_test_set:
                # Nothing is seen of a widget itself that a plot covers.
                seen = section if section.figure is None else section.figure.viewport()
                self._evaluator.serve(seen, with_unit=True)

    def refresh(self, changes: Changes) -> None:
        """Update: at once after a click, at reading speed during training."""
        known = self._session.input.right_answer if changes.reading else self._known
        is_other = self._session.input.x is not self._x
        has_labels = self._session.network.output_space.traits.has_labels
        if self._session.input.x is None or known is not self._known or (is_other and not has_labels):
            # The right answer of one input does not hold for another; a class does for what is still drawn.
            self._chosen = None
        self._known, self._x = known, self._session.input.x
        new = changes.network or changes.weights or changes.reading or changes.selection or changes.results
        in_bytes = self._services.pixel_options.in_bytes
        is_asked = self._session.fill_in.hides_answer
        is_rewritten = in_bytes is not self._in_bytes or is_asked is not self._is_asked
        self._in_bytes, self._is_asked = in_bytes, is_asked
        at_once = changes.network or changes.selection or is_rewritten
        due = self._reading_pace.due(new or is_rewritten, at_once=at_once)
        if self._pen_pace.due(new) and not self._session.training.is_running:
            due = True
        if due:
            self.widget.show_subject(self._subject())

    def _subject(self) -> Subject:
        session = self._session
        architecture, unit = session.network.architecture, self._selection.unit
        picture = None
        if unit is not None and session.network.input_space.traits.has_field:
            tiles = self._pictures.by_layer(session.network.prediction_weights)
            picture = tiles[unit[0]][unit[1]] if unit[0] in tiles else None
        return Subject(
            architecture=architecture,
            theta=session.network.prediction_weights,
            input_space=session.network.input_space,
            output_space=session.network.output_space,
            layer_names=layer_names(architecture),
            loss=session.network.config.loss,
            reading=None if self._is_asked else session.network.reading,
            unit=unit,
            source=self._selection.source,
            answer=self._known if self._chosen is None else self._chosen,
            results=self._evaluator.latest,
            obstacle=self._evaluator.obstacle,
            can_load=self._evaluator.can_load,
            picture=picture,
            in_bytes=self._in_bytes,
            is_asked=self._is_asked,
        )

    def numbers(self) -> NumberTable:
        """Return what enters the selected unit, with its weights, and the bias."""
        subject = self._subject()
        if subject.unit is None:
            return (), []
        layer, unit = subject.unit
        part = subject.architecture.layers(subject.theta)[layer]
        w = part.W[unit].tolist()
        entering = [None] * len(w) if subject.reading is None else subject.reading.into(layer).tolist()
        rows: list[tuple[object, ...]] = [
            (subject.source_name(k), value, weight, None if value is None else weight * value)
            for k, (value, weight) in enumerate(zip(entering, w, strict=True))
        ]
        rows.append((tr("bias"), None, float(part.b[unit]), None))
        return (tr("from"), tr("value"), tr("weight"), tr("weight × value")), rows

    def _refuse(self, sentence: str) -> None:
        self._services.say(sentence, warning=True)

    def _choose_answer(self, answer: Answer | None) -> None:
        self._chosen = answer
        self.widget.show_subject(self._subject())

    def _choose_weight(self, source: int) -> None:
        if self._selection.unit is not None:
            self._selection.select(*self._selection.unit, source)

    def _go_to_source(self, source: int) -> None:
        """Select the unit that a term comes from; an input value is only marked."""
        unit = self._selection.unit
        if unit is not None and unit[0] > 0:
            self._selection.select(unit[0] - 1, source)

    def _point(self) -> None:
        """Mark the hovered weight or unit in other views."""
        attention, unit = self.widget.attention, self._selection.unit
        if attention.unit is not None:
            self._selection.point_at(*attention.unit)
        elif attention.source is not None and unit is not None:
            self._selection.point_at(INPUT if unit[0] == 0 else unit[0] - 1, attention.source)
        else:
            self._selection.point_at(None, None)

    def _show_sample(self, index: int) -> None:
        results = self._evaluator.latest
        if results is None or index >= len(results):
            return
        answer, x = results.samples.answer(index), results.inputs(np.array([index]))[0]
        where = tr("Test sample {index}").format(index=index)
        words = sample_words(self._session.network.output_space, where, answer)
        self._session.input.show_sample(x, f"{words}.", answer)
