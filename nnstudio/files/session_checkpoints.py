"""The vectors of a run's checkpoints as members of a session, exact or packed; for the session files.

Exact are the first and the last checkpoint of a run, those that other runs branched from, and every one of a
small network: training goes on from these with the numbers it had. Others hold what `session_packing` keeps:
weights to look at and to read with, and an optimiser's state to go on from, all of them rounded.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from safetensors import SafetensorError
from safetensors import numpy as safetensors_numpy

from nnstudio.engine.optimisers import OPTIMISERS
from nnstudio.files.session_json import (
    SessionFormatError,
    batch_plan_from_json,
    checkpoint_name,
    list_of,
    object_of,
    text_of,
    whole_of,
)
from nnstudio.files.session_packing import (
    grid_of,
    packed_steps,
    packed_vector,
    steps_of,
    unpacked_steps,
    unpacked_vector,
    weights_of,
)
from nnstudio.files.session_store import Member
from nnstudio.language import tr
from nnstudio.training.start import LoopState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from nnstudio.training.checkpoint import Checkpoint
    from nnstudio.training.runs import Run

_SMALL = 4096
"""A network of fewer parameters is not packed: that would save nothing worth a rounding."""


def checkpoint_members(
    key: str,
    run: Run,
    runs: Sequence[Run],
    checkpoints: Sequence[Checkpoint],
    written: Sequence[Mapping[str, Any]],
) -> Iterator[Member]:
    """Return the members with the vectors of a run's checkpoints.

    Parameters
    ----------
    key : str
        The run's folder.
    run : Run
    runs : sequence of Run
        All of the session.
    checkpoints : sequence of Checkpoint
        Of the run, at one moment: while it is trained there are more and more.
    written : sequence of dict
        The JSON of each checkpoint.

    Notes
    -----
    Aliasing: the members keep references to the checkpoints.  Thread: any.
    """
    branches = {other.parent_step for other in runs if other.parent is run}
    names = [checkpoint_name(key, entry) for entry in written]
    first, last = checkpoints[0], checkpoints[-1]
    yield _exact(names[0], first)
    for (name_before, name), (before, checkpoint) in zip(pairwise(names), pairwise(checkpoints), strict=True):
        if checkpoint is last or checkpoint.step in branches or len(checkpoint.theta) < _SMALL:
            yield _exact(name, checkpoint)
            continue
        same_shape = before.config.architecture == checkpoint.config.architecture
        yield _packed_member(name, checkpoint, first, before if same_shape else None, name_before)


def _exact(name: str, checkpoint: Checkpoint) -> Member:
    arrays = {"theta": checkpoint.theta}
    state = checkpoint.state
    if state is not None:
        if state.theta is not checkpoint.theta:
            arrays["state.theta"] = state.theta
        arrays |= {f"moments.{moment}": vector for moment, vector in state.moments.items()}
        arrays |= {} if state.mask is None else {"mask": state.mask}
        arrays |= {} if state.average is None else {"average": state.average}
    return Member(name, (checkpoint.theta, state), lambda: packed_arrays(arrays))


def _packed_member(
    name: str, checkpoint: Checkpoint, first: Checkpoint, before: Checkpoint | None, name_before: str
) -> Member:
    """Return a member that holds what has changed since the checkpoint before."""

    def make() -> bytes:
        exponent = grid_of(first.config.architecture, first.theta)
        steps = steps_of(checkpoint.theta, exponent)
        steps_before = None if before is None else steps_of(before.theta, exponent)
        if steps is None:
            return _exact(name, checkpoint).make()
        arrays: dict[str, NDArray[Any]] = {"steps": packed_steps(steps, steps_before)}
        arrays["grid"] = np.array([exponent], np.int32)
        if steps_before is not None:
            arrays["before"] = np.frombuffer(name_before.rpartition("/")[2].encode(), np.uint8)
        return packed_arrays(arrays | _packed_state(checkpoint, steps, exponent))

    identity = (checkpoint.theta, checkpoint.state, first.theta, None if before is None else before.theta)
    return Member(name, identity, make)


def _packed_state(checkpoint: Checkpoint, steps: NDArray[np.int32], exponent: int) -> dict[str, NDArray[Any]]:
    state = checkpoint.state
    arrays: dict[str, NDArray[Any]] = {}
    if state is None:
        return arrays
    for name, weights in (("state.theta", state.theta), ("average", state.average)):
        if weights is None or weights is checkpoint.theta:
            continue
        own = steps_of(weights, exponent)
        arrays |= {name: weights} if own is None else {f"{name}.steps": packed_steps(own, steps)}
    for moment, vector in state.moments.items():
        arrays |= {f"moments.{moment}.{part}": array for part, array in packed_vector(vector).items()}
    if state.mask is not None:
        arrays["mask"] = state.mask
    return arrays


class CheckpointReader:
    """Reads the vectors of checkpoints, each after those that it was packed against.

    Parameters
    ----------
    members : dict of str to bytes
    """

    def __init__(self, members: Mapping[str, bytes]) -> None:
        self._members = members
        # The steps of the checkpoint read last: the next one is packed against it.
        self._latest: tuple[str, int, NDArray[np.int32]] | None = None

    def read(
        self, key: str, entry: Mapping[str, Any], n_params: int
    ) -> tuple[NDArray[np.float32], LoopState | None]:
        """Return the weights of a checkpoint and its state.

        Raises
        ------
        SessionFormatError, KeyError
            If one of them is missing or not what it should be.
        """
        name = checkpoint_name(key, entry)
        arrays = unpacked_arrays(self._members[name])
        if "theta" in arrays:
            theta, steps, exponent = vector_of(arrays["theta"], n_params), None, 0
        else:
            exponent = _exponent(arrays)
            steps = self._steps(name, exponent, n_params)
            self._latest = (name, exponent, steps)
            theta = vector_of(weights_of(steps, exponent), n_params)
        state = None
        if entry["state"] is not None:
            state = _state(arrays, entry["state"], theta, steps, exponent)
        return theta, state

    def _steps(self, name: str, exponent: int, n_params: int) -> NDArray[np.int32]:
        """Return the steps of a packed checkpoint, unpacking those before it that are not known."""
        waiting: list[NDArray[Any]] = []
        steps: NDArray[np.int32] | None = None
        for _ in range(len(self._members)):
            if self._latest is not None and self._latest[:2] == (name, exponent):
                steps = self._latest[2]
                break
            arrays = unpacked_arrays(self._members[name])
            if "theta" in arrays:
                steps = steps_of(vector_of(arrays["theta"], n_params), exponent)
                break
            waiting.append(arrays["steps"])
            if "before" not in arrays:
                break
            name = f"{name.rpartition('/')[0]}/{arrays['before'].tobytes().decode()}"
        for packed in reversed(waiting):
            steps = unpacked_steps(packed, n_params, steps)
        if steps is None:
            raise SessionFormatError(tr("an array is not what the network needs"))
        return steps


def _state(
    arrays: Mapping[str, NDArray[Any]],
    value: object,
    theta: NDArray[np.float32],
    steps: NDArray[np.int32] | None,
    exponent: int,
) -> LoopState:
    n = len(theta)
    values = object_of(value, "step", "course", "optimiser", "t", "moments")
    names = [text_of(name) for name in list_of(values["moments"], 10)]
    known = OPTIMISERS.get(text_of(values["optimiser"]))
    if names != ([] if known is None else list(known.moment_names)):
        raise SessionFormatError(tr("an optimiser's vectors are not its own"))

    def weights(name: str) -> NDArray[np.float32] | None:
        if name in arrays:
            return vector_of(arrays[name], n)
        packed = arrays.get(f"{name}.steps")
        if packed is None:
            return None
        return vector_of(weights_of(unpacked_steps(packed, n, steps), exponent), n)

    def moment(name: str) -> NDArray[np.float32]:
        if name in arrays:
            return vector_of(arrays[name], n)
        return vector_of(unpacked_vector(arrays[f"{name}.grades"], arrays[f"{name}.scale"], n), n)

    own = weights("state.theta")
    return LoopState(
        step=whole_of(values["step"]),
        batch_plan=batch_plan_from_json(values["course"]),
        theta=theta if own is None else own,
        optimiser=text_of(values["optimiser"]),
        t=whole_of(values["t"]),
        moments={name: moment(f"moments.{name}") for name in names},
        mask=vector_of(arrays["mask"], n) if "mask" in arrays else None,
        average=weights("average"),
    )


def _exponent(arrays: Mapping[str, NDArray[Any]]) -> int:
    grid = arrays["grid"]
    if grid.shape != (1,) or grid.dtype != np.int32 or abs(int(grid[0])) > 60:
        raise SessionFormatError(tr("an array is not what the network needs"))
    return int(grid[0])


def packed_arrays(arrays: Mapping[str, np.ndarray]) -> bytes:
    """Return named arrays as the bytes of a member."""
    # safetensors 0.8.0 silently corrupts arrays that are not C-contiguous.
    data: bytes = safetensors_numpy.save({name: np.ascontiguousarray(a) for name, a in arrays.items()})
    return data


def unpacked_arrays(data: bytes) -> dict[str, np.ndarray]:
    """Return the arrays of a member.

    Raises
    ------
    SessionFormatError
        If it has none.
    """
    try:
        arrays: dict[str, np.ndarray] = safetensors_numpy.load(data)
    except (SafetensorError, ValueError, TypeError, KeyError) as error:
        raise SessionFormatError(str(error)) from error
    return arrays


def vector_of(array: np.ndarray, n: int) -> np.ndarray:
    """Return a read-only vector of n finite float32 numbers.

    Raises
    ------
    SessionFormatError
        If the array is anything else.
    """
    if array.shape != (n,) or array.dtype != np.float32 or not np.isfinite(array).all():
        raise SessionFormatError(tr("an array is not what the network needs"))
    array.flags.writeable = False
    return array
