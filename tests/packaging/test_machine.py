"""What the machine lacks and how it is provided: decisions only, nothing is installed."""

import machine
import pytest
from steps import SetupError

BOOKWORM = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n'
MINT = 'NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\n'
FEDORA = 'NAME="Fedora Linux"\nID=fedora\n'

LDD = """\
/opt/PySide6/QtWidgets.abi3.so:
\tlinux-vdso.so.1 (0x00007ffc)
\tlibQt6Gui.so.6 => /opt/PySide6/Qt/lib/libQt6Gui.so.6 (0x00007f)
\tlibEGL.so.1 => not found
/opt/PySide6/Qt/plugins/platforms/libqxcb.so:
\tlibEGL.so.1 => not found
\tlibxcb-icccm.so.4 => not found
"""


@pytest.fixture
def installed(monkeypatch):
    """Stand in for a Debian machine where root may install; return the commands that would have run."""
    commands = []
    monkeypatch.setattr(machine, "_uses_apt", lambda: True)
    monkeypatch.setattr(machine, "root_prefix", lambda: ["sudo", "-n"])
    monkeypatch.setattr(machine, "do", lambda command, failure: commands.append(command))
    return commands


@pytest.mark.parametrize(
    ("environ", "system", "plugin"),
    [
        ({}, "Linux", "offscreen"),
        ({"DISPLAY": ""}, "Linux", "offscreen"),
        ({"DISPLAY": ":0"}, "Linux", "xcb"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "Linux", "wayland"),
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "Linux", "xcb"),
        ({"QT_QPA_PLATFORM": "offscreen:size=800x600"}, "Linux", "offscreen"),
        ({"QT_QPA_PLATFORM": "wayland;xcb", "DISPLAY": ":0"}, "Linux", "wayland"),
        ({}, "Darwin", "offscreen"),
        ({}, "Windows", "offscreen"),
    ],
)
def test_the_plugin_that_the_window_will_use(environ, system, plugin):
    assert machine.screen_plugin(environ, system) == plugin


@pytest.mark.parametrize(("text", "answer"), [(BOOKWORM, True), (MINT, True), (FEDORA, False), ("", False)])
def test_debian_and_its_descendants_are_known(text, answer):
    assert machine.is_debian_like(text) is answer


def test_the_linker_names_each_missing_library_once():
    assert machine.not_found(LDD) == ["libEGL.so.1", "libxcb-icccm.so.4"]


def test_libraries_become_packages_and_strangers_are_told_apart():
    wanted = ["xvfb", "libEGL.so.1", "libglib-2.0.so.0", "libgthread-2.0.so.0", "libstrange.so.9"]
    assert machine.packages_for(wanted) == (["xvfb", "libegl1", "libglib2.0-0"], ["libstrange.so.9"])


def test_a_python_without_ensurepip_needs_the_package_of_its_own_version(monkeypatch):
    assert machine.venv_package() == []
    monkeypatch.setattr(machine.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(machine.sys, "version_info", (3, 11, 2))
    assert machine.venv_package() == ["python3.11-venv"]


def test_only_libraries_that_do_not_load_are_absent(monkeypatch):
    monkeypatch.setattr(machine.platform, "system", lambda: "Linux")
    monkeypatch.setattr(
        machine, "_loads", lambda library: library not in {"libGL.so.1", "libxcb-cursor.so.0"}
    )
    assert machine.absent_libraries("offscreen") == ["libGL.so.1"]
    assert machine.absent_libraries("xcb") == ["libGL.so.1", "libxcb-cursor.so.0"]


@pytest.mark.parametrize("system", ["Darwin", "Windows"])
def test_other_systems_bring_their_libraries(system, monkeypatch, tmp_path):
    monkeypatch.setattr(machine.platform, "system", lambda: system)
    assert machine.absent_libraries("xcb") == []
    assert machine.unresolved_libraries(tmp_path, "xcb") == []
    assert machine.absent_screen_tools() == []


def test_what_is_there_already_needs_no_installer(installed):
    machine.provide([])
    assert installed == []


def test_packages_are_installed_where_that_is_allowed(installed, capsys):
    machine.provide(["python3.11-venv", "libGL.so.1"])
    update, install = installed
    assert update[:2] == install[:2] == ["sudo", "-n"]
    assert update[-1] == "update"
    assert install[-4:] == ["-y", "--no-install-recommends", "python3.11-venv", "libgl1"]
    assert "python3.11-venv libgl1" in capsys.readouterr().err


def test_a_broken_package_source_does_not_keep_the_rest_from_being_installed(installed, monkeypatch):
    def do(command, failure):
        installed.append(command)
        if command[-1] == "update":
            raise SetupError(failure)

    monkeypatch.setattr(machine, "do", do)
    machine.provide(["libGL.so.1"])
    assert installed[-1][-1] == "libgl1"


@pytest.mark.parametrize(
    ("sudo", "line"),
    [
        (
            "/usr/bin/sudo",
            "sudo apt-get update && sudo apt-get install -y --no-install-recommends libegl1 xvfb",
        ),
        (None, "su -c 'apt-get update && apt-get install -y --no-install-recommends libegl1 xvfb'"),
    ],
)
def test_the_exact_command_is_named_where_installing_is_not_allowed(installed, monkeypatch, sudo, line):
    monkeypatch.setattr(machine, "root_prefix", lambda: None)
    monkeypatch.setattr(machine.shutil, "which", lambda name: sudo)
    with pytest.raises(SetupError) as caught:
        machine.provide(["libEGL.so.1", "xvfb"])
    assert f"\n    {line}\n" in str(caught.value)
    assert caught.value.status == 3
    assert installed == []


@pytest.mark.parametrize(
    ("apt", "named", "calls"),
    [(False, "libEGL.so.1, libstrange.so.9", 0), (True, "libstrange.so.9", 2)],
)
def test_what_no_known_package_holds_is_named_after_the_rest(installed, monkeypatch, apt, named, calls):
    monkeypatch.setattr(machine, "_uses_apt", lambda: apt)
    with pytest.raises(SetupError, match=f"lacks {named}: install") as caught:
        machine.provide(["libEGL.so.1", "libstrange.so.9"])
    assert caught.value.status == 3
    assert len(installed) == calls


def test_what_only_some_tests_need_stops_nothing(installed, monkeypatch, capsys):
    def fail(command, failure):
        raise SetupError(failure)

    monkeypatch.setattr(machine, "do", fail)
    machine.provide_if_possible(["xvfb"])
    assert "tests on a virtual screen will be skipped" in capsys.readouterr().err
    monkeypatch.setattr(machine, "root_prefix", lambda: None)
    machine.provide_if_possible(["xvfb"])
    assert capsys.readouterr().err == ""
