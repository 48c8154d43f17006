import contextlib
import json
import zipfile

import numpy as np
import pytest

from nnstudio.data.strokes import (
    MAX_POINTS,
    Drawing,
    DrawingError,
    Polylines,
    StrokeFileError,
    flatten,
    read_stroke_file,
)
from nnstudio.errors import UserError

SEVEN = Drawing((((0, 0), (6, 0), (2, 9)), ((1, 4), (5, 4))))


def arrays():
    """Two drawings: a seven in two strokes and a bar."""
    return {
        "xy": np.array([[0, 0], [6, 0], [2, 9], [1, 4], [5, 4], [3, 0], [3, 9]], dtype=np.int16),
        "stroke_offsets": np.array([0, 3, 5, 7], dtype=np.int32),
        "sample_offsets": np.array([0, 2, 3], dtype=np.int32),
        "labels": np.array(["7", "1"]),
        "writers": np.array([4, 9], dtype=np.int32),
    }


def write(path, **changes):
    np.savez(path, **{name: value for name, value in {**arrays(), **changes}.items() if value is not None})
    return path


def test_a_drawing_goes_through_json_unchanged():
    again = Drawing.from_json(json.loads(json.dumps(SEVEN.to_json())))
    assert [stroke.tolist() for stroke in again.strokes] == [stroke.tolist() for stroke in SEVEN.strokes]


def test_a_drawing_keeps_its_own_read_only_points():
    mine = np.array([[0.0, 0.0], [1.0, 1.0]])
    drawing = Drawing((mine,))
    mine[0] = 5
    assert drawing.bounds() == (0, 0, 1, 1)
    with pytest.raises(ValueError, match="read-only"):
        drawing.strokes[0][0] = 5


@pytest.mark.parametrize(
    ("strokes", "empty"),
    [
        ((), True),
        (([],), True),
        (([[3, 4]],), True),
        (([[3, 4], [3, 4]], [[3, 4]]), True),
        (([[3, 4]], [[3, 5]]), False),
    ],
)
def test_a_drawing_is_empty_without_two_different_points(strokes, empty):
    assert Drawing(strokes).is_empty is empty


def test_extent_is_the_longer_side():
    assert SEVEN.extent == 9


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "3",
        "null",
        "{}",
        '{"strokes": null}',
        '{"strokes": "abc"}',
        '{"strokes": {"0": []}}',
        '{"strokes": [3]}',
        '{"strokes": [[3]]}',
        '{"strokes": [["ab"]]}',
        '{"strokes": [[[1]]]}',
        '{"strokes": [[[1, 2, 3]]]}',
        '{"strokes": [[[1, 2], [3]]]}',
        '{"strokes": [[["1", "2"]]]}',
        '{"strokes": [[[true, false]]]}',
        '{"strokes": [[[1, null]]]}',
        '{"strokes": [[[1, {}]]]}',
        '{"strokes": [[[NaN, 1]]]}',
        '{"strokes": [[[Infinity, 1]]]}',
        '{"strokes": [[[1e300, 1]]]}',
        '{"strokes": [[[1' + "0" * 400 + ", 1]]]}",
    ],
)
def test_what_is_no_drawing_is_refused_in_a_sentence(text):
    with pytest.raises(DrawingError) as caught:
        Drawing.from_json(json.loads(text))
    assert isinstance(caught.value, UserError)
    assert str(caught.value).endswith(".")


def test_an_endless_drawing_is_refused():
    with pytest.raises(DrawingError, match="points; at most"):
        Drawing((np.zeros((MAX_POINTS, 2)), np.zeros((1, 2))))


def test_flat_form_holds_the_same_points():
    polylines = flatten([SEVEN, Drawing(()), Drawing(([[1, 1]],))])
    assert polylines.n_drawings == 3
    assert polylines.stroke_offsets.tolist() == [0, 3, 5, 6]
    assert polylines.drawing_offsets.tolist() == [0, 2, 2, 3]
    assert polylines.xy[3:5].tolist() == SEVEN.strokes[1].tolist()


