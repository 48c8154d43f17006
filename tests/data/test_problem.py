import json
import math
import threading

import numpy as np
import pytest

from nnstudio.data.problem import (
    InputSpace,
    OutputSpace,
    Problem,
    ProblemError,
    Quantity,
    Samples,
    answers_of,
)

IMAGE = InputSpace("image", (3, 4), 0.0, 1.0)
PLANE = InputSpace("plane", (2,), -2.0, 2.0, ("x₁", "x₂"))
LETTERS = OutputSpace(("a", "b", "c"), noun="letter")
LINE = InputSpace("line", (1,), 0.0, 365.0, ("day",))
FLOWERS = InputSpace("numbers", (2,), (0.0, 10.0), (1.0, 40.0), ("width", "height"))
NUMBERS = OutputSpace(quantities=(Quantity("temperature", "°C", -10.0, 30.0), Quantity("rain")))


def grey(n=5):
    x = np.random.default_rng(0).integers(0, 256, (n, 12), dtype=np.uint8)
    return Samples(x, np.arange(n) % 3, scale=1 / 255, writers=np.arange(n, dtype=np.int32))


@pytest.mark.parametrize("space", [IMAGE, PLANE, LETTERS, LINE, FLOWERS, NUMBERS])
def test_spaces_survive_json(space):
    assert type(space).from_json(json.loads(json.dumps(space.to_json()))) == space


def test_spaces_count_their_parts():
    assert (IMAGE.n_features, PLANE.n_features, LETTERS.n_classes) == (12, 2, 3)
    assert (LETTERS.n_outputs, NUMBERS.n_outputs, NUMBERS.n_classes) == (3, 2, 0)
    assert (LETTERS.names, NUMBERS.names) == (("a", "b", "c"), ("temperature", "rain"))


@pytest.mark.parametrize(
    ("space", "spans_plane"),
    [(PLANE, True), (FLOWERS, True), (LINE, False), (InputSpace("image", (1, 2), 0.0, 1.0), False)],
)
def test_two_numbers_span_a_plane_and_two_pixels_do_not(space, spans_plane):
    assert space.spans_plane is spans_plane


def test_each_coordinate_has_its_range():
    x = np.array([[0.25, 10.0], [1.0, 25.0]], np.float32)
    np.testing.assert_allclose(FLOWERS.shares(x), [[0.25, 0], [1, 0.5]])
    np.testing.assert_allclose(FLOWERS.inputs_at(FLOWERS.shares(x)), x)
    assert FLOWERS.inputs_at(np.zeros(2)).dtype == np.float32
    assert PLANE.lows.tolist() == [-2, -2]
    assert PLANE.highs.tolist() == [2, 2]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"low": [0.0]}, "as many ranges, not 1"),
        ({"low": [0.0, 50.0]}, "empty or not finite"),
        ({"high": [1.0, math.inf]}, "empty or not finite"),
        ({"high": [1.0, "40"]}, "a number, or a list of them"),
        ({"high": []}, "a number, or a list of them"),
        (
            {"shape": [13], "low": 0.0, "high": 1.0, "names": [str(k) for k in range(13)]},
            "at most 12 numbers",
        ),
    ],
)
def test_ranges_of_a_file_are_checked(change, words):
    with pytest.raises(ProblemError, match=words):
        InputSpace.from_json(FLOWERS.to_json() | change)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([], "at least one"),
        ("y", "at least one"),
        ([{"name": "y"}], "exactly the parts"),
        ([{"name": "", "unit": "", "low": 0, "high": 1}], "1 to 32 printable"),
        ([{"name": "y", "unit": 3, "low": 0, "high": 1}], "list of texts"),
        ([{"name": "y", "unit": "", "low": 1, "high": 1}], "empty or not finite"),
        ([{"name": "y", "unit": "", "low": [0], "high": 1}], "is two numbers"),
        ([{"name": "y", "unit": "", "low": 0, "high": 1}] * 2, "the same name"),
        ([{"name": str(k), "unit": "", "low": 0, "high": 1} for k in range(9)], "at most 8 numbers, not 9"),
    ],
)
def test_numbers_of_a_file_are_checked(value, words):
    with pytest.raises(ProblemError, match=words):
        OutputSpace.from_json({"quantities": value})


