"""Bumps made of the network's own units: read from its weights, dragged, added, filled in; no widgets."""

from collections.abc import Callable
from dataclasses import replace
from enum import Enum
from typing import TypeAlias

import numpy as np
from PySide6.QtCore import QObject, Signal

from nnstudio.data.own_points import OwnPoints
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.passes import predict
from nnstudio.errors import UserError
from nnstudio.insight.bumps import (
    MOST_TOWERS_A_SIDE,
    Bump,
    BumpError,
    NearestNeighbour,
    Steps,
    Tower,
    bump_network,
    bumps_of,
    equal_bumps,
    equal_towers,
    move_tower,
    nearest_neighbour,
    push_handles,
    steep_tower_network,
    step_bumps,
    steps_of,
    stretch_tower,
    tower_network,
    towers_of,
    write_tower,
)
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.numbers import figure
from nnstudio.studio.session.displayed_network import DisplayedNetwork
from nnstudio.studio.session.line import curve_points, learned_points
from nnstudio.studio.session.messages import NO_BIASES
from nnstudio.studio.session.point_editor import PointEditor
from nnstudio.studio.session.training_run import TrainingRun
from nnstudio.studio.session.weight_editing import WeightEditor

Function: TypeAlias = Callable[[np.ndarray], np.ndarray]

MOST_HANDLED = 8
"""With more bumps, or twice as many steps, only those of the chosen one have handles."""

MOST_TOWERS_HANDLED = 16
"""With more towers, none has handles: they would hide the plane."""

NEW_WIDTH = 0.25
"""Of an added bump, as a share of the range of x; half of it is flat."""

NO_POINTS = translatable(
    "There are no points here that bumps could come near. Choose a curve among the problems, or numbers over "
    "the plane."
)


class TowerHandle(Enum):
    """Where a tower is held: it is moved, or made wider."""

    MIDDLE = "middle"
    CORNER = "corner"


