import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QEnterEvent, QGuiApplication, QIcon
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFileDialog,
    QGraphicsView,
    QMenu,
    QTabBar,
    QWidget,
)

from nnstudio.lessons.places import PANELS as PLACES
from nnstudio.lessons.places import panel_title
from nnstudio.studio.painting.theme import DARK, LIGHT
from nnstudio.studio.panels.panel import HasNumbers, HasZoom
from nnstudio.studio.panels.panel_list import PANELS
from nnstudio.studio.views.view import View
from nnstudio.studio.window.dock_layout import Side
from nnstudio.studio.window.panel_actions import KEYS
from tests.stress import STRESS
from tests.studio.gestures import discard, right_click, said, turn_wheel

pytestmark = pytest.mark.window(shared=True)


def place(window, name):
    dock = window.dock_area.docks[name]
    return QRect(dock.mapTo(window.dock_area, QPoint(0, 0)), dock.size())


def places(window):
    """Return where every panel in front is."""
    return {name: place(window, name) for name, dock in window.dock_area.docks.items() if dock.is_in_front}


def are_alike(these, those):
    """Say whether panels are where others are, to the pixel that is left over when room is shared out."""
    return these.keys() == those.keys() and all(
        abs(one - other) <= 1
        for name in these
        for one, other in zip(these[name].getRect(), those[name].getRect(), strict=True)
    )


def tab_bars(window):
    """Return the texts of each row of tabs that can be seen."""
    bars = window.dock_area.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return [[bar.tabText(k) for k in range(bar.count())] for bar in bars if bar.isVisible()]


def floated(window, qtbot, name):
    dock = window.dock_area.docks[name]
    dock.title_bar.toggle_floating()
    qtbot.waitUntil(dock.isFloating)
    return dock


# The default layout


def test_panels_are_at_home_at_first(window):
    at = places(window)
    assert at["input"].right() < at["network"].left()
    assert at["network"].right() < at["answer"].left()
    assert at["network"].bottom() < at["loss"].top()
    assert at["loss"].right() < at["templates"].left()
    assert at["answer"].bottom() < at["inspector"].top()
    assert at["network"].width() > window.dock_area.width() / 2


def test_panels_share_the_desk_without_overlap(window):
    shown = list(places(window).values())
    for k, one in enumerate(shown):
        assert window.dock_area.rect().contains(one)
        assert not any(one.intersects(other) for other in shown[k + 1 :])


def test_tabs_stand_where_panels_share_a_place_and_nowhere_else(window):
    bars = tab_bars(window)
    assert ["Loss", "Accuracy"] in [bar[:2] for bar in bars]
    titles = [title for bar in bars for title in bar]
    assert len(titles) == len(set(titles))


def test_a_panel_has_its_title_once(window, qtbot):
    in_tabs = {title for bar in tab_bars(window) for title in bar}
    for name in places(window):
        dock = window.dock_area.docks[name]
        assert (dock.title_bar.height() == 0) == (dock.panel.title in in_tabs), name


def test_a_larger_window_gives_room_to_all(window):
    before = places(window)
    window.resize(2 * window.size())
    QApplication.processEvents()
    for name, box in places(window).items():
        assert box.width() > 1.5 * before[name].width(), name
        assert box.height() > 1.5 * before[name].height(), name


# Moving them


def test_a_hidden_panel_leaves_its_room_to_others_and_comes_back(window, qtbot):
    width = place(window, "network").width()
    window.dock_area.docks["input"].close()
    qtbot.waitUntil(lambda: place(window, "network").width() > width)
    assert not window.panel_actions["input"].isChecked()
    window.panel_actions["input"].trigger()
    qtbot.waitUntil(lambda: window.dock_area.docks["input"].is_in_front)
    assert window.panel_actions["input"].isChecked()


def test_a_floating_panel_goes_on_being_told(window, qtbot, monkeypatch):
    floated(window, qtbot, "answer")
    told = []
    monkeypatch.setattr(window.panels["answer"], "refresh", told.append)
    qtbot.waitUntil(lambda: len(told) > 3)


