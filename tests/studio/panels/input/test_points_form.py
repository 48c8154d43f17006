"""The form in which the points of a set are chosen: live, while the run goes on."""

import numpy as np
import pytest
from PySide6.QtWidgets import QSpinBox

from nnstudio.data.own_points import NAME as OWN
from nnstudio.studio.panels.input.panel import InputPanel
from nnstudio.studio.panels.input.points_form import PointsForm
from tests.studio.curves import curve_model
from tests.studio.gestures import choose, discard, type_into


@pytest.fixture
def model():
    return curve_model()


@pytest.fixture
def form(session, show_alone, until):
    session.choose_problem("curve-sine")
    until(lambda: session.network.problem_name == "curve-sine" and session.training.trainer is not None)
    editor = show_alone(InputPanel, (460, 700)).widget.editors.currentWidget()
    until(lambda: editor.plot.points is not None)
    editor.making.click()
    return editor.points_form


def counts(session):
    return len(session.training.problem.train), len(session.training.problem.test)


def test_it_shows_how_the_set_is_made(form):
    assert (form.n.value(), form.noise.value(), form.seed.value()) == (128, 0, 0)
    assert (form.low.value(), form.high.value()) == (pytest.approx(-3.142), pytest.approx(3.142))
    assert form.share.currentData() is None
    assert form.held_back.text() == "42 hollow points of 170 are the test"
    assert form.set.currentData() == "curve-sine"


def test_another_number_and_noise_are_made_and_the_run_goes_on(form, session, until):
    session.play()
    until(lambda: session.network.snapshot.step > 20)
    run = session.history.runs.current
    type_into(form.n, "30")
    assert counts(session) == (30, 10)
    type_into(form.noise, "0.5")
    assert session.network.was_trained
    residuals = session.training.problem.train.targets - np.sin(session.training.problem.train.x)
    assert residuals.std() > 0.2
    until(lambda: any("noise 0.5" in change.text for change in session.network.snapshot.changes))
    assert session.history.runs.current is run
    assert session.training.is_running
    assert session.network.problem_name == "curve-sine"


def test_another_seed_makes_other_noise(form, session):
    type_into(form.noise, "0.5")
    before = session.training.problem.train.targets
    type_into(form.seed, "3")
    assert not np.array_equal(session.training.problem.train.targets, before)


def test_what_is_held_back_is_told(form, session, until):
    choose(form.share, 0.5)
    assert counts(session) == (128, 64)
    until(lambda: "64 hollow points of 192" in form.held_back.text())
    choose(form.share, 0.0)
    assert session.training.problem.test is session.training.problem.train
    until(lambda: form.held_back.text() == "nothing is held back: no test")


def test_another_range_begins_with_a_fresh_network(form, session, until):
    type_into(form.high, "6")
    until(lambda: session.network.input_space.high == 6.0)
    until(lambda: form.high.value() == 6.0)
    assert session.training.problem.train.x.max() == 6


def test_a_range_that_ends_before_it_begins_is_refused(form, session):
    before = session.training.problem
    type_into(form.high, "-4")
    assert session.training.problem is before
    assert "The points stay as they were." in session.sentences[-1][0]
    assert form.high.value() == pytest.approx(3.142)


def test_of_own_points_some_are_held_back(form, session, until):
    editor = session.point_editor
    editor.do(editor.points.without(0), "Remove a point")
    until(lambda: form.set.currentData() == OWN)
    assert not form.n.isEnabled()
    assert form.share.findData(None) < 0
    choose(form.share, 0.5)
    until(lambda: "84 hollow points of 169" in form.held_back.text())
    session.input.undo()
    until(lambda: "42 hollow points of 169" in form.held_back.text())


def test_of_a_table_only_what_is_held_back_is_chosen(form, session, until):
    choose(form.set, "curve-anscombe-1")
    until(lambda: form.n.value() == 11)
    assert not form.n.isEnabled()
    choose(form.share, 0.2)
    assert counts(session) == (9, 2)
    assert session.network.problem_name == OWN


def test_the_chosen_points_are_there_again_with_the_set(form, session, until):
    type_into(form.n, "30")
    choose(form.set, "curve-step")
    until(lambda: session.network.problem_name == "curve-step")
    session.choose_problem("curve-sine")
    until(lambda: session.network.problem_name == "curve-sine")
    until(lambda: form.n.value() == 30)


def test_every_field_has_a_name_and_a_hover_text(form):
    for box in form.findChildren(QSpinBox):
        assert box.accessibleName()
        assert box.toolTip()


def test_inputs_are_standardised_by_a_named_switch(form, session, until):
    assert not form.standardised.isChecked()
    for name in ("standardised", "none"):
        form.standardised.click()
        until(lambda name=name: session.training.data.input_scaling == name)
        assert form.standardised.isChecked() == (name == "standardised")


@pytest.fixture
def plane_form(session, until, qtbot):
    """The form alone, for the spirals."""
    session.choose_problem("plane-spiral")
    until(lambda: session.network.problem_name == "plane-spiral" and session.training.trainer is not None)
    form = PointsForm(session)
    session.training.settings_changed.connect(form.show_set)
    session.point_editor.changed.connect(form.show_set)
    form.show_set()
    yield form
    discard(form)


def test_it_shows_how_a_set_of_the_plane_is_made(plane_form):
    form = plane_form
    assert (form.n.value(), form.noise.value(), form.classes.value()) == (500, 0.05, 2)
    assert (form.classes.minimum(), form.classes.maximum()) == (2, 6)
    assert not form.classes.isHidden()
    assert form.low.isHidden()
    assert form.share.currentText() == "50 % more"
    assert form.set.findData("plane-bell") >= 0
    assert form.set.findData("curve-sine") < 0


def test_another_number_of_classes_begins_with_a_fresh_network(plane_form, session, until):
    type_into(plane_form.classes, "3")
    until(lambda: session.network.output_space.n_classes == 3)
    assert session.network.architecture.layer_sizes[-1] == 3
    assert set(session.training.problem.train.labels.tolist()) == {0, 1, 2}
    type_into(plane_form.n, "30")
    assert counts(session) == (30, 15)
    assert session.network.output_space.n_classes == 3


def test_own_points_get_other_classes_but_none_that_is_in_use(plane_form, session, until):
    editor = session.point_editor
    editor.do(editor.points.without(0), "Remove a point")
    assert session.network.problem_name == OWN
    assert not plane_form.n.isEnabled()
    type_into(plane_form.classes, "3")
    until(lambda: session.network.output_space.class_names == ("arm A", "arm B", "arm C"))
    editor.do(editor.points.added([0, 0], 2), "Add a point")
    type_into(plane_form.classes, "2")
    assert "no class for 1 point from “arm C” on" in session.sentences[-1][0]
    assert plane_form.classes.value() == 3


def test_numbers_have_no_classes_and_a_set_of_two_no_more(plane_form, session, until):
    choose(plane_form.set, "plane-bell")
    until(lambda: session.network.problem_name == "plane-bell" and session.training.trainer is not None)
    plane_form.show_set()
    assert plane_form.classes.isHidden()
    assert "bell" in plane_form.noise.toolTip()
    choose(plane_form.set, "plane-xor")
    until(lambda: session.network.problem_name == "plane-xor" and session.training.trainer is not None)
    plane_form.show_set()
    assert not plane_form.classes.isEnabled()
    assert plane_form.share.currentText() == "none"
    assert plane_form.held_back.text() == "nothing is held back: no test"
