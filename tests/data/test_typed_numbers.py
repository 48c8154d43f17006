import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnstudio.data.typed_numbers import (
    BlockError,
    NumberError,
    check_rows,
    checked_number,
    typed_number,
    typed_rows,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1/2", 0.5),
        ("−3/4", -0.75),
        ("1 / 4", 0.25),
        ("0,5/2", 0.25),
        ("0,5", 0.5),
        ("0.5", 0.5),
        (".5", 0.5),
        (",5", 0.5),
        ("5.", 5),
        ("−3", -3),
        ("–3", -3),
        ("-3", -3),
        ("+3", 3),
        ("1e-3", 0.001),
        ("1E−3", 0.001),
        ("2,5e1", 25),
        ("0,125", 0.125),
        ("1,25", 1.25),
        ("  7 ", 7),
        ("9999", 9999),
        ("−9999", -9999),
    ],
)
def test_numbers_are_read_as_people_type_them(text, value):
    assert typed_number(text) == value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "missing"),
        ("  ", "missing"),
        ("abc", "“abc” is no number"),
        ("NaN", "no number"),
        ("inf", "no number"),
        ("0x10", "no number"),
        ("1_000", "no number"),
        ("٣", "no number"),
        ("1.2.3", "no number"),
        ("1 2", "no number"),
        ("- 3", "no number"),
        ("1/2/3", "no number"),
        ("/2", "no number"),
        ("=A1", "no number"),
        ("50 %", "no number"),
        ("1" * 60, "no number"),
        ("1/0", "nothing can be divided by 0"),
        ("1/0,0", "nothing can be divided by 0"),
        ("10000", "10000 is too large; numbers from −9999 to 9999 are taken"),
        ("−9999.5", "−9999.5 is too large"),
        ("1e9", "too large"),
        ("1e999", "inf is no number"),
        ("9999/1e-9", "too large"),
        ("1,234", "“1,234” can be 1.234 or 1234; write it without a comma"),
        ("−12,500", "“−12,500” can be −12.500 or −12500"),
    ],
)
def test_what_is_no_number_is_refused_with_a_sentence(text, words):
    with pytest.raises(NumberError, match=r"\.$") as refusal:
        typed_number(text)
    assert words in str(refusal.value)


def test_a_known_decimal_comma_is_one():
    assert typed_number("1,234", has_decimal_commas=True) == 1.234


@given(st.floats(-9999, 9999))
def test_what_the_program_writes_it_reads(value):
    assert typed_number(repr(value)) == value
    assert typed_number(repr(value).replace("-", "−")) == value


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_refused(text):
    try:
        value = typed_number(text)
    except NumberError:
        return
    assert abs(value) <= 9999


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -10000.0])
def test_a_number_that_is_not_typed_is_checked_alike(value):
    with pytest.raises(NumberError):
        checked_number(value)
    assert checked_number(-9999.0) == -9999


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("0.1\t-0.8\n-0.3\t0.1\n", [[0.1, -0.8], [-0.3, 0.1]]),
        ("0,1\t−0,8\r\n−0,3\t0,1\r\n", [[0.1, -0.8], [-0.3, 0.1]]),
        ("0,1;-0,8\n-0,3;1/2", [[0.1, -0.8], [-0.3, 0.5]]),
        ("0,1; -0,8", [[0.1, -0.8]]),
        ("0.1, -0.8\n\n-0.3, 0.1", [[0.1, -0.8], [-0.3, 0.1]]),
        ("0.1,-0.8", [[0.1, -0.8]]),
        ("1,1\n1,-1", [[1, 1], [1, -1]]),
        ("1,2,3", [[1, 2, 3]]),
        ("0.5,2", [[0.5, 2]]),
        ("0,1 -0,8", [[0.1, -0.8]]),
        ("  1   2  3 ", [[1, 2, 3]]),
        ("1/2 1 / 4", [[0.5, 0.25]]),
        ("0,5\t1,234", [[0.5, 1.234]]),
        ("7", [[7]]),
        ("1\n2", [[1], [2]]),
    ],
)
def test_blocks_of_spreadsheets_are_read(text, rows):
    assert typed_rows(text) == rows


