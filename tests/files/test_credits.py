import re
import tomllib
from pathlib import Path

from nnstudio.files.credits import libraries, typeface

PYPROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))


def plain(name):
    return name.lower().replace("_", "-")


def test_every_dependency_is_named_with_version_licence_and_text():
    found = {library.name.lower().replace("_", "-"): library for library in libraries()}
    wanted = {
        re.match(r"[\w.-]+", need)[0].lower().replace("_", "-")
        for need in PYPROJECT["project"]["dependencies"]
    }
    assert wanted | {"nnstudio", "shiboken6", "requests"} <= set(found)
    assert not {"pytest", "numba", "torch"} & set(found)
    for library in found.values():
        assert library.version
        assert library.licence
        assert len(library.text()) > 200, library.name


def test_qt_comes_with_the_text_of_the_lgpl():
    (qt,) = [library for library in libraries() if library.name == "PySide6_Essentials"]
    assert "LGPL" in qt.licence
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in qt.text()


def test_the_typeface_has_its_licence():
    assert "SIL OPEN FONT LICENSE" in typeface().text().upper()
