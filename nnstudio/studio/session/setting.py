"""A training setting: its name, how its text is parsed, and where its value is put; no widgets."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Generic, Protocol, TypeVar

from nnstudio.data.output_kinds import OutputKind
from nnstudio.engine.hyper import Hyper
from nnstudio.language import tr, translatable
from nnstudio.training.config import ConfigError, TrainingConfig

OFF = translatable("off")

Holder = TypeVar("Holder")
"""What holds a setting's value: frozen, and replaced whole."""

Value = str | float | None
"""An option's key, a number, or None for a number that is switched off."""

_NUMBER = re.compile(r"[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][+-]?\d+)?")
_HYPER = frozenset(field.name for field in fields(Hyper))


@dataclass(frozen=True)
class Option:
    """One entry of a list: its key in the configuration, its name, and what it computes."""

    key: str
    title: str
    formula: str = ""


def _always(holder: object) -> bool:
    return True


def _suits_all(kind: OutputKind) -> bool:
    return True


def _allows_all(kind: OutputKind, option: str) -> bool:
    return True


def suits_classes(kind: OutputKind) -> bool:
    """Tell that a setting makes sense for classes alone."""
    return kind.has_labels


@dataclass(frozen=True)
class Setting(Generic[Holder]):
    """One choice as a person sees it.

    Attributes
    ----------
    key : str
        Stable, unique.
    group, title : str
        The heading it is under, and its name there, in English.
    tip : str
        What it is, with its formula, in English.
    read : callable (holder) -> str
        Its value: an option's key, or a number as it would be typed.
    write : callable (holder, value) -> holder
        Raises UserError where the value is out of range.
    options : tuple of Option
        All values there are; empty for a number.
    suggestions : tuple of str
        Usual values of a number, in their order.
    is_used : callable (holder) -> bool
        Whether it has an effect beside the other choices.
    suits : callable (OutputKind) -> bool
        Whether it makes sense for a kind of output.
    allows : callable (OutputKind, str) -> bool
        Whether an option, by its key, goes with a kind of output.
    parse : callable (str) -> value
        Raises UserError where a text is no value; for options, the text is the value.
    layer : int
        What ``{layer}`` in its name and tip stands for, counted from 1.
    """

    key: str
    group: str
    title: str
    tip: str
    read: Callable[[Holder], str]
    write: Callable[[Holder, Any], Holder]
    options: tuple[Option, ...] = ()
    suggestions: tuple[str, ...] = ()
    is_used: Callable[[Holder], bool] = _always
    suits: Callable[[OutputKind], bool] = _suits_all
    allows: Callable[[OutputKind, str], bool] = _allows_all
    parse: Callable[[str], Value] = str
    layer: int = 0

    def options_for(self, kind: OutputKind) -> tuple[Option, ...]:
        """Return the options that go with a kind of output."""
        return tuple(option for option in self.options if self.allows(kind, option.key))

    def described(self) -> str:
        """Return its name and what it is, in the user's language."""
        return tr("{setting}: {what}").format(
            setting=self.shown_title(), what=tr(self.tip).format(layer=self.layer)
        )

    def shown_title(self) -> str:
        """Return its name in the user's language."""
        return tr(self.title).format(layer=self.layer)


def number(text: str, title: str, usual: str) -> float:
    """Parse a finite number, with a point or a comma.

    Raises
    ------
    ConfigError
        If it is none.
    """
    value = _finite(text)
    if value is None:
        raise ConfigError(
            tr("{setting} is a number such as {usual}; {text!r} is not.").format(
                setting=tr(title), usual=usual, text=text
            )
        )
    return value


def number_or_off(text: str, title: str, usual: str, off: float | None = 0.0) -> float | None:
    """Parse a finite number, or the word for none.

    Raises
    ------
    ConfigError
        If it is neither.
    """
    if text.strip().lower() in (OFF, tr(OFF).lower()):
        return off
    value = _finite(text)
    if value is None:
        raise ConfigError(
            tr('{setting} is a number such as {usual}, or "{off}"; {text!r} is not.').format(
                setting=tr(title), usual=usual, off=tr(OFF), text=text
            )
        )
    return value


def whole_or_off(text: str, title: str, usual: str) -> int | None:
    """Parse a whole number, or the word for none, which gives None.

    Raises
    ------
    ConfigError
        If it is neither.
    """
    value = number_or_off(text, title, usual, None)
    if value is not None and not value.is_integer():
        raise ConfigError(
            tr("{setting} is a whole number; {text} is not.").format(setting=tr(title), text=text.strip())
        )
    return None if value is None else int(value)


def _finite(text: str) -> float | None:
    value = float(text.strip().replace(",", ".")) if _NUMBER.fullmatch(text.strip()) else math.nan
    return value if math.isfinite(value) else None


def number_setting(
    key: str,
    group: str,
    title: str,
    tip: str,
    suggestions: str,
    *,
    off: float | None = 0.0,
    is_used: Callable[[TrainingConfig], bool] = _always,
    suits: Callable[[OutputKind], bool] = _suits_all,
) -> Setting[TrainingConfig]:
    """Describe a number of the configuration or of its hyper-parameters.

    Parameters
    ----------
    suggestions : str
        Usual values between spaces; with "off" among them it can be switched off.
    off : float or None
        The value that "off" stands for.
    """
    usual = tuple(suggestions.split())
    can_be_off = OFF in usual
    example = usual[len(usual) // 2]
    is_whole = isinstance(getattr(TrainingConfig, key, None), int)

    def read(config: TrainingConfig) -> str:
        value = getattr(config.hyper if key in _HYPER else config, key)
        return OFF if can_be_off and value == off else f"{value:.10g}"

    def parse(text: str) -> Value:
        value = number_or_off(text, title, example, off) if can_be_off else number(text, title, example)
        return int(value) if is_whole and value is not None and value.is_integer() else value

    def write(config: TrainingConfig, value: Any) -> TrainingConfig:
        return config.with_hyper(**{key: value}) if key in _HYPER else replace(config, **{key: value})

    return Setting(key, group, title, tip, read, write, (), usual, is_used, suits, parse=parse)


class _Titled(Protocol):
    @property
    def title(self) -> str: ...


def options_of(table: Mapping[str, _Titled], formulas: Mapping[str, str]) -> tuple[Option, ...]:
    """Return the entries of one of the engine's tables."""
    titles = {key: entry.title for key, entry in table.items()}
    return tuple(Option(key, title[:1].upper() + title[1:], formulas[key]) for key, title in titles.items())


def choice_setting(
    key: str, group: str, title: str, tip: str, options: tuple[Option, ...]
) -> Setting[TrainingConfig]:
    """Describe an entry of the configuration that is one of a list."""

    def write(config: TrainingConfig, value: Any) -> TrainingConfig:
        return replace(config, **{key: value})

    return Setting(key, group, title, tip, lambda config: getattr(config, key), write, options)
