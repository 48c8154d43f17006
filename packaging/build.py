"""Make the packages that people install.

    python3 packaging/build.py [--target wheel|folder|tar|deb|all] [--out DIR]

wheel   a wheel and a source distribution, for pip
folder  a folder that runs on its own, with its Python and Qt: on Linux, Windows and macOS
tar     the folder as nnstudio-VERSION-SYSTEM-MACHINE.tar.xz
deb     a package for Debian and Ubuntu
all     what this system can make

What is needed is installed into .venv-package in the checkout, in the versions of versions.txt. The result
does not depend on when it is made: SOURCE_DATE_EPOCH is taken if set, else the date of the last commit.
"""

import argparse
import hashlib
import os
import platform
import shutil
import sys
import tarfile
import time
from collections.abc import Mapping
from pathlib import Path

import bundle
import debian
import environment
import identity
import machine
from steps import SetupError, do, say

GROUP = "package"
VERSIONS = identity.ROOT / "packaging" / "versions.txt"


def make_wheel(env: environment.Environment, out: Path, variables: Mapping[str, str]) -> list[Path]:
    """Make the wheel and the source distribution."""
    say("making the wheel and the source distribution")
    do(
        [str(env.program("python")), "-m", "build", "--no-isolation", "--outdir", str(out), str(env.root)],
        failure="could not make the wheel",
        env=variables,
    )
    version = identity.version()
    return [out / f"nnstudio-{version}-py3-none-any.whl", out / f"nnstudio-{version}.tar.gz"]


def make_folder(env: environment.Environment, out: Path, variables: Mapping[str, str]) -> Path:
    """Make the folder that runs on its own."""
    made = bundle.make_bundle(env, out / "work", variables, system_libraries=False)
    folder = out / f"nnstudio-{identity.version()}-{platform.system().lower()}-{platform.machine().lower()}"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.move(made, folder)
    application = made.with_name("nnstudio.app")
    if application.exists():
        shutil.rmtree(out / application.name, ignore_errors=True)
        shutil.move(application, out)
    shutil.rmtree(out / "work")
    return folder


def make_tar(folder: Path, variables: Mapping[str, str]) -> Path:
    """Pack the folder, links as links, in one order and with one date."""
    say("packing the folder")
    path = folder.with_name(f"{folder.name}.tar.xz")

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        entry.mtime = int(variables["SOURCE_DATE_EPOCH"])
        return entry

    with tarfile.open(path, "w:xz", format=tarfile.PAX_FORMAT) as archive:
        archive.add(folder, folder.name, recursive=False, filter=plain)
        for each in sorted(folder.rglob("*")):
            archive.add(each, f"{folder.name}/{each.relative_to(folder)}", recursive=False, filter=plain)
    return path


def make_debian(env: environment.Environment, out: Path, variables: Mapping[str, str]) -> Path:
    """Make the .deb."""
    made = bundle.make_bundle(env, out / "work", variables, system_libraries=True)
    package = debian.make_deb(made, out, env, variables)
    shutil.rmtree(out / "work")
    return package


def build(target: str, out: Path) -> list[Path]:
    """Make one kind of package, or all that this system can make."""
    env = environment.Environment(identity.ROOT, ".venv-package")
    os.environ.setdefault("PIP_CONSTRAINT", str(VERSIONS))
    with environment.lock(env):
        if not environment.is_ready(env, [GROUP]):
            machine.provide(machine.venv_package() + machine.absent_libraries("xcb"))
            environment.prepare(env, [GROUP])
        machine.provide(machine.unresolved_libraries(env.qt_folder(), "xcb"))
    out.mkdir(parents=True, exist_ok=True)
    variables = bundle.environment_variables(env.root)
    made: list[Path] = []
    if target in ("wheel", "all"):
        made += make_wheel(env, out, variables)
    if target in ("folder", "tar", "all"):
        folder = make_folder(env, out, variables)
        made.append(folder)
        if target != "folder" and sys.platform != "win32":
            made.append(make_tar(folder, variables))
    if target == "deb" or (target == "all" and shutil.which("dpkg-deb")):
        made.append(make_debian(env, out, variables))
    return made


def report(path: Path) -> str:
    """Return a line with a package's name, size and fingerprint."""
    if path.is_dir():
        return f"{path}  {bundle.size(path) / 1e6:.1f} MB"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"{path}  {path.stat().st_size / 1e6:.1f} MB  sha256 {digest}"


def main(argv: list[str]) -> int:
    """Do what the command line says and return the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, usage=argparse.SUPPRESS
    )
    parser.add_argument("--target", choices=("wheel", "folder", "tar", "deb", "all"), default="all")
    parser.add_argument("--out", type=Path, default=identity.ROOT / "dist")
    given = parser.parse_args(argv)
    started = time.monotonic()
    try:
        made = build(given.target, given.out.resolve())
    except SetupError as error:
        say(str(error))
        return error.status
    except OSError as error:
        say(f"stopped: {error}")
        return 1
    for path in made:
        print(report(path))
    say(f"done after {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