@pytest.mark.parametrize(
    ("text", "words", "place"),
    [
        ("", "no number in it", (None, None)),
        ("\n \n", "no number in it", (None, None)),
        ("0,5", "A comma in it", (None, None)),
        ("1,2\n3,4", "A comma in it", (None, None)),
        ("1, 2,3", "A comma in it", (None, None)),
        ("1\t2\n3\tx", "Row 2, column 2: “x” is no number", (1, 1)),
        ("1\t\t3", "Row 1, column 2: A number is missing", (0, 1)),
        ("\t1", "Row 1, column 1: A number is missing", (0, 0)),
        ("1;NaN", "Row 1, column 2: “NaN”", (0, 1)),
        ("1;1/0", "divided by 0", (0, 1)),
        ("1;10000", "too large", (0, 1)),
        ("1.5\t1,234", "can be 1.234 or 1234", (0, 1)),
        ("0,5\t1.5\t1,234", "can be 1.234 or 1234", (0, 2)),
        ("1" * 1_000_001, "longer than 1,000,000", (None, None)),
    ],
)
def test_a_block_with_something_else_is_refused_at_its_place(text, words, place):
    with pytest.raises(BlockError) as refusal:
        typed_rows(text)
    assert words in str(refusal.value)
    assert (refusal.value.row, refusal.value.column) == place


@given(
    st.lists(st.lists(st.floats(-9999, 9999), min_size=3, max_size=3), min_size=1, max_size=4),
    st.sampled_from(["\t", ";", ", ", " ", ","]),
)
def test_every_separator_gives_the_same_block(rows, separator):
    text = "\n".join(separator.join(map(repr, row)) for row in rows)
    assert typed_rows(text) == rows


@pytest.mark.parametrize("separator", ["\t", ";", " "])
def test_a_block_with_decimal_commas_is_the_same(separator):
    rows = [[0.25, -1.5], [2.125, 3.0]]
    assert typed_rows("\n".join(separator.join(map(repr, row)) for row in rows).replace(".", ",")) == rows


@pytest.mark.parametrize(
    ("text", "layer", "shape", "names", "sentence"),
    [
        (
            "0.1 -0.8\n-0.3",
            0,
            (2, 2),
            (),
            "Row 2 of the first layer has 1 number; x₁, x₂ ask for 2.",
        ),
        (
            "1 2 3 4",
            0,
            (2, 1),
            ("u", "v"),
            "Row 1 of the first layer has 4 numbers; u, v ask for 2.",
        ),
        (
            "1 2 3\n1 2",
            0,
            (2, 2),
            (),
            "Row 2 of the first layer has 2 numbers; x₁, x₂ and the bias ask for 3.",
        ),
        (
            "1 2 3",
            0,
            (1, 1),
            ("x",),
            "Row 1 of the first layer has 3 numbers; x asks for 1.",
        ),
        (
            "1 2",
            0,
            (784, 1),
            (),
            "Row 1 of the first layer has 2 numbers; x₁, x₂ … x₇₈₄ ask for 784.",
        ),
        (
            "1 2",
            1,
            (4, 3),
            (),
            "Row 1 of the second layer has 2 numbers; the 4 units before it ask for 4.",
        ),
        (
            "1 2\n3 4",
            3,
            (2, 3),
            (),
            "There are 2 rows, and 3 units in layer 4: each unit has a row.",
        ),
        (
            "1 2\n3 x",
            0,
            (2, 2),
            (),
            "Row 2, column 2: “x” is no number. Write one such as 0.5, 0,5, 1/2, −3 or 1e-3.",
        ),
    ],
)
def test_a_block_of_another_shape_is_refused(text, layer, shape, names, sentence):
    def read():
        rows = typed_rows(text)
        check_rows(rows, layer, *shape, names, has_biases=len(rows[0]) == shape[0] + 1)

    with pytest.raises(BlockError) as refusal:
        read()
    assert str(refusal.value) == sentence
