import numpy as np
import pytest

from nnstudio.data.emnist import PARTS
from nnstudio.data.letters import LETTERS, map_labels
from nnstudio.data.problem import OutputSpace
from nnstudio.data.problems import DIGITS


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


@pytest.mark.parametrize(
    "labels",
    [
        ["0", "5", "9"],
        ["0.0", "5.0", "9.0"],
        ["zero", "Five", "NINE"],
        ["class_0", "class_5", "class_9"],
        ["digit 0", "Digit-5", "label9"],
        ["00", "05", "09"],
        ["b'0'", "b'5'", "b'9'"],
        ["class_zero", "class_five", "class_nine"],
    ],
)
def test_labels_mean_a_digit_by_any_spelling(labels):
    mapped = map_labels(np.array(labels), OutputSpace(tuple("0123456789"), "digit"))
    assert mapped.labels.tolist() == [0, 5, 9]
    assert bool(mapped.spelling()) == (labels[0] != "0")


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        (["0", "25"], [0, 25]),
        (["1", "26"], [0, 25]),
        (["1.0", "3.0"], [0, 2]),
        (["10", "36", "3"], [0, 0, -1]),
        (["0", "61"], [-1, 25]),
        (["0", "99"], [-1, -1]),
    ],
)
def test_letters_by_their_numbers(labels, classes):
    assert map_labels(np.array(labels), LETTERS).labels.tolist() == classes


def test_ten_is_the_zero_of_matlab():
    digits = OutputSpace(tuple("0123456789"), "digit")
    assert map_labels(np.array(["1", "9", "10"]), digits).labels.tolist() == [1, 9, 0]
    assert map_labels(np.array(["0", "9", "10"]), digits).labels.tolist() == [0, 9, -1]


def test_words_are_no_numbers_of_classes():
    mapped = map_labels(np.array(["thing", "5x", "12"]), OutputSpace(tuple("0123456789"), "digit"))
    assert mapped.labels.tolist() == [-1, -1, -1]
    assert mapped.spelling() == ""
