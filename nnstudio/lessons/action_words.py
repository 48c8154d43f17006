"""The words for actions in lesson files, and how they are read.

A table of actions (``[step.set]``, ``[step.solve]``) is obeyed in the order of `ACTIONS`, whatever the order
in which its entries stand.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from nnstudio.data.feature_maps import Feature
from nnstudio.data.problems import PROBLEMS, PointOptions
from nnstudio.data.strokes import Drawing, DrawingError
from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.hyper import Hyper
from nnstudio.errors import UserError
from nnstudio.files.model_file import model_from_bytes
from nnstudio.files.network_toml import MAX_BYTES as WRITTEN_BYTES
from nnstudio.files.network_toml import SUFFIX as WRITTEN
from nnstudio.files.network_toml import WrittenNetworkError, read_network
from nnstudio.files.toml_entries import TomlFile
from nnstudio.files.written_model import model_of
from nnstudio.insight.bumps import MAX_BUMPS
from nnstudio.language import tr, translatable
from nnstudio.lessons import actions
from nnstudio.lessons.checks import read_check
from nnstudio.lessons.places import PANELS
from nnstudio.training.config import TrainingConfig

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nnstudio.files.toml_entries import Table
    from nnstudio.lessons.actions import Action

MODEL = ".safetensors"
MOST_STEPS = 100_000
MOST_POINTS = 2_000
MOST_SAMPLES = 60_000
_SETTINGS = (
    "optimiser",
    "batch_size",
    "schedule",
    "initialisation",
    "rate_decay",
    "rate_decay_epochs",
    "warmup_epochs",
    "dropout",
    "input_dropout",
    "label_smoothing",
)
_HYPER = tuple(each.name for each in fields(Hyper))


@dataclass(frozen=True)
class ActionWord:
    """An entry of a table of actions.

    Attributes
    ----------
    name : str
    summary : str
        To be translated with ``tr``.
    example : str
        As it is written.
    read : callable (Table, str) -> list of Action
        Takes the entry of this name from a table.
    """

    name: str
    summary: str
    example: str
    read: Callable[[Table, str], list[Action]] = field(repr=False)


def read_actions(table: Table) -> tuple[Action, ...]:
    """Read a table of actions, all of whose entries it takes.

    Raises
    ------
    UserError
        Of the file's class, with the line, if an entry is unknown or impossible.
    """
    found: list[Action] = []
    for name, word in ACTIONS.items():
        if name in table:
            found += word.read(table, name)
    table.finish()
    return tuple(found)


def _whole(table: Table, key: str, low: int, high: int) -> int:
    value = table.take(key, int, tr("a whole number"))
    if not low <= value <= high:
        table.refuse(key, tr("must be a whole number from {low} to {high:,}.").format(low=low, high=high))
    return value


def _finite(table: Table, key: str) -> float:
    value = table.take(key, float, tr("a number"))
    if not math.isfinite(value) or abs(value) > 1e6:
        table.refuse(key, tr("must be a number from −1,000,000 to 1,000,000."))
    return value


def _numbers(table: Table, key: str, most: int, values: object = None) -> tuple[float, ...]:
    """Take a list of numbers, or check one that was taken."""
    given = table.take(key, list, tr("a list of numbers")) if values is None else values
    if not isinstance(given, list) or len(given) > most:
        table.refuse(key, tr("must be a list of at most {most:,} numbers.").format(most=most))
    for value in given:
        if type(value) not in (int, float) or not math.isfinite(value) or abs(value) > 1e6:
            table.refuse(key, tr("must be numbers, and {value!r:.40} is none.").format(value=value))
    return tuple(map(float, given))


def _names(table: Table, key: str, known: tuple[str, ...]) -> tuple[str, ...]:
    given = table.take(key, list, tr("a list of names"))
    for name in given:
        if name not in known:
            table.refuse(
                key,
                tr("cannot have {name!r:.40}; there are {names}.").format(name=name, names=", ".join(known)),
            )
    return tuple(given)


def _problem(table: Table, key: str) -> list[Action]:
    if isinstance(table.peek(key), str):
        return [actions.ChooseProblem(_problem_name(table, key))]
    inner = table.sub_table(key)
    name = _problem_name(inner, "name")
    options: dict[str, Any] = {}
    for part, reader in (
        ("n", lambda t, k: _whole(t, k, 2, 10_000)),
        ("noise", _finite),
        ("low", _finite),
        ("high", _finite),
        ("test_share", _finite),
        ("n_classes", lambda t, k: _whole(t, k, 2, 6)),
    ):
        if part in inner:
            options[part] = reader(inner, part)
    seed = _whole(inner, "seed", 0, 10**9) if "seed" in inner else 0
    samples = _whole(inner, "samples", 10, MOST_SAMPLES) if "samples" in inner else None
    instead = _problem_name(inner, "instead") if "instead" in inner else ""
    inner.finish()
    return [actions.ChooseProblem(name, PointOptions(**options), seed, samples, instead)]


def _problem_name(table: Table, key: str) -> str:
    name = table.take(key, str, tr("the name of a problem"))
    if name not in PROBLEMS:
        table.refuse(
            key,
            tr("cannot be {name!r:.60}; there are {names}.").format(name=name, names=", ".join(PROBLEMS)),
        )
    return name


def _points(table: Table, key: str) -> list[Action]:
    class_names: tuple[str, ...] = ()
    if isinstance(table.peek(key), dict):
        inner = table.sub_table(key)
        names = inner.take("classes", list, tr("a list of names"))
        if not all(isinstance(name, str) and name for name in names):
            inner.refuse("classes", tr("must be a list of names."))
        class_names = tuple(names)
        rows = inner.take("at", list, tr("a list of points"))
        inner.finish()
    else:
        rows = table.take(key, list, tr("a list of points"))
    if not 1 <= len(rows) <= MOST_POINTS:
        table.refuse(key, tr("must be 1 to {most:,} points.").format(most=MOST_POINTS))
    points = tuple(_numbers(table, key, 3, row) for row in rows)
    if len({len(point) for point in points}) != 1 or len(points[0]) < 2:
        table.refuse(key, tr("must be points of two numbers each, or of three."))
    if class_names and not all(len(point) == 3 and point[2] in range(len(class_names)) for point in points):
        table.refuse(key, tr("must have x₁, x₂ and the number of a class, the first 0."))
    return [actions.SetPoints(points, class_names)]


def _move_point(table: Table, key: str) -> list[Action]:
    inner = table.sub_table(key)
    point = _whole(inner, "point", 0, MOST_POINTS)
    to = _numbers(inner, "to", 3)
    inner.finish()
    return [actions.MovePoint(point, to)]


def _remove_point(table: Table, key: str) -> list[Action]:
    return [actions.RemovePoint(_whole(table, key, 0, MOST_POINTS))]


def _data(table: Table, key: str) -> list[Action]:
    inner = table.sub_table(key)
    scaling = inner.take("scaling", str, tr("the name of a scaling")) if "scaling" in inner else None
    share = _finite(inner, "random_labels") if "random_labels" in inner else None
    features: tuple[str, ...] = ()
    if "features" in inner:
        features = tuple(inner.take("features", list, tr("a list of formulas")))
        for text in features:
            try:
                Feature.parse(str(text))
            except UserError as error:
                inner.refuse("features", tr("cannot be: {error}").format(error=error))
    inner.finish()
    return [actions.ChangeData(scaling, share, features)]


def _network(table: Table, key: str) -> list[Action]:
    if isinstance(table.peek(key), str):
        if table.peek(key).endswith((WRITTEN, MODEL)):
            return [_network_file(table, key)]
        return [actions.OpenNetwork(table.take(key, str, tr("a name")))]
    inner = table.sub_table(key)
    sizes: tuple[int, ...] = ()
    if "sizes" in inner:
        given = inner.take("sizes", list, tr("a list of whole numbers, such as [2, 4, 3, 1]"))
        try:
            sizes = Architecture.of(given).layer_sizes
        except UserError as error:
            inner.refuse("sizes", tr("cannot be: {error}").format(error=error))
    activations: tuple[str, ...] = ()
    if "activations" in inner:
        activations = _names(inner, "activations", tuple(ACTIVATIONS))
    loss = inner.take("loss", str, tr("the name of a loss")) if "loss" in inner else ""
    biases = inner.take("biases", bool, tr("true or false")) if "biases" in inner else None
    keep = inner.take("keep_weights", bool, tr("true or false")) if "keep_weights" in inner else False
    inner.finish()
    return [actions.ChangeNetwork(sizes, activations, loss, biases, keep)]


def _network_file(table: Table, key: str) -> Action:
    """Take a network that goes with the lesson: written out, or a model file."""
    name, content = table.take_attached(key)
    try:
        if name.endswith(MODEL):
            return actions.OpenNetwork(name, model_from_bytes(content, name))
        file = TomlFile(Path(name), WrittenNetworkError, WRITTEN_BYTES, content)
        written = read_network(file.top(("weights",)), file.tables("weights"))
        return actions.OpenNetwork(name, model_of(written), written.x)
    except UserError as error:
        table.refuse(key, tr("cannot be: {error}").format(error=error))


def _weights(table: Table, key: str) -> list[Action]:
    layers = []
    for inner in table.sub_tables(key):
        rows = inner.take("W", list, tr("a list of rows, each with the numbers of one unit"))
        W = tuple(_numbers(inner, "W", 4_096, row) for row in rows)
        b = _numbers(inner, "b", 4_096) if "b" in inner else (0.0,) * len(W)
        inner.finish()
        layers.append((W, b))
    if not layers:
        table.refuse(key, tr("must be a table for each layer."))
    return [actions.SetWeights(tuple(layers))]


_NUMBER_NAME = re.compile(r"w (\d{1,2}) (\d{1,4}) (\d{1,4})|b (\d{1,2}) (\d{1,4})")


def _put(table: Table, key: str) -> list[Action]:
    inner = table.sub_table(key)
    found: list[Action] = []
    for name in inner:
        match = _NUMBER_NAME.fullmatch(name)
        value = _finite(inner, name)
        if not match:
            inner.refuse(name, tr('must be "w LAYER UNIT INPUT" or "b LAYER UNIT".'))
        if match[1]:
            found.append(actions.PutNumber(int(match[1]), int(match[2]), int(match[3]), value))
        else:
            found.append(actions.PutNumber(int(match[4]), int(match[5]), None, value))
    return found


def _settings(table: Table, key: str) -> list[Action]:
    inner = table.sub_table(key)
    config = TrainingConfig(Architecture.of((1, 1), output="identity"), loss="squared_error", epochs=1e4)
    hyper = Hyper()
    values: dict[str, Any] = {}
    for name in inner:
        if name in _HYPER:
            hyper = inner.take_into(hyper, name)
            values[name] = getattr(hyper, name)
        elif name in _SETTINGS:
            config = inner.take_into(config, name)
            values[name] = getattr(config, name)
    inner.finish()
    return [actions.ChangeSettings(MappingProxyType(values))]


def _seed(table: Table, key: str) -> list[Action]:
    return [actions.SetSeed(_whole(table, key, 0, 10**9))]


def _line(table: Table, key: str) -> list[Action]:
    if isinstance(table.peek(key), str):
        word = table.take(key, str, tr("two numbers"))
        if word != "best":
            table.refuse(key, tr('must be [slope, intercept] or "best".'))
        return [actions.SetLine(None)]
    numbers = _numbers(table, key, 2)
    if len(numbers) != 2:
        table.refuse(key, tr('must be [slope, intercept] or "best".'))
    return [actions.SetLine((numbers[0], numbers[1]))]


def _is_true(make: Callable[[], Action]) -> Callable[[Table, str], list[Action]]:
    def read(table: Table, key: str) -> list[Action]:
        if not table.take(key, bool, tr("true")):
            table.refuse(key, tr("must be true; leave it out otherwise."))
        return [make()]

    return read


def _descend_line(table: Table, key: str) -> list[Action]:
    return [actions.DescendLine(_whole(table, key, 1, 10_000))]


def _input(table: Table, key: str) -> list[Action]:
    if isinstance(table.peek(key), list):
        return [actions.SetInput(_numbers(table, key, 784))]
    inner = table.sub_table(key)
    action = actions.SetInput()
    if "sample" in inner:
        part = inner.take("of", str, tr('"train" or "test"')) if "of" in inner else "train"
        if part not in ("train", "test"):
            inner.refuse("of", tr('must be "train" or "test".'))
        action = actions.SetInput(sample=_whole(inner, "sample", 0, MOST_SAMPLES), part=part)
    elif "drawing" in inner:
        strokes = inner.take("drawing", list, tr("a list of strokes"))
        try:
            action = actions.SetInput(drawing=Drawing.from_json({"strokes": strokes}))
        except DrawingError as error:
            inner.refuse("drawing", tr("cannot be: {error}").format(error=error))
    else:
        table.refuse(key, tr('must be numbers, or a table with "sample" or "drawing".'))
    inner.finish()
    return [action]


def _paint(table: Table, key: str) -> list[Action]:
    found: list[Action] = []
    for inner in table.sub_tables(key):
        row, column = _whole(inner, "row", 0, 999), _whole(inner, "column", 0, 999)
        found.append(actions.PaintPixel(row, column, _finite(inner, "value")))
        inner.finish()
    return found


def _fill_bumps(table: Table, key: str) -> list[Action]:
    return [actions.FillBumps(_whole(table, key, 1, MAX_BUMPS))]


def _parts(table: Table, key: str) -> list[Action]:
    inner = table.sub_table(key)
    name = inner.take("name", str, tr("the name of a set of parts"))
    misses = _finite(inner, "misses")
    if not 0 <= misses <= 1:
        inner.refuse("misses", tr("must be a share from 0 to 1."))
    inner.finish()
    return [actions.OpenParts(name, misses)]


def _select(table: Table, key: str) -> list[Action]:
    text = table.take(key, str, tr('a text such as "unit 0 2"'))
    match = re.fullmatch(r"unit (\d{1,2}) (\d{1,4})", text)
    if not match:
        table.refuse(key, tr('must be "unit LAYER UNIT".'))
    return [actions.SelectUnit(int(match[1]), int(match[2]))]


def _panels(table: Table, key: str) -> list[Action]:
    return [actions.ShowPanels(_names(table, key, PANELS))]


def _blank(table: Table, key: str) -> list[Action]:
    return [actions.Blank(name) for name in _names(table, key, ("values",))]


def _typed(table: Table, key: str) -> list[Action]:
    return [actions.TypeNumbers(_numbers(table, key, 20))]


def _train(table: Table, key: str) -> list[Action]:
    inner = table.sub_table(key)
    steps = _whole(inner, "steps", 1, MOST_STEPS) if "steps" in inner else None
    epochs = _finite(inner, "epochs") if "epochs" in inner else None
    if (steps is None) == (epochs is None) or (epochs is not None and not 0 < epochs <= MOST_STEPS):
        table.refuse(key, tr("needs either steps or epochs, above 0."))
    until = read_check(inner.sub_table("until")) if "until" in inner else None
    every = _whole(inner, "every", 1, MOST_STEPS) if "every" in inner else 20
    inner.finish()
    return [actions.Train(steps, epochs, until, every)]


ACTIONS: Mapping[str, ActionWord] = MappingProxyType(
    {
        word.name: word
        for word in (
            ActionWord(
                "problem",
                translatable("learn a problem of `nnstudio data list`, with a fresh network"),
                'problem = { name = "curve-sine", n = 40, seed = 1 }',
                _problem,
            ),
            ActionWord(
                "points",
                translatable("learn points that are written down, x and y, or with the number of a class"),
                'points = { classes = ["no", "yes"], at = [[0, 0, 0], [1, 1, 1]] }',
                _points,
            ),
            ActionWord(
                "move_point",
                translatable("drag a point"),
                "move_point = { point = 2, to = [13, 7.1] }",
                _move_point,
            ),
            ActionWord("remove_point", translatable("take a point out"), "remove_point = 2", _remove_point),
            ActionWord(
                "data",
                translatable("scale inputs, draw labels at random, or give features in place of coordinates"),
                'data = { scaling = "standardised", features = ["r"] }',
                _data,
            ),
            ActionWord(
                "network",
                translatable(
                    "open a network of nnstudio or of the lesson, or make one; its weights may be kept"
                ),
                'network = { sizes = [2, 3, 1], activations = ["relu", "identity"] }',
                _network,
            ),
            ActionWord(
                "weights",
                translatable("give all weights and biases, a table for each layer"),
                "weights = [{ W = [[2]], b = [1] }]",
                _weights,
            ),
            ActionWord(
                "parts",
                translatable("take drawn parts as units that fire, and an AND over them"),
                'parts = { name = "four-quarters", misses = 0.05 }',
                _parts,
            ),
            ActionWord(
                "bumps",
                translatable("make the network so many equal bumps that come near the truth"),
                "bumps = 16",
                _fill_bumps,
            ),
            ActionWord(
                "settings",
                translatable("change settings of training"),
                'settings = { optimiser = "sgd", learning_rate = 0.1 }',
                _settings,
            ),
            ActionWord("seed", translatable("take the fresh weights of a seed"), "seed = 3", _seed),
            ActionWord(
                "put",
                translatable("change single weights and biases"),
                'put = { "w 0 1 0" = 0.5, "b 0 1" = -1 }',
                _put,
            ),
            ActionWord("line", translatable("lay a line beside the network"), "line = [0.5, 3]", _line),
            ActionWord(
                "descend_line",
                translatable("move the line by steps of descent"),
                "descend_line = 1",
                _descend_line,
            ),
            ActionWord(
                "line_as_network",
                translatable("make the network the line"),
                "line_as_network = true",
                _is_true(actions.LineAsNetwork),
            ),
            ActionWord(
                "input",
                translatable("give an input: numbers, a sample by its number, or a drawing"),
                "input = { sample = 0 }",
                _input,
            ),
            ActionWord(
                "paint",
                translatable("paint pixels of the input"),
                "paint = [{ row = 3, column = 5, value = 1 }]",
                _paint,
            ),
            ActionWord("select", translatable("choose a unit"), 'select = "unit 0 2"', _select),
            ActionWord(
                "panels",
                translatable("open panels, the last one in front"),
                'panels = ["input", "network"]',
                _panels,
            ),
            ActionWord(
                "blank",
                translatable("leave values blank until they are filled in"),
                'blank = ["values"]',
                _blank,
            ),
            ActionWord(
                "pin", translatable("keep the network as B"), "pin = true", _is_true(actions.PinNetwork)
            ),
            ActionWord(
                "train",
                translatable("train for steps or epochs, or until a check holds"),
                "train = { steps = 200 }",
                _train,
            ),
            ActionWord(
                "type", translatable("type the answers of the step's questions"), "type = [0.7]", _typed
            ),
        )
    }
)
"""Every action by its name, in the order in which those of one table are obeyed."""
