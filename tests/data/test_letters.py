import numpy as np
import pytest

from nnstudio.data.emnist import PARTS
from nnstudio.data.letters import LETTERS, letter_problem, map_labels, split_by_writer, stroke_samples
from nnstudio.data.problem import OutputSpace, ProblemError, Samples
from nnstudio.data.problems import DIGITS
from nnstudio.data.rasterise import RasterSpec
from nnstudio.data.strokes import Drawing, StrokeSet, flatten


def strokes_of(labels, writers):
    """Return a file's strokes, each drawing different from the others."""
    rng = np.random.default_rng(len(labels))
    drawings = [Drawing((rng.uniform(0, 9, (5, 2)),)) for _ in labels]
    return StrokeSet(flatten(drawings), np.array(labels), np.array(writers, np.int32))


CAPITALS = strokes_of(list("ABCZ") * 5, np.repeat([7, 8, 9, 30, 31], 4))
SMALL = strokes_of(list("abc7") * 3, np.repeat([7, 8, 9], 4))


def test_capitals_and_small_letters_are_one_class():
    mapped = map_labels(np.array(list("AaZzBb")), LETTERS)
    assert mapped.labels.tolist() == [0, 0, 25, 25, 1, 1]
    assert mapped.account() == ""
    assert mapped.known.tolist() == [0, 1, 2, 3, 4, 5]


def test_where_both_cases_have_a_class_each_keeps_its_own():
    balanced = OutputSpace(PARTS["balanced"])
    names = [balanced.class_names[k] for k in map_labels(np.array(list("AaCc7")), balanced).labels]
    assert names == ["A", "a", "C", "C", "7"]
    ambiguous = OutputSpace(("ß", "ss", "x"))
    assert map_labels(np.array(["SS", "ss", "X"]), ambiguous).labels.tolist() == [-1, 1, 2]


def test_samples_without_a_class_are_counted():
    mapped = map_labels(np.array(["7", "A", "!", "7", "b"]), LETTERS)
    assert mapped.labels.tolist() == [-1, 0, -1, -1, 1]
    assert mapped.without_class == {"7": 2, "!": 1}
    assert mapped.account() == ("3 of 5 samples have no class in this network ('7', '!') and were left out.")
    many = map_labels(np.array(list("ABCDEFG")), DIGITS)
    assert many.account().endswith("('A', 'B', 'C', 'D', 'E', …) and were left out.")
    assert len(many.known) == 0
    assert map_labels(np.array([], str), LETTERS).labels.shape == (0,)


def test_drawings_of_several_files_become_samples_with_writers_of_their_own():
    samples = stroke_samples([CAPITALS, SMALL], LETTERS)
    assert samples.labels.tolist() == [0, 1, 2, 25] * 5 + [0, 1, 2] * 3
    assert samples.writers.tolist() == [*np.repeat(range(5), 4), *np.repeat([5, 6, 7], 3)]
    assert samples.x.shape == (29, 784)
    assert stroke_samples([SMALL], LETTERS, RasterSpec(20, 16.0, 2.0, 10)).n_features == 400
    with pytest.raises(ProblemError, match="None of the drawings is a digit"):
        stroke_samples([CAPITALS], DIGITS)


def test_no_writer_is_learnt_from_and_tested_on():
    samples = stroke_samples([CAPITALS, SMALL], LETTERS)
    kept, held_back = split_by_writer(samples, 0.25, rng=np.random.default_rng(0))
    assert len(np.unique(held_back.writers)) == 2
    assert set(kept.writers).isdisjoint(held_back.writers)
    assert len(kept) + len(held_back) == len(samples)
    again = split_by_writer(samples, 0.25, rng=np.random.default_rng(0))[1]
    np.testing.assert_array_equal(again.writers, held_back.writers)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_some_writer_is_always_on_either_side(share):
    kept, held_back = split_by_writer(stroke_samples([SMALL], LETTERS), share, rng=np.random.default_rng(0))
    assert len(kept)
    assert len(held_back)


def test_writers_must_be_known_and_several():
    x, labels = np.zeros((2, 4), np.uint8), np.zeros(2, np.int64)
    with pytest.raises(ProblemError, match="writers are not known"):
        split_by_writer(Samples(x, labels), 0.5, rng=np.random.default_rng(0))
    with pytest.raises(ProblemError, match="there is only one"):
        split_by_writer(Samples(x, labels, 1.0, np.ones(2, np.int32)), 0.5, rng=np.random.default_rng(0))


def test_a_problem_of_letters_has_both_cases_in_both_parts():
    problem = letter_problem([CAPITALS, SMALL], "By hand.", rng=np.random.default_rng(0), test_share=0.3)
    assert problem.output_space is LETTERS
    assert (len(problem.train), len(problem.test)) == (3 * 4 + 2 * 3, 2 * 4 + 1 * 3)
    assert len(np.unique(problem.train.writers)) == 5
    assert problem.train.scale == 1 / 255
