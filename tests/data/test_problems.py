import struct

import numpy as np
import pytest

from nnstudio import paths
from nnstudio.data.catalogue import CATALOGUE
from nnstudio.data.idx import IdxError
from nnstudio.data.plane_sets import PLANE_SETS
from nnstudio.data.problem import ProblemError
from nnstudio.data.problems import _SIZES, PROBLEMS, MissingDataError, PointOptions, load_problem
from nnstudio.errors import UserError


@pytest.fixture(scope="module")
def digits():
    # The first blocks of each stream, which do not depend on how many follow.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("nnstudio.data.problems._SIZES", {0: 6_000, 1: 4_000})
        return load_problem("digits-synthetic")


def write_mnist(folder, *, size=28, test_size=None):
    folder.mkdir(parents=True, exist_ok=True)
    for stem, side in (("train", size), ("t10k", test_size or size)):
        images = np.full((4, side, side), 51, np.uint8)
        header = struct.pack(">IIII", 0x0803, *images.shape)
        (folder / f"{stem}-images-idx3-ubyte").write_bytes(header + images.tobytes())
        (folder / f"{stem}-labels-idx1-ubyte").write_bytes(struct.pack(">II4B", 0x0801, 4, 1, 9, 0, 3))


def test_names_are_those_of_the_problems_loaded(digits):
    assert [entry.name for entry in PROBLEMS.values()] == list(PROBLEMS)
    assert not any(PROBLEMS[name].needs_download for name in ("digits-synthetic", "plane-moons"))
    for entry in PROBLEMS.values():
        assert entry.needs_download == (entry.data_set is not None)
        assert entry.data_set is None or entry.data_set in CATALOGUE
    for problem in (digits, load_problem("plane-moons")):
        assert problem.title == PROBLEMS[problem.name].title
        assert problem.source.endswith(".")


def test_synthetic_digits_are_images_of_every_digit(digits):
    assert digits.input_space.shape == (28, 28)
    assert digits.output_space.class_names == tuple("0123456789")
    assert (len(digits.train), len(digits.test)) == (6_000, 4_000)
    assert digits.train.x.dtype == np.uint8
    assert digits.train.inputs().max() == pytest.approx(1.0)
    for samples in (digits.train, digits.test):
        assert np.bincount(samples.labels, minlength=10).min() > 0.08 * len(samples)


def test_no_test_drawing_was_trained_on(digits):
    seen = {row.tobytes() for row in digits.train.x}
    assert not any(row.tobytes() in seen for row in digits.test.x)


@pytest.mark.slow
def test_synthetic_digits_follow_the_seed(digits, monkeypatch):
    monkeypatch.setattr("nnstudio.data.problems._SIZES", {0: 4_000, 1: 2_000})
    again, other = load_problem("digits-synthetic", seed=0), load_problem("digits-synthetic", seed=1)
    np.testing.assert_array_equal(again.train.x, digits.train.x[:4_000])
    np.testing.assert_array_equal(again.test.labels, digits.test.labels[:2_000])
    assert not np.array_equal(other.train.x, digits.train.x[:4_000])


def test_progress_runs_to_the_end_and_may_raise():
    assert _SIZES == {0: 40_000, 1: 4_000}
    seen = []

    def progress(done, total):
        seen.append((done, total))
        if len(seen) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_problem("digits-synthetic", progress=progress)
    assert seen == [(2_000, 44_000), (4_000, 44_000), (6_000, 44_000)]


def test_moons_are_points_of_two_classes():
    moons = load_problem("plane-moons", seed=5)
    assert (moons.input_space.kind, moons.input_space.names) == ("plane", ("x₁", "x₂"))
    assert moons.output_space.n_classes == 2
    assert (len(moons.train), len(moons.test)) == (1_000, 500)
    inputs = moons.train.inputs()
    assert moons.input_space.low <= inputs.min() < inputs.max() <= moons.input_space.high
    np.testing.assert_array_equal(load_problem("plane-moons", seed=5).test.x, moons.test.x)
    assert not np.array_equal(moons.train.x[:500], moons.test.x)


def test_mnist_is_read_from_the_folder_named(tmp_path):
    write_mnist(tmp_path)
    problem = load_problem("digits-mnist", data_dir=tmp_path)
    assert problem.train.labels.tolist() == [1, 9, 0, 3]
    np.testing.assert_allclose(problem.test.inputs(), 0.2, rtol=1e-6)
    assert "CC BY-SA 3.0" in problem.source


