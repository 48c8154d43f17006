"""The panel Landscape: the loss around the network, along a direction or over a plane."""

from collections.abc import Callable
from time import perf_counter

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from nnstudio.errors import UserError
from nnstudio.insight.convexity import toy_landscape
from nnstudio.insight.landscape import Landscape, evenly
from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import Pace
from nnstudio.studio.painting.labels import ShortLabel, remark
from nnstudio.studio.painting.theme import font, give_role
from nnstudio.studio.panels.landscape.convexity_row import (
    ConvexityRow,
    secant_sentence,
    starts_sentence,
    trials_sentence,
)
from nnstudio.studio.panels.landscape.descent_row import DescentRow
from nnstudio.studio.panels.landscape.form import LandscapeForm, Target
from nnstudio.studio.panels.landscape.plane_plot import PlanePlot
from nnstudio.studio.panels.landscape.slice_plot import SlicePlot
from nnstudio.studio.panels.landscape.words import compared_sentence, progress_sentence
from nnstudio.studio.panels.landscape.worker import (
    DescentRequest,
    LandscapeAnswer,
    LandscapeRequest,
    LandscapeWorker,
    TrialsAnswer,
)
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.messages import misfit_sentence
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.cancel_box import CancelBox

PERIOD_S = 0.1
"""Between pictures that are still being computed."""

MOST_PLACES = 60
"""Of the recorded path."""

HINT = translatable("Compute draws the loss around the network.")


