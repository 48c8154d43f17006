"""Read the files of sweeps, TOML that says what is trained with which values of which settings.

::

    problem = "plane-moons"      # or recipe = "digits", a shipped one or a file beside this one
    seeds = 2                    # how many, or a list
    steps = 2000                 # or epochs = 50; with patience_epochs = 5 a run may end earlier

    [fixed]                      # settings of all cells; without them, as the window begins
    activation = "tanh"
    n = 100

    [vary]
    units = [2, 6, 20, 50]
    learning_rate = { from = 0.001, to = 0.1, count = 3, log = true }
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from nnstudio.data.problems import PROBLEMS, PointOptions
from nnstudio.engine.architecture import Architecture
from nnstudio.errors import UserError
from nnstudio.files.recipe import find_recipe, recipe_of, shipped_recipes
from nnstudio.files.toml_entries import TomlFile
from nnstudio.insight.sweep_settings import SWEEP_SETTINGS, Draft, SweepError
from nnstudio.insight.sweep_spec import MOST_SEEDS, MOST_STEPS, SweepAxis
from nnstudio.language import tr
from nnstudio.sweeps.plan import SweepPlan
from nnstudio.sweeps.value_range import read_range
from nnstudio.training.config import MAX_EPOCHS, TrainingConfig

if TYPE_CHECKING:
    from nnstudio.files.recipe import Recipe
    from nnstudio.files.toml_entries import Table
    from nnstudio.insight.sweep_settings import Value

MOST_VALUES = 1000
"""Of one setting."""

_TABLES = ("fixed", "vary")
_DEFAULT_STEPS = 2000


class SweepFileError(UserError):
    """An invalid file of a sweep; the sentence names the file, the line and the entry."""


def read_sweep(path: Path) -> SweepPlan:
    """Read a sweep from its file.

    Raises
    ------
    SweepFileError
        If an entry is unknown, missing or impossible.
    RecipeError
        If the recipe that it names is.
    """
    return _plan(TomlFile(path, SweepFileError), path, None)


def plan_of(text: str, recipe_text: str, path: Path) -> SweepPlan:
    """Return the sweep whose text, with that of its recipe, is kept in the table at ``path``.

    Raises
    ------
    SweepFileError
        If an entry is unknown, missing or impossible.
    """
    return _plan(TomlFile(path, SweepFileError, data=text.encode()), path, recipe_text)


def _plan(file: TomlFile, path: Path, recipe_text: str | None) -> SweepPlan:
    top = file.top(_TABLES)
    problem, recipe = _source(top, path, recipe_text)
    seeds = _seeds(top)
    n_steps, epochs, patience = _end(top, recipe)
    data_seed = top.take("data_seed", int, tr("a whole number from 0")) if "data_seed" in top else 0
    if not 0 <= data_seed < 2**63:
        top.refuse("data_seed", tr("must be a whole number from 0, not {seed}.").format(seed=data_seed))
    if data_seed and recipe is not None:
        top.refuse("data_seed", tr("is for a problem; a recipe has its own seed."))
    top.finish()
    fixed, vary = file.table("fixed"), file.table("vary")
    fixed_values = {name: _one_value(fixed, name, problem) for name in fixed.keys}
    if not vary.keys:
        file.refuse("vary", 0, "vary", tr("is missing; it must have a list of values for each setting."))
    axes = []
    for name in vary.keys:
        _check_setting(vary, name, problem)
        if name in fixed_values:
            vary.refuse(name, tr("has one value in [fixed]; leave it out there or here."))
        axes.append(SweepAxis(name, _values(vary, name)))
    _check_layers(vary, [axis.setting for axis in axes], fixed_values)
    return SweepPlan(
        problem,
        recipe,
        tuple(axes),
        tuple(fixed_values.items()),
        seeds,
        n_steps,
        epochs,
        patience,
        data_seed,
        file.text,
        "" if recipe is None else recipe.text,
    )


def _source(top: Table, path: Path, recipe_text: str | None) -> tuple[str, Recipe | None]:
    """Take what is learned: the name of a problem, or a recipe."""
    if ("problem" in top) == ("recipe" in top):
        top.refuse("problem", tr("or recipe must say what to learn: one of them, not both."))
    if "problem" in top:
        words = tr("one of {names}").format(names=", ".join(PROBLEMS))
        name = top.take("problem", str, words)
        if name not in PROBLEMS:
            top.refuse("problem", tr("must be {words}, not {given!r:.60}.").format(words=words, given=name))
        return name, None
    name = top.take("recipe", str, tr("the name of a recipe, or of a file"))
    if recipe_text is not None:
        return "", recipe_of(TomlFile(Path(name), SweepFileError, data=recipe_text.encode()))
    # A file is beside the one that names it, wherever the program was started.
    place = find_recipe(name) if name in shipped_recipes() else path.parent / name
    try:
        return "", recipe_of(TomlFile(place, SweepFileError))
    except UserError as error:
        top.refuse("recipe", tr("cannot be: {error}").format(error=error))


def _seeds(top: Table) -> tuple[int, ...]:
    words = tr("a number of seeds, or a list of whole numbers")
    if "seeds" not in top:
        return (0,)
    given = top.take_any("seeds")
    if type(given) is int:
        if not 1 <= given <= MOST_SEEDS:
            top.refuse("seeds", tr("must be from 1 to {most}, not {n}.").format(most=MOST_SEEDS, n=given))
        return tuple(range(given))
    if not isinstance(given, list) or not given:
        top.refuse("seeds", tr("must be {words}, not {given!r:.60}.").format(words=words, given=given))
    for nth, seed in enumerate(given):
        if type(seed) is not int or not 0 <= seed < 2**63:
            why = tr("must be {words}; {seed!r:.40} is none.").format(words=words, seed=seed)
            top.refuse("seeds", why, nth)
        if seed in given[:nth]:
            top.refuse("seeds", tr("must differ; {seed} is there twice.").format(seed=seed), nth)
    if len(given) > MOST_SEEDS:
        top.refuse("seeds", tr("must be at most {most}, not {n}.").format(most=MOST_SEEDS, n=len(given)))
    return tuple(given)


def _end(top: Table, recipe: Recipe | None) -> tuple[int | None, float | None, float | None]:
    """Take when a run ends: its steps or epochs, and its patience."""
    if "steps" in top and "epochs" in top:
        top.refuse("epochs", tr("cannot stand beside steps; leave one of them out."))
    steps: int | None = None
    epochs: float | None = None
    patience = None
    if "steps" in top:
        words = tr("a whole number from 1 to {most:,}").format(most=MOST_STEPS)
        steps = top.take("steps", int, words)
        if not 1 <= steps <= MOST_STEPS:
            top.refuse("steps", tr("must be {words}, not {given}.").format(words=words, given=steps))
    elif "epochs" in top:
        epochs = _epochs(top, "epochs")
    elif recipe is not None:
        epochs, patience = recipe.config.epochs, recipe.config.patience_epochs
    else:
        steps = _DEFAULT_STEPS
    if "patience_epochs" in top:
        patience = _epochs(top, "patience_epochs")
    return steps, epochs, patience


def _epochs(top: Table, key: str) -> float:
    words = tr("a number above 0, at most {most:,}").format(most=MAX_EPOCHS)
    epochs = top.take(key, float, words)
    if not 0 < epochs <= MAX_EPOCHS:
        top.refuse(key, tr("must be {words}, not {given}.").format(words=words, given=epochs))
    return epochs


def _check_setting(table: Table, name: str, problem: str) -> None:
    if name not in SWEEP_SETTINGS:
        table.refuse(name, tr("is no setting; there are {names}.").format(names=", ".join(SWEEP_SETTINGS)))
    if not SWEEP_SETTINGS[name].is_of_points:
        return
    if not problem:
        table.refuse(name, tr("is said by the recipe; name its problem instead, with problem = …."))
    if PROBLEMS[problem].points is None:
        table.refuse(
            name, tr("is for points that nnstudio draws; those of {it} are given.").format(it=problem)
        )


def _one_value(table: Table, name: str, problem: str) -> Value:
    """Take the value of a setting that all cells have."""
    _check_setting(table, name, problem)
    setting = SWEEP_SETTINGS[name]
    given = table.take_any(name)
    try:
        value = setting.kind.check(given)
        if name != "loss":
            # On a network that cannot be wrong otherwise; a loss must go with its outputs.
            setting.write(Draft(TrainingConfig(Architecture.parse("2-4-2")), PointOptions(), "plane"), value)
    except UserError as error:
        table.refuse(name, tr("cannot be: {error}").format(error=error))
    return value


def _values(table: Table, name: str) -> tuple[Value, ...]:
    """Take the values of a setting that varies: a list, or a range."""
    kind = SWEEP_SETTINGS[name].kind
    given = table.take_any(name)
    if isinstance(given, dict):
        listed: list[Any] = read_range(table, name, given, MOST_VALUES)
    elif isinstance(given, list) and 1 <= len(given) <= MOST_VALUES:
        listed = given
    else:
        table.refuse(
            name,
            tr("must be a list of 1 to {most:,} {what}, or a range {{ from = …, to = … }}.").format(
                most=MOST_VALUES, what=tr(kind.words)
            ),
        )
    values: dict[Value, None] = {}
    for nth, value in enumerate(listed):
        element = nth if listed is given else None
        try:
            checked = kind.check(value)
        except SweepError as error:
            table.refuse(
                name, tr("must be {what}: {error}").format(what=tr(kind.words), error=error), element
            )
        if checked in values:
            table.refuse(name, tr("has {value!r} twice.").format(value=checked), element)
        values[checked] = None
    return tuple(values)


def _check_layers(vary: Table, names: list[str], fixed: dict[str, Value]) -> None:
    """Refuse layers that are said in two ways, of which one would have no effect."""
    for name in names:
        others = (
            {"hidden"} if name in ("units", "layers") else {"units", "layers"} if name == "hidden" else set()
        )
        clash = sorted(others & {*names, *fixed})
        if clash:
            vary.refuse(name, tr("cannot stand beside {other}: both say the layers.").format(other=clash[0]))
