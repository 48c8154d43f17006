"""What packages say of the program, and what is in the wheel; bundles have `packaging/smoke_test.py`."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import bundle
import debian
import desktop
import identity
import pytest
import smoke_test
from steps import SetupError

import nnstudio
from nnstudio.files.file_types import SESSION

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", folder, ROOT], check=True, capture_output=True, timeout=120)
    (made,) = folder.glob("*.whl")
    return made


def test_the_wheel_brings_its_resources(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    shipped = {
        path.relative_to(ROOT / "resources") for path in (ROOT / "resources").rglob("*") if path.is_file()
    }
    wanted = {path for path in shipped if path.parts[0] != "screenshots" and path.suffix != ".ts"}
    inside = tmp_path / "nnstudio" / "resources"
    assert {path.relative_to(inside) for path in inside.rglob("*") if path.is_file()} == wanted
    program = (
        "from nnstudio.files.models import find_model; from nnstudio.files.model_file import load_model;"
        "path = find_model('digits'); print(path, load_model(path).architecture)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.startswith(str(inside))


def test_the_version_has_one_place(wheel):
    assert identity.version() == nnstudio.__version__
    assert f"-{nnstudio.__version__}-" in wheel.name


def test_the_menu_entry_and_the_metadata_name_the_same_program():
    entry = dict(line.split("=", 1) for line in desktop.menu_entry().splitlines()[1:])
    assert entry["Icon"] == entry["StartupWMClass"] == nnstudio.APPLICATION_ID
    component = ET.fromstring(desktop.metadata("2026-01-01"))
    assert component.findtext("id") == nnstudio.APPLICATION_ID
    assert component.findtext("launchable") == f"{nnstudio.APPLICATION_ID}.desktop"
    types = ET.fromstring(desktop.file_types())
    assert [kind.get("type") for kind in types] == [kind.mime for kind in identity.FILE_TYPES]
    assert entry["MimeType"].rstrip(";").split(";") == [kind.mime for kind in identity.FILE_TYPES]


def test_pictures_are_named_where_the_repository_has_an_address():
    assert ET.fromstring(desktop.metadata("2026-01-01")).find("screenshots") is None
    shown = ET.fromstring(desktop.metadata("2026-01-01", "https://example.org/files/")).findall(".//image")
    paths = [image.text.removeprefix("https://example.org/files/") for image in shown]
    assert len(paths) >= 2
    assert all((ROOT / path).is_file() for path in paths)


def test_sessions_are_known_by_their_ending():
    assert SESSION.suffix in {kind.suffix for kind in identity.FILE_TYPES if kind.own}


def test_windows_knows_the_same_files():
    script = (ROOT / "packaging" / "windows" / "nnstudio.iss").read_text(encoding="utf-8")
    for kind in identity.FILE_TYPES:
        assert f"Classes\\{kind.suffix}" in script
        assert f'"{kind.title}"' in script


def test_a_missing_library_is_an_error():
    line = "812 WARNING: Library not found: could not resolve '{}', dependency of '/x/Qt/plugins/{}'."
    bundle.check_libraries(line.format("libgtk-3.so.0", "platformthemes/libqgtk3.so"))
    with pytest.raises(SetupError, match=re.escape("libxcb-icccm.so.4 (for libqxcb.so)")):
        bundle.check_libraries(line.format("libxcb-icccm.so.4", "platforms/libqxcb.so"))


def test_builds_have_the_date_of_their_sources(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert bundle.environment_variables(ROOT)["SOURCE_DATE_EPOCH"] == "1700000000"
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert int(bundle.environment_variables(ROOT)["SOURCE_DATE_EPOCH"]) > 1_700_000_000


def test_every_library_that_bootstrap_knows_is_asked_for_by_the_package():
    import machine

    wanted = set(machine.LIBRARIES["xcb"].values()) | set(machine.LIBRARIES["offscreen"].values())
    asked = {name.split(" ")[0] for each in debian.DEPENDS.split(", ") for name in each.split(" | ")}
    assert wanted <= asked


@pytest.mark.parametrize("line", ["Traceback (most recent call last)", "x ERROR nnstudio: unexpected"])
def test_the_smoke_test_sees_what_is_bad_in_a_log(line, tmp_path):
    program = smoke_test.Program(tmp_path / "nnstudio", tmp_path)
    program.log.parent.mkdir(parents=True)
    program.log.write_text(f"2026-01-01 00:00:00,000 INFO nnstudio: fine\n{line}\n")
    with pytest.raises(smoke_test.SmokeTestError, match="the log says"):
        smoke_test.check_log(program)
