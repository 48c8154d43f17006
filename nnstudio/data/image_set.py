"""Images of a user's own, with or without labels; what all importers return."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.imported import Imported, headline, in_natural_order
from nnstudio.data.problem import MAX_CLASSES, Samples
from nnstudio.errors import UserError
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from nnstudio.data.imported import Skipped


class ImageSetError(UserError):
    """Images that cannot be learned from."""


@dataclass(frozen=True, eq=False)
class ImageSet:
    """Images of one size.

    Attributes
    ----------
    images : uint8 ndarray of shape (n, height, width)
        Ink 255, paper 0.
    labels : tuple of str, or None
        The class of each image; None where the source has none.
    entries : sequence of str
        What each image is called in a message: "line 7", "image 3".
    notes : tuple of str
        What was guessed, a sentence each.
    skipped : tuple of Skipped
    is_test : bool ndarray of shape (n,), or None
        The images to measure on, where the source says so.
    """

    images: NDArray[np.uint8]
    labels: tuple[str, ...] | None
    entries: Sequence[str]
    notes: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    is_test: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.images)

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of an image in pixels."""
        return (self.images.shape[1], self.images.shape[2])

    def transposed(self) -> ImageSet:
        """Return the same set with rows and columns of each image exchanged."""
        return replace(self, images=np.ascontiguousarray(self.images.transpose(0, 2, 1)))

    def with_note(self, note: str) -> ImageSet:
        """Return the same set with one more sentence on what was guessed or done."""
        return replace(self, notes=(*self.notes, note))

    def subset(self, rows: NDArray[np.intp]) -> ImageSet:
        """Return some of the images, as one set without a division."""
        labels = None if self.labels is None else tuple(self.labels[row] for row in rows.tolist())
        return replace(
            self,
            images=self.images[rows],
            labels=labels,
            entries=[self.entries[row] for row in rows.tolist()],
            is_test=None,
        )

    def headline(self) -> str:
        """Return a sentence on how many images were read."""
        return headline(len(self), len(set(self.labels or ())))

    def classes(self, path: Path) -> tuple[tuple[str, ...], NDArray[np.int64]]:
        """Return the names of the classes in their order, and the number of each image's class.

        Raises
        ------
        ImageSetError
            If there are no labels.
        """
        if self.labels is None:
            sentences = [
                tr("{path} cannot be learned from or measured on.").format(path=path),
                *self.notes,
                tr(
                    "`nnstudio predict` reads its images; to learn from them add the labels, as a column "
                    "named label or an array y."
                ),
            ]
            raise ImageSetError(" ".join(sentences))
        class_names = in_natural_order(set(self.labels))
        label_of = {name: label for label, name in enumerate(class_names)}
        return class_names, np.array([label_of[name] for name in self.labels], np.int64)

    def imported(self, path: Path) -> Imported:
        """Return the images as samples of classes.

        Raises
        ------
        ImageSetError
            If there are no labels, fewer than two classes, or too many.
        """
        class_names, labels = self.classes(path)
        if len(class_names) > MAX_CLASSES:
            raise ImageSetError(
                tr(
                    "{path} has more than {max_classes:,} different labels. Put the label into the first "
                    "column and the pixels after it."
                ).format(path=path, max_classes=MAX_CLASSES)
            )
        if len(class_names) < 2:
            raise ImageSetError(" ".join([self._too_few(path, class_names), *self._first_skipped()]))
        samples = Samples(self.images.reshape(len(self), -1), labels, scale=1 / 255)
        return Imported(samples, class_names, self.shape, self.skipped, self.notes, self.is_test)

    def _too_few(self, path: Path, class_names: tuple[str, ...]) -> str:
        return tr("{path} has readable images of one class alone, {name}; at least two are needed.").format(
            path=path, name=class_names[0]
        )

    def _first_skipped(self) -> list[str]:
        sentence = tr("{what} was skipped because {why}.")
        return [sentence.format(what=bad.what, why=bad.why) for bad in self.skipped[:1]]
