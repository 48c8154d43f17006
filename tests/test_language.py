"""Texts in the user's language."""

import ast
import re
from pathlib import Path

import pytest

import nnstudio
from nnstudio import language
from nnstudio.language import install_translation, tr, translatable


@pytest.fixture
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    words = {
        ("Train", None): "Trainieren",
        ("%n epoch(s)", 1): "%n Epoche",
        ("%n epoch(s)", 2): "%n Epochen",
        ("{right} of {total}", None): "von {total}: {right}",
    }
    monkeypatch.setattr(language, "_translate", language._translate)
    install_translation(lambda text, count: words.get((text, count), text))


def test_english_is_the_text_itself():
    assert tr("Train") == "Train"


@pytest.mark.parametrize(
    ("text", "count", "shown"),
    [
        ("%n class(es)", 1, "1 class"),
        ("%n class(es)", 0, "0 classes"),
        ("%n step(s) of batch(es) (each)", 7, "7 steps of batches (each)"),
    ],
)
def test_the_ending_in_brackets_is_the_plurals(text: str, count: int, shown: str):
    assert tr(text, count) == shown


def test_brackets_stay_where_nothing_is_counted():
    assert tr("softmax(z)") == "softmax(z)"


@pytest.mark.usefixtures("german")
def test_a_translation_is_shown_once_it_is_installed():
    assert tr("Train") == "Trainieren"
    assert tr(translatable("Train")) == "Trainieren"
    assert tr("{right} of {total}").format(right=1, total=2) == "von 2: 1"


@pytest.mark.usefixtures("german")
def test_the_count_chooses_the_translated_form():
    assert [tr("%n epoch(s)", n) for n in (1, 2)] == ["1 Epoche", "2 Epochen"]


@pytest.mark.usefixtures("german")
def test_what_the_translation_does_not_know_stays_english():
    assert tr("Pause") == "Pause"
    assert tr("%n epoch(s)", 5) == "5 epochs"


# Where the user sees, or a screen reader says, what is given; and the errors of the libraries.
SHOWN_BY = {
    "setText",
    "setToolTip",
    "setStatusTip",
    "setWhatsThis",
    "setAccessibleName",
    "setAccessibleDescription",
    "setWindowTitle",
    "setPlaceholderText",
    "setInformativeText",
    "setTitle",
    "addTab",
    "addItem",
    "addAction",
    "addMenu",
    "addButton",
    "QLabel",
    "QMenu",
    "QPushButton",
    "ShortLabel",
    "heading",
    "remark",
    "say",
    "write",
    "drawText",
}
OF_PROGRAMMERS = re.compile(
    r"(Assertion|Attribute|Import|Index|Key|NotImplemented|OS|Runtime|Syntax|Type|Value)Error"
)
ENGLISH = {"card_text.py", "model_card_pictures.py", "contact_sheet.py", "sample_pairs.py", "demo.py"}
"""What writes documents in English, and what developers look at."""


def literal(node: ast.expr) -> str:
    """Return what an argument says that stands in the code and does not go through ``tr``."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(map(literal, values))
        case ast.IfExp(body=one, orelse=other) | ast.BinOp(left=one, right=other):
            return literal(one) + literal(other)
    return ""


def untranslated(source: str) -> list[tuple[int, str]]:
    """Return the lines and texts that would be shown in English always."""
    found = []
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            is_error = name.endswith("Error") and not OF_PROGRAMMERS.fullmatch(name)
            texts = map(literal, call.args) if is_error or name in SHOWN_BY else ()
            found += [
                (call.lineno, text)
                for text in texts
                if re.search(r"[A-Za-z]{2}", text.replace("nnstudio", ""))
            ]
    return found


def test_a_text_that_is_shown_goes_through_translation():
    package = Path(nnstudio.__file__).parent
    files = [path for path in package.rglob("*.py") if "cli" not in path.parts and path.name not in ENGLISH]
    assert len(files) > 150
    assert not {path.name: found for path in files if (found := untranslated(path.read_text("utf-8")))}


def test_one_that_does_not_is_found():
    source = """
box.setText("Train")
raise FileError(f"no {x} there")
line.say("Pause" if running else tr("Train"))
box.setText(tr("Train"))
raise ValueError("out of range")
label.setText(f"{x} · {y}")
"""
    assert untranslated(source) == [(2, "Train"), (3, "no  there"), (4, "Pause")]