def test_a_block_of_the_flat_form_stands_alone():
    polylines = flatten([Drawing(([[1, 1]],)), SEVEN, Drawing(([[2, 2]],))])
    block = polylines.block(1, 2)
    assert block.stroke_offsets.tolist() == [0, 3, 5]
    assert block.drawing_offsets.tolist() == [0, 2]
    assert np.shares_memory(block.xy, polylines.xy)
    assert isinstance(block, Polylines)


def test_some_drawings_of_the_flat_form_are_those_drawings():
    rng = np.random.default_rng(4)
    counts = [[2, 3], [], [1], [0, 5], [4]]
    drawings = [Drawing(tuple(rng.normal(size=(n, 2)) for n in strokes)) for strokes in counts]
    whole = flatten(drawings)
    some = whole.subset(np.array([3, 0, 1, 0]))
    assert some.n_drawings == 4
    for place, number in enumerate((3, 0, 1, 0)):
        assert some.drawing(place).to_json() == whole.drawing(number).to_json()
    assert whole.subset(np.array([], int)).n_drawings == 0


def test_a_stroke_file_gives_labelled_drawings(tmp_path):
    strokes = read_stroke_file(write(tmp_path / "set.npz"))
    assert len(strokes) == 2
    assert strokes.labels.tolist() == ["7", "1"]
    assert strokes.writers.tolist() == [4, 9]
    seven, bar = strokes
    assert [stroke.tolist() for stroke in seven.strokes] == [stroke.tolist() for stroke in SEVEN.strokes]
    assert bar.bounds() == (3, 0, 3, 9)
    with pytest.raises(IndexError):
        strokes.drawing(2)


@pytest.mark.parametrize(
    "changes",
    [
        {"xy": None},
        {"writers": None},
        {"xy": np.zeros((7, 3), dtype=np.int16)},
        {"xy": np.zeros(7, dtype=np.int16)},
        {"xy": np.zeros((7, 2))},
        {"xy": np.zeros((6, 2), dtype=np.int16)},
        {"xy": np.int16(3)},
        {"stroke_offsets": np.array([0, 5, 3, 7])},
        {"stroke_offsets": np.array([1, 3, 5, 7])},
        {"stroke_offsets": np.array([[0, 3, 5, 7]])},
        {"stroke_offsets": np.array([], dtype=np.int32)},
        {"sample_offsets": np.array([0, 2])},
        {"sample_offsets": np.array([0, 2, 9])},
        {"labels": np.array(["7"])},
        {"labels": np.array([7, 1])},
        {"labels": np.array(["x" * 100, "1"])},
        {"writers": np.array([[4], [9]])},
        {"labels": np.array([{"a": 1}, None], dtype=object)},
    ],
)
def test_a_stroke_file_that_contradicts_itself_is_refused(tmp_path, changes):
    with pytest.raises(StrokeFileError, match=r"set\.npz"):
        read_stroke_file(write(tmp_path / "set.npz", **changes))


def test_a_missing_stroke_file_is_named(tmp_path):
    with pytest.raises(StrokeFileError, match=r"gone\.npz"):
        read_stroke_file(tmp_path / "gone.npz")


def test_a_folder_is_no_stroke_file(tmp_path):
    with pytest.raises(StrokeFileError):
        read_stroke_file(tmp_path)


def test_an_array_that_lies_about_its_size_is_not_unpacked(tmp_path):
    path = tmp_path / "set.npz"
    header = b"\x93NUMPY\x01\x00" + (118).to_bytes(2, "little")
    claim = b"{'descr': '<i2', 'fortran_order': False, 'shape': (10000000000, 2), }"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xy.npy", header + claim.ljust(117) + b"\n" + b"\0" * 28)
    with pytest.raises(StrokeFileError, match="another size"):
        read_stroke_file(path)


def test_damaged_stroke_files_end_in_the_one_documented_error(tmp_path):
    good = write(tmp_path / "good.npz").read_bytes()
    rng = np.random.default_rng(0)
    path = tmp_path / "bad.npz"
    for _ in range(400):
        bad = bytearray(good[: rng.integers(1, len(good) + 1)])
        for place in rng.integers(len(bad), size=rng.integers(1, 5)):
            bad[place] = rng.integers(256)
        path.write_bytes(bad)
        with contextlib.suppress(StrokeFileError):
            assert len(read_stroke_file(path)) == 2