def test_an_output_space_has_classes_or_numbers():
    with pytest.raises(ProblemError, match="either classes or numbers"):
        OutputSpace(("a", "b"), quantities=(Quantity("y"),))


def curve(n=4, k=2):
    x = np.linspace(0, 365, n, dtype=np.float32)[:, None]
    return Samples(x, np.tile(x, k))


def test_samples_have_labels_or_targets():
    assert grey().has_labels
    assert not curve().has_labels
    assert curve().answer(1).tolist() == curve().targets[1].tolist()
    assert grey().answer(4) == 1
    with pytest.raises(TypeError, match="targets, not labels"):
        curve().labels  # noqa: B018
    with pytest.raises(TypeError, match="labels, not targets"):
        grey().targets  # noqa: B018
    assert curve().subset(np.array([2])).targets.shape == (1, 2)
    assert not curve().targets.flags.writeable


def test_one_answer_is_a_batch():
    assert answers_of(3).tolist() == [3]
    assert answers_of(np.array([1.0, 2.0])).shape == (1, 2)


@pytest.mark.parametrize(
    "targets", [np.zeros(4, np.float32), np.zeros((3, 1), np.float32), np.zeros((4, 0), np.float32)]
)
def test_targets_have_a_row_for_each_sample(targets):
    with pytest.raises(ProblemError, match="rows of numbers to give out"):
        Samples(np.zeros((4, 1), np.float32), targets)


def test_a_problem_checks_its_targets():
    def problem(samples, space=NUMBERS):
        return Problem("weather", "Weather", LINE, space, samples, curve(), "made here")

    assert problem(curve()).measure.name == "rmse"
    with pytest.raises(ProblemError, match="have 1 numbers to give out, not 2"):
        problem(curve(k=1))
    with pytest.raises(ProblemError, match="answers of another kind than its outputs"):
        problem(curve(), LETTERS)
    with pytest.raises(ProblemError, match="not finite"):
        problem(Samples(np.zeros((1, 1), np.float32), np.full((1, 2), np.nan, np.float32)))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "sound"}, "'sound' is unknown; it is one of image, plane"),
        ({"kind": ["image"]}, "unknown"),
        ({"shape": [28]}, "cannot have the shape"),
        ({"shape": [0, 28]}, "cannot have the shape"),
        ({"shape": [2.0, 28]}, "whole numbers"),
        ({"shape": [True, 28]}, "whole numbers"),
        ({"shape": "28"}, "whole numbers"),
        ({"shape": [10**6, 10**6]}, "at most 1,000,000 numbers"),
        ({"low": 1.0}, "empty or not finite"),
        ({"high": math.inf}, "empty or not finite"),
        ({"low": math.nan}, "empty or not finite"),
        ({"low": None}, "a number, or a list of them"),
        ({"high": 10**400}, "too wide"),
        ({"names": ["x"]}, "needs 0 names, not 1"),
        ({"names": None}, "list of texts"),
        ({"extra": 1}, "exactly the parts"),
    ],
)
def test_input_space_of_a_file_is_checked(change, words):
    with pytest.raises(ProblemError, match=words):
        InputSpace.from_json(IMAGE.to_json() | change)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"class_names": ["a"]}, "2 to 1,000 classes, not 1"),
        ({"class_names": [str(k) for k in range(1_001)]}, "not 1,001"),
        ({"class_names": ["a", "a"]}, "the same name"),
        ({"class_names": ["a", ""]}, "printable characters"),
        ({"class_names": ["a", "b" * 33]}, "printable characters"),
        ({"class_names": ["a", "b\n"]}, "printable characters"),
        ({"class_names": ["a", 2]}, "list of texts"),
        ({"class_names": {"a": 1}}, "list of texts"),
        ({"noun": ""}, "printable characters"),
        ({"noun": 3}, "list of texts"),
    ],
)
def test_output_space_of_a_file_is_checked(change, words):
    with pytest.raises(ProblemError, match=words):
        OutputSpace.from_json(LETTERS.to_json() | change)


@pytest.mark.parametrize("value", [None, [], "image", 3, {}])
def test_spaces_of_a_file_must_be_objects(value):
    for space in (InputSpace, OutputSpace):
        with pytest.raises(ProblemError, match="exactly the parts"):
            space.from_json(value)


