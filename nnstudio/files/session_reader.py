"""Read the parts of a session that may be missing or damaged; only `session_file` uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.data.chosen_points import USUAL
from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.data.strokes import Drawing
from nnstudio.errors import UserError
from nnstudio.files.session_checkpoints import CheckpointReader, unpacked_arrays, vector_of
from nnstudio.files.session_json import (
    CHECKPOINT_KEYS,
    CURVES,
    INPUT,
    POINTS,
    RUN_KEYS,
    SessionFormatError,
    batch_plan_from_json,
    config_from_json,
    curves_name,
    data_from_json,
    list_of,
    marks_from_json,
    number_of,
    object_of,
    points_from_json,
    text_of,
    whole_of,
)
from nnstudio.language import tr
from nnstudio.training.changes import Change
from nnstudio.training.checkpoint import Checkpoint
from nnstudio.training.checkpoint_history import CheckpointHistory
from nnstudio.training.history import HistoryView
from nnstudio.training.runs import Run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nnstudio.data.chosen_points import ChosenPoints
    from nnstudio.training.config import TrainingConfig

_MOST_PIXELS = 1 << 24
"""Of a picture on the canvas: a page of characters has a tenth of them."""


class SessionReader:
    """Reads parts that may be missing or damaged, and counts the losses.

    Parameters
    ----------
    members : dict of str to bytes
    name : str
        The file's name in error messages.
    """

    def __init__(self, members: Mapping[str, bytes], name: str) -> None:
        self._members, self._name = members, name
        self._checkpoints = CheckpointReader(members)
        self._n_lost = self._n_lost_runs = 0
        self._others: list[str] = []
        self._points: list[tuple[object, ChosenPoints]] = []
        """Those that were read, beside their JSON."""

    def sentences(self, *, is_whole: bool) -> tuple[str, ...]:
        """Return sentences on what was lost."""
        found = []
        if self._n_lost:
            found.append(tr("%n moment(s) of its runs could not be read.", self._n_lost))
        if self._n_lost_runs:
            found.append(tr("%n run(s) could not be read at all.", self._n_lost_runs))
        found += dict.fromkeys(self._others)
        if found or not is_whole:
            found.insert(0, tr("{name} is damaged; what was whole is opened.").format(name=self._name))
        return tuple(found)

    def runs(
        self, contents: dict[str, Any], points: ChosenPoints, points_of_runs: object
    ) -> tuple[tuple[Run, ...], int | None]:
        """Return the runs with at least one readable checkpoint, and the index of the current one.

        Parameters
        ----------
        contents : dict
        points : ChosenPoints
            Of the session.
        points_of_runs : object
            The list of the points of its runs. None in a session of before: those of its problem learn from
            its points.
        """
        found: list[Run | None] = []
        entries = list_of(contents["runs"], 1000)
        listed = [self.points(value) for value in list_of(points_of_runs or [], 1000)]
        for entry in entries:
            is_of_session = points_of_runs is None and (
                isinstance(entry, dict) and entry.get("problem_name") == contents["problem_name"]
            )
            try:
                found.append(self._run(entry, listed, points if is_of_session else USUAL))
            except (SessionFormatError, UserError, ValueError, KeyError):
                self._n_lost_runs += 1
                found.append(None)
        for run, entry in zip(found, entries, strict=True):
            parent = entry.get("parent") if isinstance(entry, dict) else None
            if run is not None and type(parent) is int and 0 <= parent < len(found):
                run.parent = found[parent]
        kept = tuple(run for run in found if run is not None)
        current = contents["current"]
        run = found[current] if type(current) is int and 0 <= current < len(found) else None
        return kept, None if run is None else kept.index(run)

    def _run(self, value: object, listed: Sequence[ChosenPoints], otherwise: ChosenPoints) -> Run:
        place = value.pop(POINTS, None) if isinstance(value, dict) else None
        entry = object_of(value, *RUN_KEYS)
        if place is not None and not whole_of(place) < len(listed):
            raise SessionFormatError(tr("its points are missing"))
        key = text_of(entry["key"], 100)
        configs = [config_from_json(value) for value in list_of(entry["configs"])]
        checkpoints = []
        for value in list_of(entry["moments"]):
            try:
                checkpoints.append(self._checkpoint(key, object_of(value, *CHECKPOINT_KEYS), configs))
            except (SessionFormatError, UserError, ValueError, KeyError, IndexError):
                self._n_lost += 1
        if not checkpoints:
            raise SessionFormatError(tr("no moment is left"))
        changes = []
        for change in list_of(entry["changes"]):
            epoch, text = list_of(change, 2)
            changes.append(Change(number_of(epoch) or 0.0, text_of(text)))
        history = self._history(key, whole_of(entry["steps_per_point"]))
        checkpoints.sort(key=lambda checkpoint: (checkpoint.step, checkpoint.n_weight_edits))
        output_space = OutputSpace.from_json(entry["output_space"])
        return Run(
            CheckpointHistory.of(checkpoints, history, changes, output_space.traits.measure),
            text_of(entry["problem_name"]),
            InputSpace.from_json(entry["input_space"]),
            output_space,
            data_from_json(entry["data"]),
            otherwise if place is None else listed[whole_of(place)],
            text_of(entry["network_name"]),
            text_of(entry["name"]),
            None,
            whole_of(entry["parent_step"]),
        )

    def _checkpoint(self, key: str, entry: dict[str, Any], configs: list[TrainingConfig]) -> Checkpoint:
        config = configs[whole_of(entry["config"])]
        theta, state = self._checkpoints.read(key, entry, config.architecture.n_params)
        step = whole_of(entry["step"])
        batch_plan = batch_plan_from_json(entry["course"])
        return Checkpoint(
            step=step,
            epoch=number_of(entry["epoch"]) or 0.0,
            theta=theta,
            train_loss=number_of(entry["train_loss"], is_optional=True),
            test_loss=number_of(entry["test_loss"], is_optional=True),
            test_score=number_of(entry["test_accuracy"], is_optional=True),
            test_step=None if entry["test_step"] is None else whole_of(entry["test_step"]),
            config=config,
            batch_plan=batch_plan,
            n_weight_edits=whole_of(entry["n_operations"]),
            marks=marks_from_json(entry["marks"]),
            state=state,
            seconds=number_of(entry["seconds"]) or 0.0,
        )

    def _history(self, key: str, steps_per_point: int) -> HistoryView | None:
        data = self._members.get(curves_name(key))
        if data is None:
            return None
        try:
            arrays = unpacked_arrays(data)
            curves = [np.asarray(arrays[name], np.float64) for name in CURVES]
        except (SessionFormatError, KeyError):
            self._others.append(tr("The curves of a run could not be read."))
            return None
        n_train, n_test = len(curves[0]), len(curves[2])
        shapes = [(n_train,)] * 2 + [(n_test,)] * 4
        if [curve.shape for curve in curves] != shapes or not all(np.isfinite(curves[0])):
            self._others.append(tr("The curves of a run could not be read."))
            return None
        train, test = curves[:2], curves[2:]
        return HistoryView(train[0], train[1], test[0], test[1], test[2], test[3], max(steps_per_point, 1))

    def drawing(self, value: object) -> Drawing | None:
        """Return the drawing, if there is a valid one."""
        if value is None:
            return None
        try:
            return Drawing.from_json(value)
        except UserError:
            self._others.append(tr("The drawing could not be read."))
            return None

    def x(self, n_inputs: int) -> np.ndarray | None:
        """Return the input that was not drawn."""
        return self._input("x", lambda array: vector_of(array, n_inputs))

    def points(self, value: object) -> ChosenPoints:
        """Return what `points_from_json` reads, the same for the same; the usual points for none."""
        if value is None:
            return USUAL
        known = next((points for other, points in self._points if other == value), None)
        if known is not None:
            return known
        try:
            points = points_from_json(value)
        except (UserError, ValueError):
            self._others.append(tr("Its points could not be read."))
            return USUAL
        self._points.append((value, points))
        return points

    def picture(self) -> np.ndarray | None:
        """Return the picture that was on the canvas."""
        return self._input("picture", _picture_of)

    def _input(self, name: str, checked: Callable[[np.ndarray], np.ndarray]) -> np.ndarray | None:
        """Return one of the arrays of the input, if there is a valid one."""
        if INPUT not in self._members:
            return None
        try:
            array = unpacked_arrays(self._members[INPUT]).get(name)
            return None if array is None else checked(array)
        except SessionFormatError:
            self._others.append(tr("The input could not be read."))
            return None

    @staticmethod
    def window(value: object) -> dict[str, str]:
        """Return the saved layout of the window, as far as it is text."""
        entries = value.items() if isinstance(value, dict) else ()
        return {name: text for name, text in entries if isinstance(name, str) and isinstance(text, str)}


def _picture_of(array: np.ndarray) -> np.ndarray:
    """Return a read-only picture of float32 numbers, (height, width), 0 … 1.

    Raises
    ------
    SessionFormatError
        If the array is anything else, or too large.
    """
    is_picture = array.ndim == 2 and 0 < array.size <= _MOST_PIXELS and array.dtype == np.float32
    # What is no number is not in the range either.
    if not is_picture or not ((array >= 0) & (array <= 1)).all():
        raise SessionFormatError(tr("an array is no picture"))
    array.flags.writeable = False
    return array
