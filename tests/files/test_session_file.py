import json
import os
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from safetensors import numpy as safetensors_numpy

from nnstudio.data.chosen_points import USUAL, ChosenPoints
from nnstudio.data.own_points import OwnPoints
from nnstudio.data.problem import InputSpace, OutputSpace, Quantity
from nnstudio.data.problems import PointOptions
from nnstudio.data.strokes import Drawing
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.hyper import Hyper
from nnstudio.engine.optimisers import OPTIMISERS
from nnstudio.files import session_file
from nnstudio.files.model_file import Model
from nnstudio.files.session_file import (
    CONTENTS,
    SavedSession,
    members_of,
    open_session,
    save_session,
    session_from,
)
from nnstudio.files.session_json import (
    SessionFormatError,
    config_from_json,
    config_to_json,
    data_from_json,
    data_to_json,
)
from nnstudio.files.session_store import Member, SessionFileError, SessionFolder, pack, unpack
from nnstudio.training.batch_plan import BatchPlan
from nnstudio.training.changes import Change
from nnstudio.training.checkpoint import Checkpoint, Mark
from nnstudio.training.checkpoint_history import CheckpointHistory
from nnstudio.training.config import TrainingConfig
from nnstudio.training.data_choices import DataChoices
from nnstudio.training.history import HistoryView
from nnstudio.training.runs import Run
from nnstudio.training.start import LoopState

ARCHITECTURE = Architecture.of((2, 5, 2))
SPACES = InputSpace("plane", (2,), -3.0, 3.0, ("x₁", "x₂")), OutputSpace(("left", "right"))
CONFIG = TrainingConfig(ARCHITECTURE, hyper=Hyper(learning_rate=0.01, ema_decay=0.9), epochs=4.0, seed=7)


def vector(seed):
    return np.random.default_rng(seed).standard_normal(ARCHITECTURE.n_params).astype(np.float32)


def checkpoint(step, *, config=CONFIG, marks=(), with_state=False):
    theta, batch_plan = vector(step), BatchPlan(60, 10)
    state = None
    if with_state:
        names = OPTIMISERS["adam"].moment_names
        moments = {name: vector(step + k) for k, name in enumerate(names, 1)}
        state = LoopState(step, batch_plan, vector(step + 3), "adam", step, moments, average=vector(step + 4))
    accuracy = None if step % 2 else 0.5 + step / 100
    measured = (0.3, accuracy, step) if accuracy else (None, None, None)
    marked = frozenset(marks)
    return Checkpoint(step, step / 6, theta, 0.4, *measured, config, batch_plan, 0, marked, state, step * 1.5)


def run(n=6, name="Run 1", parent=None, points=USUAL):
    curve = np.linspace(0, 1, n)
    history = HistoryView(curve, curve, curve, curve, curve, curve, 2)
    faster = CONFIG.with_hyper(learning_rate=0.02)
    checkpoints = [checkpoint(step, config=CONFIG if step < 3 else faster) for step in range(n - 1)]
    checkpoints.append(checkpoint(n - 1, config=faster, marks=(Mark.EPOCH, Mark.BEST), with_state=True))
    checkpoint_history = CheckpointHistory.of(
        checkpoints, history, [Change(0.5, "learning rate 0.01 → 0.02")]
    )
    return Run(
        checkpoint_history, "plane-moons", *SPACES, DataChoices("unit"), points, "small", name, parent, 3
    )


def session(**values):
    first = run()
    second = run(4, "Branch 2", first)
    network = Model(ARCHITECTURE, vector(99), *SPACES, name="small")
    drawing = Drawing((np.array([[0.1, 0.2], [0.8, 0.9]]),))
    given = {
        "problem_name": "plane-moons",
        "data": DataChoices("unit"),
        "network": network,
        "config": CONFIG,
        "was_trained": True,
        "runs": (first, second),
        "current": 1,
        "drawing": drawing,
        "x": np.array([0.5, -1.0], np.float32),
        "picture": np.linspace(0, 1, 24, dtype=np.float32).reshape(4, 6),
        "window": {"layout": "abc"},
    }
    return SavedSession(**(given | values))


def key_of(one):
    return f"runs/{one.name.replace(' ', '-').lower()}"


def saved(tmp_path, what=None):
    path = tmp_path / "one.nnstudio"
    save_session(path, what or session())
    return path


