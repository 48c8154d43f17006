"""Points of a table: opened, dropped or pasted, learned from, and kept with the session."""

import numpy as np
import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from nnstudio.data.own_points import NAME as OWN
from nnstudio.files.network_toml import open_network_toml
from nnstudio.insight.parameters import Parameter
from nnstudio.studio.documents.autosave import Autosave, open_last_session
from nnstudio.studio.documents.clipboard import Clipboard
from nnstudio.studio.documents.drag_and_drop import DragAndDrop
from tests.studio.curves import NAME, curve_model, on_a_curve
from tests.studio.gestures import discard, drop

TABLE = "day; °C\n1; 3,5\n2; 4,5\n4; 1,0\n"


@pytest.fixture
def model():
    return curve_model()


@pytest.fixture
def opened(session, opener, until):
    def open_file(path):
        opener.open_paths([path])
        until(lambda: session.openings.current is None and session.training.tasks.current is None)

    return open_file


@pytest.fixture
def clipboard(services, opener):
    window = QWidget()
    yield Clipboard(services, opener, lambda: None, window)
    discard(window)


def sentences(session):
    return " ".join(text for text, _ in session.sentences)


def test_a_table_of_two_columns_is_learned_from(session, opened, tmp_path):
    path = tmp_path / "weather.csv"
    path.write_text(TABLE, "utf-8")
    opened(path)
    problem = session.training.problem
    assert problem.train.x.ravel().tolist() == [1, 2, 4]
    assert problem.train.targets.ravel().tolist() == [3.5, 4.5, 1.0]
    assert (problem.input_space.names, problem.output_space.names) == (("day",), ("°C",))
    assert session.network.problem_name == OWN
    assert session.training.problem_title == "weather.csv"
    assert session.point_editor.own is not None
    assert "Its first line names the columns: day, °C." in sentences(session)


def test_lines_that_cannot_be_read_are_named(session, opened, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("x,y\n1,2\n3,nan\n4,2e9\n5\n6,7\n", "utf-8")
    opened(path)
    assert len(session.point_editor.own) == 2
    said = sentences(session)
    assert "line 3 was skipped because y is nan, which is no number" in said.lower()
    assert "line 4" in said
    assert "line 5" in said


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1\n2\n3\n", "x alone; y is missing"),
        ("x,y\nnan,1\n1,nan\n3e7,1\n", "no point that can be read"),
    ],
)
def test_where_nothing_is_left_the_old_problem_stays(session, opened, tmp_path, text, why):
    on_a_curve(session)
    path = tmp_path / "b.csv"
    path.write_text(text, "utf-8")
    opened(path)
    assert session.network.problem_name == NAME
    assert any(why in sentence and is_warning for sentence, is_warning in session.sentences)


def test_one_point_is_learned_from_and_what_that_means_is_said(session, opened, tmp_path):
    path = tmp_path / "c.csv"
    path.write_text("2,3\n", "utf-8")
    opened(path)
    assert len(session.point_editor.own) == 1
    assert "any slope fits" in sentences(session)


def test_pasted_points_are_learned_from(session, clipboard, until):
    data = QMimeData()
    data.setText("0\t1\n1\t2\n2\t5\n")
    clipboard.take(data)
    until(lambda: session.network.problem_name == OWN and session.training.tasks.current is None)
    assert session.training.problem.train.targets.ravel().tolist() == [1, 2, 5]


PLANE_TABLE = "1,2,b\n-1,0.5,a\n0,0,b\n2,2\n5,1,c\n"


def test_a_table_of_three_columns_is_learned_from_in_a_plane_that_has_room(session, opened, tmp_path):
    path = tmp_path / "spots.csv"
    path.write_text(PLANE_TABLE, "utf-8")
    opened(path)
    problem = session.training.problem
    assert problem.output_space.class_names == ("a", "b", "c")
    assert problem.train.labels.tolist() == [1, 0, 1, 2]
    assert session.network.input_space.highs[0] > 5
    assert session.network.architecture.layer_sizes[::3] == (2, 3)
    said = sentences(session)
    assert "line 4 was skipped because it has x1 and x2 alone" in said.lower()
    assert "The axes go from" in said
    assert session.point_editor.own.output_space.n_classes == 3


def test_large_inputs_are_standardised_for_training_and_that_is_said(session, opened, tmp_path):
    path = tmp_path / "large.csv"
    path.write_text("0,1000,b\n500,0,a\n700,800,b\n", "utf-8")
    opened(path)
    assert session.training.data.input_scaling == "standardised"
    assert "they are standardised for training" in sentences(session)
    path.write_text(PLANE_TABLE, "utf-8")
    opened(path)
    assert session.training.data.input_scaling == "none"


def test_a_table_of_one_class_leaves_what_was_open(session, opened, tmp_path):
    path = tmp_path / "one.csv"
    path.write_text("1,2,b\n3,4,b\n", "utf-8")
    before = session.network.problem_name
    opened(path)
    text, is_warning = session.sentences[-1]
    assert "a second class is needed to learn anything" in text
    assert text.endswith("What was open stays.")
    assert is_warning
    assert session.network.problem_name == before


def test_pasted_points_of_the_plane_with_numbers_are_learned_from(session, clipboard, until):
    data = QMimeData()
    data.setText("x1\tx2\theight\n0\t1\t0.5\n1\t1\t2.25\n2\t0\t5\n")
    clipboard.take(data)
    until(lambda: session.network.problem_name == OWN and session.training.tasks.current is None)
    assert session.training.problem.train.targets.ravel().tolist() == [0.5, 2.25, 5]
    assert session.network.output_space.names == ("height",)


