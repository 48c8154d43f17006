"""Draw the samples of each epoch of a recipe: images warped, strokes rewritten, characters generated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.problem import Samples
from nnstudio.data.rewrite import rewrite_and_ink

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nnstudio.data.problems import Writer
    from nnstudio.data.rasterise import RasterSpec
    from nnstudio.data.rewrite import RewriteStrengths
    from nnstudio.data.strokes import Polylines
    from nnstudio.data.warp import Warper

_BLOCK = 2048
"""Samples drawn at a time, in at most a fifth of a second: training can stop between blocks."""

_STREAM = 2
"""Separates these random numbers from those that divide, order and silence; see ``TrainingLoop``."""


class SourceSamples:
    """The samples of one source, the same in every epoch.

    Parameters
    ----------
    plain : Samples
        Unchanged.

    Attributes
    ----------
    plain : Samples
    n_samples : int
        Number of samples in an epoch.
    """

    def __init__(self, plain: Samples) -> None:
        self.plain = plain
        self.n_samples = len(plain)

    def blocks(self, rng: np.random.Generator) -> Iterator[Samples]:
        """Yield an epoch's samples, with ``rng`` for everything random."""
        for start in range(0, len(self.plain), _BLOCK):
            yield self._drawn(slice(start, min(start + _BLOCK, len(self.plain))), rng)

    def one(self, rng: np.random.Generator) -> tuple[Samples | None, Samples]:
        """Draw a sample for an epoch; return its original, None if it has none, and the sample."""
        row = int(rng.integers(len(self.plain)))
        return self.plain.subset(slice(row, row + 1)), self._drawn(slice(row, row + 1), rng)

    def _drawn(self, rows: slice, rng: np.random.Generator) -> Samples:
        return self.plain.subset(rows)


class RepeatedPart(SourceSamples):
    """The samples of one source, several times in an epoch."""

    def __init__(self, plain: Samples, repeats: int) -> None:
        super().__init__(plain)
        self.n_samples = repeats * len(plain)
        self._repeats = repeats

    def blocks(self, rng: np.random.Generator) -> Iterator[Samples]:
        """Yield an epoch's samples, one copy of the whole source after another."""
        for _ in range(self._repeats):
            yield from super().blocks(rng)


class RewrittenPart(RepeatedPart):
    """Drawings, each of them varied as another writer would, with its own pen.

    Parameters
    ----------
    plain : Samples
        The unchanged drawings, inked, in the same order.
    polylines : Polylines
    strengths : RewriteStrengths
    repeats : int
    raster : RasterSpec
    zero : int, optional
        The class of the zeros, which may get a slash; None: there are none.
    """

    def __init__(
        self,
        plain: Samples,
        polylines: Polylines,
        strengths: RewriteStrengths,
        repeats: int,
        raster: RasterSpec,
        zero: int | None = None,
    ) -> None:
        super().__init__(plain, repeats)
        self._zero = zero
        self._polylines = polylines
        self._strengths = strengths
        self._raster = raster

    def _drawn(self, rows: slice, rng: np.random.Generator) -> Samples:
        polylines = self._polylines.block(rows.start, rows.stop)
        labels = self.plain.labels[rows]
        is_zero = None if self._zero is None else labels == self._zero
        images = rewrite_and_ink(polylines, self._strengths, rng=rng, spec=self._raster, is_zero=is_zero)
        return Samples(images, labels, self.plain.scale)


class WrittenPart(SourceSamples):
    """Characters that nnstudio generates, ``n_samples`` new ones for each epoch."""

    def __init__(self, plain: Samples, write: Writer, n_samples: int) -> None:
        super().__init__(plain)
        self.n_samples = n_samples
        self._write = write

    def one(self, rng: np.random.Generator) -> tuple[Samples | None, Samples]:
        """Generate a new character."""
        images, labels = self._write(1, rng=rng)
        return None, Samples(images, labels, self.plain.scale)

    def blocks(self, rng: np.random.Generator) -> Iterator[Samples]:
        """Yield an epoch's samples."""
        for start in range(0, self.n_samples, _BLOCK):
            images, labels = self._write(min(_BLOCK, self.n_samples - start), rng=rng)
            yield Samples(images, labels, self.plain.scale)


class WarpedPart(SourceSamples):
    """The images of another part, each of them warped."""

    def __init__(self, part: SourceSamples, warper: Warper) -> None:
        super().__init__(part.plain)
        self.n_samples = part.n_samples
        self._part = part
        self._warper = warper

    def one(self, rng: np.random.Generator) -> tuple[Samples | None, Samples]:
        """Draw a sample for an epoch, and return its original too, if it has one."""
        original, drawn = self._part.one(rng)
        return original, self._warped(drawn, rng)

    def blocks(self, rng: np.random.Generator) -> Iterator[Samples]:
        """Yield an epoch's samples."""
        for block in self._part.blocks(rng):
            yield self._warped(block, rng)

    def _warped(self, samples: Samples, rng: np.random.Generator) -> Samples:
        assert samples.x.dtype == np.uint8, "images are grey bytes"
        images = self._warper.warp(samples.x.view(np.uint8), rng=rng)
        return Samples(images, samples.labels, samples.scale)


class RecipeSamples:
    """The samples of all sources of a recipe, for any epoch: a ``training.epoch_samples.EpochSamples``.

    Parameters
    ----------
    parts : sequence of SourceSamples
    seed : int
        Together with an epoch's number, decides everything random about the epoch's samples.
    """

    def __init__(self, parts: Sequence[SourceSamples], seed: int) -> None:
        self._parts = parts
        self._seed = seed

    @property
    def parts(self) -> Sequence[SourceSamples]:
        """The sources, in the recipe's order."""
        return self._parts

    @property
    def n_samples(self) -> int:
        """Number of samples in every epoch."""
        return sum(part.n_samples for part in self._parts)

    def blocks(self, epoch: int) -> Iterator[Samples]:
        """Yield the samples of one epoch, source after source."""
        for nth, part in enumerate(self._parts):
            yield from part.blocks(np.random.default_rng((self._seed, epoch, nth, _STREAM)))