def same(a, b):
    return (a is None and b is None) or np.array_equal(a, b)


def test_a_session_comes_back_whole(tmp_path):
    before = session()
    after = open_session(saved(tmp_path, before))
    assert after.lost == ()
    assert (after.problem_name, after.data, after.config) == (before.problem_name, before.data, before.config)
    assert (after.was_trained, after.current, after.window) == (True, 1, {"layout": "abc"})
    assert same(after.network.theta, before.network.theta)
    assert same(after.x, before.x)
    assert same(after.picture, before.picture)
    assert same(after.drawing.strokes[0], before.drawing.strokes[0])
    assert after.runs[1].parent is after.runs[0]
    for old, new in zip(before.runs, after.runs, strict=True):
        assert (old.name, old.problem_name, old.data, old.parent_step) == (
            new.name,
            new.problem_name,
            new.data,
            new.parent_step,
        )
        assert (old.input_space, old.output_space) == (new.input_space, new.output_space)
        assert old.checkpoint_history.changes == new.checkpoint_history.changes
        for a, b in zip(old.checkpoint_history.checkpoints, new.checkpoint_history.checkpoints, strict=True):
            assert same(a.theta, b.theta)
            assert not b.theta.flags.writeable
            assert replace(a, theta=None, state=None).__dict__ == replace(b, theta=None, state=None).__dict__
            assert (a.state is None) == (b.state is None)
        last, restored = old.last.state, new.last.state
        assert (last.step, last.t, last.optimiser, last.batch_plan) == (
            restored.step,
            restored.t,
            restored.optimiser,
            restored.batch_plan,
        )
        assert list(last.moments) == list(restored.moments)
        for name, values in last.moments.items():
            assert same(values, restored.moments[name])
        assert same(last.theta, restored.theta)
        assert same(last.average, restored.average)
        assert same(old.checkpoint_history.history.train_loss, new.checkpoint_history.history.train_loss)
        assert new.checkpoint_history.history.steps_per_point == 2
        assert new.checkpoint_history.best.step == old.checkpoint_history.best.step


@pytest.mark.parametrize(
    "picture", [np.full((28, 56), value, np.float32) for value in (2, np.nan)] + [np.zeros(56, np.float32)]
)
def test_an_impossible_picture_is_left_out_and_said(tmp_path, picture):
    after = open_session(saved(tmp_path, session(picture=picture)))
    assert after.picture is None
    assert any("input" in sentence for sentence in after.lost)


def test_a_file_that_was_cut_short_keeps_its_beginning(tmp_path):
    path = saved(tmp_path)
    data = path.read_bytes()
    kept = []
    for share in (0.6, 0.8, 0.97):
        path.write_bytes(data[: int(share * len(data))])
        after = open_session(path)
        assert after.lost
        kept.append(sum(len(one.checkpoint_history.checkpoints) for one in after.runs))
    assert 0 < kept[0] < kept[1] < kept[2] == 10
    path.write_bytes(data[:900])
    with pytest.raises(SessionFileError, match="damaged"):
        open_session(path)


def test_the_table_of_contents_of_the_archive_is_not_needed(tmp_path):
    path = saved(tmp_path)
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"PK\x01\x02")])
    after = open_session(path)
    assert "damaged" in after.lost[0]
    assert [len(one.checkpoint_history.checkpoints) for one in after.runs] == [6, 4]


def test_a_damaged_checkpoint_is_left_out_and_reported(tmp_path):
    path = saved(tmp_path)
    data = bytearray(path.read_bytes())
    at = data.index(vector(2).tobytes())
    data[at] ^= 1
    path.write_bytes(bytes(data))
    after = open_session(path)
    assert [one.step for one in after.runs[0].checkpoint_history.checkpoints] == [0, 1, 3, 4, 5]
    assert any("1 moment " in sentence for sentence in after.lost)


@pytest.mark.parametrize("seed", range(60))
def test_no_damage_ends_in_anything_but_a_sentence(tmp_path, seed):
    path = saved(tmp_path)
    data = bytearray(path.read_bytes())
    rng = np.random.default_rng(seed)
    for place in rng.integers(0, len(data), 1 + seed % 20):
        data[place] = rng.integers(0, 256)
    path.write_bytes(bytes(data[: len(data) - seed % 7 * 100]))
    try:
        sentences = open_session(path).lost
    except SessionFileError as error:
        sentences = [str(error)]
    assert all(sentence.endswith(".") for sentence in sentences)


