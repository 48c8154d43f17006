"""The settings that a sweep can vary, how their values are written, and what they change in a run."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from nnstudio.data.scaling import SCALINGS
from nnstudio.data.typed_numbers import NumberError, typed_rows
from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.initialise import INITIALISERS
from nnstudio.engine.losses import LOSSES
from nnstudio.engine.optimisers import OPTIMISERS
from nnstudio.errors import UserError
from nnstudio.language import tr, translatable
from nnstudio.training.data_choices import DataChoices
from nnstudio.training.schedule import SCHEDULES
from nnstudio.training.start_settings import START_SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from nnstudio.data.problems import PointOptions
    from nnstudio.training.config import TrainingConfig

Value = float | int | str
"""A number, the key of an activation or the like, or the sizes of hidden layers, ``"20-10"``."""


LARGEST = 1e15
"""The largest number of a setting: whole numbers up to it are exact, and fit into a column of SQLite."""


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
    data : DataChoices
        What is done to the samples before they are learned.
    """

    config: TrainingConfig
    points: PointOptions
    input_kind: str
    data: DataChoices = field(default_factory=DataChoices)


@dataclass(frozen=True)
class ValueKind:
    """What the values of a setting are.

    Attributes
    ----------
    words : str
        What they are; to be translated with ``tr``.
    split : callable (text) -> list of objects
        Divides a list as it is typed; raises SweepError or NumberError.
    check : callable (object) -> value
        Returns a value of a file or of a typed list as it is used; raises SweepError where it is none.
    titles : mapping of str to str
        What values that are keys are called.
    """

    words: str
    split: Callable[[str], Iterable[object]]
    check: Callable[[object], Value]
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SweepSetting:
    """A setting that a sweep can vary.

    Attributes
    ----------
    title : str
        For people, to be translated with ``tr``.
    usual : str
        A list of values, as it is typed.
    kind : ValueKind
    write : callable (Draft, value) -> Draft
        Raises UserError where there can be no such value.
    is_of_points : bool
        Whether it changes how the problem's points are drawn.
    """

    title: str
    usual: str
    kind: ValueKind
    write: Callable[[Draft, Any], Draft]
    is_of_points: bool = False

    def parse(self, text: str) -> tuple[Value, ...]:
        """Read a list of values; see `Axis.parse`."""
        try:
            values = tuple(self.kind.check(value) for value in self.kind.split(text))
        except (NumberError, SweepError) as error:
            # What is wrong with a value, not in which row and column of a block it is.
            what = error.__cause__ or error
            raise SweepError(tr("{setting}: {error}").format(setting=tr(self.title), error=what)) from error
        twice = self.first_twice(values)
        if twice is not None:
            raise SweepError(
                tr("{setting}: {value} is there twice.").format(
                    setting=tr(self.title), value=self.text(twice)
                )
            )
        return values

    @staticmethod
    def first_twice(values: Iterable[Value]) -> Value | None:
        """Return a value that is there twice, or None."""
        return next((value for value, count in Counter(values).items() if count > 1), None)

    def text(self, value: Value) -> str:
        """Return a value for people."""
        if isinstance(value, str):
            return tr(self.kind.titles.get(value, value))
        return f"{value:g}".replace("-", "−")


def _typed_numbers(text: str) -> list[float]:
    return [value for row in typed_rows(text) for value in row]


def _number(value: object) -> float:
    is_number = type(value) is int or (isinstance(value, float) and math.isfinite(value))
    if not is_number:
        raise SweepError(tr("{value!r:.40} is no number.").format(value=value))
    if abs(value) > LARGEST:  # type: ignore[arg-type]
        raise SweepError(tr("{value!r:.40} is too large.").format(value=value))
    return float(value)  # type: ignore[arg-type]


def _whole_number(value: object) -> int:
    number = _number(value)
    if not number.is_integer():
        raise SweepError(tr("{value:g} is no whole number.").format(value=number))
    return int(number)