def test_mnist_is_read_from_where_it_was_fetched_to():
    write_mnist(paths.data_dir() / "mnist")
    assert len(load_problem("digits-mnist").train) == 4


def test_mnist_is_read_from_the_folder_of_the_environment(tmp_path, monkeypatch):
    write_mnist(tmp_path / "MNIST" / "raw")
    monkeypatch.setenv("NNSTUDIO_DATA", str(tmp_path))
    assert len(load_problem("digits-mnist").test) == 4


def test_size_of_the_images_comes_from_the_files(tmp_path):
    write_mnist(tmp_path, size=16)
    assert load_problem("digits-mnist", data_dir=tmp_path).input_space.shape == (16, 16)
    write_mnist(tmp_path, size=16, test_size=15)
    with pytest.raises(IdxError, match="two sizes"):
        load_problem("digits-mnist", data_dir=tmp_path)


def test_missing_mnist_says_how_to_get_it(tmp_path):
    for folder in (tmp_path, tmp_path / "absent", None):
        with pytest.raises(MissingDataError, match=r"`nnstudio data fetch mnist`.*--data-dir"):
            load_problem("digits-mnist", data_dir=folder)


def test_damaged_mnist_is_not_called_missing(tmp_path):
    write_mnist(tmp_path)
    (tmp_path / "t10k-labels-idx1-ubyte").write_bytes(b"")
    with pytest.raises(IdxError, match="t10k-labels-idx1-ubyte is not an IDX file"):
        load_problem("digits-mnist", data_dir=tmp_path)


def test_unknown_name_and_negative_seed_are_refused():
    with pytest.raises(ProblemError, match="no problem 'digit'; there are digits-synthetic, digits-mnist"):
        load_problem("digit")
    with pytest.raises(ProblemError, match="from 0 on, not -1"):
        load_problem("plane-moons", seed=-1)


@pytest.mark.parametrize(("name", "class_name"), [("fashion-mnist", "ankle boot"), ("kmnist", "を")])
def test_other_sets_in_the_form_of_mnist_lie_in_folders_of_their_own(tmp_path, name, class_name):
    write_mnist(tmp_path / "mnist", size=16)
    with pytest.raises(MissingDataError, match=f"nnstudio data fetch {name}"):
        load_problem(name, data_dir=tmp_path)
    write_mnist(tmp_path / name)
    problem = load_problem(name, data_dir=tmp_path)
    assert problem.input_space.shape == (28, 28)
    assert problem.output_space.class_names[9] == class_name
    assert problem.source.startswith(CATALOGUE[name].title)


@pytest.mark.parametrize("name", ["letters-emnist", "digits-emnist", "balanced-emnist"])
def test_missing_emnist_is_explained(tmp_path, name):
    with pytest.raises(MissingDataError, match=r"has no EMNIST.*nnstudio data fetch emnist"):
        load_problem(name, data_dir=tmp_path)


def test_built_in_letters_are_a_problem_of_26_letters(monkeypatch):
    monkeypatch.setattr("nnstudio.data.problems._SIZES", {0: 1_000, 1: 4_000})
    problem = load_problem("letters-synthetic")
    assert problem.output_space.noun == "letter"
    assert (len(problem.train), len(problem.test)) == (1_000, 4_000)
    assert np.bincount(problem.test.labels, minlength=26).min() > 100


@pytest.mark.parametrize("name", ["curve-sine", "plane-moons"])
def test_points_are_drawn_as_chosen(name):
    problem = load_problem(name, points=PointOptions(n=40, noise=0.1, test_share=0.5))
    assert (len(problem.train), len(problem.test)) == (40, 20)
    same = load_problem(name, points=PointOptions(n=40, noise=0.1, test_share=0.0))
    assert same.test is same.train
    assert np.array_equal(same.train.x, problem.train.x)
    quiet = load_problem(name, points=PointOptions(n=40, noise=0.0))
    assert not np.array_equal(quiet.train.x, problem.train.x) or not np.array_equal(
        quiet.train.answers, problem.train.answers
    )


