"""Features of points of the plane in the place of their coordinates, as inputs of a network; no widgets."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, Signal

from nnstudio.data.feature_maps import Feature, mapped
from nnstudio.data.feature_problem import FEATURES_OF, feature_problem, features_of, is_plane
from nnstudio.data.own_points import OwnPoints
from nnstudio.data.problem import InputSpace, Problem
from nnstudio.errors import UserError
from nnstudio.language import tr
from nnstudio.studio.background.tasks import Task
from nnstudio.studio.session.displayed_network import DisplayedNetwork
from nnstudio.studio.session.point_editor import PointEditor
from nnstudio.studio.session.problem_sources import Loaded, ProblemSource
from nnstudio.studio.session.training_run import TrainingRun


class Features(QObject):
    """Computes features of the points at hand and has a fresh network learn from those.

    The problem that they make has inputs whose names are the formulas, so that a network says by itself what
    it is to be given; the points stay here.

    Parameters
    ----------
    network : DisplayedNetwork
    training : TrainingRun
    point_editor : PointEditor
        Has the points.
    take : callable (source)
        Learns from a source; see ``Session.take``.
    parent : QObject

    Notes
    -----
    Thread: gui.
    """

    said = Signal(str, bool)
    """A sentence for the message line, and whether it is a warning."""

    def __init__(
        self,
        network: DisplayedNetwork,
        training: TrainingRun,
        point_editor: PointEditor,
        take: Callable[[ProblemSource], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._network, self._training = network, training
        self._editor, self._take = point_editor, take
        self._bases: dict[str, tuple[OwnPoints, str]] = {}
        """By the name of each problem of features: its points, and the name of the problem they are from."""
        self._known: tuple[InputSpace, tuple[Feature, ...]] | None = None

    @property
    def active(self) -> tuple[Feature, ...]:
        """The features that the network is given; none where it is given something else."""
        space = self._network.input_space
        if self._known is None or self._known[0] is not space:
            self._known = space, features_of(space)
        return self._known[1]

    @property
    def base(self) -> OwnPoints | None:
        """The points whose features are learned from; None where there are none, or they are not here."""
        return self._training.points.own if self.active else None

    @property
    def _origin(self) -> str:
        """The name of the problem whose points the base is; empty where that has others by now."""
        points, origin = self._bases.get(self._network.problem_name, (None, ""))
        return origin if points is self.base else ""

    @property
    def points(self) -> OwnPoints | None:
        """The points of the plane at hand, whose features can be computed; None where there are none."""
        if self.active:
            return self.base
        points = self._editor.points
        return points if points is not None and is_plane(points.input_space) else None

    def inputs_of(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return what the network is given for points of the plane (n, 2).

        Returns
        -------
        values : ndarray of shape (n, n_features), float32
            Of a point that has no number for some feature they are NaN.
        has_values : bool ndarray of shape (n,)
        """
        if not self.active:
            return points.astype(np.float32), np.ones(len(points), bool)
        found = mapped(self.active, points)
        values = np.full((len(points), len(self.active)), np.nan, np.float32)
        values[found.is_kept] = found.values
        return values, found.is_kept

    def use(self, features: tuple[Feature, ...], *, standardised: bool) -> None:
        """Have a fresh network learn from features of the points at hand, or say why not."""
        points = self.points
        if points is None:
            self.said.emit(tr("There are no points of a plane here. Choose a problem of the plane."), True)
            return
        origin = self._origin if self.active else self._network.problem_name
        name = " ".join((FEATURES_OF, origin, *(feature.title for feature in features)))
        try:
            problem = feature_problem(points, features, name)
        except UserError as error:
            self.said.emit(f"{error} {tr('Nothing was changed.')}", True)
            return
        self._bases[name] = points, origin
        self._take(feature_source(problem, points, standardised=standardised))

    def leave(self) -> None:
        """Learn from the points themselves again, with a fresh network."""
        points = self.base
        if points is not None:
            source = self._training.problem_sources.get(self._origin)
            self._take(self._editor.offer(points) if source is None else source)


def feature_source(problem: Problem, base: OwnPoints, *, standardised: bool = False) -> ProblemSource:
    """Return features as something that can be trained on; ``base`` are the points that they are of."""
    scaling = "standardised" if standardised else "none"

    def load(_: Task[Loaded]) -> Loaded:
        return Loaded(problem, account=problem.source, input_scaling=scaling)

    return ProblemSource(
        problem.name, tr(problem.title), load, output_space=problem.output_space, own_points=base
    )
