"""The panel Facets: a number over the plane, made of flat pieces that are counted, each with its equation."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.insight.facets import MOST_FILLED, has_facets, most_facets
from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import TEXT_PERIOD_S, Pace
from nnstudio.studio.painting.labels import ShortLabel, remark
from nnstudio.studio.painting.numbers import brief, figure, linear_function
from nnstudio.studio.painting.theme import appearance, font, text_scale
from nnstudio.studio.panels.facets.map import FacetMap
from nnstudio.studio.panels.facets.painting import Look, facet_in_relief
from nnstudio.studio.panels.facets.relief import Relief
from nnstudio.studio.panels.facets.worker import FacetPicture, FacetQuestion, FacetWorker
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.choice_buttons import choice_buttons
from nnstudio.studio.views.plot import legend

MOST_DIFFERENCES = 6
"""Classes up to which the difference of any two can be chosen."""

KEY_STEP = 1 / 40
"""Share of the plane by which a key moves the input."""


@dataclass(frozen=True)
class _Choice:
    """A number over the plane: an output, or the difference of two."""

    title: str
    output: int
    minus: int | None = None


class FacetsPanel:
    """Shows facets from above or as a relief, found and painted in the background as the network learns."""

    name = "facets"
    title = translatable("Facets")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._session, self._network = services.session, services.session.network
        self._document = services.session.input
        self._worker = FacetWorker()
        self._pace = Pace(TEXT_PERIOD_S)
        self._choices: list[_Choice] = []
        self._pointer: np.ndarray | None = None
        self._relief_pointer: tuple[float, float] | None = None
        self.widget = QWidget(parent)
        self.widget.setAccessibleName(tr(self.title))
        views = (
            (tr("Map"), tr("Map: the facets from above, each with its equation")),
            (tr("Relief"), tr("Relief: the number as a height, which is turned with the mouse")),
        )
        self.view, row = choice_buttons(views, self._show_view, self.widget)
        self.outputs = QComboBox(self.widget)
        self.outputs.setFont(font(11))
        self.outputs.setAccessibleName(tr("Number over the plane"))
        self.outputs.setToolTip(tr("The number over the plane: an output, or the difference of two classes"))
        self.outputs.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.formula = QToolButton(self.widget)
        self.formula.setText(tr("Formula"))
        self.formula.setFont(font(11))
        self.formula.setToolTip(
            tr("Formula: the piece at the input written out, with its paths and its border")
        )
        self.formula.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.formula.clicked.connect(lambda: services.show_panel("formula"))
        self.map, self.relief = FacetMap(tr("Map of facets"), self.widget), Relief(self.widget)
        self.map.pointed_at.connect(self._point)
        self.map.asked.connect(self._ask_network)
        self.map.stepped.connect(self._step)
        self.relief.pointed_at.connect(self._point_in_relief)
        self.told = remark("", self.widget, ShortLabel)
        self.told.setToolTip(tr("The facet under the pointer, else the one at the input"))
        self.words = QLabel("", self.widget)
        self.words.setFont(font(11))
        self.words.setWordWrap(True)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.words.setToolTip(tr("How many facets there are"))
        self.colours = remark("", self.widget)
        self.colours.setToolTip(tr("The numbers of the full colours"))
        row.addWidget(self.outputs)
        row.addWidget(self.formula)
        layout = QVBoxLayout(self.widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        layout.addLayout(row)
        layout.addWidget(self.map, 1)
        layout.addWidget(self.relief, 1)
        layout.addWidget(self.told)
        below = QHBoxLayout()
        below.addWidget(self.words, 1)
        below.addWidget(self.colours)
        layout.addLayout(below)
        self._show_view(0)
        services.closing.connect(self._worker.stop)

    def refusal(self, input_space: InputSpace, output_space: OutputSpace) -> str:
        """Say that there is no plane for facets; empty where there is one."""
        if not input_space.spans_plane:
            return tr(
                "The input is not a point of a plane: facets lie over one. Choose one among the problems."
            )
        return ""

    # What is looked at

    def _show_view(self, _: int) -> None:
        self.map.setVisible(not self._is_relief)
        self.relief.setVisible(self._is_relief)

    @property
    def _is_relief(self) -> bool:
        return self.view.checkedId() == 1

    def _meet_network(self) -> None:
        """List the numbers over the plane, and show its range."""
        space, outputs = self._network.input_space, self._network.output_space
        is_plain = self._network.architecture.activations[-1] == "identity"
        form = "{name}" if is_plain and not outputs.traits.has_labels else tr("z of {name}")
        names = outputs.unit_names(self._network.architecture.layer_sizes[-1])
        choices = [_Choice(form.format(name=name), k) for k, name in enumerate(names)]
        if outputs.traits.has_labels and 2 <= len(names) <= MOST_DIFFERENCES:
            differences = [
                _Choice(tr("z of {name} − z of {other}").format(name=names[k], other=names[j]), k, j)
                for k in range(len(names))
                for j in range(k)
            ]
            # Of two classes the difference decides.
            choices = differences + choices if len(names) == 2 else choices + differences
        if choices != self._choices:
            self._choices = choices
            self.outputs.clear()
            self.outputs.addItems([choice.title for choice in choices])
        self._pointer = self._relief_pointer = None
        self.map.mark(None, "")
        self.relief.mark(None, "")
        for side, name in zip(("bottom", "left"), space.names, strict=True):
            self.map.set_label(side, name)
        (x1, y1), (x2, y2) = space.lows.tolist(), space.highs.tolist()
        self.map.fit((x1, x2), (y1, y2))

    @property
    def _choice(self) -> _Choice:
        return self._choices[max(self.outputs.currentIndex(), 0)]

    # Frames

    def refresh(self, changes: Changes) -> None:
        """Ask for facets of what is new, and show those that were found."""
        network = self._network
        if self.refusal(network.input_space, network.output_space):
            return
        if changes.network or not self._choices:
            self._meet_network()
        self._ask()
        is_new = self._worker.poll()
        if is_new:
            self._show_picture()
        if changes.reading or changes.network:
            self._show_input()
        if self._pace.due(is_new or changes.reading, at_once=bool(self._worker.error)):
            self._tell()
            self._count()

    def _ask(self) -> None:
        network = self._network
        space, choice, outputs = network.input_space, self._choice, network.output_space
        if choice.output >= network.architecture.layer_sizes[-1]:
            return
        limit = None
        if outputs.quantities:
            limit = outputs.quantities[choice.output].limit
        look = self._look()
        if look is None:
            return
        question = FacetQuestion(
            network.architecture,
            network.prediction_weights,
            space.lows,
            space.highs,
            space.names,
            choice.title,
            choice.output,
            choice.minus,
            limit,
            look,
        )
        self._worker.ask(question, is_training=self._session.training.is_running)

    def _look(self) -> Look | None:
        """Return how the facets are looked at now; None before there is room."""
        view = self.relief if self._is_relief else self.map
        ratio = view.devicePixelRatioF()
        if self._is_relief:
            size, ranges, angles = self.relief.size(), None, self.relief.angles
        else:
            size = self.map.box.size().toSize()
            (x1, x2), (y1, y2) = self.map.box.viewRange()
            ranges, angles = (x1, x2, y1, y2), None
        width, height = round(size.width() * ratio), round(size.height() * ratio)
        if width < 2 or height < 2:
            return None
        return Look(width, height, ratio * text_scale(), appearance.theme, ranges, angles)

    def _show_picture(self) -> None:
        worker, picture = self._worker, self._worker.picture
        self.map.show_hint(worker.error)
        self.relief.message = worker.error
        if picture is None:
            self.map.picture.show_image(None, QRectF())
            self.relief.show_image(None, self.relief.angles)
            return
        look = picture.question.look
        picture.image.setDevicePixelRatio(self.widget.devicePixelRatioF())
        if look.ranges is not None:
            x1, x2, y1, y2 = look.ranges
            self.map.picture.show_image(picture.image, QRectF(x1, y1, x2 - x1, y2 - y1))
        elif look.angles is not None:
            if not picture.surface.facets.can_be_filled:
                self.relief.message = _too_many()
            surface, question = picture.surface, picture.question
            along = [
                f"{name}: {brief(low)} … {brief(high)}"
                for name, low, high in zip(question.names, question.lows, question.highs, strict=True)
            ]
            self.relief.names = along[0], along[1], f"{question.title} = {brief(surface.limit)}"
            self.relief.show_image(picture.image, look.angles)

    # The facet that is told

    def _point(self, at: np.ndarray | None) -> None:
        self._pointer = at
        self._tell()

    def _point_in_relief(self, place: tuple[float, float] | None) -> None:
        self._relief_pointer = place
        self._tell()

    @property
    def _input(self) -> np.ndarray | None:
        """Where the network is asked, (2,)."""
        x = self._document.x
        return None if x is None or len(x) != 2 else x.astype(np.float64)

    def _show_input(self) -> None:
        self.map.show_input(self._input)

    def _tell(self) -> None:
        """Mark the facet under the pointer, else the one at the input, and say what it is."""
        picture = self._worker.picture
        if self._is_relief and picture is not None and self._tell_in_relief(picture):
            return
        at = self._input if self._pointer is None else self._pointer
        nth = None if picture is None or at is None else picture.surface.facets.at(at)
        if picture is None or nth is None:
            self.map.mark(None, "")
            self.told.setText("")
            return
        words = self._words_for(picture, nth)
        is_pointed = self._pointer is not None
        self.map.mark(picture.surface.facets.corners[nth], "\n".join(words) if is_pointed else "")
        self.told.setText(" · ".join(words))

    def _tell_in_relief(self, picture: FacetPicture) -> bool:
        """Mark the facet under the pointer in the relief, and say what it is; return whether there is one."""
        surface, look, place = picture.surface, picture.question.look, self._relief_pointer
        found = None
        if place is not None and look.angles is not None and surface.facets.can_be_filled:
            at = place[0] * look.pixel_ratio, place[1] * look.pixel_ratio
            found = facet_in_relief(surface, look, at)
        if found is None:
            self.relief.mark(None, "")
            return False
        words = self._words_for(picture, found[0])
        self.relief.mark(found[1] / look.pixel_ratio, "\n".join(words))
        self.told.setText(" · ".join(words))
        return True

    def _words_for(self, picture: FacetPicture, nth: int) -> tuple[str, str, str]:
        """Return a facet's equation, its area, and how many units are active on it."""
        surface, names = picture.surface, picture.question.names
        area = float(surface.facets.areas[nth])
        share = area / float(np.prod(surface.highs - surface.lows))
        n_active = sum(int(active[nth].sum()) for active in surface.facets.active)
        return (
            f"{picture.question.title} = {linear_function(surface.W[nth], names, float(surface.b[nth]))}",
            tr("area {area}, {share:.1f} % of the plane").format(area=figure(area), share=100 * share),
            tr("%n active unit(s)", n_active),
        )

    def _count(self) -> None:
        picture = self._worker.picture
        if picture is None:
            self.words.setText("")
            self.colours.setText("")
            return
        facets, architecture = picture.surface.facets, picture.question.architecture
        said = tr("%n facet(s)", len(facets))
        sizes = architecture.layer_sizes
        if len(sizes) == 3 and has_facets(architecture):
            said = tr("{facets}; {units} cut the plane into {most:,} at most").format(
                facets=said, units=tr("%n unit(s)", sizes[1]), most=most_facets(sizes[1])
            )
        if not facets.can_be_filled:
            said = f"{said}. {_too_many()}"
        theme, limit = appearance.theme, brief(picture.surface.limit)
        self.words.setText(said)
        self.colours.setText(legend(((theme.negative, "■", f"−{limit}"), (theme.positive, "■", limit))))

    # The input

    def _ask_network(self, at: np.ndarray) -> None:
        space = self._network.input_space
        if space.spans_plane:
            x1, x2 = np.clip(at, space.lows, space.highs).tolist()
            self._document.choose_point((x1, x2))

    def _step(self, right: int, down: int) -> None:
        space, here = self._network.input_space, self._input
        if space.spans_plane:
            start = (space.lows + space.highs) / 2 if here is None else here
            self._ask_network(start + np.array((right, -down)) * KEY_STEP * (space.highs - space.lows))

    def numbers(self) -> NumberTable:
        """Return a row for each facet: its equation, its area, and a point in it."""
        picture = self._worker.picture
        if picture is None:
            return (), []
        surface, names = picture.surface, picture.question.names
        columns = (tr("times {name}").format(name=names[0]), tr("times {name}").format(name=names[1]))
        facets = surface.facets
        middle = facets.corners[:, :3].mean(axis=1)
        rows = np.column_stack((surface.W, surface.b, facets.areas, middle)).tolist()
        return (*columns, tr("constant"), tr("area"), *names), rows

    def show_all(self) -> None:
        """Show all again, or the relief as at first."""
        if self._is_relief:
            self.relief.reset()
        else:
            self.map.show_all()


def _too_many() -> str:
    return tr("More than {most:,} facets: outlines only, on the map.").format(most=MOST_FILLED)
