"""What a Linux desktop wants: menu entry, icons, metadata, file types, manual and completion."""

import gzip
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import identity
from environment import Environment
from steps import SetupError, do

REPOSITORY = "NNSTUDIO_REPOSITORY"
"""Names the address that the repository's files lie under, in a build for publication."""

ICON_SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)


def add_to(root: Path, env: Environment, variables: Mapping[str, str]) -> None:
    """Write everything below ``root/usr/share``.

    Parameters
    ----------
    root : Path
        Where the package's ``/`` lies.
    env : Environment
        One with the program and the tools that make its manual.
    variables : mapping
        The build's, with SOURCE_DATE_EPOCH.

    Raises
    ------
    SetupError
        If a tool fails.
    """
    share = root / "usr" / "share"
    _write(share / "applications" / f"{identity.ID}.desktop", menu_entry())
    date = datetime.fromtimestamp(int(variables["SOURCE_DATE_EPOCH"]), UTC).date().isoformat()
    _write(share / "metainfo" / f"{identity.ID}.metainfo.xml", metadata(date, variables.get(REPOSITORY, "")))
    _write(share / "mime" / "packages" / f"{identity.ID}.xml", file_types())
    draw_icons(share / "icons" / "hicolor", env, variables)
    manual = share / "man" / "man1" / f"{identity.NAME}.1.gz"
    manual.parent.mkdir(parents=True)
    manual.write_bytes(gzip.compress(manual_page(env, variables).encode(), mtime=0))
    _write(share / "bash-completion" / "completions" / identity.NAME, completion("bash", env, variables))
    _write(share / "zsh" / "vendor-completions" / f"_{identity.NAME}", completion("zsh", env, variables))


def menu_entry() -> str:
    """Return the .desktop file."""
    types = ";".join(kind.mime for kind in identity.FILE_TYPES)
    return f"""\
[Desktop Entry]
Type=Application
Version=1.4
Name={identity.NAME}
GenericName=Neural Network Studio
Comment={identity.SUMMARY}
Exec={identity.NAME} %f
Icon={identity.ID}
Terminal=false
Categories=Science;ArtificialIntelligence;
Keywords={";".join(identity.KEYWORDS)};
MimeType={types};
StartupWMClass={identity.ID}
StartupNotify=true
"""


def metadata(date: str, repository: str = "") -> str:
    """Return the AppStream file.

    Parameters
    ----------
    date : str
        The day of the release (ISO).
    repository : str
        The address that the repository's files lie under, for the pictures; they are left out without one,
        for software centres fetch them from there.
    """
    component = ET.Element("component", type="desktop-application")

    def add(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
        element = ET.SubElement(parent, tag, attributes)
        element.text = text or None
        return element

    add(component, "id", identity.ID)
    add(component, "metadata_license", "CC0-1.0")
    add(component, "project_license", "MIT")
    add(component, "name", identity.NAME)
    add(component, "summary", identity.SUMMARY)
    developer = add(component, "developer", id="org.nnstudio")
    add(developer, "name", "The nnstudio authors")
    description = add(component, "description")
    for paragraph in identity.DESCRIPTION:
        add(description, "p", paragraph)
    add(component, "launchable", f"{identity.ID}.desktop", type="desktop-id")
    if repository:
        pictures = add(component, "screenshots")
        for nth, picture in enumerate(identity.SCREENSHOTS):
            place = add(pictures, "screenshot", **({"type": "default"} if nth == 0 else {}))
            add(place, "caption", picture.caption)
            add(place, "image", f"{repository.rstrip('/')}/{picture.path}", type="source")
    provides = add(component, "provides")
    add(provides, "binary", identity.NAME)
    for kind in identity.FILE_TYPES:
        add(provides, "mediatype", kind.mime)
    categories = add(component, "categories")
    for category in ("Science", "ArtificialIntelligence"):
        add(categories, "category", category)
    keywords = add(component, "keywords")
    for keyword in identity.KEYWORDS:
        add(keywords, "keyword", keyword)
    add(component, "content_rating", type="oars-1.1")
    releases = add(component, "releases")
    add(releases, "release", version=identity.version(), date=date)
    return _xml(component)


def file_types() -> str:
    """Return the MIME types, for the shared database."""
    space = "http://www.freedesktop.org/standards/shared-mime-info"
    types = ET.Element("mime-info", xmlns=space)
    for kind in identity.FILE_TYPES:
        element = ET.SubElement(types, "mime-type", type=kind.mime)
        ET.SubElement(element, "comment").text = kind.title
        if kind.is_zip:
            ET.SubElement(element, "sub-class-of", type="application/zip")
        ET.SubElement(element, "icon", name=identity.ID)
        ET.SubElement(element, "glob", pattern=f"*{kind.suffix}")
    return _xml(types)


def draw_icons(folder: Path, env: Environment, variables: Mapping[str, str]) -> None:
    """Draw the icon in every size, from its one source."""
    source = env.root / "resources" / "icons" / "nnstudio.svg"
    scalable = folder / "scalable" / "apps" / f"{identity.ID}.svg"
    scalable.parent.mkdir(parents=True, exist_ok=True)
    scalable.write_bytes(source.read_bytes())
    targets = []
    for size in ICON_SIZES:
        target = folder / f"{size}x{size}" / "apps" / f"{identity.ID}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        targets += [str(target), str(size)]
    draw(source, targets, env, variables)


def draw(source: Path, targets: list[str], env: Environment, variables: Mapping[str, str]) -> None:
    """Draw an SVG to files, each followed by its size; .ico and .icns work as well as .png."""
    do(
        [str(env.program("python")), str(Path(__file__).with_name("draw_icon.py")), str(source), *targets],
        failure="could not draw the icons",
        env={**variables, "QT_QPA_PLATFORM": "offscreen"},
    )


def manual_page(env: Environment, variables: Mapping[str, str]) -> str:
    """Return the manual, made from the argument parser."""
    command = [str(env.program("argparse-manpage")), "--module", "nnstudio.cli.arguments"]
    command += ["--function", "parser", "--prog", identity.NAME, "--project-name", identity.NAME]
    command += ["--version", identity.version(), "--description", identity.SUMMARY]
    command += ["--author", "The nnstudio authors", "--manual-title", "User commands"]
    return _output(command, env, variables)


def completion(shell: str, env: Environment, variables: Mapping[str, str]) -> str:
    """Return what completes words in a shell, made from the argument parser."""
    script = Path(__file__).with_name("shell_completion.py")
    return _output([str(env.program("python")), str(script), shell], env, variables)


def _output(command: list[str], env: Environment, variables: Mapping[str, str]) -> str:
    # The width of the terminal must not decide what is written.
    given = {**variables, "COLUMNS": "80", "PYTHONPATH": str(env.root)}
    done = subprocess.run(command, env=given, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SetupError(f"{Path(command[0]).name} failed: {done.stderr.strip()}")
    return done.stdout


def _xml(element: ET.Element) -> str:
    ET.indent(element)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(element, encoding="unicode")}\n'


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