def changed(path, change):
    members, _ = unpack(path)
    contents = json.loads(members[CONTENTS])
    change(contents)
    members[CONTENTS] = json.dumps(contents).encode()
    pack(path, (Member(name, (), lambda data=data: data) for name, data in members.items()))


def test_a_session_of_a_newer_program_says_so(tmp_path):
    path = saved(tmp_path)
    changed(path, lambda contents: contents.update(version=5, more=[]))
    with pytest.raises(SessionFileError, match="newer nnstudio"):
        open_session(path)


def test_impossible_entries_cost_what_they_belong_to(tmp_path):
    path = saved(tmp_path)

    def spoil(contents):
        contents["runs"][0]["moments"][1]["config"] = 99
        contents["runs"][0]["moments"][2]["epoch"] = "soon"
        contents["runs"][1]["configs"][0]["batch_size"] = -3
        contents["drawing"] = {"strokes": "none"}

    changed(path, spoil)
    after = open_session(path)
    assert [len(one.checkpoint_history.checkpoints) for one in after.runs] == [4]
    assert after.current is None
    assert after.drawing is None
    assert len(after.lost) == 4


def test_an_optimiser_gets_its_own_vectors_or_none(tmp_path):
    path = saved(tmp_path)
    changed(path, lambda contents: contents["runs"][0]["moments"][5]["state"]["moments"].reverse())
    assert [len(one.checkpoint_history.checkpoints) for one in open_session(path).runs] == [5, 4]


