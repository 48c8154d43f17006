"""Training samples that are drawn for each epoch, a block at a time; used by the loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from nnstudio.data.problem import Samples

if TYPE_CHECKING:
    from collections.abc import Iterator


class EpochSamples(Protocol):
    """A source of the samples of any epoch."""

    @property
    def n_samples(self) -> int:
        """Number of samples in every epoch."""

    def blocks(self, epoch: int) -> Iterator[Samples]:
        """Yield the samples of one epoch in blocks; the same ones each time it is called."""


class EpochBuffer:
    """The samples of one epoch, gathered in blocks, so that the caller can do other work in between.

    Parameters
    ----------
    epoch_samples : EpochSamples
    like : Samples
        The dtype, width and scaling that the blocks have.

    Attributes
    ----------
    samples : Samples
        Those of the last epoch that was gathered completely.

    Notes
    -----
    Aliasing: each epoch overwrites the one before, so that only one is in memory.
    """

    def __init__(self, epoch_samples: EpochSamples, like: Samples) -> None:
        self._epoch_samples = epoch_samples
        self._x = np.empty((epoch_samples.n_samples, like.n_features), like.x.dtype)
        self._answers = np.empty((epoch_samples.n_samples, *like.answers.shape[1:]), like.answers.dtype)
        self.samples = Samples(self._x, self._answers, like.scale, scaling=like.scaling)
        self._epoch = -1
        self._blocks: Iterator[Samples] = iter(())
        self._n_drawn = 0

    def draw_block(self, epoch: int) -> bool:
        """Gather another block of an epoch; return False if there was none left."""
        if epoch != self._epoch:
            self._epoch = epoch
            self._blocks = self._epoch_samples.blocks(epoch)
            self._n_drawn = 0
        block = next(self._blocks, None)
        if block is None:
            assert self._n_drawn == self._epoch_samples.n_samples, "an epoch has as many samples as it says"
            return False
        stop = self._n_drawn + len(block)
        self._x[self._n_drawn : stop] = block.x
        self._answers[self._n_drawn : stop] = block.answers
        self._n_drawn = stop
        return True
