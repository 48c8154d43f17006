"""The numbers that panels save as a table are those of the network, the input and the test set."""

import csv
import io

import numpy as np
import pytest

from nnstudio.files.table_csv import table_csv
from nnstudio.insight.contributions import contributions
from nnstudio.insight.reading import read
from nnstudio.studio.panels.answer import AnswerPanel
from nnstudio.studio.panels.input.panel import InputPanel
from nnstudio.studio.panels.inspector.panel import InspectorPanel
from nnstudio.studio.panels.mistakes.panel import MistakesPanel
from nnstudio.studio.panels.network import NetworkPanel
from nnstudio.studio.panels.normalisation.panel import NormalisationPanel
from nnstudio.studio.panels.panel import HasNumbers
from nnstudio.studio.panels.runs.panel import RunsPanel
from nnstudio.studio.panels.training_step.panel import TrainingStepPanel
from nnstudio.studio.panels.why.panel import WhyPanel
from tests.studio.gestures import write_stroke

PANELS = [
    AnswerPanel,
    InputPanel,
    InspectorPanel,
    MistakesPanel,
    NetworkPanel,
    NormalisationPanel,
    RunsPanel,
    TrainingStepPanel,
    WhyPanel,
]


@pytest.fixture
def drawn(session, until):
    """Return a session with a stroke on the canvas."""
    write_stroke(session.input, [(0.2, 0.2), (0.8, 0.8)])
    until(lambda: session.network.reading is not None)
    return session


@pytest.fixture
def saved(show_alone, until):
    """Return a function that gives the rows of a panel's table, as a program reads them."""

    def rows(kind):
        panel = show_alone(kind, (700, 400))
        until(lambda: len(panel.numbers()[1]) > 0)
        return list(csv.DictReader(io.StringIO(table_csv(*panel.numbers()))))

    return rows


def floats(rows, column):
    return np.array([float(row[column]) for row in rows])


@pytest.mark.parametrize("kind", PANELS)
def test_there_are_no_numbers_before_there_is_anything_to_show(show_alone, kind):
    panel = show_alone(kind)
    assert isinstance(panel, HasNumbers)
    assert list(panel.numbers()[1]) == []


def test_of_the_answer(drawn, saved):
    rows, reading = saved(AnswerPanel), drawn.network.reading
    assert [row["class"] for row in rows] == list(drawn.network.output_space.class_names)
    np.testing.assert_array_equal(floats(rows, "output").astype(np.float32), reading.outputs)
    np.testing.assert_array_equal(floats(rows, "z").astype(np.float32), reading.z[-1])


def test_of_the_input(drawn, saved):
    rows = saved(InputPanel)
    image = np.array([[float(row[str(k)]) for k in range(28)] for row in rows], np.float32)
    np.testing.assert_array_equal(image.ravel(), drawn.input.x)


def test_of_the_selected_unit(drawn, saved):
    drawn.selection.select(1, 3)
    *rows, bias = saved(InspectorPanel)
    layer = drawn.network.architecture.layers(drawn.network.prediction_weights)[1]
    np.testing.assert_array_equal(floats(rows, "weight").astype(np.float32), layer.W[3])
    np.testing.assert_array_equal(floats(rows, "value").astype(np.float32), drawn.network.reading.a[0])
    assert (bias["from"], np.float32(bias["weight"])) == ("bias", layer.b[3])
    z = floats(rows, "weight × value").sum() + float(bias["weight"])
    assert z == pytest.approx(float(drawn.network.reading.z[1][3]), abs=1e-5)


def test_of_the_network(drawn, saved):
    rows, reading = saved(NetworkPanel), drawn.network.reading
    units = [row for row in rows if not row["from"]]
    np.testing.assert_array_equal(floats(units, "a").astype(np.float32), np.concatenate(reading.a))
    np.testing.assert_array_equal(floats(units, "z").astype(np.float32), np.concatenate(reading.z))
    edges = [row for row in rows if row["from"] and row["layer"] == "Hidden 2"]
    W = drawn.network.architecture.layers(drawn.network.displayed_weights)[1].W
    for row in edges:
        source = int(row["from"]) - 1
        assert np.float32(row["weight"]) == W[int(row["unit"]) - 1, source]
        term = float(row["weight"]) * float(reading.a[0][source])
        assert float(row["weight × activation"]) == pytest.approx(term, rel=1e-5)
    assert edges


def test_of_the_stages_of_normalisation(drawn, saved):
    rows, network = saved(NormalisationPanel), drawn.network
    assert [row["stage"] for row in rows] == ["As drawn", "One pen", "Boxed", "Centred"]
    outputs = [float(rows[-1][name]) for name in network.output_space.class_names]
    expected = read(network.architecture, network.prediction_weights, drawn.input.x).outputs
    np.testing.assert_allclose(outputs, expected, rtol=1e-5)


def test_of_the_shares_in_an_answer(drawn, saved):
    rows, network = saved(WhyPanel), drawn.network
    label, rival = np.argsort(-network.reading.z[-1])[:2]
    found = contributions(
        network.architecture, network.prediction_weights, network.reading, int(label), int(rival)
    )
    pixels = [row for row in rows if row["layer"] == "Input"]
    np.testing.assert_array_equal(floats(pixels, "share"), [*found[0].values, found[0].biases])
    assert {row["layer"] for row in rows} == {"Input", "Hidden 1", "Hidden 2"}


def test_of_a_stage_of_a_training_step(drawn, saved):
    drawn.stepper.go(1)
    rows, reading = saved(TrainingStepPanel), drawn.network.reading
    units = [int(row["of"].removeprefix("unit ")) - 1 for row in rows]
    np.testing.assert_array_equal(floats(rows, "z").astype(np.float32), reading.z[0][units])
    np.testing.assert_array_equal(floats(rows, "a").astype(np.float32), reading.a[0][units])


def test_of_the_mistakes(session, saved, until):
    session.training.prepare()
    until(lambda: session.network.snapshot is not None)
    rows = saved(MistakesPanel)
    results = session.evaluator.latest
    samples = [int(row["sample"]) for row in rows]
    assert set(samples) == set(np.flatnonzero(results.predicted != results.labels).tolist())
    np.testing.assert_array_equal(floats(rows, "loss").astype(np.float32), results.losses[samples])
    assert [row["true class"] for row in rows] == [str(label) for label in results.labels[samples]]


def test_of_the_runs(session, saved, until):
    session.training.step_epoch()
    until(lambda: session.history.run is not None)
    (row,) = saved(RunsPanel)
    assert row["name"] == session.history.run.name
    assert row["layer_sizes"] == "784-12-8-10"
