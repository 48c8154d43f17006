"""Every panel with every kind of input and output: it shows something, or says why not."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnstudio.studio.panels.confusion.panel import ConfusionPanel
from nnstudio.studio.panels.curves.panel import AccuracyPanel
from nnstudio.studio.panels.input.editors import EDITORS
from nnstudio.studio.panels.input.panel import InputPanel
from nnstudio.studio.panels.mistakes.panel import MistakesPanel
from nnstudio.studio.panels.panel import HasNumbers
from nnstudio.studio.panels.panel_list import PANELS
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.window.dock import Dock
from tests.studio.problems import SPACES, TWO_CLASSES, small_source

REFUSED = {
    "line": {
        *("confusion", "flip", "stages", "drawings", "samples", "fold", "facets", "features"),
        *("pixel_values", "parts", "ink"),
    },
    "plane": {
        *("confusion", "flip", "stages", "drawings", "samples", "line", "bumps", "pixel_values", "parts"),
        "ink",
    },
    "numbers": {
        *("confusion", "flip", "stages", "drawings", "samples", "line", "bumps", "templates"),
        *("fold", "facets", "features", "pixel_values", "parts", "ink"),
    },
    "classes": {"stages", "drawings", "samples", "line", "bumps", "pixel_values", "parts", "ink"},
}

SHOWN = [
    (make, kind)
    for kind in SPACES
    for make, _ in PANELS
    if make is not InputPanel or SPACES[kind][0].kind in EDITORS
]
"""Panels with the problems for which each is made."""


@pytest.fixture
def trained(session, kind, until):
    """Return a session with a problem, some steps of training, and a test sample as input."""
    source = small_source(kind)
    session.take(source)
    until(lambda: session.network.problem_name == source.name and session.training.trainer is not None)
    for _ in range(2):
        session.step_epoch()
        until(lambda: not session.training.is_running)
    until(lambda: session.network.snapshot.test_step == session.network.snapshot.step > 0)
    test = session.training.problem.test
    session.input.show_sample(test.batch(np.array([3]))[0], "a sample", test.answer(3))
    until(lambda: session.network.reading is not None)
    return session


@pytest.fixture
def show_in_dock(services, frames, lone_widgets, qtbot):
    """Return a function that makes a panel and shows it in a dock that has met the session's problem."""

    def show(make):
        frame = QWidget()
        lone_widgets.append(frame)
        dock = Dock(make, services, frame)
        panel = dock.panel
        network = services.session.network
        dock.meet(network.input_space, network.output_space)
        QVBoxLayout(frame).addWidget(dock)
        frame.resize(440, 400)
        frame.show()
        qtbot.waitExposed(frame)
        frames.panels.append(panel)
        frames.step()
        return dock

    return show


@pytest.mark.parametrize(("make", "kind"), SHOWN)
def test_every_panel_shows_something_or_says_why_not(make, kind, trained, show_in_dock, frames, until):
    dock = show_in_dock(make)
    panel = dock.panel
    assert dock.area.refusal.isVisible() == (panel.name in REFUSED[kind])
    assert panel.widget.isVisible() != dock.area.refusal.isVisible()
    if dock.area.refusal.isVisible():
        assert dock.area.refusal.text().endswith(".")
        return
    look_at(panel, trained, frames, until)


@pytest.mark.parametrize("kind", [TWO_CLASSES])
def test_every_panel_shows_two_classes_of_one_output(trained, show_in_dock, frames, until):
    trained.setting_changes.edit_network("2-6-1")
    trained.step_epoch()
    until(lambda: trained.network.snapshot is not None and trained.network.snapshot.step > 0)
    until(lambda: not trained.training.is_running)
    until(lambda: trained.network.reading is not None and len(trained.network.reading.outputs) == 1)
    for make, _ in PANELS:
        dock = show_in_dock(make)
        if not dock.area.refusal.isVisible():
            look_at(dock.panel, trained, frames, until)


def look_at(panel, trained, frames, until):
    """Have a panel paint and explain everything, with and without a unit selected."""
    network = trained.network
    until(lambda: not trained.evaluator.is_behind(panel.widget))
    for unit in (None, (0, 0), (network.architecture.n_layers - 1, 0)):
        if unit is not None:
            trained.selection.select(*unit)
        panel.refresh(Changes.all())
        frames.step()
        panel.widget.grab()
        for y in range(4, panel.widget.height(), 40):
            for x in range(4, panel.widget.width(), 40):
                child = panel.widget.childAt(x, y)
                if child is not None and hasattr(child, "explain"):
                    text = child.explain(child.mapFrom(panel.widget, QPoint(x, y)))
                    assert "nan" not in text
    if isinstance(panel, HasNumbers):
        columns, rows = panel.numbers()
        assert all(len(row) == len(columns) for row in rows)


@pytest.mark.parametrize("kind", ["line"])
def test_a_panel_comes_back_with_a_problem_that_it_is_for(trained, show_in_dock):
    dock = show_in_dock(ConfusionPanel)
    assert not dock.panel.widget.isVisible()
    dock.meet(*SPACES["classes"])
    assert dock.panel.widget.isVisible()
    assert not dock.area.refusal.isVisible()


@pytest.mark.parametrize("kind", ["line"])
def test_titles_follow_the_kind_of_output(trained, show_in_dock):
    docks = [show_in_dock(make) for make in (AccuracyPanel, MistakesPanel)]
    assert [dock.windowTitle() for dock in docks] == ["RMSE", "Residuals"]
    for dock in docks:
        dock.meet(*SPACES["classes"])
    assert [dock.windowTitle() for dock in docks] == ["Accuracy", "Mistakes"]