@pytest.mark.parametrize("name", [name for name in PROBLEMS if name.startswith("plane-")])
def test_every_set_of_the_plane_is_a_problem(name):
    plane_set, entry = PLANE_SETS[name], PROBLEMS[name]
    assert entry.kind == "plane"
    problem = load_problem(name, points=PointOptions(noise=0.0))
    assert problem.output_space.is_like(entry.output_space)
    assert len(problem.train) == plane_set.n
    assert problem.train.has_labels == (plane_set.draw is not None)
    assert (problem.test is problem.train) == (not plane_set.test_share)
    if not problem.train.has_labels:
        (quantity,) = problem.output_space.quantities
        targets = problem.train.targets
        assert quantity.low < targets.min() < targets.max() < quantity.high


def test_no_two_sets_of_the_plane_have_the_same_outputs_but_truth_tables():
    """A network trained on one set would else be taken for one that knows another."""
    spaces = [PROBLEMS[name].output_space.names for name in PLANE_SETS]
    assert len({*spaces}) == len(spaces) - 2


@pytest.mark.parametrize("n_classes", range(2, 7))
def test_a_set_has_as_many_classes_as_are_chosen(n_classes):
    points = PointOptions(n_classes=n_classes, n=30)
    problem = load_problem("plane-spiral", points=points)
    assert problem.output_space.n_classes == n_classes
    assert set(problem.train.labels.tolist()) == set(range(n_classes))
    assert problem.output_space == PROBLEMS["plane-spiral"].outputs_of(points)


def test_few_points_of_many_classes_are_tested_on_all_of_them():
    problem = load_problem("plane-ring", points=PointOptions(n_classes=6, n=6))
    assert set(problem.test.labels.tolist()) == set(range(6))


def test_few_points_are_tested_on_as_few_as_there_can_be():
    moons = load_problem("plane-moons", points=PointOptions(n=6))
    assert (len(moons.train), len(moons.test)) == (6, 4)
    square = load_problem("curve-square", points=PointOptions(n=3))
    assert (len(square.train), len(square.test)) == (3, 2)


def test_without_options_points_are_as_they_were():
    for name in ("curve-sine", "plane-moons", "curve-temperature"):
        usual, same = load_problem(name), load_problem(name, points=PointOptions())
        assert np.array_equal(usual.train.x, same.train.x)
        assert usual.output_space == PROBLEMS[name].output_space


def test_a_curve_has_another_range_where_it_is_chosen():
    problem = load_problem("curve-square", points=PointOptions(low=0.0, high=10.0, n=11))
    assert (problem.input_space.low, problem.input_space.high) == (0, 10)
    assert problem.train.targets[-1] == 100
    (quantity,) = problem.output_space.quantities
    assert quantity.low < 0 < 100 < quantity.high
    flat = load_problem("curve-step", points=PointOptions(low=0.1, high=0.9))
    assert flat.output_space.quantities[0].low < 1 < flat.output_space.quantities[0].high


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("plane-moons", PointOptions(low=0.0), "range of its own"),
        ("curve-sine", PointOptions(test_share=1.5), "from 0 to 1, not 1.5"),
        ("curve-sine", PointOptions(n_classes=2), "have a number each"),
        ("plane-bell", PointOptions(n_classes=2), "have a number each"),
        ("plane-moons", PointOptions(n_classes=3), "has 2 classes, not 3"),
        ("plane-spiral", PointOptions(n_classes=7), "has 2 to 6 classes, not 7"),
        ("plane-spiral", PointOptions(n_classes=1), "has 2 to 6 classes, not 1"),
        ("plane-spiral", PointOptions(n_classes=0), "has 2 to 6 classes, not 0"),
        ("curve-sine", PointOptions(low=2.0, high=1.0), "from a smaller to a larger"),
        ("digits-synthetic", PointOptions(n=5), "are images"),
    ],
)
def test_points_that_cannot_be_drawn_are_refused(name, options, words):
    with pytest.raises(UserError, match=words):
        load_problem(name, points=options)


def test_the_first_samples_are_those_of_the_whole_set():
    # Blocks of 2,000 are written at a time, so one block is enough.
    few, more = (load_problem("digits-synthetic", first=n) for n in (20, 2000))
    assert (len(few.train), len(few.test), len(more.test)) == (20, 4, 400)
    np.testing.assert_array_equal(few.train.x, more.train.x[:20])
    np.testing.assert_array_equal(few.test.labels, more.test.labels[:4])
