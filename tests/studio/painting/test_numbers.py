"""How numbers are written."""

import pytest

from nnstudio.studio.painting.numbers import duration


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0.0 s"),
        (4e-5, "0.04 ms"),
        (0.04, "40 ms"),
        (0.4, "0.4 s"),
        (59.94, "59.9 s"),
        (61, "1 min 01 s"),
        (3725, "1 h 02 min"),
    ],
)
def test_a_time_is_written_for_people(seconds, text):
    assert duration(seconds) == text
