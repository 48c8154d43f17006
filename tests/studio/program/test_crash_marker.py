import pytest

from nnstudio.studio.program.crash_marker import LastExit, crash_marker, mark_restoring, marker_path


def test_a_crash_is_known_at_the_next_start():
    with crash_marker() as last_exit:
        assert last_exit is LastExit.CLEAN
    assert not marker_path().exists()
    with pytest.raises(ZeroDivisionError), crash_marker():
        raise ZeroDivisionError
    with crash_marker() as last_exit:
        assert last_exit is LastExit.CRASHED
        mark_restoring(is_over=False)
        with crash_marker() as last_exit:
            assert last_exit is LastExit.CRASHED_RESTORING
