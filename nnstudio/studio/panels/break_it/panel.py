"""The panel Break it: noise, biases off, layers off or shuffled, and what each costs on the test set."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSlider, QToolButton, QVBoxLayout, QWidget

from nnstudio.insight.breaking import MOST_NOISE, Damage
from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import TEXT_PERIOD_S, Pace
from nnstudio.studio.painting.labels import caption
from nnstudio.studio.painting.numbers import signed
from nnstudio.studio.painting.theme import fit_fonts, font, text_scale
from nnstudio.studio.panels.break_it.worker import BreakAnswer, BreakQuestion, BreakWorker
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.layer_names import layer_title
from nnstudio.studio.session.messages import misfit_sentence
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.tick_table import TickRow, TickTable
from nnstudio.training.evaluation import Measures

NARROWEST_PX, LOWEST_TABLE_PX = 232, 76
SLIDER_STEPS = 100
_ROUNDED_OFF = 1e-5
USUAL_NOISE = 0.5
"""What the slider shows the cost of while it is at 0."""


class BreakItPanel:
    """Damages the displayed network, undone by one key; its widgets are made when it is seen first.

    Attributes
    ----------
    damage : Damage
        What is done to ``whole``, the network that was displayed before.
    """

    name = "break_it"
    title = translatable("Break it")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._session, self._editor = services.session, services.session.weight_editor
        self._pace = Pace(TEXT_PERIOD_S)
        self._actions = services.actions
        self.damage = Damage()
        self._noise_alone = USUAL_NOISE
        self._seed = 0
        self._is_to_do = False
        """Whether the damage is to be done as soon as it has been drawn."""
        self.whole = self._expected = self._session.network.displayed_weights
        self._n_wholes = 0
        self._worded: np.ndarray | None = None
        """The whole network that the sentence is about."""
        self._on_their_way: list[np.ndarray] = []
        """Weights that the trainer may still bring before the expected ones."""
        self.worker = BreakWorker()
        services.closing.connect(self.worker.stop)
        self.widget = QWidget(parent)
        self.widget.setMinimumWidth(NARROWEST_PX)
        self.widget.setAccessibleName(tr(self.title))
        self._layout = QVBoxLayout(self.widget)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        self._is_made = False

    # Made when it is seen first

    def _make(self) -> None:
        self._is_made = True
        content = self.widget
        self.noise = QSlider(Qt.Orientation.Horizontal, content)
        self.noise.setRange(0, SLIDER_STEPS)
        self.noise.setPageStep(SLIDER_STEPS // 10)
        self.noise.setMinimumWidth(60)
        self.noise.setAccessibleName(tr("Noise on the weights"))
        self.noise.setToolTip(
            tr(
                "What is added to each weight at random, in per cent of the spread of its layer's weights.\n"
                "Weights that are 0 stay 0"
            )
        )
        self.noise.sliderPressed.connect(self._editor.begin)
        self.noise.valueChanged.connect(self._slide)
        self.noise.sliderReleased.connect(self._release)
        self.level = QLabel("", content)
        self.level.setFont(font(11))
        self.level.setToolTip(self.noise.toolTip())
        self.level.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.other = QToolButton(content)
        self.other.setText(tr("Other"))
        self.other.setFont(font(11))
        self.other.setToolTip(tr("Other: draw other noise, and another order"))
        self.other.clicked.connect(self._draw_other)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(caption(tr("Noise"), self.noise, content))
        row.addWidget(self.noise, 1)
        row.addWidget(self.level)
        row.addWidget(self.other)
        self._layout.addLayout(row)
        self.table = TickTable(
            tr("Damage"),
            (
                (tr("Damage"), tr("tick it, and it is done to the network on show")),
                (tr("alone"), tr("what the whole network comes to by this alone, on the test set")),
            ),
            content,
        )
        self.table.setMinimumHeight(round(LOWEST_TABLE_PX * text_scale()))
        self.table.ticked.connect(self._tick)
        self.result = QLabel("", content)
        self.result.setFont(font(11, bold=True))
        self.result.setWordWrap(True)
        self.result.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.result.setToolTip(tr("How good the network was on the test set before the damage, and is now"))
        row = QHBoxLayout()
        row.addWidget(self.result, 1)
        self.mend = QToolButton(content)
        self.mend.setText(tr("Mend"))
        self.mend.setFont(font(11))
        keys = self._actions["undo-operation"].shortcut().toString()
        self.mend.setToolTip(tr("Mend: put all weights back at once; so does {keys}").format(keys=keys))
        self.mend.clicked.connect(self._editor.undo)
        row.addWidget(self.mend)
        self._layout.addLayout(row)
        self._layout.addWidget(self.table, 1)
        fit_fonts(content.findChildren(QWidget))

    # What can be done

    @property
    def kinds(self) -> list[tuple[str, Damage]]:
        """What each row of the table does by itself, with its name."""
        architecture = self._session.network.architecture
        noise = self.damage.noise or self._noise_alone
        rows = [(_noise_words(noise), Damage(noise=noise))]
        if architecture.has_biases:
            rows.append((tr("all biases off"), Damage(has_no_biases=True)))
        for layer in range(architecture.n_layers):
            title = layer_title(architecture, layer)
            rows.append((tr("{layer}: weights off").format(layer=title), Damage(off=frozenset((layer,)))))
            rows.append(
                (tr("{layer}: weights shuffled").format(layer=title), Damage(shuffled=frozenset((layer,))))
            )
        return rows

    def _tick(self, row: int, is_ticked: bool) -> None:
        kinds = self.kinds
        if row >= len(kinds):
            return
        one, now = kinds[row][1], self.damage
        if one.noise:
            damage = replace(now, noise=one.noise if is_ticked else 0.0)
        elif one.has_no_biases:
            damage = replace(now, has_no_biases=is_ticked)
        elif is_ticked:
            # A layer is off or shuffled, not both.
            damage = replace(
                now,
                off=now.off - one.shuffled | one.off,
                shuffled=now.shuffled - one.off | one.shuffled,
            )
        else:
            damage = replace(now, off=now.off - one.off, shuffled=now.shuffled - one.shuffled)
        self._do(damage)

    def _slide(self, place: int) -> None:
        noise = MOST_NOISE * place / SLIDER_STEPS
        if noise:
            self._noise_alone = noise
        self._do(replace(self.damage, noise=noise))

    def _release(self) -> None:
        if self._editor.is_at_work:
            self._editor.finish(self._text(), key=self._key)

    def _draw_other(self) -> None:
        self._seed += 1
        self._is_to_do = not self.damage.is_none
        self._ask()

    @property
    def _key(self) -> tuple[str, int]:
        """All damage to one network is one step to undo."""
        return "break", self._n_wholes

    def _do(self, damage: Damage) -> None:
        """Do this to the whole network, in the place of what was done before."""
        self.damage = damage
        answer = self._drawn
        self._is_to_do = answer is None
        if answer is None:
            self._ask()
            return
        theta = answer.breaker.apply(damage)
        now = self._session.network.displayed_weights
        if self._session.training.is_running and not self._editor.is_at_work:
            # What is not damaged has been trained since.
            theta = np.where(theta == self.whole, now, theta)
        self._on_their_way += [now, self._expected]
        self._expected = theta
        if self._editor.is_at_work:
            self._editor.show(theta)
        elif not self._editor.do(theta, self._text(), key=self._key):
            self._begin_again()
        self._ask()
        self._show()

    @property
    def _drawn(self) -> BreakAnswer | None:
        """The answer, where it is about the whole network of now, with noise and order of now."""
        answer = self.worker.answer
        if answer is None or answer.question.whole is not self.whole or answer.question.seed != self._seed:
            return None
        return answer

    def _text(self) -> str:
        """Return what is done, for the menu and for the marks on the curves."""
        architecture, damage = self._session.network.architecture, self.damage
        words = [_noise_words(damage.noise)] if damage.noise else []
        if damage.has_no_biases:
            words.append(tr("biases off"))
        for layers, template in (
            (damage.off, tr("{layer} off")),
            (damage.shuffled, tr("{layer} shuffled")),
        ):
            words += [template.format(layer=layer_title(architecture, layer)) for layer in sorted(layers)]
        return tr("broken: {what}").format(what=", ".join(words)) if words else tr("mended")

    # Frames

    def refresh(self, changes: Changes) -> None:
        """Follow the network, and show what is measured at reading speed while it is trained."""
        training = self._session.training
        if not self._is_made:
            self._make()
        if training.problem is None and training.tasks.current is None and not training.never_fits:
            training.prepare()
        # What waits to be drawn is about the network that there was.
        if changes.network or (changes.weights and not self._is_to_do and not self._is_own):
            self._begin_again()
        is_new = self.worker.poll()
        if is_new and self._is_to_do:
            self._do(self.damage)
        is_new |= changes.network or changes.weights or changes.progress
        if self._pace.due(is_new, at_once=not training.is_running):
            if not training.is_running:
                self._ask()
            self._show()

    @property
    def _is_own(self) -> bool:
        """Whether the weights on show are what was made of them here."""
        now = self._session.network.displayed_weights
        if self._editor.is_at_work:
            return True
        if _are_same(now, self._expected):
            self._on_their_way.clear()
            return True
        return any(_are_same(now, each) for each in self._on_their_way)

    def _begin_again(self) -> None:
        """Take the network on show for whole."""
        self._expected = self._session.network.displayed_weights
        if not _are_same(self._expected, self.whole):
            self.whole = self._expected
            self._n_wholes += 1
        self.damage, self._is_to_do = Damage(), False
        self._on_their_way.clear()

    def _ask(self) -> None:
        session = self._session
        network, problem = session.network, session.training.problem
        misfit = problem is None or misfit_sentence(network.input_space, network.output_space, problem)
        samples = None if misfit or problem is None else problem.test
        is_training = session.training.is_running
        question = BreakQuestion(
            network.architecture,
            self.whole,
            self._seed,
            self.damage,
            () if is_training else tuple(damage for _, damage in self.kinds),
            samples,
            network.config.loss,
        )
        self.worker.ask(question, is_training=is_training)

    def _show(self) -> None:
        damage, measure = self.damage, self._session.network.output_space.traits.measure
        answer = self._drawn
        measures = {} if answer is None else answer.measures
        rows = []
        for name, one in self.kinds:
            found = measures.get(one)
            is_ticked = bool(
                (one.noise and damage.noise)
                or (one.has_no_biases and damage.has_no_biases)
                or (one.off & damage.off)
                or (one.shuffled & damage.shuffled)
            )
            rows.append(TickRow((name, "" if found is None else measure.text(found.score)), is_ticked))
        self.table.show_rows(rows)
        if not self.noise.isSliderDown():
            self.noise.blockSignals(True)
            self.noise.setValue(round(damage.noise / MOST_NOISE * SLIDER_STEPS))
            self.noise.blockSignals(False)
        self.level.setText(f"{100 * damage.noise:.0f} %")
        widest = f"{100 * MOST_NOISE:.0f} %"
        self.level.setMinimumWidth(self.level.fontMetrics().horizontalAdvance(widest) + 2)
        self.mend.setEnabled(not damage.is_none)
        self._say_cost()

    def _say_cost(self) -> None:
        """Say what was measured last: what the damage costs, or the last blow while training runs."""
        training, answer = self._session.training, self.worker.answer
        is_about_this = answer is not None and (training.is_running or answer.question.whole is self.whole)
        measures = answer.measures if answer is not None and is_about_this else {}
        damage = Damage() if answer is None else answer.question.damage
        if training.problem is None:
            self.result.setText(tr("The test set is being loaded."))
        elif Damage() in measures and damage in measures:
            self.result.setText(self._words(damage, measures[Damage()], measures[damage]))
            self._worded = self.whole
        elif self._worded is not self.whole and not training.is_running:
            self.result.setText(tr("Measuring …"))

    def _words(self, damage: Damage, before: Measures, now: Measures) -> str:
        measure = self._session.network.output_space.traits.measure
        if damage.is_none:
            return tr("Whole: {measure} {value} on the test set").format(
                measure=tr(measure.title), value=measure.text(before.score, 2)
            )
        change = signed(measure.factor * (now.score - before.score))
        return tr("Test set: {measure} {before} → {now} ({change})").format(
            measure=tr(measure.title),
            before=measure.text(before.score, 2),
            now=measure.text(now.score, 2),
            change=change,
        )

    def numbers(self) -> NumberTable:
        """Return what the network comes to by each damage alone, and by all that is done."""
        measure = self._session.network.output_space.traits.measure
        names = (tr("damage"), measure.titled())
        if self._drawn is None:
            return names, []
        measures = self._drawn.measures
        rows = [(tr("none"), Damage()), *self.kinds]
        if self.damage not in (damage for _, damage in rows):
            rows.append((self._text(), self.damage))
        return names, [
            (name, measure.factor * measures[damage].score) for name, damage in rows if damage in measures
        ]


def _are_same(theta: np.ndarray, other: np.ndarray) -> bool:
    """Compare weights, up to what is rounded off where inputs are scaled; a prefix is compared first."""
    if theta is other:
        return True
    if theta.shape != other.shape:
        return False
    tolerance = _ROUNDED_OFF * max(1.0, float(np.abs(other).max()))
    return all(np.abs(theta[part] - other[part]).max() <= tolerance for part in (slice(1024), slice(None)))


def _noise_words(noise: float) -> str:
    return tr("noise {share:.0f} %").format(share=100 * noise)
