"""The program's texts are found, and come back translated."""

import re
from pathlib import Path

import pytest
import translations
from PySide6.QtCore import QCoreApplication

import nnstudio
from nnstudio.language import tr
from nnstudio.studio.program import translation

SOURCE = '''
"""Not a text."""
from nnstudio.language import tr, translatable

ENTRIES = (Command("open", "File", "Open…", "open a file", ("Ctrl+O",)),)
NAMES = {"a": translatable("Digits")}


def show(n):
    print(f"{tr('inside')} {n}")
    return tr("{n} of %n sample(s)", n).format(n=n) + tr(
        "two lines that "
        "are one “text”\\nand another"
    )
'''


def test_all_texts_of_a_file_are_found_in_their_lines():
    assert list(translations.texts_of(SOURCE, "a.py")) == [
        (5, "Open…", False),
        (5, "open a file", False),
        (6, "Digits", False),
        (10, "inside", False),
        (11, "{n} of %n sample(s)", True),
        (12, "two lines that are one “text”\nand another", False),
    ]


def test_an_f_string_is_refused_by_its_line():
    with pytest.raises(translations.TextError, match=r"a\.py, line 2: an f-string"):
        list(translations.texts_of('\ntr(f"{n} samples")', "a.py"))


def test_every_text_of_the_program_can_be_found():
    package = Path(nnstudio.__file__).parent
    texts = [
        text.text
        for path in package.rglob("*.py")
        for text in translations.texts_of(path.read_text(encoding="utf-8"), str(path))
    ]
    assert len(set(texts)) > 1000
    assert not [text for text in texts if text != text.strip()]


@pytest.fixture
def german(qapp, tmp_path, monkeypatch):
    """Translate the file above, and let the program speak German."""
    package = tmp_path / "program"
    package.mkdir()
    (package / "a.py").write_text(SOURCE, encoding="utf-8")
    file = tmp_path / "nnstudio_de.ts"
    translations.update(package, [file])
    words = file.read_text(encoding="utf-8")
    for english, one, more in (
        ("Open…", "Öffnen …", None),
        ("Digits", "Ziffern", None),
        ("{n} of %n sample(s)", "{n} von %n Beispiel", "{n} von %n Beispielen"),
    ):
        forms = f"<numerusform>{one}</numerusform><numerusform>{more}</numerusform>" if more else one
        words = re.sub(
            rf"(<source>{re.escape(english)}</source>\s*)<translation type=\"unfinished\">.*?</translation>",
            lambda found, forms=forms: f"{found[1]}<translation>{forms}</translation>",
            words,
            flags=re.DOTALL,
        )
    file.write_text(words, encoding="utf-8")
    translations.update(package, [file])
    monkeypatch.setattr(translation, "translation_file", lambda name: tmp_path / f"nnstudio_{name}.qm")
    translation.install_language(qapp, ["fr-FR", "de-AT", "en"])
    yield file
    translation.install_english(qapp)


def test_what_was_translated_is_said_and_the_rest_stays_english(german):
    assert [tr("Open…"), tr("Digits"), tr("open a file")] == ["Öffnen …", "Ziffern", "open a file"]
    assert tr("{n} of %n sample(s)", 1).format(n=1) == "1 von 1 Beispiel"
    assert tr("{n} of %n sample(s)", 2000).format(n=3) == "3 von 2,000 Beispielen"
    assert tr("%n neuron(s)", 1) == "1 neuron"
    assert 'filename="../../program/a.py" line="+4"' in german.read_text(encoding="utf-8")


def test_qt_says_its_own_words_in_the_same_language(german):
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen"


def test_a_language_that_is_not_there_is_passed_over(qapp):
    translation.install_language(qapp, ["tlh", "en-GB"])
    assert tr("Open…") == "Open…"