NUMBER = ValueKind(translatable("numbers"), _typed_numbers, _number)
WHOLE_NUMBER = ValueKind(translatable("whole numbers"), _typed_numbers, _whole_number)


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[,;\s]+", text.strip().lower()) if word]


def _name_of(titles: Mapping[str, str]) -> ValueKind:
    """Return the kind of values that are keys of a table."""
    choices = ", ".join(titles)

    def split(text: str) -> list[str]:
        words = _words(text)
        if not words:
            raise SweepError(tr("Choose among {names}.").format(names=choices))
        return words

    def check(value: object) -> str:
        if not isinstance(value, str) or value not in titles:
            raise SweepError(
                tr("There is no {word!r:.40}; choose among {names}.").format(word=value, names=choices)
            )
        return value

    return ValueKind(translatable("names"), split, check, titles)


def _sizes(value: object) -> str:
    """Check the sizes of hidden layers, such as "20-10"; "none" stands for no hidden layer."""
    if not isinstance(value, str) or (value != "none" and not re.fullmatch(r"\d{1,5}(-\d{1,5})*", value)):
        raise SweepError(
            tr('{value!r:.40} are no hidden layers; write such as "20-10", or "none".').format(value=value)
        )
    return value


HIDDEN_LAYERS = ValueKind(translatable('texts such as "20-10", or "none"'), _words, _sizes)


def _with_hidden(draft: Draft, sizes: tuple[int, ...], activation: str = "") -> Draft:
    """Give the network other hidden layers, all with one activation: the first one's, if none is given."""
    old = draft.config.architecture
    name = activation or (old.activations[0] if old.n_layers > 1 else _start(draft).activation)
    architecture = Architecture(
        (old.n_inputs, *sizes, old.n_outputs), (*(name,) * len(sizes), old.activations[-1]), old.has_biases
    )
    return replace(draft, config=draft.config.with_architecture(architecture))


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


def _with_layer_sizes(draft: Draft, value: str) -> Draft:
    return _with_hidden(draft, tuple(map(int, value.split("-"))) if value != "none" else ())


def _with_choice(name: str) -> Callable[[Draft, Any], Draft]:
    return lambda draft, value: replace(draft, config=replace(draft.config, **{name: value}))


def _with_data(name: str) -> Callable[[Draft, Any], Draft]:
    return lambda draft, value: replace(draft, data=replace(draft.data, **{name: value}))


def _with_hyper(name: str) -> Callable[[Draft, float], Draft]:
    return lambda draft, value: replace(draft, config=draft.config.with_hyper(**{name: value}))


def _with_points(name: str) -> Callable[[Draft, Any], Draft]:
    return lambda draft, value: replace(draft, points=replace(draft.points, **{name: value}))


def _titles(table: Mapping[str, Any]) -> dict[str, str]:
    return {name: entry.title for name, entry in table.items()}


_ACTIVATION_TITLES = {
    name: each.title for name, each in ACTIVATIONS.items() if each.trainable and not each.output_only
}
_SCALING_TITLES = {
    "none": translatable("as they are"),
    "unit": translatable("from 0 to 1"),
    "standardised": translatable("standardised"),
}

