"""Whether an input is of any class: shown with the weights that the detector was fitted to, and only then."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from nnstudio.engine.ood_detector import OODDetector, detector_architecture
from nnstudio.files import quick_ood_fit
from nnstudio.files.model_file import load_model, save_model
from nnstudio.files.quick_ood_fit import FittedOOD
from nnstudio.studio.session import ood_detector_fit
from nnstudio.studio.session.messages import detector_sentence
from nnstudio.studio.session.ood_detector_fit import OODDetectorFitter
from nnstudio.studio.session.session import Session
from nnstudio.training.ood_fitting import OODConfig


@pytest.fixture
def cautious(model):
    n_params = detector_architecture(model.architecture, 4).n_params
    theta = np.random.default_rng(1).normal(size=n_params).astype(np.float32)
    # Other weights than fresh ones of the same seed, to which a reset would lead back.
    return replace(model, theta=1.1 * model.theta, ood_detector=OODDetector(4, theta, 1.0))


@pytest.fixture
def session(qapp, cautious):
    session = Session(cautious, "digits-synthetic")
    yield session
    session.close()
    session.deleteLater()


def test_the_opened_networks_detector_judges_the_input(session, cautious):
    assert session.network.ood_score is None
    session.input.set_strokes((np.array([[0.2, 0.2], [0.8, 0.8]]),))
    session.poll()
    reading = session.network.reading
    assert session.network.ood_score == cautious.ood_detector.judge((reading.x, *reading.a[:-1]))
    assert session.network.model().ood_detector is cautious.ood_detector


def test_a_network_that_has_learnt_more_has_none(session, qtbot):
    session.input.set_strokes((np.array([[0.2, 0.2], [0.8, 0.8]]),))
    session.training.step_batch()

    def has_learnt():
        session.poll()
        return session.network.was_trained

    qtbot.waitUntil(has_learnt, timeout=20_000)
    assert session.network.reading is not None
    assert session.network.ood_score is None
    assert session.network.model().ood_detector is None
    session.training.reset()
    session.poll()
    assert session.network.ood_score is None


@pytest.fixture
def _soon(monkeypatch):
    """Fit at once, to few samples."""
    monkeypatch.setattr(ood_detector_fit, "REST_S", 0.0)
    monkeypatch.setattr(quick_ood_fit, "N_LEARNED", 200)
    monkeypatch.setattr(quick_ood_fit, "N_HELD_BACK", 50)
    monkeypatch.setattr(quick_ood_fit, "CONFIG", OODConfig(units=4, epochs=2))


@pytest.mark.usefixtures("_soon")
def test_a_network_trained_here_gets_one_when_the_run_rests(window, qtbot, tmp_path):
    session, meter = window.session, window.input.ood_meter
    session.input.set_strokes((np.array([[0.2, 0.2], [0.8, 0.8]]),))
    assert session.network.ood_score is None
    session.training.step_batch()
    qtbot.waitUntil(lambda: session.network.ood_score is not None)
    qtbot.waitUntil(lambda: "samples held back" in meter.explain(QPoint()))
    assert "Scribbles:" in meter.explain(QPoint())
    assert not window.ood_detector_fitter.is_busy
    # It goes into the file with what is known of it.
    path = tmp_path / "mine.safetensors"
    save_model(path, session.network.model())
    opened = load_model(path)
    reading = session.network.reading
    assert opened.ood_detector.judge((reading.x, *reading.a[:-1])) == session.network.ood_score
    assert opened.card["novelty"]["held_back"] == session.network.detector_card["held_back"]
    # With other weights it is no longer true, and there is a new one.
    before = session.network.model().ood_detector
    session.training.step_batch()
    qtbot.waitUntil(lambda: session.network.snapshot.step == 2)
    assert session.network.model().ood_detector is None
    qtbot.waitUntil(lambda: session.network.ood_score is not None)
    assert session.network.model().ood_detector is not before


def test_a_fit_that_ends_too_late_leaves_another_network_its_own(session, cautious, qtbot):
    reader = QWidget()
    qtbot.addWidget(reader)
    fitter = OODDetectorFitter(session.network, session.training, reader)
    fitter._take(session.network.displayed_weights + 1, FittedOOD(cautious.ood_detector, 10, "", {}))
    fitter.poll()
    assert session.network.has_detector


def test_what_a_card_lacks_or_garbles_is_left_out():
    assert detector_sentence({}) == ""
    sentence = detector_sentence({"held_back": "many", "scribbles": 3, "digits-synthetic": {"n": 2}})
    assert sentence == "Fitted by the recipe; the threshold comes from its validation samples."
    found = detector_sentence({"scribbles": {"n": 4000, "rejected": 3812}})
    assert found.endswith("Scribbles: 3,812 of 4,000.")


@pytest.mark.window(shared=True)
def test_an_answer_steps_back_where_the_input_is_of_no_class(window, qtbot, cautious):
    session, view = window.session, window.input
    detector = cautious.ood_detector
    session.input.set_strokes((np.array([[0.2, 0.2], [0.8, 0.8]]),))
    qtbot.waitUntil(lambda: view.certainty.text().endswith("%"))
    name = view.answer.text()
    size = view.answer.font().pixelSize()
    session.network.take_detector(session.network.own_weights, detector.with_threshold(-1e6))
    qtbot.waitUntil(lambda: view.answer.text() == "not a digit")
    assert view.answer.property("role") == "muted"
    assert view.answer.font().pixelSize() <= 20 < size
    assert view.sees.text().endswith(f"its nearest class is {name}")
    assert view.certainty.text() == ""
    session.network.take_detector(session.network.own_weights, detector.with_threshold(1e6))
    qtbot.waitUntil(lambda: view.answer.text() == name)
    qtbot.waitUntil(lambda: view.certainty.text().endswith("%"))
    assert view.answer.font().pixelSize() == size
    assert view.answer.property("role") == ""
