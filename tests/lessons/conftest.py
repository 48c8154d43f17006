"""Lessons as files, changed in one place."""

import pytest

from nnstudio.lessons.lesson_file import read_lesson

TEXT = '''\
format = 1
id = "two-lines"
title = "Two lines"
minutes = 3
show = ["network"]

[[step]]
title = "By hand"
text = """
The input is {x 0:.1f}. The network has {weights} weight.

What comes out?
"""
look = "unit 0 0"
free = ["input", "weights", "train", "seed"]
[step.set]
problem = "curve-line"
network = { sizes = [1, 1], activations = ["identity"] }
weights = [{ W = [[2]], b = [1] }]
input = [0.3]
[[step.ask]]
kind = "number"
words = "It is:"
is = "output 0"
within = 0.005
[[step.ask.wrong]]
is = "z 0 0 without bias"
say = "The bias {b 0 0} is missing."
[[step.ask.wrong]]
equals = 6
say = "Not by ten."
[[step.ask]]
kind = "choice"
words = "Which is a bend?"
[[step.ask.option]]
words = "ReLU"
quantity = "bend of relu"
at_least = 0.1
[[step.ask.option]]
words = "Identity"
quantity = "bend of identity"
at_least = 0.1
say = "That is a straight line."
[[step.claim]]
quantity = "pieces"
equals = 1

[[step]]
title = "Move it"
goes_on = true
text = "Make the slope {w 0 0 0:.0f} smaller."
hint = ["Any number."]
[[step.goal]]
quantity = "w 0 0 0"
falls = true
[step.solve]
put = { "w 0 0 0" = 1 }
'''


@pytest.fixture
def written(tmp_path):
    """Return a function that reads the lesson with some texts replaced."""

    def read(*changes, text=TEXT):
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new, 1)
        path = tmp_path / "two-lines.toml"
        path.write_text(text, encoding="utf-8")
        return read_lesson(path)

    return read


@pytest.fixture
def lesson(written):
    return written()