def test_batch_is_the_chosen_rows_scaled():
    samples = grey()
    indices = np.array([4, 0, 0])
    out = np.full((3, 12), np.nan, np.float32)
    batch = samples.batch(indices, out)
    assert batch is out
    np.testing.assert_allclose(batch, samples.x[indices] / 255, rtol=1e-6)
    np.testing.assert_array_equal(samples.batch(indices), batch)
    np.testing.assert_array_equal(samples.inputs()[indices], batch)
    assert batch.dtype == samples.inputs().dtype == np.float32
    with pytest.raises(IndexError):
        samples.batch(np.array([5]))


def test_batch_into_a_wrong_place_is_an_error_and_not_a_copy():
    with pytest.raises(ValueError, match="shape"):
        grey().batch(np.array([0]), np.empty((2, 11), np.float32))


def test_coordinates_enter_as_they_are():
    x = np.array([[1.5, -2.0], [0.25, 0.0]], np.float32)
    samples = Samples(x, np.array([0, 1]))
    np.testing.assert_array_equal(samples.inputs(), x)
    np.testing.assert_array_equal(samples.batch(np.array([1])), x[1:])


@pytest.mark.parametrize("rows", [np.array([3, 1]), slice(1, 3)])
def test_subset_keeps_rows_labels_and_writers_together(rows):
    samples = grey()
    subset = samples.subset(rows)
    np.testing.assert_array_equal(subset.x, samples.x[rows])
    np.testing.assert_array_equal(subset.labels, samples.labels[rows])
    np.testing.assert_array_equal(subset.writers, samples.writers[rows])
    assert (len(subset), subset.scale) == (2, samples.scale)


def test_samples_cannot_be_written_through_and_leave_the_givers_array_alone():
    x = np.zeros((2, 3), np.uint8)
    samples = Samples(x, np.array([0, 1]))
    with pytest.raises(ValueError, match="read-only"):
        samples.x[0, 0] = 1
    x[0, 0] = 7
    assert samples.x[0, 0] == 7


def test_batches_may_be_taken_by_several_threads_at_once():
    samples = grey(600)
    expected = samples.inputs()
    wrong = []

    def read(seed):
        rng = np.random.default_rng(seed)
        for _ in range(200):
            indices = rng.permutation(600)[:50]
            if not np.array_equal(samples.batch(indices), expected[indices]):
                wrong.append(seed)

    threads = [threading.Thread(target=read, args=(seed,)) for seed in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize(
    ("x", "labels", "words"),
    [
        (np.zeros(3, np.uint8), np.zeros(3, np.int64), "rows of bytes or float32"),
        (np.zeros((3, 2)), np.zeros(3, np.int64), "not float64"),
        (np.zeros((3, 2), np.uint8), np.zeros(2, np.int64), "3 samples need 3 int64 labels"),
        (np.zeros((3, 2), np.uint8), np.zeros(3, np.uint8), "not uint8"),
    ],
)
def test_samples_that_do_not_fit_together(x, labels, words):
    with pytest.raises(ProblemError, match=words):
        Samples(x, labels)


def test_writers_that_do_not_fit():
    with pytest.raises(ProblemError, match="int32 writers"):
        Samples(np.zeros((2, 2), np.uint8), np.zeros(2, np.int64), writers=np.zeros(3, np.int32))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"train": grey().subset(slice(0))}, "no training samples"),
        ({"input_space": PLANE}, "A training sample of 'toy' has 12 numbers; its input space has 2"),
        ({"output_space": OutputSpace(("a", "b"))}, "labels of 'toy' run from 0 to 2; there are 2 classes"),
        ({"test": Samples(grey().x, np.full(5, -1))}, "The test labels of 'toy' run from -1"),
    ],
)
def test_problem_that_contradicts_itself(change, words):
    parts = {"input_space": IMAGE, "output_space": LETTERS, "train": grey(), "test": grey()}
    Problem("toy", "Toy", **parts, source="Made up.")
    with pytest.raises(ProblemError, match=words):
        Problem("toy", "Toy", **(parts | change), source="Made up.")