def test_own_points_of_the_plane_are_kept_with_the_session(
    services, session, layout, another, until, until_opened
):
    session.choose_problem("plane-spiral")
    until(lambda: session.network.problem_name == "plane-spiral" and session.training.trainer is not None)
    session.take_points(session.point_editor.points.with_classes(3))
    until(lambda: session.network.output_space.n_classes == 3 and session.training.trainer is not None)
    session.point_editor.do(session.point_editor.points.added([1.5, 0], 2), "Add a point")
    session.step_batch()
    until(lambda: session.network.was_trained)
    kept(services, layout)
    restored(another, until_opened)
    own = another.session.point_editor.own
    assert own.output_space.class_names == ("arm A", "arm B", "arm C")
    np.testing.assert_array_equal(own.x, session.point_editor.own.x)
    np.testing.assert_array_equal(own.answers, session.point_editor.own.answers)
    np.testing.assert_array_equal(another.session.network.newest_weights, session.network.newest_weights)


@pytest.mark.parametrize("text", ["hello", "hello world\nand more", "1 2 3 4\n4 5 6 7", ""])
def test_other_text_is_no_points(session, clipboard, text):
    data = QMimeData()
    data.setText(text)
    clipboard.take(data)
    assert session.network.problem_name != OWN
    assert session.sentences[-1][1]


def test_a_table_of_images_is_still_one(tmp_path, opener, session, until):
    path = tmp_path / "images.csv"
    rows = [",".join(map(str, [k % 2, *range(64)])) for k in range(6)]
    path.write_text("\n".join(rows), "utf-8")
    opener.open_paths([path])
    until(lambda: session.training.problem is not None)
    assert session.training.problem.input_space.shape == (8, 8)


@pytest.fixture
def another(make_services):
    return make_services(curve_model((1, 3, 1), "tanh"))


def restored(services, until_opened):
    services.session.openings.start(open_last_session(services))
    until_opened(services.session)


@pytest.fixture
def until_opened(qtbot):
    def wait(session):
        def is_over():
            session.poll()
            is_busy = session.openings.current is not None or session.training.tasks.current is not None
            return not is_busy and session.training.trainer is not None

        qtbot.waitUntil(is_over)

    return wait


def kept(services, layout):
    autosave = Autosave(services, layout, services.session)
    autosave.keep()
    autosave.finish()


def test_own_points_are_kept_with_the_session(services, session, layout, another, until, until_opened):
    on_a_curve(session)
    until(lambda: session.training.trainer is not None)
    session.point_editor.do(session.point_editor.points.added([1.5], [9.0]), "Add a point")
    session.step_batch()
    until(lambda: session.network.was_trained)
    kept(services, layout)
    restored(another, until_opened)
    assert another.session.network.problem_name == OWN
    own = another.session.point_editor.own
    np.testing.assert_array_equal(own.x, session.point_editor.own.x)
    np.testing.assert_array_equal(own.answers, session.point_editor.own.answers)
    assert own.origin == NAME, "whose truth is known"
    np.testing.assert_array_equal(another.session.network.newest_weights, session.network.newest_weights)


def test_own_points_are_kept_before_anything_was_learned(services, session, layout, another, until):
    on_a_curve(session)
    until(lambda: session.training.trainer is not None)
    session.point_editor.do(session.point_editor.points.without(3), "Remove a point")
    kept(services, layout)
    another.session.openings.start(open_last_session(another))

    def is_there():
        another.session.poll()
        another.session.training.prepare()
        return another.session.point_editor.own is not None

    until(is_there)
    assert len(another.session.point_editor.own) == 25


def test_chosen_points_of_a_set_are_kept_with_the_session(
    services, session, layout, another, until, until_opened
):
    session.choose_problem("curve-sine")
    until(lambda: session.network.problem_name == "curve-sine" and session.training.trainer is not None)
    source = session.training.problem_sources["curve-sine"]
    session.make_points(type(source.points)(n=30, noise=0.5), 4)
    session.step_batch()
    until(lambda: session.network.was_trained)
    kept(services, layout)
    restored(another, until_opened)
    assert len(another.session.training.problem.train) == 30
    np.testing.assert_array_equal(
        another.session.training.problem.train.targets, session.training.problem.train.targets
    )
    np.testing.assert_array_equal(another.session.network.newest_weights, session.network.newest_weights)


def test_a_table_is_dropped_as_text(services, session, clipboard, until):
    on_a_curve(session)
    until(lambda: session.training.trainer is not None)
    target = QWidget()
    DragAndDrop(target).dropped.connect(clipboard.take)
    data = QMimeData()
    data.setText(TABLE)
    # As spreadsheets do.
    data.setImageData(QImage(4, 4, QImage.Format.Format_RGB32))
    assert drop(target, data)
    until(lambda: session.network.problem_name == OWN and session.point_editor.own is not None)
    assert session.point_editor.own.x.ravel().tolist() == [1, 2, 4]
    discard(target)


def test_the_function_of_an_opened_network_is_kept(services, session, layout, another, until, until_opened):
    session.open_written("network two", open_network_toml("two-inputs"))
    until(lambda: session.training.trainer is not None)
    train = session.training.problem.train
    session.weight_editor.set_number(Parameter(0, 0), 0.5)
    session.step_batch()
    until(lambda: session.network.was_trained)
    kept(services, layout)
    restored(another, until_opened)
    problem = another.session.training.problem
    assert another.session.network.problem_name == "network two"
    np.testing.assert_array_equal(problem.train.x, train.x)
    np.testing.assert_array_equal(problem.train.targets, train.targets)
    assert problem.title == session.training.problem.title
    assert "not on this machine" not in sentences(another.session)
