import numpy as np

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
