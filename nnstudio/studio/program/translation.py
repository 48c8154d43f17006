"""Install the user's language at the start: the program's texts and Qt's own."""

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


def install_language(application: QGuiApplication, languages: Sequence[str] | None = None) -> None:
    """Install the first language that has a translation, else English.

    Parameters
    ----------
    application : QGuiApplication
        Owns the translators; its layout direction is set.
    languages : sequence of str, optional
        Languages as Qt writes them, ``"de"`` or ``"de-AT"``; without, those of the system, or the one that
        ``NNSTUDIO_LANGUAGE`` names.
    """
    install_english(application)
    for language in _wanted() if languages is None else languages:
        if language.split("-")[0] == "en":
            return
        translators = _translators(language)
        if translators:
            for translator in translators:
                translator.setParent(application)
                QCoreApplication.installTranslator(translator)
            install_translation(_translate_by(translators[0]))
            application.setLayoutDirection(_direction(language))
            return


def install_english(application: QGuiApplication) -> None:
    """Remove every translation."""
    for translator in application.findChildren(QTranslator):
        QCoreApplication.removeTranslator(translator)
        translator.deleteLater()
    install_translation(in_english)
    application.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def translation_file(language: str) -> Path:
    """Return the path of the program's texts in a language; it may not exist."""
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


def _translate_by(translator: QTranslator) -> Callable[[str, int | None], str]:
    """Return the function for ``tr``; the program's texts have no context."""

    @cache
    def without_count(text: str) -> str:
        return translator.translate("", text) or text

    def translate(text: str, count: int | None) -> str:
        # Painted texts are translated in every frame and cached; there are too many counts for that.
        return without_count(text) if count is None else translator.translate("", text, None, count) or text

    return translate


def _direction(language: str) -> Qt.LayoutDirection:
    if language == "mirrored":
        return Qt.LayoutDirection.RightToLeft
    return QLocale(language).textDirection()
