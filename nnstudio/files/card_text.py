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
    "training": "Learned from; nothing was held back to choose the best epoch",
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
        The name of the picture file ``"curves"``, and of ``"mistakes"`` where the inputs are images.
    notes : str
        The author's additions, in Markdown.
    """
    card, training = model.card, model.card["training"]
    names, noun = model.output_space.class_names, model.output_space.noun
    command = card.get("command", f"nnstudio train --recipe {card['recipe']} --seed {card['seed']}")
    size = f"{card['parameters']:,} parameters"
    if not model.architecture.has_biases:
        size = f"{model.architecture.n_trained:,} weights, no biases"
    lines = [
        f"# {model.name}",
        "",
        f"A network {model.architecture} ({', '.join(model.architecture.activations)}; "
        f"{size}, {n_bytes:,} bytes) that {_what_it_does(model)}. "
        f"Made by `{command}`.",
        "",
        "## Errors",
    ]
    for split, explanation in _SPLITS.items():
        if sets := card["measured"].get(split):
            rows = _errors(sets, noun) if model.output_space.traits.has_labels else _residuals(sets, model)
            lines += ["", f"{explanation}:", "", *rows]
    if "mistakes" in pictures:
        lines += ["", f"![The most confident mistakes]({pictures['mistakes']})"]
    if "novelty" in card:
        lines += ["", f"## Not a {noun}", "", *_ood_lines(card["novelty"], noun)]
    for title, measured in card["measured"]["test"].items():
        if "confusion" in measured:
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


def _what_it_does(model: Model) -> str:
    """Return the end of a sentence on a network's inputs and outputs."""
    space = model.output_space
    if model.input_space.traits.has_pixels:
        return f"reads one {space.noun} of {', '.join(space.class_names)}"
    inputs = ", ".join(model.input_space.names)
    if space.traits.has_labels:
        return f"takes {inputs} and tells apart {', '.join(space.class_names)}"
    outputs = (f"{each.name} ({each.unit})" if each.unit else each.name for each in space.quantities)
    return f"takes {inputs} and gives out {', '.join(outputs)}"


def _residuals(parts: Mapping[str, Any], model: Model) -> list[str]:
    names = model.input_space.names
    rows = []
    for title, part in parts.items():
        at = zip(names, part["largest_error_at"], strict=True)
        where = ", ".join(f"{name} = {value:.4g}" for name, value in at)
        r2 = "–" if part["r2"] is None else f"{part['r2']:.6g}"
        figures = (f"{part[key]:.4g}" for key in ("J", "rmse", "largest_error"))
        rows.append([title, f"{part['n']:,}", *figures, where, r2])
    return _table(["set", "samples", "J", "RMSE", "largest error", "at", "R²"], rows)


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
    # A bar within a cell, as in |x|, would divide it.
    lines = ([cell.replace("|", r"\|") for cell in row] for row in (head, rule, *rows))
    return [f"| {' | '.join(cells)} |" for cells in lines]


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %"