def test_other_files_are_refused(tmp_path):
    path = tmp_path / "other.nnstudio"
    with pytest.raises(SessionFileError, match="no file"):
        unpack(path)
    for data in (b"", b"PK\x03\x04", b"\x89PNG" * 100):
        path.write_bytes(data)
        with pytest.raises(SessionFileError):
            open_session(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("session.json", "0" * 10_000_000)
    with pytest.raises(SessionFileError, match="missing"):
        open_session(path)
    with pytest.raises(SessionFileError):
        unpack(tmp_path)


def test_settings_of_every_kind_come_back():
    config = replace(
        CONFIG,
        optimiser="momentum",
        schedule="cosine",
        dropout=0.25,
        patience_epochs=3.0,
        random_mask=0.5,
        frozen=(0,),
        hyper=Hyper(clip_norm=2.0, momentum=0.8),
    )
    for one in (config, CONFIG, TrainingConfig(ARCHITECTURE)):
        assert config_from_json(json.loads(json.dumps(config_to_json(one)))) == one
    # As sessions had it before layers could be frozen.
    before = {
        key: value for key, value in config_to_json(CONFIG).items() if key not in ("frozen", "random_mask")
    }
    assert config_from_json(before) == CONFIG


def test_a_folder_is_written_only_where_something_is_new(tmp_path):
    folder = SessionFolder(tmp_path / "kept")
    before = session()
    folder.update(members_of(before, key_of))
    first = {name: os.stat(folder.path / name).st_mtime_ns for name in folder.names()}
    members, is_whole = folder.read()
    assert session_from(members, "the last session", is_whole=is_whole).lost == ()
    shorter = CheckpointHistory.of(before.runs[0].checkpoint_history.checkpoints[3:], None, ())
    other = replace(before, runs=(replace(before.runs[0], checkpoint_history=shorter), before.runs[1]))
    folder.update(members_of(other, key_of))
    second = {name: os.stat(folder.path / name).st_mtime_ns for name in folder.names()}
    checkpoints = [name for name in second if "/0000" in name]
    assert len(checkpoints) == 7
    assert all(second[name] == first[name] for name in checkpoints)
    after = session_from(folder.read()[0], "the last session")
    assert [len(one.checkpoint_history.checkpoints) for one in after.runs] == [3, 4]
    folder.clear()
    assert folder.names() == []


WIDE = Architecture.parse("784-16-10")


def walk(n_checkpoints, *, seed=0):
    """Return checkpoints of a network that is large enough to be packed, each a little further."""
    rng = np.random.default_rng(seed)
    config, batch_plan = TrainingConfig(WIDE), BatchPlan(60, 10)
    theta = rng.normal(0, 0.1, WIDE.n_params).astype(np.float32)
    checkpoints = []
    for step in range(n_checkpoints):
        theta = theta + rng.normal(0, 2e-3, len(theta)).astype(np.float32)
        moments = {"m": theta / 100, "v": theta**2 / 100}
        state = LoopState(step, batch_plan, theta, "adam", step, moments, average=theta + np.float32(1e-3))
        marks = frozenset({Mark.EPOCH})
        checkpoints.append(
            Checkpoint(step, step / 6, theta, 0.4, None, None, None, config, batch_plan, 0, marks, state)
        )
    return checkpoints


def walked(checkpoints, **values):
    return replace(run(), checkpoint_history=CheckpointHistory.of(checkpoints, None, ()), **values)


def test_the_ends_of_a_run_and_its_branches_are_exact_and_others_nearly(tmp_path):
    before = walk(6)
    first = walked(before)
    second = walked(walk(2, seed=1), parent=first, parent_step=3)
    after = open_session(saved(tmp_path, session(runs=(first, second), current=1)))
    for old, new in zip(before, after.runs[0].checkpoint_history.checkpoints, strict=True):
        is_exact = old.step in (0, 3, 5)
        step = 2.0**-11
        close = 0 if is_exact else step / 2
        for one, other in (
            (old.theta, new.theta),
            (old.state.theta, new.state.theta),
            (old.state.average, new.state.average),
        ):
            assert np.abs(one - other).max() <= close
        for name, vector_before in old.state.moments.items():
            vector_after = new.state.moments[name]
            assert (
                np.abs(vector_after - vector_before).max()
                <= (0 if is_exact else 0.012) * np.abs(vector_before).max()
            )
            assert np.array_equal(vector_before == 0, vector_after == 0)
    assert after.runs[1].last.state.theta.tobytes() == second.last.state.theta.tobytes()


def test_weights_too_large_for_the_grid_are_kept_as_they_are(tmp_path):
    checkpoints = walk(4)
    checkpoints[2] = replace(checkpoints[2], theta=checkpoints[2].theta * np.float32(1e12), state=None)
    after = open_session(saved(tmp_path, session(runs=(walked(checkpoints),), current=0)))
    found = after.runs[0].checkpoint_history.checkpoints
    assert np.array_equal(found[2].theta, checkpoints[2].theta)


def test_what_was_packed_against_a_damaged_checkpoint_is_left_out(tmp_path):
    path = saved(tmp_path, session(runs=(walked(walk(7)),), current=0))
    members, _ = unpack(path)
    name = next(name for name in members if name.endswith("000000002-0.safetensors"))
    del members[name]
    pack(path, (Member(one, (), lambda data=data: data) for one, data in members.items()))
    after = open_session(path)
    assert [one.step for one in after.runs[0].checkpoint_history.checkpoints] == [0, 1, 6]
    assert after.lost


@pytest.mark.parametrize("seed", range(20))
def test_no_damage_of_a_packed_checkpoint_ends_in_anything_but_a_sentence(tmp_path, seed):
    path = saved(tmp_path, session(runs=(walked(walk(4)),), current=0))
    members, _ = unpack(path)
    rng = np.random.default_rng(seed)
    name = next(name for name in members if name.endswith("000000001-0.safetensors"))
    data = bytearray(members[name])
    for place in rng.integers(0, len(data) if seed % 2 else 600, 3):
        data[place] = rng.integers(0, 256)
    members[name] = bytes(data)
    after = session_from(members, "one")
    assert after.runs[0].checkpoint_history.checkpoints[-1].step == 3


def test_a_session_of_version_1_opens(tmp_path):
    """There, every checkpoint was exact."""
    whole = session(runs=(walked(walk(5)),), current=0)
    members = {member.name: member.make() for member in members_of(whole, key_of)}
    for checkpoint in whole.runs[0].checkpoint_history.checkpoints:
        arrays = {"theta": checkpoint.theta, "average": checkpoint.state.average}
        arrays |= {f"moments.{name}": vector for name, vector in checkpoint.state.moments.items()}
        members[f"runs/run-1/{checkpoint.step:09d}-0.safetensors"] = safetensors_numpy.save(arrays)
    contents = json.loads(members[CONTENTS])
    contents["version"] = 1
    members[CONTENTS] = json.dumps(contents).encode()
    after = session_from(members, "one")
    assert after.lost == ()
    for old, new in zip(
        whole.runs[0].checkpoint_history.checkpoints,
        after.runs[0].checkpoint_history.checkpoints,
        strict=True,
    ):
        assert old.theta.tobytes() == new.theta.tobytes()
        assert old.state.moments["v"].tobytes() == new.state.moments["v"].tobytes()


def test_a_checkpoint_is_packed_again_only_if_the_one_before_it_is_another(tmp_path):
    folder = SessionFolder(tmp_path / "kept")
    checkpoints = walk(8)
    before = session(runs=(walked(checkpoints),), current=0)
    folder.update(members_of(before, key_of))
    first = {name: os.stat(folder.path / name).st_mtime_ns for name in folder.names()}
    thinned = [checkpoint for checkpoint in checkpoints if checkpoint.step != 3]
    folder.update(members_of(replace(before, runs=(walked(thinned),)), key_of))
    second = {name: os.stat(folder.path / name).st_mtime_ns for name in folder.names()}
    written = [name for name in second if "/0000" in name and second[name] != first[name]]
    assert written == ["runs/run-1/000000004-0.safetensors"]
    found = session_from(folder.read()[0], "one").runs[0].checkpoint_history.checkpoints
    assert [one.step for one in found] == [0, 1, 2, 4, 5, 6, 7]


def test_a_session_takes_a_fourth_of_its_memory(tmp_path):
    """Larger networks than this one take less: more of their checkpoints are neither first nor last."""
    checkpoints = [replace(checkpoint, state=None) for checkpoint in walk(40)]
    path = saved(tmp_path, session(runs=(walked(checkpoints),), current=0))
    assert path.stat().st_size < sum(checkpoint.theta.nbytes for checkpoint in checkpoints) / 4


def number_session():
    """A run of a network without biases that gives out two numbers, each input with a range of its own."""
    architecture = Architecture((2, 3, 2), ("tanh", "identity"), has_biases=False)
    spaces = (
        InputSpace("numbers", (2,), (0.0, -5.0), (364.0, 5.0), ("day", "height")),
        OutputSpace(quantities=(Quantity("temperature", "°C", -20.0, 40.0), Quantity("rain"))),
    )
    config = TrainingConfig(architecture, "squared_error", epochs=4.0)
    mask = architecture.trained_mask()
    checkpoints = [
        Checkpoint(step, step / 6, mask * step, 0.4, 0.3, rmse, step, config, BatchPlan(60, 10), 0, marks)
        for step, rmse, marks in (
            (0, 2.5, frozenset()),
            (1, 0.5, frozenset([Mark.BEST])),
            (2, 1.5, frozenset()),
        )
    ]
    curve = np.linspace(0, 1, 3)
    history = HistoryView(curve, curve, curve, curve, curve, curve, 2)
    kept = CheckpointHistory.of(checkpoints, history, [], spaces[1].traits.measure)
    one = Run(kept, "curve-temperature", *spaces, DataChoices(), USUAL, "weather", "Run 1", None, 0)
    network = Model(architecture, mask, *spaces, name="weather")
    return session(
        problem_name="curve-temperature",
        network=network,
        config=config,
        runs=(one,),
        current=0,
        drawing=None,
        picture=None,
        data=DataChoices(),
        x=np.array([100, 1], np.float32),
    )


def test_numbers_come_back_with_their_measure_ranges_and_without_biases(tmp_path):
    before = number_session()
    after = open_session(saved(tmp_path, before))
    assert after.lost == ()
    assert after.network.architecture == before.network.architecture
    assert after.config == before.config
    (old,), (new,) = before.runs, after.runs
    assert (new.input_space, new.output_space) == (old.input_space, old.output_space)
    assert new.measure.name == "rmse"
    assert new.checkpoint_history.best.step == old.checkpoint_history.best.step == 1
    assert [each.test_score for each in new.checkpoint_history.checkpoints] == [2.5, 0.5, 1.5]
    assert not new.last.config.architecture.has_biases


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry["configs"][0]["architecture"].update(biases=0),
        lambda entry: entry["configs"][0]["architecture"].update(biases=True),
        lambda entry: entry["output_space"]["quantities"][0].update(low=50),
        lambda entry: entry["output_space"].update(quantities=[]),
        lambda entry: entry["input_space"].update(low=[0.0]),
    ],
)
def test_a_run_of_damaged_numbers_is_left_out(tmp_path, change):
    path = saved(tmp_path, number_session())
    changed(path, lambda contents: change(contents["runs"][0]))
    after = open_session(path)
    assert after.runs == ()
    assert any("1 run " in sentence for sentence in after.lost)


