"""Set nnstudio up with nothing but Python, then open the window or run every test.

    python3 packaging/bootstrap.py run [ARGUMENT...]     set up, then `nnstudio ARGUMENT...`, or the window
    python3 packaging/bootstrap.py test [ARGUMENT...]    set up, then all tests and checks (or pytest alone)
    python3 packaging/bootstrap.py setup                 set up for development, and stop there
    python3.13 packaging/bootstrap.py retest [ARGUMENT...]
        pytest on another Python, in an environment of its own (.venv-3.13): .venv stays as it is

Exit status: that of the program or of the tests; 1 where the set-up failed; 2 for a wrong call;
3 where something has to be installed by hand first (the command to type is printed).
"""

# Older Pythons (3.6 and newer) must be able to parse this file: they get a sentence, not a SyntaxError.
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - the one place where it may be older
    sys.exit(
        "nnstudio needs Python 3.11 or newer, and this is Python %d.%d. Install a newer one (your system's "  # noqa: UP031
        "packages, or https://www.python.org/downloads/) and call it by its name, for example:\n"
        "    python3.12 packaging/bootstrap.py run" % sys.version_info[:2]
    )

import os
import platform
import subprocess
import time
from pathlib import Path

import environment
import machine
from steps import SetupError, say

ROOT = Path(__file__).resolve().parent.parent
CHECKS = (("ruff", "check"), ("ruff", "format", "--check"), ("mypy",), ("lint-imports",))
# Without them no test of the compiled training step would run, and none of sweeps on a cluster.
EXTRAS = ("fast", "cluster")
DEMO_SECONDS = "20"
# One process more than there are cores, as tests of windows wait half of their time: for a frame, a thread,
# another program. A process that is done takes over waiting tests of the others.
PROCESSES = min(8, 1 + (os.cpu_count() or 1))
OPTIONS = {"pytest": ("--numprocesses", str(PROCESSES), "--dist", "worksteal")}


def set_up(env: environment.Environment, groups: list[str], *, screen: str, tests: bool) -> None:
    """Make the environment ready and see that the system has what Qt needs.

    Parameters
    ----------
    env : Environment
    groups : list of str
        Dependency groups of ``pyproject.toml`` wanted besides the program's own dependencies.
    screen : str
        Qt platform plugin that must load: "xcb", "wayland", "offscreen", …
    tests : bool
        Whether tests will run: the extras are then installed too, and where possible a virtual screen.
    """
    started = time.monotonic()
    extras = EXTRAS if tests else ()
    with environment.lock(env):
        changed = not environment.is_ready(env, groups, extras)
        if changed:
            machine.provide(machine.venv_package() + machine.absent_libraries(screen))
            environment.prepare(env, groups, extras)
        machine.provide(machine.unresolved_libraries(env.qt_folder(), screen))
        if changed and tests:
            machine.provide_if_possible(machine.absent_screen_tools())
    if changed:
        say(f"ready after {time.monotonic() - started:.0f} s; the next call starts at once")


def run(env: environment.Environment, arguments: list[str]) -> int:
    """Open the window, or run the command named; without a display, run the demo."""
    set_up(env, [], screen=machine.screen_plugin(os.environ, platform.system()), tests=False)
    program = str(env.program("nnstudio"))
    opens_window = not arguments or Path(arguments[0]).is_file()
    missing = missing_display(env) if opens_window else ""
    if missing:
        folder = ROOT / "build" / "demo"
        say(f"no display ({missing}): no window can open here")
        say(f"without one, use {program} --help; now running the demo, which leaves its pictures in {folder}")
        arguments = ["demo", "--out", str(folder), "--seconds", DEMO_SECONDS]
    return hand_over([program, *arguments])


def missing_display(env: environment.Environment) -> str:
    """Return why no window can open here, or nothing: the installed program knows, and asks the display."""
    question = "from nnstudio.cli.display import missing_display; print(missing_display())"
    command = [str(env.program("python")), "-I", "-c", question]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=False)
    return done.stdout.strip()


def test(env: environment.Environment, arguments: list[str]) -> int:
    """Run every test, then the linters and the type checker; with arguments, pytest alone."""
    set_up(env, ["test", "lint"], screen="offscreen", tests=True)
    return call_all(env, [("pytest", *arguments)] if arguments else [("pytest",), *CHECKS])


def retest(env: environment.Environment, arguments: list[str]) -> int:
    """Run pytest on this Python, in its own environment beside ``env``."""
    own = environment.Environment.of_this_python(env.root)
    set_up(own, ["test"], screen="offscreen", tests=True)
    return call_all(own, [("pytest", *arguments)])


def call_all(env: environment.Environment, checks: list[tuple[str, ...]]) -> int:
    """Call programs of the environment one after another; return 1 if any failed."""
    # Without its files of compiled code, every process that a test starts would compile the program for
    # itself, and pytest rewrite every test in each of its own.
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    failed = []
    for check in checks:
        say(" ".join(check))
        name, *words = check
        command = [str(env.program(name)), *OPTIONS.get(name, ()), *words]
        if subprocess.call(command, cwd=ROOT, env=variables) != 0:
            failed.append(" ".join(check))
    say("failed: " + ", ".join(failed) if failed else "everything passed")
    return 1 if failed else 0


def setup(env: environment.Environment, arguments: list[str]) -> int:
    """Set up for development and stop there."""
    if arguments:
        return wrong_call()
    set_up(env, ["dev"], screen="offscreen", tests=True)
    say(f"the environment is {env.folder}")
    return 0


COMMANDS = {"run": run, "test": test, "setup": setup, "retest": retest}


def hand_over(command: list[str]) -> int:
    """Become ``command``, so that signals and the exit status are its own; on Windows, wait for it."""
    if os.name == "posix":
        os.execv(command[0], command)
    return subprocess.call(command)


def wrong_call() -> int:
    """Print how to call this script, and return the status of a wrong call."""
    print(__doc__, file=sys.stderr)
    return 2


def main(argv: list[str]) -> int:
    """Do what the command line says and return the exit status."""
    if argv and argv[0] in {"-h", "--help"}:
        print(__doc__)
        return 0
    if not argv or argv[0] not in COMMANDS:
        return wrong_call()
    try:
        return COMMANDS[argv[0]](environment.Environment(ROOT), argv[1:])
    except SetupError as error:
        say(str(error))
        return error.status
    except OSError as error:  # no room on the disk, a read-only checkout, …
        say(f"stopped: {error}. The next call goes on from here.")
        return 1
    except KeyboardInterrupt:
        say("interrupted; the next call goes on from here")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
