"""Pictures written as tables of numbers."""

import numpy as np
import pytest

from nnstudio.data.picture_table import (
    OutOfRangeError,
    PictureTableError,
    looks_like_picture,
    parse_picture,
    picture_rows,
)
from nnstudio.data.typed_numbers import BlockError

BLOCK = [[94, 178, 124, 90, 131, 0], [0, 3, 18, 18, 18, 126]]


@pytest.mark.parametrize("mark", ["\t", ", ", ",", " ", "   ", "; "])
def test_a_table_is_read_whatever_parts_its_numbers(mark):
    text = "\n".join(mark.join(map(str, row)) for row in BLOCK) + "\n"
    assert looks_like_picture(text)
    picture = parse_picture(text)
    assert picture.full == 255
    np.testing.assert_allclose(picture.ink, np.array(BLOCK) / 255, rtol=1e-6)


def test_numbers_up_to_one_are_shares_of_ink():
    picture = parse_picture("0 0.5\n1 0.25")
    assert picture.full == 1
    assert picture.ink.tolist() == [[0, 0.5], [1, 0.25]]


def test_what_is_out_of_range_is_named_and_can_be_capped():
    rows = [[0] * 8 for _ in range(6)]
    rows[4][4:7] = 256, 257, 299
    rows[5][1] = -3
    with pytest.raises(OutOfRangeError) as caught:
        parse_picture("\n".join("\t".join(map(str, row)) for row in rows))
    assert "row 5, columns 5–7 are above 255; row 6, column 2 is below 0" in str(caught.value)
    capped = caught.value.table.capped()
    assert capped.values[4].tolist() == [0, 0, 0, 0, 255, 255, 255, 0]
    assert capped.values[5].tolist() == [0] * 8


def test_a_share_a_little_above_one_is_no_byte():
    with pytest.raises(OutOfRangeError, match="row 1, column 2 is above 1"):
        parse_picture("0.5 1.2\n0 0")


def test_many_places_are_counted():
    with pytest.raises(OutOfRangeError, match="row 4, column 1 is above 255; and 3 more"):
        parse_picture("\n".join(["300 1"] * 7))


def test_ragged_rows_and_what_is_no_number_are_refused():
    with pytest.raises(PictureTableError, match="Row 2 has 2 numbers, row 1 has 3"):
        parse_picture("1 2 3\n4 5\n6 7 8")
    with pytest.raises(BlockError, match="Row 2, column 1: “x”"):
        parse_picture("1 2\nx 3")


@pytest.mark.parametrize("text", ["", "7", "hello", "7 apples", "{}", "/home/me/7.png", "...", "- - -"])
def test_other_texts_are_no_pictures(text):
    assert not looks_like_picture(text)


def test_one_long_row_is_cut_where_it_is_the_list_of_a_picture():
    long = parse_picture(" ".join(map(str, range(6))))
    assert long.as_rows((2, 3)).values.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert long.as_rows((3, 3)) is long


def test_bytes_that_are_written_are_read_back():
    ink = (np.arange(256, dtype=np.float32) / 255).reshape(16, 16)
    text = "\n".join("\t".join(row) for row in picture_rows(ink, in_bytes=True))
    np.testing.assert_array_equal(parse_picture(text).ink, ink)