def own_points():
    x = np.array([[0.0], [1.0], [2.0]], np.float32)
    space = InputSpace("line", (1,), 0.0, 2.0, ("x",))
    quantity = OutputSpace(quantities=(Quantity("y"),))
    return OwnPoints(space, quantity, x, x * x, np.array([False, True, False]), "curve-square", "Mine")


def test_own_points_come_back(tmp_path):
    after = open_session(saved(tmp_path, session(points=ChosenPoints(own_points()))))
    assert after.lost == ()
    assert after.points.own.to_json() == own_points().to_json()


def test_chosen_points_come_back(tmp_path):
    points = ChosenPoints(None, PointOptions(n=40, noise=0.25, n_classes=3), 3)
    after = open_session(saved(tmp_path, session(points=points)))
    assert after.points == points


def test_a_session_without_points_of_its_own_is_as_before(tmp_path):
    contents = json.loads(unpack(saved(tmp_path))[0][CONTENTS])
    assert contents["version"] == 2
    assert "points" not in contents


def test_every_run_comes_back_with_its_points(tmp_path):
    noisy = ChosenPoints(None, PointOptions(noise=0.4), 2)
    mine = ChosenPoints(own_points())
    runs = (run(), run(points=noisy), run(points=mine), run(points=mine))
    path = saved(tmp_path, session(runs=runs, points=mine))
    after = open_session(path)
    first, second, *others = (each.points for each in after.runs)
    assert (first, second) == (USUAL, noisy)
    assert others == [after.points] * 2, "the same points are read once"
    changed(path, lambda contents: contents["runs"][1].update(points=7))
    after = open_session(path)
    assert len(after.runs) == 3
    assert any("1 run " in sentence for sentence in after.lost)


