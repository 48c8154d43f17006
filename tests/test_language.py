"""Texts in the user's language."""

import pytest

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
