"""Describe the differences between two configurations of a run, for curves and the message line."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.hyper import HYPER_TITLES, Hyper
from nnstudio.engine.initialise import INITIALISERS
from nnstudio.engine.losses import LOSSES
from nnstudio.engine.optimisers import OPTIMISERS
from nnstudio.language import tr, translatable
from nnstudio.training.config import TrainingConfig
from nnstudio.training.schedule import SCHEDULES

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_CHANGES = 64

_WORDS: Mapping[str, str] = {
    "loss": translatable("loss"),
    "initialisation": translatable("initialisation"),
    "optimiser": translatable("optimiser"),
    "batch_size": translatable("batch"),
    "schedule": translatable("schedule"),
    "warmup_epochs": translatable("warm-up epochs"),
    "epochs": translatable("epochs"),
    "seed": translatable("seed"),
    "rate_decay": translatable("rate decay"),
    "rate_decay_epochs": translatable("epochs per decay"),
    "label_smoothing": translatable("label smoothing"),
    "dropout": translatable("dropout"),
    "input_dropout": translatable("input dropout"),
    "patience_epochs": translatable("patience"),
    "frozen": translatable("frozen layers"),
    "random_mask": translatable("random mask"),
    **HYPER_TITLES,
}
_TITLES: Mapping[str, Mapping[str, object]] = {
    "loss": LOSSES,
    "initialisation": INITIALISERS,
    "optimiser": OPTIMISERS,
    "schedule": SCHEDULES,
}


@dataclass(frozen=True)
class Change:
    """A change of settings or weights within a run: its epoch, and a description."""

    epoch: float
    text: str


def described_change(old: TrainingConfig, new: TrainingConfig) -> str:
    """Describe every setting that differs, with its value before and after; empty if none does.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from nnstudio.engine.architecture import Architecture
    >>> old = TrainingConfig(Architecture.of((2, 2)))
    >>> described_change(old, replace(old, optimiser="sgd", batch_size=32, hyper=Hyper(clip_norm=1.0)))
    'optimiser Adam → SGD, batch 128 → 32, clipping off → 1'
    """
    before, after = old.architecture, new.architecture
    titles, new_titles = (
        [tr(ACTIVATIONS[name].title) for name in each.activations] for each in (before, after)
    )
    parts = []
    if before.layer_sizes != after.layer_sizes:
        parts.append(tr("layers {before} → {after}").format(before=before, after=after))
    elif titles[:-1] != new_titles[:-1]:
        parts.append(
            tr("hidden activations {before} → {after}").format(
                before=" ".join(titles[:-1]), after=" ".join(new_titles[:-1])
            )
        )
    if before.has_biases != after.has_biases:
        parts.append(tr("biases") if after.has_biases else tr("no biases"))
    if titles[-1] != new_titles[-1]:
        parts.append(tr("output {before} → {after}").format(before=titles[-1], after=new_titles[-1]))
    for was_holder, holder, cls in ((old, new, TrainingConfig), (old.hyper, new.hyper, Hyper)):
        for field in fields(cls):
            values = getattr(was_holder, field.name), getattr(holder, field.name)
            if field.name not in ("architecture", "hyper") and values[0] != values[1]:
                was, now = (_spoken(field.name, value) for value in values)
                parts.append(f"{tr(_WORDS[field.name])} {was} → {now}")
    return ", ".join(parts)


def _spoken(name: str, value: str | float | tuple[int, ...] | None) -> str:
    if isinstance(value, tuple):
        return " ".join(str(layer + 1) for layer in value) or tr("none")
    if name in _TITLES:
        return tr(str(getattr(_TITLES[name][str(value)], "title", value)))
    if isinstance(value, str):
        return value
    return tr("off") if value is None or value == math.inf else f"{value:g}"


def with_change(changes: tuple[Change, ...], epoch: float, text: str) -> tuple[Change, ...]:
    """Return the changes of a run with one more, joined with an earlier one at the same epoch."""
    if not text:
        return changes
    if changes and changes[-1].epoch == epoch:
        if text in changes[-1].text:
            return changes
        text, changes = f"{changes[-1].text}; {text}", changes[:-1]
    return (*changes[1 - _MOST_CHANGES :], Change(epoch, text))
