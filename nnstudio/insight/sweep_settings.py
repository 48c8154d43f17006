"""The settings that a sweep can vary, how their values are typed, and what they change in a run."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from nnstudio.data.typed_numbers import NumberError, typed_rows
from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.optimisers import OPTIMISERS
from nnstudio.errors import UserError
from nnstudio.language import tr, translatable
from nnstudio.training.start_settings import START_SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nnstudio.data.problems import PointOptions
    from nnstudio.training.config import TrainingConfig

Value = float | int | str
"""A number, or the key of an activation or an optimiser."""


class SweepError(UserError):
    """A sweep that cannot be: the message says what is possible."""


@dataclass(frozen=True)
class Draft:
    """The settings of a cell while its values are put into them.

    Attributes
    ----------
    config : TrainingConfig
    points : PointOptions
    input_kind : str
        A key of ``training.start_settings.START_SETTINGS``, which has the usual size of a layer.
    """

    config: TrainingConfig
    points: PointOptions
    input_kind: str


@dataclass(frozen=True)
class SweepSetting:
    """A setting that a sweep can vary.

    Attributes
    ----------
    title : str
        For people, to be translated with ``tr``.
    usual : str
        A list of values, as it is typed.
    read : callable (text) -> sequence of values
        Raises SweepError where a text is no list of values.
    write : callable (Draft, value) -> Draft
        Raises UserError where there can be no such value.
    is_of_points : bool
        Whether it changes how the problem's points are drawn.
    """

    title: str
    usual: str
    read: Callable[[str], Sequence[Value]]
    write: Callable[[Draft, Any], Draft]
    is_of_points: bool = False

    def parse(self, text: str) -> tuple[Value, ...]:
        """Read a list of values; see `Axis.parse`."""
        try:
            values = tuple(self.read(text))
        except (NumberError, SweepError) as error:
            # What is wrong with a value, not in which row and column of a block it is.
            what = error.__cause__ or error
            raise SweepError(tr("{setting}: {error}").format(setting=tr(self.title), error=what)) from error
        twice = [value for value, count in Counter(values).items() if count > 1]
        if twice:
            raise SweepError(
                tr("{setting}: {value} is there twice.").format(
                    setting=tr(self.title), value=self.text(twice[0])
                )
            )
        return values

    def text(self, value: Value) -> str:
        """Return a value for people."""
        if isinstance(value, str):
            table: Mapping[str, Any] = ACTIVATIONS if value in ACTIVATIONS else OPTIMISERS
            return tr(table[value].title)
        return f"{value:g}".replace("-", "−")


def _numbers(text: str) -> list[float]:
    return [value for row in typed_rows(text) for value in row]


def _whole_numbers(text: str) -> list[int]:
    values = _numbers(text)
    for value in values:
        if not value.is_integer():
            raise SweepError(tr("{value:g} is no whole number.").format(value=value))
    return [int(value) for value in values]


def _names_of(names: Sequence[str]) -> Callable[[str], list[str]]:
    def read(text: str) -> list[str]:
        typed = [word for word in re.split(r"[,;\s]+", text.strip().lower()) if word]
        for word in typed:
            if word not in names:
                raise SweepError(
                    tr("There is no {word!r:.40}; choose among {names}.").format(
                        word=word, names=", ".join(names)
                    )
                )
        if not typed:
            raise SweepError(tr("Choose among {names}.").format(names=", ".join(names)))
        return typed

    return read


def _with_hidden(draft: Draft, sizes: tuple[int, ...], activation: str = "") -> Draft:
    """Give the network other hidden layers, all with one activation: the first one's, if none is given."""
    old = draft.config.architecture
    name = activation or (old.activations[0] if old.n_layers > 1 else _start(draft).activation)
    architecture = Architecture(
        (old.n_inputs, *sizes, old.n_outputs), (*(name,) * len(sizes), old.activations[-1]), old.has_biases
    )
    return replace(draft, config=replace(draft.config, architecture=architecture))


def _start(draft: Draft) -> Any:
    return START_SETTINGS[draft.input_kind]


def _with_units(draft: Draft, value: int) -> Draft:
    return _with_hidden(draft, (value,) * max(draft.config.architecture.n_layers - 1, 1))


def _with_layers(draft: Draft, value: int) -> Draft:
    if value < 0:
        raise SweepError(tr("A network has 0 hidden layers or more, not {value}.").format(value=value))
    hidden = draft.config.architecture.layer_sizes[1:-1] or _start(draft).hidden
    return _with_hidden(draft, hidden[:1] * value)


def _with_activation(draft: Draft, value: str) -> Draft:
    return _with_hidden(draft, draft.config.architecture.layer_sizes[1:-1], value)


def _with_optimiser(draft: Draft, value: str) -> Draft:
    return replace(draft, config=replace(draft.config, optimiser=value))


def _with_hyper(name: str) -> Callable[[Draft, float], Draft]:
    return lambda draft, value: replace(draft, config=draft.config.with_hyper(**{name: value}))


def _with_points(name: str) -> Callable[[Draft, Any], Draft]:
    return lambda draft, value: replace(draft, points=replace(draft.points, **{name: value}))


SWEEP_SETTINGS: Mapping[str, SweepSetting] = MappingProxyType(
    {
        "units": SweepSetting(translatable("Units per layer"), "2, 6, 20, 50", _whole_numbers, _with_units),
        "layers": SweepSetting(translatable("Hidden layers"), "0, 1, 2, 3", _whole_numbers, _with_layers),
        "activation": SweepSetting(
            translatable("Activation"),
            "tanh, relu, sigmoid, sine",
            _names_of(
                tuple(name for name, each in ACTIVATIONS.items() if each.trainable and not each.output_only)
            ),
            _with_activation,
        ),
        "optimiser": SweepSetting(
            translatable("Optimiser"), "sgd, momentum, adam", _names_of(tuple(OPTIMISERS)), _with_optimiser
        ),
        "learning_rate": SweepSetting(
            translatable("Learning rate"), "0.001, 0.01, 0.1", _numbers, _with_hyper("learning_rate")
        ),
        "l2": SweepSetting("L2", "0, 0.001, 0.01, 0.05", _numbers, _with_hyper("l2")),
        "noise": SweepSetting(
            translatable("Noise"), "0, 0.1, 0.2, 0.4", _numbers, _with_points("noise"), is_of_points=True
        ),
        "n": SweepSetting(
            translatable("Points"), "20, 50, 100, 500", _whole_numbers, _with_points("n"), is_of_points=True
        ),
    }
)
"""By the name that files and the command line have for them, in the order in which they are applied."""
