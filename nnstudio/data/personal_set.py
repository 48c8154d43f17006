"""The user's own labelled drawings, and edits of them; any package may import it.

A set is immutable: an edit returns another one. Every drawing has a unique key, so that edits made in two
windows at once can be applied one after the other, in any order, and neither is lost.
"""

from __future__ import annotations

import json
import secrets
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.data.strokes import MAX_LABEL_LENGTH, Drawing, StrokeSet, flatten
from nnstudio.errors import UserError
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_DRAWINGS = 20_000
"""Drawings that a set may have."""

VERSION = 1
_FORMAT = "nnstudio drawings"
_DIGITS = 5
"""Decimals of a coordinate in the file; the canvas is 1 wide."""
_MAX_KEY_LENGTH = 32


class PersonalSetError(UserError):
    """A drawing or label that a personal set cannot hold, or a file without one."""


def checked_label(text: str) -> str:
    """Return a label without surrounding blanks.

    Raises
    ------
    PersonalSetError
        It is empty, too long, or has characters that cannot be shown.
    """
    label = text.strip()
    if not 1 <= len(label) <= MAX_LABEL_LENGTH or not label.isprintable():
        raise PersonalSetError(
            tr("A label has 1 to {most} characters that can be shown, unlike {label}.").format(
                most=MAX_LABEL_LENGTH, label=ascii(text)[:60]
            )
        )
    return label


@dataclass(frozen=True, eq=False)
class PersonalDrawing:
    """One labelled drawing of the user's.

    Attributes
    ----------
    key : str
        Unique among all drawings.
    label : str
        The class it is meant as.
    drawing : Drawing
    """

    key: str
    label: str
    drawing: Drawing

    @classmethod
    def new(cls, label: str, drawing: Drawing) -> PersonalDrawing:
        """Give a drawing a label and a key.

        Raises
        ------
        PersonalSetError
            The label is impossible, or the drawing is empty.
        """
        if drawing.is_empty:
            raise PersonalSetError(tr("There is no line on the canvas to keep. Draw something first."))
        return cls(secrets.token_hex(8), checked_label(label), drawing)


@dataclass(frozen=True)
class Edit:
    """A change of a set: removed and added drawings; a drawing in both is relabelled."""

    removed: tuple[PersonalDrawing, ...] = ()
    added: tuple[PersonalDrawing, ...] = ()

    @property
    def inverse(self) -> Edit:
        """The edit that undoes this one."""
        return Edit(self.added, self.removed)

    @classmethod
    def relabelling(cls, drawings: Iterable[PersonalDrawing], label: str) -> Edit:
        """Return the edit that gives drawings another label.

        Raises
        ------
        PersonalSetError
            The label is impossible.
        """
        label = checked_label(label)
        changed = tuple(each for each in drawings if each.label != label)
        return cls(changed, tuple(replace(each, label=label) for each in changed))


@dataclass(frozen=True, eq=False)
class PersonalSet:
    """Drawings with their labels, in the order in which they were drawn.

    Examples
    --------
    >>> seven = PersonalDrawing.new("7", Drawing((((0, 0), (6, 0), (2, 9)),)))
    >>> drawn = PersonalSet().edited(Edit(added=(seven,)))
    >>> drawn.counts
    {'7': 1}
    >>> drawn.edited(Edit.relabelling((seven,), "1")).counts
    {'1': 1}
    """

    drawings: tuple[PersonalDrawing, ...] = ()

    def __len__(self) -> int:
        return len(self.drawings)

    def edited(self, edit: Edit) -> PersonalSet:
        """Return the set after an edit; drawings already added or removed are ignored.

        Raises
        ------
        PersonalSetError
            It would have too many drawings.
        """
        added = {each.key: each for each in edit.added}
        removed = {each.key for each in edit.removed}
        kept = [
            added.get(each.key, each)
            for each in self.drawings
            if each.key in added or each.key not in removed
        ]
        here = {each.key for each in kept}
        # A drawing that is relabelled here and deleted in another window stays deleted.
        kept.extend(each for key, each in added.items() if key not in here and key not in removed)
        if len(kept) > MAX_DRAWINGS:
            raise PersonalSetError(
                tr("Your drawings are {count}; there is room for {most}. Delete some first.").format(
                    count=len(kept), most=MAX_DRAWINGS
                )
            )
        return PersonalSet(tuple(kept))

    @property
    def counts(self) -> dict[str, int]:
        """How many drawings each label has, in the order of the labels' first drawings."""
        return dict(Counter(each.label for each in self.drawings))

    def stroke_set(self) -> StrokeSet:
        """Return the drawings in the form of a stroke file, all by one writer."""
        labels = np.array([each.label for each in self.drawings], dtype=f"U{MAX_LABEL_LENGTH}")
        polylines = flatten(each.drawing for each in self.drawings)
        return StrokeSet(polylines, labels, np.zeros(len(self), np.int32))


