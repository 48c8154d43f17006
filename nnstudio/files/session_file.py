"""Save and open a session in one file: network, problem, settings, runs and drawing; for studio.

Damaged parts are left out and reported; the rest of a file is opened.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.data.chosen_points import USUAL
from nnstudio.errors import UserError
from nnstudio.files.model_file import model_bytes, model_from_bytes
from nnstudio.files.session_checkpoints import checkpoint_members, packed_arrays
from nnstudio.files.session_json import (
    CURVES,
    INPUT,
    POINTS,
    POINTS_OF_RUNS,
    checkpoint_to_json,
    config_from_json,
    config_to_json,
    curves_name,
    data_from_json,
    data_to_json,
    object_of,
    points_to_json,
    text_of,
)
from nnstudio.files.session_reader import SessionReader
from nnstudio.files.session_store import Member, SessionFileError, pack, unpack
from nnstudio.language import tr

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Mapping

    from nnstudio.data.chosen_points import ChosenPoints
    from nnstudio.data.strokes import Drawing
    from nnstudio.files.model_file import Model
    from nnstudio.training.config import TrainingConfig
    from nnstudio.training.data_choices import DataChoices
    from nnstudio.training.runs import Run

CONTENTS = "session.json"

_NETWORK = "network.safetensors"
_VERSION, _VERSION_OF_POINTS = 2, 4
"""A session with chosen or own points is one that earlier versions do not know; 3 had none for each run."""

_PARTS = (
    "format",
    "version",
    "problem_name",
    "data",
    "config",
    "was_trained",
    "runs",
    "current",
    "drawing",
    "window",
)


@dataclass(frozen=True, eq=False)
class SavedSession:
    """The content of a session.

    Attributes
    ----------
    problem_name : str
        The problem's name in the window's list.
    data : DataChoices
    network : Model
        The network itself, whichever checkpoint is displayed.
    config : TrainingConfig
    was_trained : bool
        Whether it was trained since it was opened or created.
    runs : tuple of Run
    current : int or None
        The index of the run that is trained.
    drawing : Drawing or None
        The drawing on the canvas.
    x : ndarray of shape (n_inputs,), or None
        The input if it was not drawn.
    picture : float32 ndarray of shape (height, width), 0 … 1, or None
        A picture of several characters on the canvas.
    window : dict of str to str
        The layout of the window, in the studio's own format.
    points : ChosenPoints
        The points that are learned from.
    lost : tuple of str
        Sentences about damaged parts; empty for an intact session.
    """

    problem_name: str
    data: DataChoices
    network: Model
    config: TrainingConfig
    was_trained: bool
    runs: tuple[Run, ...] = ()
    current: int | None = None
    drawing: Drawing | None = None
    x: np.ndarray | None = None
    picture: np.ndarray | None = None
    window: Mapping[str, str] = field(default_factory=dict)
    points: ChosenPoints = USUAL
    lost: tuple[str, ...] = ()


def save_session(path: str | os.PathLike[str], session: SavedSession) -> None:
    """Save a session in one file, atomically.

    Raises
    ------
    WriteError
        If the file cannot be written; an existing one is unchanged.
    """
    members = list(members_of(session, lambda run: f"runs/{session.runs.index(run)}"))
    # The essential members first: a truncated file loses its end.
    pack(path, [members[-1], members[-2], *members[:-2]])


def open_session(path: str | os.PathLike[str]) -> SavedSession:
    """Open a session's file, as far as it is intact; see `session_from`.

    Raises
    ------
    SessionFileError
        If nothing of it can be opened.
    """
    members, is_whole = unpack(path)
    return session_from(members, Path(path).name, is_whole=is_whole)


def members_of(session: SavedSession, key_of: Callable[[Run], str]) -> Iterator[Member]:
    """Return the members of a session, the network and the table of contents last.

    Parameters
    ----------
    session : SavedSession
    key_of : callable (Run) -> str
        The name of a run's folder: always the same for one run.

    Notes
    -----
    Aliasing: the members keep references to the session's arrays.  Thread: any.
    """
    inputs = {"x": session.x, "picture": session.picture}
    if given := {name: np.asarray(each, np.float32) for name, each in inputs.items() if each is not None}:
        yield Member(INPUT, tuple(inputs.values()), lambda: packed_arrays(given))
    entries: list[dict[str, Any]] = []
    points: list[ChosenPoints] = []
    for run in session.runs:
        key, checkpoint_history = key_of(run), run.checkpoint_history
        checkpoints, history = checkpoint_history.checkpoints, checkpoint_history.history
        configs: list[TrainingConfig] = []
        written = []
        for checkpoint in checkpoints:
            if checkpoint.config not in configs:
                configs.append(checkpoint.config)
            written.append(checkpoint_to_json(checkpoint, configs.index(checkpoint.config)))
        yield from checkpoint_members(key, run, session.runs, checkpoints, written)
        if history is not None:
            curves = {key: getattr(history, name) for key, name in CURVES.items()}
            yield Member(curves_name(key), (history,), _curves_maker(curves))
        entries.append(
            {
                "key": key,
                "name": run.name,
                "problem_name": run.problem_name,
                "input_space": run.input_space.to_json(),
                "output_space": run.output_space.to_json(),
                "data": data_to_json(run.data),
                "network_name": run.network_name,
                "parent": session.runs.index(run.parent) if run.parent in session.runs else None,
                "parent_step": run.parent_step,
                "configs": [config_to_json(config) for config in configs],
                "moments": written,
                "changes": [[change.epoch, change.text] for change in checkpoint_history.changes],
                "steps_per_point": 1 if history is None else history.steps_per_point,
            }
        )
        if run.points != USUAL:
            if run.points not in points:
                points.append(run.points)
            entries[-1][POINTS] = points.index(run.points)
    has_points = bool(points) or session.points != USUAL
    contents = {
        "format": "nnstudio-session",
        "version": _VERSION_OF_POINTS if has_points else _VERSION,
        "problem_name": session.problem_name,
        "data": data_to_json(session.data),
        "config": config_to_json(session.config),
        "was_trained": session.was_trained,
        "runs": entries,
        "current": session.current,
        "drawing": None if session.drawing is None else session.drawing.to_json(),
        "window": dict(session.window),
    }
    if has_points:
        contents[POINTS] = points_to_json(session.points)
        contents[POINTS_OF_RUNS] = [points_to_json(each) for each in points]
    yield Member(_NETWORK, (), lambda: model_bytes(session.network, "float32"))
    text = json.dumps(contents, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    yield Member(CONTENTS, (), text.encode)


def session_from(members: Mapping[str, bytes], name: str, *, is_whole: bool = True) -> SavedSession:
    """Return the session of a file's members.

    Parameters
    ----------
    members : dict of str to bytes
    name : str
        The file's name in error messages.
    is_whole : bool
        Whether all members were read.

    Raises
    ------
    SessionFileError
        If there is no table of contents, or no network that can be opened. If it was written by a newer
        nnstudio.
    """
    try:
        contents = json.loads(members[CONTENTS])
        if isinstance(contents, dict) and contents.get("format") == "nnstudio-session":
            version = contents.get("version")
            if type(version) is int and version > _VERSION_OF_POINTS:
                raise SessionFileError(
                    tr("{name} was saved by a newer nnstudio. Update nnstudio to open it.").format(name=name)
                )
        given = contents if isinstance(contents, dict) else {}
        points, points_of_runs = given.pop(POINTS, None), given.pop(POINTS_OF_RUNS, None)
        contents = object_of(contents, *_PARTS)
        network = model_from_bytes(members[_NETWORK], tr("the network of {name}").format(name=name))
        reader = SessionReader(members, name)
        own = reader.points(points)
        runs, current = reader.runs(contents, own, points_of_runs)
        return SavedSession(
            problem_name=text_of(contents["problem_name"]),
            data=data_from_json(contents["data"]),
            network=network,
            config=config_from_json(contents["config"]),
            was_trained=contents["was_trained"] is True,
            runs=runs,
            current=current,
            drawing=reader.drawing(contents["drawing"]),
            x=reader.x(network.architecture.n_inputs),
            picture=reader.picture(),
            window=reader.window(contents["window"]),
            points=own,
            lost=reader.sentences(is_whole=is_whole),
        )
    except KeyError as error:
        raise SessionFileError(
            tr("{name} is damaged: {what} is missing, and nothing can be opened without it.").format(
                name=name, what=error.args[0]
            )
        ) from error
    except (ValueError, RecursionError, UserError) as error:
        if isinstance(error, SessionFileError):
            raise
        raise SessionFileError(
            tr("{name} is damaged and cannot be opened: {error:.200}.").format(
                name=name, error=str(error).rstrip(".")
            )
        ) from error


def _curves_maker(curves: Mapping[str, np.ndarray]) -> Callable[[], bytes]:
    return lambda: packed_arrays(curves)
