"""Bring the translations up to date: ``translations.py [LANGUAGE …]``; runs where PySide6 is installed.

Every text of the program goes into the .ts file of each language there is, and of each one named; what was
translated stays. Then the .qm files are made, which the program reads. ``lupdate`` and ``lrelease`` come with
PySide6. They are given, instead of the program, files with its texts in the same lines: ``lupdate`` takes no
plural from ``tr(text, count)``, and does not look into the commands.
"""

import ast
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "resources" / "translations"

SAID_IN = {"tr": slice(0, 1), "translatable": slice(0, 1), "Command": slice(2, 4)}
"""Which arguments of a call are texts."""


class Text(NamedTuple):
    """One text of the program.

    Attributes
    ----------
    line : int
    text : str
    is_counted : bool
        Whether it has a singular and a plural.
    """

    line: int
    text: str
    is_counted: bool


class TextError(Exception):
    """A text that cannot be found by what it says."""


def texts_of(source: str, name: str) -> Iterator[Text]:
    """Find the texts in a Python file, in the order of its lines.

    Raises
    ------
    TextError
        If one is an f-string, which is another text each time.
    """
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        function = call.func.id if isinstance(call.func, ast.Name) else ""
        for argument in call.args[SAID_IN.get(function, slice(0))]:
            if isinstance(argument, ast.JoinedStr):
                raise TextError(f"{name}, line {argument.lineno}: an f-string cannot be translated")
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield Text(argument.lineno, argument.value, "%n" in argument.value)


def found_by_lupdate(texts: Iterator[Text]) -> str:
    """Return the text of a file in which ``lupdate`` finds texts in their lines."""
    lines: list[str] = []
    for text in texts:
        lines += [""] * (text.line - len(lines))
        count = ', "", n' if text.is_counted else ""
        lines[text.line - 1] += f"tr({json.dumps(text.text, ensure_ascii=False)}{count}); "
    return "\n".join(lines) + "\n"


def update(package: Path, files: list[Path]) -> None:
    """Write the texts of a package into .ts files, and make the .qm file of each."""
    with tempfile.TemporaryDirectory() as folder:
        copies = []
        for path in sorted(package.rglob("*.py")):
            found = found_by_lupdate(texts_of(path.read_text(encoding="utf-8"), str(path)))
            copy = Path(folder) / path.relative_to(package.parent)
            if found.strip():
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_text(found, encoding="utf-8")
                copies.append(str(copy))
        for file in files:
            # Where a text stands is said from the file's own place: the copies lie beside it.
            ours = Path(folder) / "resources" / "translations" / file.name
            ours.parent.mkdir(parents=True, exist_ok=True)
            if file.exists():
                ours.write_bytes(file.read_bytes())
            kinds = ["-locations", "relative", "-no-obsolete", "-source-language", "en"]
            run("lupdate", [*copies, *kinds, "-ts", str(ours)])
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(ours.read_bytes())
            run("lrelease", [str(file), "-qm", str(file.with_suffix(".qm"))])


def run(tool: str, arguments: list[str]) -> None:
    """Run one of Qt's tools, and show what it says."""
    import PySide6

    ending = ".exe" if sys.platform == "win32" else ""
    subprocess.run([str(Path(PySide6.__file__).parent / f"{tool}{ending}"), *arguments], check=True)


if __name__ == "__main__":
    named = [FOLDER / f"nnstudio_{language}.ts" for language in sys.argv[1:]]
    wanted = sorted({*FOLDER.glob("nnstudio_*.ts"), *named})
    if not wanted:
        sys.exit("There is no translation yet. Name a language, such as de or pt_BR.")
    try:
        update(ROOT / "nnstudio", wanted)
    except TextError as error:
        sys.exit(str(error))