class LandscapePanel:
    """Computes the loss around the network on show, coarse first, in the background."""

    name = "landscape"
    title = translatable("Landscape")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._services, self._session = services, services.session
        self._network = services.session.network
        self._pace = Pace(PERIOD_S)
        self.worker = LandscapeWorker(services.session)
        services.closing.connect(self.worker.stop)
        self._note = ""
        self._is_new = True
        self._is_wanted = True
        """Whether to compute as soon as the problem is loaded."""
        self._ended: LandscapeAnswer | None = None
        """The last one that was complete."""
        self._ended_s = 0.0
        self.widget = CancelBox(lambda: self.worker.is_busy, self.cancel, parent)
        self.widget.setAccessibleName(tr(self.title))
        self.form = LandscapeForm(self.widget)
        self.form.asked.connect(self._compute_or_stop)
        self.form.changed.connect(self._ask)
        self.slice, self.plane = SlicePlot(self.widget), PlanePlot(self.widget)
        self.told = remark("", self.widget, ShortLabel)
        self.told.setToolTip(
            tr("The loss of the network itself on the samples of the picture, and the training loss on show")
        )
        self.status = remark("", self.widget, ShortLabel)
        self.near = QCheckBox(tr("Only near the plane"), self.widget)
        self.near.setFont(font(11))
        self.near.setToolTip(
            tr(
                "Draw only places of the path that are off the plane by at most 10 % of their way: the "
                "picture says little of the others"
            )
        )
        self.near.toggled.connect(self._show)
        self.descends = QCheckBox(tr("Descents"), self.widget)
        self.descends.setFont(font(11))
        self.descends.setToolTip(
            tr(
                "Descents: batch, mini-batch and stochastic gradient descent on this plane, from a start "
                "that is dragged, or moved by Shift and the arrow keys"
            )
        )
        self.descends.toggled.connect(self._show_descents)
        self.convexity = ConvexityRow(self._show_secant, self._try_pairs, self._train_starts, self.widget)
        self.slice.secant.moved.connect(self._show)
        self._worst: TrialsAnswer | None = None
        """Those whose worst pair was drawn."""
        self.descent_row = DescentRow(self.widget)
        self.descent_row.changed.connect(self._descend)
        self.descent_row.scaled.connect(self._ask)
        self.plane.descents.moved.connect(self._descend)
        self._start_of: tuple[str, ...] = ()
        below = QHBoxLayout()
        below.addWidget(self.status, 1)
        below.addWidget(self.near)
        below.addWidget(self.descends)
        layout = QVBoxLayout(self.widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.form)
        layout.addWidget(self.slice, 1)
        layout.addWidget(self.plane, 1)
        layout.addWidget(self.convexity)
        layout.addWidget(self.descent_row)
        layout.addWidget(self.told)
        layout.addLayout(below)
        self._show()

    # What is asked for

    def _compute_or_stop(self) -> None:
        if self.worker.is_busy:
            self.cancel()
        else:
            self._ask()

    def cancel(self) -> None:
        """Give up what is under way; what is known stays."""
        self.worker.cancel()
        self._is_wanted = False
        self._say(tr("Given up; what is known stays. Compute begins again."))
        self._show()

    def _ask(self) -> None:
        if self.form.toy:
            self._say("")
            self._show()
            return
        self._say(tr("Waiting for the samples …"))
        self._show()
        self._session.training.with_problem(self._begin)

    def _begin(self) -> None:
        self._is_wanted = False
        if self.form.toy:
            return
        try:
            request = self._request()
        except UserError as error:
            self._say(str(error), warning=True)
            return
        self._say("")
        self.worker.begin(request)
        self._show()

    def _request(self) -> LandscapeRequest:
        """Return what is asked for now.

        Raises
        ------
        UserError
            If there is nothing to compute the loss on, or the range is no number.
        """
        session, network = self._session, self._network
        problem = session.training.problem
        if problem is None:
            raise UserError(session.evaluator.obstacle)
        misfit = misfit_sentence(network.input_space, network.output_space, problem)
        if misfit:
            raise UserError(misfit)
        self._offer()
        run, checkpoint = session.history.run, network.checkpoint
        path = (
            []
            if run is None
            else [
                each
                for each in run.checkpoint_history.checkpoints
                if each.config.architecture == network.architecture
            ]
        )
        is_scaled = self._is_descending and self.descent_row.standardised.isChecked()
        # The recorded weights are for the inputs as they are.
        path = evenly(path, MOST_PLACES) if self.form.is_plane and not is_scaled else []
        return LandscapeRequest(
            network.config,
            network.prediction_weights,
            problem.train,
            self.form.samples.currentData(),
            self.form.choices(),
            self.form.points.value(),
            tuple(each.step for each in path),
            tuple(each.theta for each in path),
            None if checkpoint is None else checkpoint.step,
            None if checkpoint is None else checkpoint.train_loss,
            is_scaled,
        )

    def _offer(self) -> None:
        """Offer what there is now."""
        problem = self._session.training.problem
        n_samples = 0 if problem is None else len(problem.train)
        self.form.offer(self._network.architecture, n_samples, self._targets())

    def _targets(self) -> list[Target]:
        architecture, history = self._network.architecture, self._session.history
        current = history.run
        found = []
        for run in history.runs.all:
            if run.config.architecture != architecture:
                continue
            best = run.checkpoint_history.best
            if run is current:
                found.append(Target(tr("the start"), run.first.theta))
                if best is not None:
                    found.append(Target(tr("the best"), best.theta))
            else:
                found.append(Target(run.name, run.last.theta))
        return found

    # Frames

    def refresh(self, changes: Changes) -> None:
        """Show what is new, and compute again where that is due."""
        if changes.network:
            self.worker.forget()
            self._is_wanted = self._is_new = True
            self._offer()
        if changes.selection and self._follow_selection():
            self._is_wanted = True
        if self._is_wanted and self._session.training.problem is not None:
            self._begin()
        self._is_new |= self.worker.poll()
        answer = self.worker.answer
        if answer is not None and answer.is_done and answer is not self._ended:
            self._ended, self._ended_s, self._is_new = answer, perf_counter(), True
            self._descend()
        self._update()
        is_at_once = self._is_new and not self.worker.is_busy
        if self._pace.due(self._is_new or changes.progress, at_once=is_at_once):
            self._is_new = False
            self._show()

    def _update(self) -> None:
        """Compute again, where the network has changed and that was asked for."""
        period_s, answer = self.form.period.currentData(), self.worker.answer
        if (
            period_s
            and answer is not None
            and not self.worker.is_busy
            and answer.request.theta is not self._network.prediction_weights
            and perf_counter() - self._ended_s >= period_s
        ):
            self._begin()

    def _follow_selection(self) -> bool:
        """Take the selected weight; return whether that is to be shown."""
        selection, architecture = self._session.selection, self._network.architecture
        if selection.unit is None:
            return False
        layer, unit = selection.unit
        if selection.source is not None:
            return self.form.select(architecture.coordinate(f"layers.{layer}.weight", unit, selection.source))
        return architecture.has_biases and self.form.select(
            architecture.coordinate(f"layers.{layer}.bias", unit)
        )

    # Convexity

    def _show_secant(self, is_on: bool) -> None:
        self.slice.has_secant = is_on
        self._show()

    def _try_pairs(self) -> None:
        self._test(self.worker.try_pairs)

    def _train_starts(self) -> None:
        self._test(self._begin_starts)

    def _begin_starts(self, request: LandscapeRequest) -> None:
        problem = self._session.training.problem
        if problem is not None:
            self.worker.train_starts(problem, request)

    def _test(self, begin: Callable[[LandscapeRequest], None]) -> None:
        """Begin a test, with the network and the samples that a landscape would have now."""
        try:
            request = self._request()
        except UserError as error:
            self._say(str(error), warning=True)
            return
        self._say("")
        begin(request)
        self._show()

    def _say_convexity(self, shown: Landscape | None) -> None:
        """Say what secant, pairs and starts have shown."""
        worker, said = self.worker, []
        trials = worker.trials
        is_new = trials is not None and trials is not self._worst and trials.worst is not None
        if trials is not None and is_new and shown is not None and trials.worst is worker.answer:
            self._worst = trials
            self.convexity.has_secant.setChecked(True)
            self.slice.secant.put(*trials.trials.ends)
        if self.slice.has_secant and shown is not None and shown.is_done:
            said.append(secant_sentence(shown, self.slice.secant.secant))
        if trials is not None:
            said.append(trials_sentence(trials.trials, trials.proof, is_done=trials.is_done))
        if worker.starts is not None:
            said.append(starts_sentence(worker.starts.ends, worker.starts.n_steps, worker.starts.n_samples))
        self.convexity.say(*said)

    # Descents

    @property
    def _is_descending(self) -> bool:
        return self.form.is_plane and self.descends.isChecked()

    def _show_descents(self, _: bool) -> None:
        answer = self.worker.answer
        if answer is not None and answer.request.is_scaled:
            self._ask()
        self._descend()
        self._show()

    def _descend(self) -> None:
        """Ask for descents on the plane that is shown."""
        answer = self.worker.answer
        if not self._is_descending or answer is None or len(answer.landscape.axes) == 1:
            return
        axes = answer.landscape.axes
        names = tuple(axis.title for axis in axes)
        if names != self._start_of:
            # Other axes: the start is at the network.
            self._start_of = names
            self.plane.descents.put((axes[0].here, axes[1].here))
        row = self.descent_row
        self.worker.descend(
            DescentRequest(
                answer.question,
                answer.request,
                tuple(axis.direction for axis in axes),
                tuple(place - axis.here for place, axis in zip(self.plane.descents.place, axes, strict=True)),
                row.rate.value(),
                row.steps.value(),
                row.batch.value(),
                self.form.seed,
                row.other_starts(axes, self.form.seed),
            )
        )

    def _show(self, _: object = None) -> None:
        answer, is_plane = self.worker.answer, self.form.is_plane
        self.form.show_busy(is_busy=self.worker.is_busy)
        self.slice.setVisible(not is_plane)
        self.plane.setVisible(is_plane)
        self.near.setVisible(is_plane)
        self.descends.setVisible(is_plane)
        self.told.setVisible(not self._is_descending)
        self.descent_row.setVisible(self._is_descending)
        self.convexity.setVisible(not is_plane)
        self.convexity.try_pairs.setEnabled(not self.form.toy)
        found = None if answer is None else answer.landscape
        is_of_face = found is not None and len(found.axes) == 1 + is_plane
        shown = found if is_of_face else None
        if not is_plane and self.form.toy:
            shown = toy_landscape(self.form.toy, self.form.points.value())
        hint = ""
        if shown is None or not shown.is_known.any():
            hint = tr("Computing …") if self.worker.is_busy else self.worker.error or tr(HINT)
        if is_plane:
            path = () if answer is None else answer.path
            near = tuple(place for place in path if place.is_near or not self.near.isChecked())
            pixels = None if answer is None or shown is None else answer.pixels
            self.plane.show_landscape(shown, pixels, near if shown is not None else ())
            descents = self.worker.descents if shown is not None and self._is_descending else None
            if (
                descents is not None
                and answer is not None
                and descents.request.landscape is not answer.request
            ):
                descents = None
            has_arrows = self.descent_row.arrows.isChecked()
            on_plane = shown if self._is_descending else None
            self.plane.descents.show_answer(on_plane, descents, has_arrows=has_arrows)
            self.descent_row.show_answer(descents)
            self.plane.show_hint(hint)
        else:
            self.slice.show_landscape(shown)
            self.slice.show_hint(hint)
            self._say_convexity(shown)
        is_loss = answer is not None and shown is found
        self._write(self.told, compared_sentence(answer) if answer is not None and is_loss and shown else "")
        if not self._note:
            self._write(
                self.status, "" if answer is None else progress_sentence(answer, self.worker, self._network)
            )

    def _say(self, sentence: str, *, warning: bool = False) -> None:
        """Say something until the next landscape begins."""
        self._note = sentence
        self._write(self.status, sentence, warning=warning)

    def _write(self, label: ShortLabel, text: str, *, warning: bool = False) -> None:
        if text != label.text():
            label.setText(text)
            label.setAccessibleName(text)
            if label is self.status:
                label.setToolTip(text)
        give_role(label, "warning" if warning else "muted")

    def numbers(self) -> NumberTable:
        """Return the losses at the places that are known."""
        answer = self.worker.answer
        if answer is None:
            return (), []
        found = answer.landscape
        names = (*(axis.title for axis in found.axes), tr("loss"))
        rows = [
            (
                *(places[k] for places, k in zip(found.places, reversed(at), strict=True)),
                found.values[tuple(at)],
            )
            for at in zip(*found.is_known.nonzero(), strict=True)
        ]
        return names, [[float(each) for each in row] for row in rows]

    def show_all(self) -> None:
        """Show all again."""
        (self.plane if self.form.is_plane else self.slice).show_all()
