import math

import numpy as np
import pytest

from nnstudio.data.expressions import (
    MAX_CHARACTERS,
    MAX_DEPTH,
    ExpressionError,
    parse_expression,
)

POINT = np.array([[3.0, -4.0]])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2", 2),
        (".5", 0.5),
        ("1e-3", 0.001),
        ("2.", 2),
        ("x1", 3),
        ("x₂", -4),
        ("r", 5),
        ("phi", math.atan2(-4, 3)),
        ("φ", math.atan2(-4, 3)),
        ("pi", math.pi),
        ("1 + 2*3", 7),
        ("(1 + 2)*3", 9),
        ("8/4/2", 1),
        ("8 - 4 - 2", 2),
        ("2^3^2", 512),
        ("-2^2", -4),
        ("(-2)^2", 4),
        ("2^-1", 0.5),
        ("--2", 2),
        ("+x1", 3),
        ("2*-x1", -6),
        ("x₁² + x₂²", 25),
        ("3·2 × 2 − 1", 11),
        ("sin(0) + cos(0)", 1),
        ("exp(log(5))", 5),
        ("sqrt(x1^2 + x2^2) - r", 0),
        ("abs(x2)", 4),
        ("sin(x1)²", math.sin(3) ** 2),
        ("  x1\t*x2 ", -12),
        ("((((x1))))", 3),
        ("x1^2*x2", -36),
        ("-x1²", -9),
    ],
)
def test_formulas_by_hand(text, value):
    assert parse_expression(text).at(POINT)[0] == pytest.approx(value, rel=1e-14, abs=1e-14)


def test_a_formula_is_computed_for_all_points_at_once():
    points = np.random.default_rng(0).normal(size=(100, 2)).astype(np.float32)
    found = parse_expression("exp(-(x1^2 + x2^2)) * 3").at(points)
    assert found.dtype == np.float64
    x1, x2 = points.astype(float).T
    np.testing.assert_allclose(found, 3 * np.exp(-(x1**2 + x2**2)), rtol=1e-15)
    assert parse_expression("2").at(points).shape == (100,)
    parse_expression("x1").at(points)[:] = 0
    assert points.any()


def test_equal_formulas_have_equal_programs():
    assert parse_expression("x1*( x2 )").program == parse_expression("x₁·x₂").program
    assert parse_expression("x1^2").program == parse_expression("x₁²").program
    assert parse_expression("x1*x2").program != parse_expression("x2*x1").program


@pytest.mark.parametrize(
    ("text", "start", "end", "sentence"),
    [
        ("", 0, 0, "ends where a number or a name is missing"),
        ("x1 +", 4, 4, "ends where"),
        ("2 x1", 2, 4, "An operator is missing before “x1”"),
        ("2x1", 1, 3, "An operator is missing before “x1”"),
        ("(x1 + 2", 0, 1, "This bracket is never closed"),
        ("sin(x1", 3, 4, "This bracket is never closed"),
        ("x1 + 2)", 6, 7, "This bracket was never opened"),
        ("()", 1, 2, "A number or a name is missing before “\\)”"),
        ("* 2", 0, 1, "A number or a name is missing before “\\*”"),
        ("x1 ** 2", 4, 5, "A power is written with \\^"),
        ("tan(x1)", 0, 3, "There is no tan; names are x1, x2, r, phi, pi, sin"),
        ("x3 + 1", 0, 2, "There is no x3"),
        ("X1", 0, 2, "There is no X1"),
        ("sin x1", 0, 3, "sin needs brackets, as in sin\\(x1\\)"),
        ("0,5 * x1", 1, 2, "Decimals are written with a point"),
        ("x1 % 2", 3, 4, "“%” has no meaning"),
        ("x1 = 2", 3, 4, "“=” has no meaning"),
        ("|x1|", 0, 1, "has no meaning"),
        ("1e999", 0, 5, "too large"),
        ("(x1 2)", 4, 5, "An operator is missing before “2”"),
        ("x1²²", 3, 4, "A power of a power needs brackets"),
        ("__import__('os')", 0, 1, "“_” has no meaning"),
        ("x1.real", 2, 3, "“\\.” has no meaning"),
        ("lambda: 0", 6, 7, "“:” has no meaning"),
        ("exec(x1)", 0, 4, "There is no exec"),
        ("x1" + " " * MAX_CHARACTERS, MAX_CHARACTERS, MAX_CHARACTERS + 2, "at most 200 characters"),
        ("(" * 33 + "1" + ")" * 33, 33, 34, "at most 32 within each other"),
        ("-" * 40 + "1", 33, 34, "at most 32 within each other"),
        ("^".join(["2"] * 40), 66, 67, "at most 32 within each other"),
    ],
)
def test_what_is_no_formula_is_refused_at_its_place(text, start, end, sentence):
    with pytest.raises(ExpressionError, match=sentence) as raised:
        parse_expression(text)
    assert (raised.value.start, raised.value.end) == (start, end)


def test_brackets_side_by_side_are_not_deep():
    text = "+".join(["(x1)"] * 40)
    assert len(text) <= MAX_CHARACTERS
    assert parse_expression(text).at(POINT)[0] == 120
    assert parse_expression("(" * MAX_DEPTH + "1" + ")" * MAX_DEPTH).at(POINT)[0] == 1


@pytest.mark.parametrize("text", ["log(-1)", "1/0", "sqrt(x2)", "exp(exp(exp(5)))", "(-2)^0.5", "0/0"])
def test_where_a_formula_has_no_number_it_is_not_finite_and_no_warning(text):
    assert not np.isfinite(parse_expression(text).at(POINT)).any()


def test_random_text_ends_in_a_formula_or_the_documented_error():
    rng = np.random.default_rng(0)
    parts = [
        "x1",
        "x2",
        "r",
        "phi",
        "sin(",
        "log(",
        "(",
        ")",
        "+",
        "-",
        "*",
        "/",
        "^",
        "²",
        "2",
        ".5",
        " ",
        ",",
        "e",
        "_",
        "é",
    ]
    n_read = 0
    for _ in range(3_000):
        text = "".join(rng.choice(parts, rng.integers(0, 12)))
        try:
            found = parse_expression(text)
        except ExpressionError as raised:
            error = raised
        else:
            error = None
            n_read += 1
            assert found.at(POINT).shape == (1,)
        assert error is None or 0 <= error.start <= error.end <= len(text)
    assert n_read > 50
