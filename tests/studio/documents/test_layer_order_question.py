"""A network whose layers have several orders is opened with the one that is chosen; no window is needed."""

from unittest.mock import MagicMock

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget
from safetensors import numpy as safetensors_numpy

from nnstudio.studio.documents.layer_order_question import LayerOrderQuestion
from nnstudio.studio.documents.open_save import FileOpener
from nnstudio.studio.documents.recent_files import RecentFiles
from nnstudio.studio.session.openings import Openings


@pytest.fixture
def asked(qtbot, tmp_path):
    """Give the services, the recent files and the question, after such a file was opened."""
    sizes = {"a": (8, 64), "b": (8, 8), "c": (8, 8), "d": (10, 8)}
    tensors = {f"{name}.weight": np.full(shape, ord(name), np.float32) for name, shape in sizes.items()}
    path = tmp_path / "other.safetensors"
    path.write_bytes(safetensors_numpy.save(tensors))
    parent = QWidget()
    qtbot.addWidget(parent)
    services, recent = MagicMock(), MagicMock(spec=RecentFiles)
    services.session.openings = openings = Openings()
    services.input_editor().window.return_value = parent
    FileOpener(services, recent, MagicMock(), MagicMock()).open_paths([path])

    def question():
        openings.poll()
        return parent.findChild(LayerOrderQuestion)

    qtbot.waitUntil(lambda: question() is not None)
    yield services, recent, question()
    openings.stop()


def test_the_order_that_is_chosen_is_opened(asked):
    services, recent, question = asked
    services.session.open_model.assert_not_called()
    assert "other.safetensors" in question.labelText()
    assert question.comboBoxItems() == ["a → b → c → d", "a → c → b → d"]
    question.setTextValue("a → c → b → d")
    question.accept()
    (model,) = services.session.open_model.call_args.args
    assert [layer.W[0, 0] for layer in model.architecture.layers(model.theta)] == [*map(ord, "acbd")]
    recent.note.assert_called_once()


def test_nothing_is_opened_without_an_answer(asked):
    services, recent, question = asked
    question.reject()
    services.session.open_model.assert_not_called()
    recent.note.assert_not_called()