def tab(window, title):
    """Return the row of tabs with a title, and the middle of that tab."""
    bars = window.dock_area.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
    for bar in bars:
        for k in range(bar.count()):
            if bar.isVisible() and bar.tabText(k) == title:
                return bar, bar.tabRect(k).center()
    raise LookupError(title)


def drag(window, qtbot, grip, start, target):
    """Drag by mouse from a place on ``grip`` to a place of the desk."""
    end = window.dock_area.mapToGlobal(target)
    QTest.mousePress(grip, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(grip, start + QPoint(20, 20))
    # A floating panel follows the pointer, and takes its own coordinates along.
    QTest.mouseMove(grip, grip.mapFromGlobal(end))
    veiled = window.dock_area.drag.isVisible()
    QTest.mouseRelease(grip, Qt.MouseButton.LeftButton, pos=grip.mapFromGlobal(end))
    qtbot.waitUntil(lambda: not window.dock_area.drag.isVisible() and window.dock_area.drag._dock is None)
    QApplication.processEvents()
    return veiled


def beside(box, x, y):
    """Return a point of a box by shares of its width and height."""
    return QPoint(round(box.left() + x * box.width()), round(box.top() + y * box.height()))


def test_a_tab_goes_to_the_side_of_another_panel(window, qtbot):
    bar, start = tab(window, "Activations")
    assert drag(window, qtbot, bar, start, beside(place(window, "answer"), 0.5, 0.9))
    at = places(window)
    assert at["answer"].bottom() < at["activations"].top()
    assert at["activations"].bottom() < at["inspector"].top()
    assert not any("Activations" in row for row in tab_bars(window))


@pytest.mark.parametrize(
    ("x", "y", "comes_first"), [(0.1, 0.5, True), (0.9, 0.5, False), (0.5, 0.1, True), (0.5, 0.9, False)]
)
def test_a_panel_goes_beside_one_that_has_tabs(window, qtbot, x, y, comes_first):
    rows = tab_bars(window)
    grip = window.dock_area.docks["answer"].title_bar
    drag(window, qtbot, grip, QPoint(20, 10), beside(place(window, "templates"), x, y))
    answer, templates = place(window, "answer"), place(window, "templates")
    if y == 0.5:
        ends = (answer.right(), templates.left()) if comes_first else (templates.right(), answer.left())
    else:
        ends = (answer.bottom(), templates.top()) if comes_first else (templates.bottom(), answer.top())
    assert ends[0] < ends[1]
    qtbot.waitUntil(lambda: sorted(tab_bars(window)) == sorted(rows))
    assert window.dock_area.docks["templates"].is_in_front


def test_a_panel_in_the_middle_of_another_becomes_its_tab(window, qtbot):
    grip = window.dock_area.docks["answer"].title_bar
    drag(window, qtbot, grip, QPoint(20, 10), beside(place(window, "templates"), 0.5, 0.5))
    assert any({"Templates", "Answer"} <= set(row) for row in tab_bars(window))
    assert window.dock_area.docks["answer"].is_in_front


def test_a_tab_leaves_its_tabs_for_a_side_of_them(window, qtbot):
    bar, start = tab(window, "Accuracy")
    drag(window, qtbot, bar, start, beside(place(window, "loss"), 0.9, 0.5))
    at = places(window)
    assert at["loss"].right() < at["accuracy"].left() <= at["accuracy"].right() < at["templates"].left()


def test_a_panel_dragged_off_the_desk_floats_and_can_be_dragged_back(window, qtbot):
    dock = window.dock_area.docks["answer"]
    grip = dock.title_bar
    assert not drag(window, qtbot, grip, QPoint(20, 10), QPoint(300, -60))
    assert dock.isFloating()
    drag(window, qtbot, grip, QPoint(20, 10), beside(place(window, "network"), 0.5, 0.9))
    assert not dock.isFloating()
    assert place(window, "network").bottom() < place(window, "answer").top()


def test_a_panel_let_go_where_it_was_stays(window, qtbot):
    before = places(window)
    grip = window.dock_area.docks["answer"].title_bar
    assert not drag(window, qtbot, grip, QPoint(20, 10), beside(before["answer"], 0.5, 0.5))
    assert places(window) == before


def test_a_reset_in_the_midst_of_a_drag_is_harmless(window, qtbot):
    bar, start = tab(window, "Weights")
    QTest.mousePress(bar, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(bar, start + QPoint(0, -200))
    window.dock_area.reset()
    window.dock_area.docks["weights"].close()
    QTest.mouseMove(bar, start + QPoint(0, -300))
    QTest.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=start + QPoint(0, -300))
    qtbot.waitUntil(lambda: window.dock_area.drag._dock is None)


def test_a_double_click_on_a_title_floats_and_brings_back(window, qtbot):
    dock = window.dock_area.docks["network"]
    for floats in (True, False):
        QTest.mouseDClick(dock.title_bar, Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
        qtbot.waitUntil(lambda floats=floats: dock.isFloating() == floats)


def test_icons_of_title_bars_are_drawn_when_they_are_seen(window, qtbot, monkeypatch):
    drawn = []

    def draw(name, tint):
        drawn.append((name, tint))
        return QIcon()

    monkeypatch.setattr("nnstudio.studio.window.dock.icon", draw)
    bar = window.dock_area.docks["network"].title_bar
    # The tests share a window, and where an earlier one left its pointer that title shows its buttons.
    for dock in window.dock_area.docks.values():
        QApplication.sendEvent(dock.title_bar, QEvent(QEvent.Type.Leave))
    window.set_theme(LIGHT)
    assert not drawn, "no pointer is over a title"
    QApplication.sendEvent(bar, QEnterEvent(QPointF(5, 5), QPointF(5, 5), QPointF(5, 5)))
    both = ["float", "hide"]
    assert drawn == [(name, LIGHT.muted) for name in both]
    window.set_theme(DARK)
    assert drawn[2:] == [(name, DARK.muted) for name in both]
    QApplication.sendEvent(bar, QEvent(QEvent.Type.Leave))


def test_the_buttons_of_a_title_bar_float_and_hide(window, qtbot):
    dock = window.dock_area.docks["network"]
    bar = dock.title_bar
    bar._float.click()
    qtbot.waitUntil(dock.isFloating)
    bar._float.click()
    qtbot.waitUntil(lambda: not dock.isFloating())
    bar._hide.click()
    qtbot.waitUntil(dock.isHidden)


def test_a_right_click_on_a_tab_or_title_opens_the_panels_menu(window, qtbot):
    bars = window.dock_area.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
    bar = next(bar for bar in bars if bar.isVisible() and bar.tabText(0) == "Templates")
    targets = ((bar, bar.tabRect(2).center(), "weights"),)
    title_bar = window.dock_area.docks["network"].title_bar
    targets += ((title_bar, QPoint(5, 5), "network"),)
    for target, pos, name in targets:
        right_click(target, pos)
        (menu,) = (menu for menu in window.dock_area.findChildren(QMenu) if menu.isVisible())
        next(action for action in menu.actions() if action.text() == "Hide").trigger()
        menu.close()
        qtbot.waitUntil(window.dock_area.docks[name].isHidden)


def test_a_right_click_in_a_figure_shows_all_of_it_and_saves_its_numbers(ready, qtbot, tmp_path, monkeypatch):
    window, path = ready, tmp_path / "loss.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(path), ""))
    curves = window.panels["loss"].widget
    for step in (5, 10):
        window.session.training.step_epoch()
        qtbot.waitUntil(lambda step=step: window.session.network.snapshot.test_step == step)
    # Curves follow a few times a second.
    qtbot.waitUntil(lambda: ("test", 2.0) in {row[:2] for row in curves.numbers()[1]})
    turn_wheel(curves.plot.viewport(), 240)
    right_click(curves.plot.viewport(), curves.plot.viewport().rect().center())
    (menu,) = (menu for menu in window.dock_area.findChildren(QMenu) if menu.isVisible())
    entries = {action.text(): action for action in menu.actions()}
    entries["Show all"].trigger()
    assert curves.plot.is_fitted
    entries["Save numbers…"].trigger()
    menu.close()
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "curve,epoch,loss"
    history = window.session.history.run.checkpoint_history.history
    tested = [tuple(map(float, line.split(",")[1:])) for line in lines if line.startswith("test,")]
    assert tested == list(zip(history.test_epoch.tolist(), history.test_loss.tolist(), strict=True))
    path.unlink()

    def is_focused(name):
        # Once more after the menu has closed.
        window.activateWindow()
        window.dock_area.docks[name].focus()
        return window.dock_area.panel_with_focus() is window.panels[name]

    qtbot.waitUntil(lambda: is_focused("loss"))
    window.actions_by_name["save-numbers"].trigger()
    assert path.exists()
    window.show_panel("samples")
    qtbot.waitUntil(lambda: is_focused("samples"))
    window.actions_by_name["save-numbers"].trigger()
    assert "No numbers of this panel can be saved" in said(window)


def test_every_figure_has_the_menu_of_its_panel(window, qtbot):
    n_figures = 0
    for name, dock in window.dock_area.docks.items():
        window.show_panel(name)
        qtbot.waitUntil(lambda dock=dock: dock.is_in_front)
        widget = dock.panel.widget
        kinds = (View, QAbstractItemView, QGraphicsView)
        figures = [each for each in (widget, *widget.findChildren(QWidget)) if isinstance(each, kinds)]
        for figure in figures:
            if figure is window.input.canvas or not figure.isVisible():
                continue
            target = figure.viewport() if hasattr(figure, "viewport") else figure
            right_click(target, target.rect().center())
            menus = [menu for menu in window.dock_area.findChildren(QMenu) if menu.isVisible()]
            assert len(menus) == 1, f"{name}: {figure.accessibleName()}"
            entries = {action.text() for action in menus[0].actions()}
            assert {"Copy picture", "Save figure…"} <= entries
            assert ("Save numbers…" in entries) is isinstance(dock.panel, HasNumbers)
            assert ("Show all" in entries) is isinstance(dock.panel, HasZoom)
            menus[0].close()
            n_figures += 1
    assert n_figures >= len(window.dock_area.docks) - 2


def test_the_right_button_on_the_canvas_erases_and_opens_no_menu(window, qtbot):
    canvas = window.input.canvas
    right_click(canvas, canvas.rect().center())
    assert not any(menu.isVisible() for menu in window.dock_area.findChildren(QMenu))

    def is_focused():
        # Once more after a menu has closed.
        window.activateWindow()
        canvas.setFocus()
        return canvas.hasFocus()

    qtbot.waitUntil(is_focused)
    window.actions_by_name["panel-menu"].trigger()
    (menu,) = (menu for menu in window.dock_area.findChildren(QMenu) if menu.isVisible())
    assert "Save figure…" in {action.text() for action in menu.actions()}
    menu.close()


# Kept over starts


def test_the_layout_comes_back(open_window, settings, qtbot):
    first = open_window()
    first.dock_area.docks["inspector"].close()
    first.dock_area.tabifyDockWidget(first.dock_area.docks["loss"], first.dock_area.docks["answer"])
    floated(first, qtbot, "templates")
    first.close()
    second = open_window(settings=settings)
    assert second.dock_area.docks["inspector"].isHidden()
    assert second.dock_area.docks["templates"].isFloating()
    assert any({"Loss", "Answer"} <= set(bar) for bar in tab_bars(second))

    def has_no_ghosts():
        titles = [title for bar in tab_bars(second) for title in bar]
        return len(titles) == len(set(titles))

    # The rows of the layout before go a round of events later.
    qtbot.waitUntil(has_no_ghosts)


def test_the_layout_stays_the_same_over_starts(open_window, settings, qtbot):
    # What is kept of a window larger than the screen is fitted to it at the next start.
    for _ in range(2):
        open_window(settings=settings).close()
    at = []
    for _ in range(2):
        window = open_window(settings=settings)
        qtbot.waitUntil(lambda area=window.dock_area: not area._settling.isActive())
        at.append(places(window))
        window.close()
    assert are_alike(*at)


def test_reset_brings_every_panel_home(window, qtbot):
    before, tabs = places(window), tab_bars(window)
    dock_area = window.dock_area
    dock_area.docks["network"].close()
    dock_area.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock_area.docks["input"])
    floated(window, qtbot, "weights")
    window.actions_by_name["reset-layout"].trigger()
    qtbot.waitUntil(lambda: are_alike(places(window), before))
    assert sorted(tab_bars(window)) == sorted(tabs)


def together(window):
    """Return which panels share a place."""
    return {frozenset(names) for names in tab_bars(window)}


def test_panels_share_fewer_places_where_there_is_less_room(window, qtbot):
    dock_area = window.dock_area
    usual, rows = set(places(window)), together(window)
    window.resize(1180, 720)
    window.set_text_scale(2.0)
    try:
        qtbot.waitUntil(lambda: set(places(window)) == {"input", "network"})
        window.set_text_scale(1.15)
        qtbot.waitUntil(lambda: set(places(window)) == {"input", "network", "answer"})
    finally:
        window.set_text_scale(1.0)
    window.resize(1440, 900)
    qtbot.waitUntil(lambda: set(places(window)) == usual)
    qtbot.waitUntil(lambda: together(window) == rows)
    dock_area.put(dock_area.docks["answer"], dock_area.docks["network"], Side.BOTTOM)
    qtbot.waitUntil(lambda: dock_area.docks["answer"].is_in_front)
    window.resize(1180, 720)
    window.set_text_scale(1.5)
    try:
        qtbot.waitUntil(lambda: not dock_area._tidying.isActive())
        assert dock_area.docks["answer"].is_in_front, "what the user arranged stays"
        assert dock_area.docks["inspector"].is_in_front
    finally:
        window.set_text_scale(1.0)


def test_panels_in_front_stay_so_where_panels_share_fewer_places_and_more_again(window, qtbot):
    names = ("fold", "accuracy", "weights", "confusion")
    for name in names:
        window.dock_area.bring_forward(name)
    qtbot.waitUntil(lambda: all(window.dock_area.docks[name].is_in_front for name in names))
    usual = set(places(window))
    window.resize(1180, 720)
    window.set_text_scale(2.0)
    try:
        qtbot.waitUntil(lambda: set(places(window)) == {"input", "fold"})
    finally:
        window.set_text_scale(1.0)
    window.resize(1440, 900)
    qtbot.waitUntil(lambda: set(places(window)) == usual)


def test_a_layout_kept_on_a_large_screen_follows_a_small_one(window, qtbot):
    state = window.dock_area.state()
    window.resize(1366, 728)
    column = window.dock_area.docks["input"]
    qtbot.waitUntil(lambda: column.height() > window.dock_area.height() - 10)
    assert window.input.canvas.height() > 200, "it can be drawn on"
    window.dock_area.restore(state)
    qtbot.waitUntil(lambda: column.height() < window.dock_area.height() - 100)
    qtbot.waitUntil(lambda: column.height() > window.dock_area.height() - 10)
    assert "loss" in places(window)


def test_a_layout_shortened_or_of_other_panels_gives_the_default(open_window, settings):
    window = open_window()
    usual, whole = places(window), window.dock_area.state()
    for length in range(0, whole.size(), 1 if STRESS else 17):
        window.dock_area.restore(whole[:length])
        assert places(window) == usual
    # One of other panels: without the mark of these.
    of_others = window.dock_area.saveState()
    discard(window)
    for state in (whole[: whole.size() // 2], of_others):
        settings.clear()
        settings.setValue("layout", state)
        other = open_window(settings=settings)
        assert places(other) == usual
        discard(other)


def test_a_panel_that_floated_beyond_the_screen_is_brought_back(open_window, settings, qtbot):
    first = open_window()
    dock = floated(first, qtbot, "templates")
    dock.move(30_000, 30_000)
    first.close()
    second = open_window(settings=settings)
    box = second.dock_area.docks["templates"].geometry()
    assert QGuiApplication.primaryScreen().availableGeometry().intersects(box)


# Keys


def test_lessons_name_panels_that_there_are(window):
    assert set(PLACES) <= set(window.panels)
    for name in PLACES:
        titles = {window.panels[name].title, window.dock_area.docks[name].windowTitle()}
        assert panel_title(name) in titles, name


def test_every_panel_has_a_key_of_its_own(window):
    assert len(PANELS) <= len(KEYS)
    keys = [window.panel_actions[name].shortcut().toString() for name in window.panels]
    assert all(keys)
    assert len(set(keys)) == len(keys)
    panels = [window.panel_actions[name] for name in window.panels]
    others = [entry for entry in window.actions() if entry not in panels]
    assert others
    assert not {key.toString() for entry in others for key in entry.shortcuts()} & set(keys)


def test_a_key_shows_a_panel_goes_to_it_and_hides_it(window, qtbot):
    window.activateWindow()
    action = window.panel_actions["templates"]
    window.bring_forward = window.dock_area.bring_forward
    window.dock_area.bring_forward("weights")
    qtbot.waitUntil(lambda: not window.dock_area.docks["templates"].is_in_front)
    action.trigger()
    qtbot.waitUntil(lambda: window.dock_area.docks["templates"].is_in_front)
    assert window.panels["templates"].widget.hasFocus()
    action.trigger()
    assert window.dock_area.docks["templates"].isHidden()


def test_f6_visits_every_panel_in_front_and_returns(window, qtbot):
    window.activateWindow()
    start = window.dock_area.panel_with_focus()
    shown = [dock.panel for dock in window.dock_area.docks.values() if dock.is_in_front]
    seen = []
    for _ in shown:
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6)
        seen.append(window.dock_area.panel_with_focus())
    assert seen[-1] is start
    assert set(seen) == set(shown)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert window.dock_area.panel_with_focus() is seen[-2]


def test_the_panel_with_the_keys_floats_and_hides(window, qtbot):
    window.activateWindow()
    window.dock_area.docks["templates"].focus()
    window.actions_by_name["float-panel"].trigger()
    qtbot.waitUntil(window.dock_area.docks["templates"].isFloating)
    window.dock_area.reset()
    window.dock_area.docks["network"].focus()
    window.actions_by_name["hide-panel"].trigger()
    assert window.dock_area.docks["network"].isHidden()
    assert "Network is hidden" in said(window)


def test_without_a_panel_with_keys_one_is_told_how(window):
    window.bar.network.setFocus()
    window.actions_by_name["hide-panel"].trigger()
    assert "F6" in said(window)


@pytest.mark.parametrize("size", [(1440, 900), (1180, 720), (1024, 640)])
def test_a_wide_input_gets_room_and_gives_it_back(open_window, qtbot, size):
    window = open_window()
    window.resize(*size)
    qtbot.waitUntil(lambda: window.size() == QSize(*size))
    # The room is shared out once more when all panels have said what they need.
    for _ in range(5):
        QApplication.processEvents()
    area, before = window.dock_area, place(window, "input").width()
    area.widen_input(True)
    qtbot.waitUntil(lambda: place(window, "input").width() > 1.2 * before)
    area.widen_input(False)
    qtbot.waitUntil(lambda: abs(place(window, "input").width() - before) < 20)


def test_a_panel_that_is_moved_just_after_a_start_stays(window):
    area, size = window.dock_area, window.size()
    area.restore(area.state())
    area.put(area.docks["network"], area.docks["inspector"], None)
    window.resize(size - QSize(40, 0))
    QApplication.processEvents()
    assert area.docks["inspector"] in area.tabs_with(area.docks["network"])
    window.resize(size)


def test_panels_that_were_moved_stay_where_they_are(window, qtbot):
    area = window.dock_area
    area.put(area.docks["network"], area.docks["inspector"], None)
    qtbot.waitUntil(lambda: area.tabs_with(area.docks["network"]) != [])
    before = place(window, "input").width()
    area.widen_input(True)
    QApplication.processEvents()
    assert place(window, "input").width() == before
