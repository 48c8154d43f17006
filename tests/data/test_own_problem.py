"""Problems of the user's own: labels, and drawings divided into those to learn from and to be tested on."""

import numpy as np
import pytest

from nnstudio.data.own_problem import OwnProblem, OwnProblemError, from_json, own_data, to_json
from nnstudio.data.personal_set import PersonalDrawing, PersonalSet
from nnstudio.data.rasterise import rasterise
from nnstudio.data.strokes import Drawing

SHAPES = OwnProblem.typed(" Shapes ", "△  ○ ★")


def drawings(**n_of_labels):
    found = []
    for label, n in n_of_labels.items():
        for k in range(n):
            stroke = ((0.1, 0.1), (0.9, 0.1 + 0.01 * k), (0.5, 0.9))
            found.append(PersonalDrawing.new(label, Drawing((stroke,))))
    return PersonalSet(tuple(found))


def test_labels_are_written_with_blanks_between_them():
    assert SHAPES.title == "Shapes"
    assert SHAPES.labels == ("△", "○", "★")
    assert SHAPES.output_space.class_names == SHAPES.labels


@pytest.mark.parametrize(
    ("title", "labels", "why"),
    [
        ("", "a b", "A name"),
        ("x" * 33, "a b", "A name"),
        ("x", "a", "2 to 100 labels"),
        ("x", " ".join(f"l{k}" for k in range(101)), "2 to 100 labels"),
        ("x", "a b a", "the same"),
        ("x", "a b A", "capitals alone"),
        ("x", "a " + "y" * 33, "1 to 32 characters"),
        ("x", "a \u200b", "can be shown"),
    ],
)
def test_impossible_ones_are_refused(title, labels, why):
    with pytest.raises(Exception, match=why):
        OwnProblem.typed(title, labels)


def test_every_fourth_drawing_of_a_label_is_held_back():
    own = OwnProblem.typed("x", "a b")
    data = own_data(own, "own x", drawings(a=12, b=8, c=5))
    problem = data.problem
    assert np.bincount(problem.train.labels).tolist() == [9, 6]
    assert np.bincount(problem.test.labels).tolist() == [3, 2]
    assert data.polylines.n_drawings == len(problem.train)
    for k in (0, 14):
        image = rasterise(data.polylines.drawing(k)).ravel() * 255
        np.testing.assert_allclose(problem.train.x[k], image)


def test_too_few_are_said_by_their_labels():
    with pytest.raises(OwnProblemError, match=r"too few are there of b"):
        own_data(OwnProblem.typed("x", "a b"), "own x", drawings(a=4, b=3))


def test_the_file_brings_them_back():
    assert from_json(to_json((SHAPES,))) == (SHAPES,)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b'{"format": "nnstudio problems", "version": 2, "problems": []}',
        b'{"format": "nnstudio problems", "version": 1, "problems": [{"title": "x", "labels": "ab"}]}',
        b'{"format": "nnstudio problems", "version": 1, "problems": [{"title": "x", "labels": ["a", 1]}]}',
        b'{"format": "nnstudio problems", "version": 1, "problems": [{"title": "x", "labels": ["a"]}]}',
        b"\xff",
        b"[" * 100_000,
    ],
)
def test_any_other_file_is_refused(content):
    with pytest.raises(OwnProblemError, match="stays as it is"):
        from_json(content)