def test_runs_of_an_earlier_session_learn_from_its_points_where_they_are_of_its_problem(tmp_path):
    noisy = ChosenPoints(None, PointOptions(noise=0.4), 2)
    path = saved(tmp_path, session(runs=(run(), run(name="Run 2")), points=noisy))

    def to_version_3(contents):
        contents["version"] = 3
        del contents["points_of_runs"]
        contents["runs"][1]["problem_name"] = "plane-ring"

    changed(path, to_version_3)
    after = open_session(path)
    assert after.lost == ()
    assert [each.points for each in after.runs] == [noisy, USUAL]


@pytest.mark.parametrize(
    "wrong",
    [
        1,
        {"own": {}},
        {"own": own_points().to_json() | {"x": []}},
        {"chosen": {"m": 1}, "seed": 0},
        {"chosen": {"n": 1.5}, "seed": 0},
        {"chosen": {"noise": "a"}, "seed": 0},
        {"chosen": {"n_classes": 2.5}, "seed": 0},
        {"chosen": {}},
    ],
)
def test_damaged_points_are_left_out_and_said(tmp_path, wrong):
    path = saved(tmp_path, session(points=ChosenPoints(None, PointOptions(n=40))))
    changed(path, lambda contents: contents.update(points=wrong))
    after = open_session(path)
    assert after.points == USUAL
    assert "Its points could not be read." in after.lost


def test_a_run_that_goes_on_while_it_is_saved_is_saved_as_it_was(tmp_path, monkeypatch):
    what = session()
    history = what.runs[0].checkpoint_history
    n = len(history.checkpoints)

    written = session_file.checkpoint_to_json

    def to_json(*arguments):
        later = checkpoint(history.checkpoints[-1].step + 5, with_state=True)
        history.add(later, lambda: later.state)
        return written(*arguments)

    monkeypatch.setattr(session_file, "checkpoint_to_json", to_json)
    found = open_session(saved(tmp_path, what))
    assert len(found.runs[0].checkpoint_history.checkpoints) == n


def test_a_number_of_samples_is_kept_and_none_is_what_earlier_versions_wrote():
    few = DataChoices(samples=1000, random_labels=1.0)
    assert data_from_json(data_to_json(few)) == few
    before = {"input_scaling": "unit", "random_labels": 0.0}
    assert data_from_json(before) == DataChoices("unit")
    assert data_to_json(DataChoices("unit")) == before
    for wrong in (dict(before, samples=1.5), dict(before, samples=None), dict(before, n=3)):
        with pytest.raises(SessionFormatError):
            data_from_json(wrong)
