"""Write a model's card in Markdown from the card in the model file; the command line uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nnstudio.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nnstudio.files.model_file import Model

_PARTS = ("recipe", "recipe_text", "data", "seed", "parameters", "measured", "curves", "training")

_SPLITS = {
    "test": "Kept for the test and read once, when training was over",
    "validation": "Held back to choose the best epoch, so these figures flatter a little",
}


class CardError(UserError):
    """A model whose card does not say how it was trained."""


def check_card(model: Model) -> None:
    """Make sure that a model was trained by a recipe and has everything that a card needs.

    Raises
    ------
    CardError
        If it does not.
    """
    missing = [part for part in _PARTS if part not in model.card]
    if missing:
        raise CardError(
            f"The model {model.name} does not say how it came about ({', '.join(missing)} missing): only "
            "models that `nnstudio train` wrote have a card."
        )


def card_text(model: Model, n_bytes: int, pictures: Mapping[str, str], notes: str = "") -> str:
    """Return the card as Markdown.

    Parameters
    ----------
    model : Model
        One that ``check_card`` accepts.
    n_bytes : int
        The size of its file.
    pictures : mapping of str to str
        The name of the picture file ``"curves"``, and of ``"mistakes"``.
    notes : str
        The author's additions, in Markdown.
    """
    card, training = model.card, model.card["training"]
    names, noun = model.output_space.class_names, model.output_space.noun
    lines = [
        f"# {model.name}",
        "",
        f"A network {model.architecture} ({', '.join(model.architecture.activations)}; "
        f"{card['parameters']:,} parameters, {n_bytes:,} bytes) that reads one {noun} of {', '.join(names)}. "
        f"Made by `nnstudio train --recipe {card['recipe']} --seed {card['seed']}`.",
        "",
        "## Errors",
    ]
    for split, explanation in _SPLITS.items():
        if card["measured"][split]:
            lines += ["", f"{explanation}:", "", *_errors(card["measured"][split], noun)]
    lines += ["", f"![The most confident mistakes]({pictures['mistakes']})"]
    if "novelty" in card:
        lines += ["", f"## Not a {noun}", "", *_ood_lines(card["novelty"], noun)]
    for title, measured in card["measured"]["test"].items():
        lines += ["", f"## {title}: test", "", *_classes(measured["confusion"], names)]
        if "calibration" in measured:
            lines += ["", *_calibration(measured["calibration"])]
    lines += [
        "",
        "## Training",
        "",
        f"{training['ended']} The weights are those of epoch {training['best_epoch']:g}. An epoch has "
        f"{training['samples']:,} samples; {training['images']:,} were learned from in {training['steps']:,} "
        f"steps, on one core in {training['cpu_seconds']:,.0f} seconds of its time.",
        "",
        f"![Learning curves]({pictures['curves']})",
    ]
    if notes:
        lines += ["", notes.strip()]
    lines += [
        "",
        "## Data",
        "",
        *(f"- {each['title']}: {each['credit']}; {each['licence']}" for each in card["data"]),
    ]
    if model.raster is not None:
        spec = ", ".join(f"{name} {value:g}" for name, value in model.raster.to_json().items())
        lines += ["", f"Drawings become its inputs by the rasteriser with {spec} (pixels)."]
    lines += ["", "## Recipe", "", "```toml", card["recipe_text"].strip(), "```", ""]
    return "\n".join(lines)


def _errors(parts: Mapping[str, Any], noun: str) -> list[str]:
    has_ood_scores = any("rejected" in part for part in parts.values())
    has_calibration = any("calibration" in part for part in parts.values())
    head = ["set", "samples", "errors", "error"]
    head += ["calibration error"] if has_calibration else []
    head += [f"rejected as not a {noun}"] if has_ood_scores else []
    rows = []
    for title, part in parts.items():
        row = [title, f"{part['n']:,}", f"{part['errors']:,}", _percent(part["error"])]
        row += [_percent(part["calibration"]["error"])] if has_calibration else []
        row += [f"{part['rejected']:,} ({_percent(part['rejected'] / part['n'])})"] if has_ood_scores else []
        rows.append(row)
    return _table(head, rows)


def _ood_lines(found: Mapping[str, Any], noun: str) -> list[str]:
    rows = [
        [kind, f"{part['n']:,}", f"{part['rejected']:,} ({_percent(part['rejected'] / part['n'])})"]
        for kind, part in found.items()
        if isinstance(part, dict)
    ]
    left_out = f" (without {', '.join(found['left_out'])})" if found["left_out"] else ""
    return [
        f"A detector beside the network rejects what is no {noun}; its threshold is a log-odds of "
        f"{found['threshold']:.2f}. Of drawings that it has not learned from{left_out}:",
        "",
        *_table(["drawings", "number", "rejected"], rows),
    ]


def _classes(confusion: Sequence[Sequence[int]], names: Sequence[str]) -> list[str]:
    """Return a table with a row for each class: what it was read as, and its errors."""
    rows = []
    for k, (name, row) in enumerate(zip(names, confusion, strict=True)):
        n, wrong = sum(row), sum(row) - row[k]
        taken = sorted(
            ((count, other) for other, count in zip(names, row, strict=True) if other != name), reverse=True
        )
        for_what = ", ".join(f"{other} {count}" for count, other in taken[:4] if count)
        rows.append([name, f"{n:,}", f"{wrong:,}", _percent(wrong / n) if n else "–", for_what])
    return _table(["class", "samples", "errors", "error", "most often taken for"], rows)


def _calibration(found: Mapping[str, Any]) -> list[str]:
    rows = [
        [f"up to {_percent(high)}", f"{n:,}", _percent(confidence), _percent(right)]
        for high, n, confidence, right in found["bins"]
    ]
    return [
        "Calibration: confidence and the share that is right differ by "
        f"{_percent(found['error'])} on average.",
        "",
        *_table(["confidence", "answers", "mean confidence", "right"], rows),
    ]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    rule = ["---", *["---:"] * (len(head) - 1)]
    return [f"| {' | '.join(row)} |" for row in (head, rule, *rows)]


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %"
