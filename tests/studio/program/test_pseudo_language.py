"""No text is forgotten by translation, and none is cut where texts are longer or run from right to left.

Pictures go where those of ``test_sizes`` go.
"""

import re

import pytest
from pyqtgraph import PlotWidget
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from nnstudio.files.credits import interpreter
from nnstudio.files.models import shipped_models
from nnstudio.files.recipe import read_recipe, shipped_recipes
from nnstudio.language import tr
from nnstudio.studio.commands.training import show_recipes
from nnstudio.studio.help.about import show_about
from nnstudio.studio.painting.theme import DARK, LIGHT
from nnstudio.studio.program.exception_hook import ExceptionHook
from nnstudio.studio.program.pseudo_language import accented, mirrored
from nnstudio.studio.program.translation import install_english, install_language
from nnstudio.studio.views.picture import Picture
from nnstudio.studio.views.view import View
from nnstudio.studio.window.status_line import StatusLine
from tests.studio.gestures import stroke_by_mouse
from tests.studio.shown_texts import Painted, texts_of
from tests.studio.test_sizes import check, folder

__all__ = ["folder"]

WORD = re.compile(r"[A-Za-z]{2,}")
NO_WORDS = re.compile(
    r"<[^>]*>|&\w+;"  # mark-up
    r"|\((?:Ctrl|Alt|Shift|Space|Esc|Del)\b[^)]*\)$"  # the key behind a tooltip
    r"|\b(?:Ctrl|Alt|Shift|Space|Esc|Del|F\d+)\b"
    r"|\b(?:max|exp|ln|sin|cos|tanh)\(|\bexp\b"  # mathematics
    r"|\*\.\w+|\S*/\S+|\b[\w-]+\.(?:json|safetensors|onnx|py|toml|csv)\b"  # files
    r"|\bnnstudio\b"
)


@pytest.fixture
def language(qapp, request):
    install_language(qapp, [request.param])
    yield request.param
    install_english(qapp)


def plain_words(found, names=()):
    """Return what was not translated: texts with plain letters, but for names, mathematics and keys."""
    left = set()
    for where, text in found:
        said = NO_WORDS.sub(" ", text)
        for name in names:
            said = said.replace(name, " ")
        if WORD.search(said):
            left.add(f"{where}: {text}")
    return sorted(left)


def names_in(window):
    """Return what bears its own name, the longest first: networks, data, recipes, Python."""
    problem, listed = window.session.training.problem, window.bar.problem
    names = {
        problem.title,
        problem.source,
        window.session.network.model_name,
        interpreter(),
        *shipped_recipes(),
    }
    for recipe in map(read_recipe, shipped_recipes()):
        names |= {each.title for each in (recipe, *recipe.sources)}
    names |= {str(listed.itemData(k)) for k in range(listed.count())} | set(shipped_models())
    return sorted(names, key=len, reverse=True)


def note_what_is_asked_and_said(found, monkeypatch):
    """Collect the texts of dialogs for files, which are given up, and of the message line."""
    for ask, answer in (
        ("getOpenFileName", ("", "")),
        ("getSaveFileName", ("", "")),
        ("getExistingDirectory", ""),
    ):

        def give_up(parent, *texts, answer=answer):
            found.update(("asked", text) for text in texts)
            return answer

        monkeypatch.setattr(QFileDialog, ask, give_up)
    say = StatusLine.say

    def note(line, text, **how):
        found.add(("said", text))
        say(line, text, **how)

    monkeypatch.setattr(StatusLine, "say", note)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["long"], indirect=True)
def test_every_text_was_translated(language, ready, monkeypatch):
    window, found, painted = ready, set(), Painted(monkeypatch)
    note_what_is_asked_and_said(found, monkeypatch)
    window.grab()
    stroke_by_mouse(window.input.canvas, [(0.3, 0.2), (0.5, 0.5), (0.4, 0.8)])
    window.session.selection.select(0, 3)
    for name in window.panels:
        window.show_panel(name)
        for _ in range(3):
            QApplication.processEvents()
            window.frame_updates.frame()
        window.grab()
        found |= set(texts_of(window))
    for command in (
        "open",
        "import-images",
        "save",
        "save-drawing",
        "keys",
        "earlier",
        "hide-panel",
        "reset",
    ):
        window.actions_by_name[command].trigger()
    about, recipes = show_about(window), show_recipes(window.services, window.bar.problem)
    ExceptionHook(window, None)._show("", "")
    for dialog in (*window.findChildren(QMessageBox), about, recipes):
        found |= set(texts_of(dialog))
    found |= {("painted", text) for text in painted.texts}
    assert {where for where, _ in found} >= {
        "asked",
        "said",
        "painted",
        "QMessageBox",
        "AboutDialog",
        "QAction",
    }
    assert len(found) > 700
    assert not plain_words(found, names_in(window))
    recipes.close()


@pytest.mark.parametrize("language", ["long", "mirrored"], indirect=True)
def test_nothing_is_cut_or_covered(language, window, qtbot, folder):
    assert window.isRightToLeft() == (language == "mirrored")
    curves = window.panels["loss"].widget.findChild(PlotWidget).getPlotItem()
    for view in (*window.findChildren(View), *window.findChildren(Picture), curves):
        assert view.layoutDirection() == Qt.LayoutDirection.LeftToRight
    (folder / language).mkdir(exist_ok=True)
    for width, height, theme in ((1180, 720, DARK), (1440, 900, LIGHT)):
        check(window, qtbot, folder / language, width, height, 1.0, theme)


def test_what_stands_in_braces_stays_and_the_rest_is_longer():
    text = "{right} of %n sample(s) were read rightly by the network, as `nnstudio data` says"
    for write in (accented, mirrored):
        assert write(text).count("{right}") == write(text).count("%n") == 1
        assert "`nnstudio data`" in write(text)
        assert len(write(text)) > 1.25 * len(text)
    assert accented("Train") == "Ţŕåîñåé"
    assert accented("") == mirrored("") == ""


def test_english_comes_back(qapp, monkeypatch):
    monkeypatch.setenv("NNSTUDIO_LANGUAGE", "mirrored")
    install_language(qapp)
    assert tr("Train") != "Train"
    install_english(qapp)
    assert tr("Train") == "Train"
    assert qapp.layoutDirection() == Qt.LayoutDirection.LeftToRight