SWEEP_SETTINGS: Mapping[str, SweepSetting] = MappingProxyType(
    {
        "units": SweepSetting(translatable("Units per layer"), "2, 6, 20, 50", WHOLE_NUMBER, _with_units),
        "layers": SweepSetting(translatable("Hidden layers"), "0, 1, 2, 3", WHOLE_NUMBER, _with_layers),
        "hidden": SweepSetting(
            translatable("Sizes of layers"), "none, 20, 20-20, 50-20", HIDDEN_LAYERS, _with_layer_sizes
        ),
        "activation": SweepSetting(
            translatable("Activation"),
            "tanh, relu, sigmoid, sine",
            _name_of(_ACTIVATION_TITLES),
            _with_activation,
        ),
        "optimiser": SweepSetting(
            translatable("Optimiser"),
            "sgd, momentum, adam",
            _name_of(_titles(OPTIMISERS)),
            _with_choice("optimiser"),
        ),
        "learning_rate": SweepSetting(
            translatable("Learning rate"), "0.001, 0.01, 0.1", NUMBER, _with_hyper("learning_rate")
        ),
        "l2": SweepSetting("L2", "0, 0.001, 0.01, 0.05", NUMBER, _with_hyper("l2")),
        "noise": SweepSetting(
            translatable("Noise"), "0, 0.1, 0.2, 0.4", NUMBER, _with_points("noise"), is_of_points=True
        ),
        "n": SweepSetting(
            translatable("Points"), "20, 50, 100, 500", WHOLE_NUMBER, _with_points("n"), is_of_points=True
        ),
        "batch_size": SweepSetting(
            translatable("Batch size"), "8, 32, 128", WHOLE_NUMBER, _with_choice("batch_size")
        ),
        "loss": SweepSetting(
            translatable("Loss"),
            "cross_entropy, squared_error",
            _name_of(_titles(LOSSES)),
            _with_choice("loss"),
        ),
        "initialisation": SweepSetting(
            translatable("Initialisation"),
            "he_normal, glorot_normal, normal",
            _name_of(_titles(INITIALISERS)),
            _with_choice("initialisation"),
        ),
        "schedule": SweepSetting(
            translatable("Schedule"),
            "constant, cosine, one_cycle",
            _name_of(_titles(SCHEDULES)),
            _with_choice("schedule"),
        ),
        "input_scaling": SweepSetting(
            translatable("Input scaling"),
            "none, unit, standardised",
            _name_of({name: _SCALING_TITLES[name] for name in SCALINGS}),
            _with_data("input_scaling"),
        ),
        "dropout": SweepSetting(translatable("Dropout"), "0, 0.1, 0.3, 0.5", NUMBER, _with_choice("dropout")),
        "input_dropout": SweepSetting(
            translatable("Input dropout"), "0, 0.1, 0.2", NUMBER, _with_choice("input_dropout")
        ),
        "label_smoothing": SweepSetting(
            translatable("Label smoothing"), "0, 0.05, 0.1", NUMBER, _with_choice("label_smoothing")
        ),
        "l1": SweepSetting("L1", "0, 0.0001, 0.001", NUMBER, _with_hyper("l1")),
        "weight_decay": SweepSetting(
            translatable("Weight decay"), "0, 0.01, 0.1, 0.3", NUMBER, _with_hyper("weight_decay")
        ),
        "momentum": SweepSetting(
            translatable("Momentum"), "0, 0.5, 0.9, 0.99", NUMBER, _with_hyper("momentum")
        ),
        "beta1": SweepSetting("β₁", "0.5, 0.9, 0.99", NUMBER, _with_hyper("beta1")),
        "beta2": SweepSetting("β₂", "0.9, 0.99, 0.999", NUMBER, _with_hyper("beta2")),
        "clip_norm": SweepSetting(translatable("Clipping"), "0.1, 1, 10", NUMBER, _with_hyper("clip_norm")),
        "ema_decay": SweepSetting(
            translatable("Averaging"), "0, 0.9, 0.99, 0.999", NUMBER, _with_hyper("ema_decay")
        ),
    }
)
"""By the name that files and the command line have for them, in the order in which they are applied."""


def with_values(draft: Draft, values: Mapping[str, Value]) -> Draft:
    """Return a draft with values of some settings.

    They are applied in the order of `SWEEP_SETTINGS`, whatever theirs is.

    Raises
    ------
    UserError
        If there can be no such network or no such setting.
    """
    for name, setting in SWEEP_SETTINGS.items():
        if name in values:
            draft = setting.write(draft, values[name])
    return draft