# File format: one line for each drawing, so that damage to one leaves the others readable.


def to_lines(drawings: PersonalSet) -> bytes:
    """Write a set as text: a header line, then a line of JSON for each drawing."""
    head = json.dumps({"format": _FORMAT, "version": VERSION})
    lines = [json.dumps(_to_json(each), ensure_ascii=False) for each in drawings.drawings]
    return "\n".join([head, *lines, ""]).encode("utf-8")


def from_lines(content: bytes) -> tuple[PersonalSet, tuple[bytes, ...]]:
    """Read what `to_lines` wrote, as far as it is readable.

    Returns
    -------
    PersonalSet
        Of the readable lines; of two drawings with one key, the first.
    tuple of bytes
        The unreadable lines.

    Raises
    ------
    PersonalSetError
        The file is of a newer version.
    """
    drawings: dict[str, PersonalDrawing] = {}
    damaged: list[bytes] = []
    for nth, line in enumerate(content.splitlines()):
        if not line.strip():
            continue
        try:
            parts = json.loads(line)
            if nth == 0 and _is_head(parts):
                continue
            drawing = _from_json(parts)
        except PersonalSetError:
            raise
        except (ValueError, RecursionError, UserError):
            damaged.append(line)
            continue
        if len(drawings) < MAX_DRAWINGS:
            drawings.setdefault(drawing.key, drawing)
        else:
            damaged.append(line)
    return PersonalSet(tuple(drawings.values())), tuple(damaged)


def is_personal_set(content: bytes) -> bool:
    """Tell whether a file begins with the header of `to_lines`."""
    return content.lstrip().startswith(f'{{"format": "{_FORMAT}"'.encode())


def _is_head(parts: object) -> bool:
    if not isinstance(parts, dict) or parts.get("format") != _FORMAT:
        return False
    if parts.get("version") != VERSION:
        raise PersonalSetError(
            tr(
                "These drawings were kept by another version of nnstudio ({version}, not {known}). "
                "They are left as they are; open them with the newer program."
            ).format(version=repr(parts.get("version"))[:20], known=VERSION)
        )
    return True


def _to_json(each: PersonalDrawing) -> dict[str, Any]:
    strokes = [np.round(stroke, _DIGITS).tolist() for stroke in each.drawing.strokes]
    return {"key": each.key, "label": each.label, "strokes": strokes}


class _NoDrawing(UserError):
    """A line without a drawing."""


def _from_json(parts: object) -> PersonalDrawing:
    if not isinstance(parts, dict):
        raise _NoDrawing
    key, label = parts.get("key"), parts.get("label")
    if not (isinstance(key, str) and 1 <= len(key) <= _MAX_KEY_LENGTH and isinstance(label, str)):
        raise _NoDrawing
    try:
        label = checked_label(label)
    except PersonalSetError as error:
        raise _NoDrawing from error
    drawing = Drawing.from_json(parts)
    if drawing.is_empty:
        raise _NoDrawing
    return PersonalDrawing(key, label, drawing)
