"""``nnstudio predict`` for networks that take numbers: points of the plane, places on a line, or several."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.cli.number_inputs import read_inputs, wanted
from nnstudio.cli.status import BAD_INPUT, DONE
from nnstudio.cli.streams import print_error
from nnstudio.engine.decision import predict_with_classes
from nnstudio.engine.passes import predict
from nnstudio.errors import UserError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from nnstudio.cli.number_inputs import NumberInput
    from nnstudio.files.model_file import Model


def run(arguments: argparse.Namespace, model: Model) -> int:
    """Print an answer for each input; for those that cannot be read, a sentence on standard error."""
    for name in ("single", "transpose"):
        if getattr(arguments, name):
            raise UserError(f"--{name} is for images. {wanted(model)}")
    inputs = read_inputs(arguments.paths, model, from_points=arguments.from_points)
    answers = _answers(inputs, model)
    if arguments.json:
        print(json.dumps(answers, indent=2, ensure_ascii=False))
    else:
        _print_table([answer for answer in answers if "error" not in answer], model)
    errors = [answer["error"] for answer in answers if "error" in answer]
    for error in errors:
        print_error(error)
    return BAD_INPUT if errors else DONE


def _answers(inputs: list[NumberInput], model: Model) -> list[dict[str, Any]]:
    """Return the answers, or errors, as JSON values."""
    given = [each.values for each in inputs if each.values]
    x = np.array(given, np.float32).reshape(-1, model.input_space.n_features)
    with np.errstate(all="ignore"):
        if model.output_space.traits.has_labels:
            outputs, classes = predict_with_classes(model.architecture, model.theta, x)
        else:
            outputs, classes = predict(model.architecture, model.theta, x), np.zeros(len(x), np.int64)
    rows = zip(outputs.tolist(), classes.tolist(), strict=True)
    answers = []
    for each in inputs:
        place = {"path": each.path, "entry": each.entry} if each.path else {}
        if each.error:
            answers.append({**place, "error": each.error})
            continue
        answers.append(place | _answer(each, *next(rows), model))
    return answers


def _answer(each: NumberInput, outputs: list[float], label: int, model: Model) -> dict[str, Any]:
    """Return an answer, from the values of all classes and the best of them, or from numbers."""
    space = model.output_space
    given = dict(zip(model.input_space.names, each.values, strict=True))
    if not np.isfinite(outputs).all():
        return {"input": given, "error": f"The answer at {_written(given)} is no finite number."}
    answer: dict[str, Any] = {"input": given}
    named = dict(zip(space.names, outputs, strict=True))
    if space.traits.has_labels:
        answer |= {"label": space.class_names[label], "probabilities": named}
    else:
        answer |= {"output": named, "units": {each.name: each.unit for each in space.quantities}}
    if outside := [name for name, value in given.items() if _is_outside(name, value, model)]:
        answer["outside"] = outside
    return answer


def _is_outside(name: str, value: float, model: Model) -> bool:
    low, high = _range(name, model)
    return not low <= value <= high


def _range(name: str, model: Model) -> tuple[float, float]:
    space = model.input_space
    nth = space.names.index(name)
    return float(space.lows[nth]), float(space.highs[nth])


def _written(values: Mapping[str, float], units: Mapping[str, str] | None = None) -> str:
    words = []
    for name, value in values.items():
        unit = (units or {}).get(name, "")
        words.append(f"{name} = {value:.6g}{' ' if unit else ''}{unit}")
    return "  ".join(words)


def _print_table(answers: list[dict[str, Any]], model: Model) -> None:
    rows = []
    for answer in answers:
        place = f"{answer['path']}, {answer['entry']}  " if "path" in answer else ""
        if "output" in answer:
            result = _written(answer["output"], answer["units"])
        else:
            first, others = answer["label"], dict(answer["probabilities"])
            p = others.pop(first)
            second, q = max(others.items(), key=lambda pair: pair[1])
            result = f"{first}  {100 * p:5.1f} %  (next: {second} {100 * q:.1f} %)"
        notes = []
        for name in answer.get("outside", ()):
            low, high = _range(name, model)
            notes.append(f"{name} is outside {low:.6g} … {high:.6g}")
        rows.append((place + _written(answer["input"]), result, "; ".join(notes)))
    widths = [max((len(row[k]) for row in rows), default=0) for k in range(2)]
    for given, result, note in rows:
        print(f"{given:<{widths[0]}}  {result:<{widths[1]}}  {note}".rstrip())
