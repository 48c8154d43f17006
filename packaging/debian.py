"""The .deb: the bundle below /usr/lib, its desktop files, and what Debian asks for beside them."""

import gzip
import hashlib
import shutil
import subprocess
import textwrap
from collections.abc import Mapping
from email.utils import formatdate
from pathlib import Path

import desktop
import identity
from environment import Environment
from steps import do, say

DEPENDS = (
    # From Ubuntu 22.04 and Debian 12 on; newer releases call some of them …t64.
    "libc6 (>= 2.35), libdbus-1-3, libegl1, libfontconfig1, libfreetype6, libgcc-s1, libgl1, "
    "libglib2.0-0t64 | libglib2.0-0, libgssapi-krb5-2, libstdc++6 (>= 12), libx11-6, libx11-xcb1, libxcb1, "
    "libxcb-cursor0, libxcb-icccm4, libxcb-image0, libxcb-keysyms1, libxcb-randr0, libxcb-render-util0, "
    "libxcb-render0, libxcb-shape0, libxcb-shm0, libxcb-sync1, libxcb-util1, libxcb-xfixes0, libxcb-xkb1, "
    "libxkbcommon0, libxkbcommon-x11-0, libffi8, libzstd1, zlib1g"
)
RECOMMENDS = "ca-certificates, libwayland-client0, libwayland-cursor0, libwayland-egl1"
MAINTAINER = "The nnstudio authors <nnstudio@nnstudio.invalid>"

OVERRIDES = (
    # Python, NumPy and Qt come with the program, in the versions that it was tested with, and their wheels
    # must not be stripped. The typeface is read by its path.
    "embedded-library",
    "unstripped-binary-or-object",
    "shared-library-lacks-prerequisites",
    "library-not-linked-against-libc",
    "hardening-no-pie",
    "duplicate-font-file",
)


def make_deb(bundle: Path, target: Path, env: Environment, variables: Mapping[str, str]) -> Path:
    """Make the package.

    Parameters
    ----------
    bundle : Path
        Made with the package manager's libraries left out.
    target : Path
        The folder for it.
    env : Environment
    variables : mapping
        The build's.

    Returns
    -------
    Path
        The .deb.

    Raises
    ------
    SetupError
        If a tool is missing or fails.
    """
    say("making the .deb")
    root = target / "deb-root"
    shutil.rmtree(root, ignore_errors=True)
    inside = root / "usr" / "lib" / identity.NAME
    inside.parent.mkdir(parents=True)
    shutil.copytree(bundle, inside, symlinks=True)
    programs = root / "usr" / "bin"
    programs.mkdir()
    (programs / identity.NAME).symlink_to(f"../lib/{identity.NAME}/{identity.NAME}")
    desktop.add_to(root, env, variables)
    _add_documents(root, env, variables)
    _set_permissions(root, inside / identity.NAME)
    architecture = subprocess.run(
        ["dpkg", "--print-architecture"], capture_output=True, text=True, check=True
    ).stdout.strip()
    _add_control(root, architecture)
    package = target / f"{identity.NAME}_{identity.version()}_{architecture}.deb"
    do(
        ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(root), str(package)],
        failure="could not make the .deb",
        env=variables,
    )
    shutil.rmtree(root)
    return package


def _add_documents(root: Path, env: Environment, variables: Mapping[str, str]) -> None:
    documents = root / "usr" / "share" / "doc" / identity.NAME
    documents.mkdir(parents=True)
    licence = (env.root / "LICENSE").read_text(encoding="utf-8")
    text = "\n".join(f" {line}" if line.strip() else " ." for line in licence.splitlines())
    head = Path(__file__).with_name("linux") / "copyright.in"
    (documents / "copyright").write_text(head.read_text(encoding="utf-8") + text + "\n", encoding="utf-8")
    date = formatdate(int(variables["SOURCE_DATE_EPOCH"]))
    news = (
        f"{identity.NAME} ({identity.version()}) unstable; urgency=medium\n\n"
        f"  * See CHANGELOG.md of version {identity.version()}.\n\n -- {MAINTAINER}  {date}\n"
    )
    (documents / "changelog.gz").write_bytes(gzip.compress(news.encode(), mtime=0))
    overrides = root / "usr" / "share" / "lintian" / "overrides" / identity.NAME
    overrides.parent.mkdir(parents=True)
    overrides.write_text("".join(f"{identity.NAME}: {tag}\n" for tag in OVERRIDES), encoding="utf-8")


def _add_control(root: Path, architecture: str) -> None:
    files = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    size = sum(path.stat().st_size for path in files)
    description = "\n .\n".join(
        textwrap.indent(textwrap.fill(paragraph, 78), " ") for paragraph in identity.DESCRIPTION
    )
    control = root / "DEBIAN"
    control.mkdir()
    (control / "control").write_text(
        f"""\
Package: {identity.NAME}
Version: {identity.version()}
Architecture: {architecture}
Maintainer: {MAINTAINER}
Installed-Size: {size // 1024}
Depends: {DEPENDS}
Recommends: {RECOMMENDS}
Section: education
Priority: optional
Description: {identity.SUMMARY[0].lower()}{identity.SUMMARY[1:]}
{description}
""",
        encoding="utf-8",
    )
    sums = "".join(
        f"{hashlib.md5(path.read_bytes()).hexdigest()}  {path.relative_to(root)}\n" for path in files
    )
    (control / "md5sums").write_text(sums, encoding="utf-8")


def _set_permissions(root: Path, program: Path) -> None:
    for path in root.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path == program else 0o644)
    root.chmod(0o755)
