"""One step: quiet while it works, a sentence with the command's last words when it fails."""

import sys

import pytest
from steps import SetupError, do


def test_a_step_that_works_shows_nothing(capfd):
    do([sys.executable, "-c", "print('chatter')"], failure="could not chatter")
    assert capfd.readouterr() == ("", "")


def test_a_step_that_fails_tells_what_and_its_last_words():
    script = "import sys; [print('line', i) for i in range(50)]; sys.exit('no route to host')"
    with pytest.raises(SetupError, match="could not install") as caught:
        do([sys.executable, "-u", "-c", script], failure="could not install")
    assert "no route to host" in str(caught.value)
    assert "line 49" in str(caught.value)
    assert "line 2\n" not in str(caught.value)


def test_a_program_that_is_not_there_is_a_failed_step(tmp_path):
    with pytest.raises(SetupError, match="could not start"):
        do([str(tmp_path / "missing")], failure="could not start")
