import pytest

from nnstudio.studio.background.pace import Pace
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.selection import Selection

pytestmark = pytest.mark.window(shared=True)


class Noted:
    """Stands in for a part's refresh and notes what it was told."""

    def __init__(self, part, monkeypatch):
        self.told = []
        monkeypatch.setattr(part, "refresh", self.told.append)

    @property
    def changes(self):
        return [changes for changes in self.told if changes]


def test_a_part_behind_another_is_told_nothing(window, qtbot, monkeypatch):
    noted = Noted(window.panels["weights"], monkeypatch)
    frames = window.frame_timer.frames
    window.session.selection.select(0, 1)
    qtbot.waitUntil(lambda: window.frame_timer.frames > frames)
    assert not noted.told


def test_a_part_that_appears_is_told_everything_once(window, qtbot, monkeypatch):
    noted = Noted(window.panels["weights"], monkeypatch)
    window.dock_area.bring_forward("weights")
    qtbot.waitUntil(lambda: len(noted.told) > 3)
    assert noted.changes == [Changes.all()]
    window.dock_area.bring_forward("templates")
    qtbot.waitUntil(lambda: "weights" not in window.frame_updates._seen)
    noted.told.clear()
    window.dock_area.bring_forward("weights")
    qtbot.waitUntil(lambda: len(noted.told) > 3)
    assert noted.changes == [Changes.all()]


def test_the_frame_after_a_selection_says_so_once(window, qtbot, monkeypatch):
    noted = Noted(window.panels["network"], monkeypatch)
    window.session.selection.select(0, 1)
    window.session.selection.select(0, 2)
    qtbot.waitUntil(lambda: len(noted.told) > 3)
    assert [changes.selection for changes in noted.told].count(True) == 1


def test_a_new_network_begins_with_nothing_selected(window, qtbot):
    window.session.selection.select(0, 1)
    window.actions_by_name["reset"].trigger()
    qtbot.waitUntil(lambda: window.session.selection.unit is None)


@pytest.mark.parametrize("unit", [(0, 12), (3, 0), (-1, 0), (0, -1)])
def test_a_unit_that_is_not_there_cannot_be_selected(window, unit):
    window.session.selection.select(0, 1)
    window.session.selection.select(*unit)
    assert window.session.selection.unit is None


def test_the_selection_tells_of_changes_only(window, qtbot):
    selection, told = Selection(window.session.network), []
    selection.changed.connect(lambda: told.append(selection.unit))
    selection.select(0, 1)
    selection.select(0, 1)
    selection.clear()
    assert told == [(0, 1), None]


def test_a_sample_is_shown_with_its_sentence(window, qtbot, digits):
    x = digits.test.batch([5])[0]
    window.session.input.show_sample(x, "The sixth.")
    qtbot.waitUntil(lambda: window.session.network.reading is not None)
    assert (window.session.network.reading.x == x).all()
    assert window.status.message.text() == "The sixth."


def test_pace_holds_back_and_lets_the_last_through(monkeypatch):
    now = 0.0
    monkeypatch.setattr("time.perf_counter", lambda: now)
    pace = Pace(1.0)
    assert not pace.due(False)
    assert pace.due(True)
    now = 0.5
    assert not pace.due(True)
    now = 1.1
    assert pace.due(False)
    assert not pace.due(False)
    assert pace.due(True, at_once=True)


def test_names_of_parts_are_their_own(window):
    names = [part.name for part in window.panels.values()]
    assert len(set(names)) == len(names) == len(window.panels)
    assert all(part.title for part in window.panels.values())


def test_a_weight_is_selected_with_its_unit_and_goes_with_it(window, qtbot):
    window.session.selection.select(1, 2, 11)
    assert (window.session.selection.unit, window.session.selection.source) == ((1, 2), 11)
    with qtbot.waitSignal(window.session.selection.changed):
        window.session.selection.select(1, 2)
    assert window.session.selection.source is None
    window.session.selection.select(1, 2, 12)
    assert (window.session.selection.unit, window.session.selection.source) == ((1, 2), None)
    window.session.selection.select(0, 0, 783)
    window.session.selection.clear()
    assert (window.session.selection.unit, window.session.selection.source) == (None, None)