class Bumps(QObject):
    """The bumps or steps that the displayed network is the sum of, and edits of them.

    Parameters
    ----------
    network : DisplayedNetwork
    training : TrainingRun
    weight_editor : WeightEditor
        Moves handles: every drag is one step to undo.
    point_editor : PointEditor
        Has the points.
    parent : QObject

    Attributes
    ----------
    chosen : int
        The number of the bump, from 0, that keys and fields change.
    is_shown : bool
        Whether bumps and handles are drawn in the graph.
    shows_neighbour : bool
        Whether the nearest neighbour is.

    Notes
    -----
    Thread: gui.
    """

    changed = Signal()
    """Other bumps, another chosen one, or another way to draw them."""

    said = Signal(str, bool)
    """A sentence for the message line, and whether it is a warning."""

    def __init__(
        self,
        network: DisplayedNetwork,
        training: TrainingRun,
        weight_editor: WeightEditor,
        point_editor: PointEditor,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._network, self._training = network, training
        self._editor, self._points = weight_editor, point_editor
        self.chosen = 0
        self.is_shown = self.shows_neighbour = False
        self._known: tuple[np.ndarray, Architecture] | None = None
        self._all: tuple[Bump | None, ...] = ()
        self._steps: Steps | None = None
        self._towers: tuple[Tower | None, ...] = ()
        self._neighbour: tuple[OwnPoints, NearestNeighbour] | None = None

    # What the network is

    @property
    def weights(self) -> np.ndarray:
        """The network's, (n_params,), or what the hand has made of them and the trainer is still to bring."""
        shown = self._editor.shown
        return self._network.prediction_weights if shown is None else shown

    def follow(self) -> bool:
        """Read the bumps where the weights are others; return whether they were."""
        weights, architecture = self.weights, self._network.architecture
        if self._known is not None and self._known[0] is weights and self._known[1] is architecture:
            return False
        self._known = weights, architecture
        self._all, self._steps = bumps_of(architecture, weights), steps_of(architecture, weights)
        self._towers = towers_of(architecture, weights)
        self.chosen = min(self.chosen, max(len(self._all) - 1, 0))
        self.changed.emit()
        return True

    @property
    def all(self) -> tuple[Bump | None, ...]:
        """A bump for each four units of ReLU, None where they are none; empty for other networks."""
        return self._all

    @property
    def steps(self) -> Steps | None:
        """The steps of a layer of sigmoid units; None for other networks."""
        return self._steps

    @property
    def towers(self) -> tuple[Tower | None, ...]:
        """A tower for each unit of the second layer, None where it is none; empty for other networks."""
        return self._towers

    @property
    def bump(self) -> Bump | None:
        """The chosen bump."""
        return self._all[self.chosen] if self._all else None

    @property
    def base(self) -> float:
        """The bias of the output, on which all bumps stand."""
        return float(self._network.architecture.layers(self.weights)[-1].b[0])

    def function(self, x: np.ndarray) -> np.ndarray:
        """Return what the network gives out at each x (n,)."""
        weights = self.weights.astype(np.float64)
        return np.asarray(predict(self._network.architecture, weights, x[:, None])[:, 0])

    # The points

    @property
    def points(self) -> tuple[np.ndarray, np.ndarray] | None:
        """What is learned from, x and y, both (n,); None where there is no such problem."""
        found = curve_points(self._points.points)
        return None if found is None else (found[0][:, 0], found[1])

    @property
    def range(self) -> tuple[float, float]:
        """The range of x, in which there are handles."""
        space = self._network.input_space
        return float(space.lows[0]), float(space.highs[0])

    @property
    def neighbour(self) -> NearestNeighbour | None:
        """The function that answers with the nearest point's y."""
        points, found = self._points.points, self.points
        if points is None or found is None:
            return None
        if self._neighbour is None or self._neighbour[0] is not points:
            self._neighbour = points, nearest_neighbour(*found)
        return self._neighbour[1]

    @property
    def truth(self) -> Function | None:
        """The function that is approximated, or where nobody knows it, the nearest point's y."""
        points = self._points.points
        truth = None if points is None else points.truth
        return self.neighbour if truth is None else truth

    @property
    def is_truth_known(self) -> bool:
        """Whether there is a function of which the points are samples."""
        points = self._points.points
        return points is not None and points.truth is not None

    # Edits of weights

    def choose(self, index: int) -> None:
        """Choose a bump by its number."""
        if index != self.chosen and 0 <= index < len(self._all):
            self.chosen = index
            self.changed.emit()

    def take(self, bump: Bump) -> None:
        """Give the chosen bump other handles or another height, in one step to undo.

        Raises
        ------
        BumpError
            If its units make no bump now.
        """
        if self.bump is None:
            raise BumpError(tr("These four units make no bump; Ctrl+Z undoes what was changed last."))
        self._editor.do(self._with_bump(self.chosen, bump), self._words(self.chosen), ("bump", self.chosen))
        self.follow()

    @property
    def handles(self) -> list[tuple[int, int]]:
        """The bump and the handle of each handle in the graph; of a step, its number and 0."""
        if self._steps is not None:
            n = len(self._steps.places)
            return [(k, 0) for k in range(n)] if n <= 2 * MOST_HANDLED else []
        shown = range(len(self._all)) if len(self._all) <= MOST_HANDLED else [self.chosen]
        return [(k, nth) for k in shown if self._all[k] is not None for nth in range(4)]

    def place(self, k: int, nth: int) -> tuple[float, float]:
        """Return where a handle is, in the graph."""
        if self._steps is not None:
            x = float(self._steps.places[k])
            return x, float(self.function(np.array([x]))[0])
        bump = self._all[k]
        assert bump is not None, "a handle is one of a bump"
        return bump.s[nth], self.base + (bump.top if nth in (1, 2) else 0.0)

    def begin_drag(self, k: int) -> bool:
        """Begin to drag a handle of a bump; return whether it can be."""
        if not self._network.architecture.has_biases:
            self.said.emit(tr(NO_BIASES), False)
            return False
        self.choose(k)
        self._editor.begin()
        return self._editor.is_at_work

    def drag(self, k: int, nth: int, x: float, y: float) -> None:
        """Move a handle; those that it meets are pushed, and the flat part goes up or down with its ends."""
        if not self._editor.is_at_work:
            return
        if self._steps is not None:
            self._editor.show(self._with_place(k, x))
        else:
            bump = self._all[k]
            if bump is None:
                return
            top = y - self.base if nth in (1, 2) else bump.top
            s = push_handles(bump.s, nth, x, *self.range)
            self._editor.show(self._with_bump(k, Bump(s, top)))
        self.follow()

    @property
    def tower_handles(self) -> list[tuple[int, TowerHandle]]:
        """The handles of all towers over the plane, where there are few."""
        if len(self._towers) > MOST_TOWERS_HANDLED:
            return []
        return [(k, handle) for k, tower in enumerate(self._towers) if tower for handle in TowerHandle]

    def tower_place(self, k: int, handle: TowerHandle) -> tuple[float, float]:
        """Return where a handle of a tower is in the plane."""
        tower = self._towers[k]
        assert tower is not None, "a handle is one of a tower"
        if handle is TowerHandle.CORNER:
            return tower.across[2], tower.up[2]
        return (tower.across[1] + tower.across[2]) / 2, (tower.up[1] + tower.up[2]) / 2

    def drag_tower(self, k: int, handle: TowerHandle, place: tuple[float, float]) -> None:
        """Move a tower by its middle, or make it wider by its corner."""
        tower, space = self._towers[k], self._network.input_space
        if not self._editor.is_at_work or tower is None:
            return
        change = move_tower if handle is TowerHandle.MIDDLE else stretch_tower
        theta = self.weights.copy()
        write_tower(self._network.architecture, theta, k, change(tower, place, space.lows, space.highs))
        self._editor.show(theta)
        self.follow()

    def finish_drag(self, k: int) -> None:
        """End the drag: it is one step to undo."""
        self._editor.finish(self._words(k))
        self.follow()

    def _with_bump(self, k: int, bump: Bump) -> np.ndarray:
        theta = self.weights.copy()
        hidden, output = self._network.architecture.layers(theta)
        units = slice(4 * k, 4 * k + 4)
        w = hidden.W[units, 0].astype(np.float64)
        hidden.b[units] = -w * bump.s + 0.0
        output.W[0, units] = bump.u / w
        return theta

    def _with_place(self, k: int, x: float) -> np.ndarray:
        theta = self.weights.copy()
        hidden = self._network.architecture.layers(theta)[0]
        hidden.b[k] = -hidden.W[k, 0] * x
        return theta

    def _words(self, k: int) -> str:
        if self._steps is not None:
            place = figure(float(self._steps.places[k]))
            return tr("Step {number} at {place}").format(number=k + 1, place=place)
        if self._towers:
            return tr("Tower {number} moved").format(number=k + 1)
        return tr("Bump {number} moved").format(number=k + 1)

    # Other networks

    def add(self) -> None:
        """Add a bump where the network is farthest from the points; without bumps, begin with one."""
        points = self.points
        if points is None:
            self._refuse(tr(NO_POINTS))
            return
        bumps = [each for each in self._all if each is not None]
        if bumps and None in self._all:
            self._refuse(
                tr("Some of the units make no bump any more, and nothing was added. Fill in begins again.")
            )
            return
        low, high = self.range
        half = NEW_WIDTH * (high - low) / 2
        x, y = points
        missing = y - (self.function(x) if bumps else 0.0)
        at = min(max(float(x[np.abs(missing).argmax()]), low + half), high - half)
        top = float(missing[np.abs(x - at).argmin()])
        bump = Bump((at - half, at - half / 2, at + half / 2, at + half), top)
        if self._replace(lambda: bump_network([*bumps, bump]), self.base if bumps else 0.0):
            self.choose(len(bumps))

    def remove(self) -> None:
        """Take the chosen bump out, with its four units; the last one stays."""
        if len(self._all) < 2:
            self._refuse(tr("A network has a bump at least: the last one stays."))
            return
        architecture, theta = self._network.architecture, self.weights
        hidden, output = architecture.layers(theta)
        keep = np.arange(len(hidden.W)) // 4 != self.chosen
        smaller = Architecture.of((1, int(keep.sum()), 1), hidden="relu", output="identity")
        kept = np.empty(smaller.n_params)
        first, last = smaller.layers(kept)
        first.W[...], first.b[...], last.W[...] = hidden.W[keep], hidden.b[keep], output.W[:, keep]
        self._replace(lambda: (smaller, kept), self.base)

    def fill_in(self, m: int, steepness: float | None = None) -> None:
        """Make the network m equal bumps with the function's middle values.

        Parameters
        ----------
        m : int
            Over the plane so many along each input.
        steepness : float, optional
            w of sigmoid steps; without one, ramps of ReLU.
        """
        if self.is_over_plane:
            self._fill_in_towers(m, steepness)
            return
        truth = self.truth
        if truth is None:
            self._refuse(tr(NO_POINTS))
            return
        low, high = self.range
        if steepness is None:
            self._replace(lambda: bump_network(equal_bumps(truth, low, high, m)), 0.0)
        else:
            self._replace(lambda: step_bumps(truth, low, high, m, steepness), 0.0)

    @property
    def is_over_plane(self) -> bool:
        """Whether there are two inputs: towers take the place of bumps."""
        return self._network.input_space.spans_plane

    @property
    def plane_points(self) -> tuple[np.ndarray, np.ndarray] | None:
        """What is learned from over the plane, x (n, 2) and y (n,); None where there is no such problem."""
        found = learned_points(self._points.points)
        return found if found is not None and found[0].shape[1] == 2 else None

    def _fill_in_towers(self, m: int, steepness: float | None) -> None:
        """Make the network m × m towers, each as high as the point nearest to its middle."""
        points, space = self.plane_points, self._network.input_space
        if points is None:
            self._refuse(tr(NO_POINTS))
            return
        x, y = points

        def make() -> tuple[Architecture, np.ndarray]:
            # More are refused, before all of them are looked at.
            side = (np.arange(min(m, MOST_TOWERS_A_SIDE + 1)) + 0.5) / m
            middles = np.stack(np.meshgrid(side, side), axis=-1)[:, :, None]
            apart = np.square(middles - space.shares(x)).sum(axis=-1)
            towers = equal_towers(y[apart.argmin(axis=-1)], space.lows, space.highs)
            return tower_network(towers) if steepness is None else steep_tower_network(towers, steepness)

        self._replace(make, 0.0)

    def start_by_chance(self) -> None:
        """Replace the weights by fresh ones of the same network, which is another run."""
        try:
            self._training.restart(self._network.config)
        except UserError as error:
            self._refuse(str(error))

    def _replace(self, make: Callable[[], tuple[Architecture, np.ndarray]], base: float) -> bool:
        """Display another network, standing on an output bias; return whether there is one."""
        try:
            architecture, theta = make()
            architecture.layers(theta)[-1].b[0] = base
            # Weights that are written by hand are all there.
            config = replace(
                self._network.config.with_architecture(architecture), loss="squared_error", random_mask=0.0
            )
            self._training.restart(config, theta.astype(np.float32))
        except UserError as error:
            self._refuse(f"{error} {tr('Nothing was changed.')}")
            return False
        self.is_shown = True
        self.follow()
        n = sum(architecture.layer_sizes[1:-1])
        self.said.emit(tr("%n unit(s), their weights written by hand. Space trains them.", n), False)
        return True

    def _refuse(self, sentence: str) -> None:
        self.said.emit(sentence, True)

    # How they are drawn

    def show(self, shown: bool) -> None:
        """Draw bumps and handles in the graph, or not."""
        self.is_shown = shown
        self.changed.emit()

    def show_neighbour(self, shown: bool) -> None:
        """Draw the nearest neighbour, or not."""
        self.shows_neighbour = shown
        self.changed.emit()
