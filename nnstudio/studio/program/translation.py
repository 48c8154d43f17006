"""The user's language, chosen at the start: which of those there are, and its texts and Qt's own."""

import os
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, Qt, QTranslator
from PySide6.QtGui import QGuiApplication

from nnstudio.language import in_english, install_translation
from nnstudio.paths import resource

VARIABLE = "NNSTUDIO_LANGUAGE"
"""The environment variable that names a language instead of the system's."""


def speak(application: QGuiApplication, languages: Sequence[str] | None = None) -> None:
    """Let the program speak the first of some languages that it can, else English.

    Parameters
    ----------
    application : QGuiApplication
        Keeps the translators, and takes the direction of writing.
    languages : sequence of str, optional
        Languages as Qt writes them, ``"de"`` or ``"de-AT"``; without, those of the system, or the one that
        ``NNSTUDIO_LANGUAGE`` names.
    """
    be_english(application)
    for language in _wanted() if languages is None else languages:
        if language.split("-")[0] == "en":
            return
        translators = _translators(language)
        if translators:
            for translator in translators:
                translator.setParent(application)
                QCoreApplication.installTranslator(translator)
            install_translation(_by(translators[0]))
            application.setLayoutDirection(_direction(language))
            return


def be_english(application: QGuiApplication) -> None:
    """Take every translation away."""
    for translator in application.findChildren(QTranslator):
        QCoreApplication.removeTranslator(translator)
        translator.deleteLater()
    install_translation(in_english)
    application.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def translation_file(language: str) -> Path:
    """Return where the program's texts in a language are, if there are any."""
    return resource("translations", f"nnstudio_{language}.qm")


def _wanted() -> Sequence[str]:
    named = os.environ.get(VARIABLE)
    return [named] if named else QLocale.system().uiLanguages()


def _translators(language: str) -> list[QTranslator]:
    """Return the program's texts first, then Qt's own; none where there is no translation."""
    if language in ("long", "mirrored"):
        from nnstudio.studio.program.pseudo_language import PseudoTranslator

        return [PseudoTranslator(language)]
    for name in (language.replace("-", "_"), language.split("-")[0]):
        own, of_qt = QTranslator(), QTranslator()
        if own.load(str(translation_file(name))):
            folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
            return [own, of_qt] if of_qt.load(f"qtbase_{name}", folder) else [own]
    return []


def _by(translator: QTranslator) -> Callable[[str, int | None], str]:
    """Return what ``tr`` asks: the program's texts have no context."""

    @cache
    def without_count(text: str) -> str:
        return translator.translate("", text) or text

    def translate(text: str, count: int | None) -> str:
        # Texts are painted again in every frame; counts are too many to be remembered.
        return without_count(text) if count is None else translator.translate("", text, None, count) or text

    return translate


def _direction(language: str) -> Qt.LayoutDirection:
    if language == "mirrored":
        return Qt.LayoutDirection.RightToLeft
    return QLocale(language).textDirection()
