"""Files of sweeps: what they say, and what is refused by line and entry."""

import pickle

import pytest

from nnstudio.insight.sweep_spec import SweepAxis
from nnstudio.paths import resource
from nnstudio.sweeps.spec_file import SweepFileError, plan_of, read_sweep

HEAD = 'problem = "plane-moons"\n'


def vary(text):
    return f"{HEAD}[vary]\n{text}\n"


def test_a_file_says_what_is_trained(plan):
    assert plan.axes == (SweepAxis("units", (2, 0)), SweepAxis("l2", (0.0, 1e12)))
    assert plan.fixed == (("n", 12), ("optimiser", "sgd"))
    assert (plan.seeds, plan.n_steps, plan.epochs) == ((3, 1), 4, None)
    assert plan.cells() == plan.spec().cells()
    assert pickle.loads(pickle.dumps(plan)) == plan
    hash(plan)


def test_seeds_are_counted_from_0_and_a_run_has_2000_steps_unless_it_is_said(write):
    plan = read_sweep(write("seeds = 3\n" + vary("units = [2]")))
    assert (plan.seeds, plan.n_steps) == ((0, 1, 2), 2000)


def test_comments_do_not_make_another_sweep(write, plan):
    text = f"# a comment\n{plan.text}"
    assert read_sweep(write(text, "other.toml")) == plan
    assert plan_of(text, "", write()) == plan
    assert read_sweep(write(plan.text.replace("steps = 4", "steps = 5"))) != plan


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("l2 = { from = 0.1, to = 0.4, step = 0.1 }", (0.1, 0.2, 0.3, 0.4)),
        ("l2 = { from = 0.001, to = 0.1, count = 3, log = true }", (0.001, 0.01, 0.1)),
        ("l2 = { from = 0, to = 1, count = 5 }", (0.0, 0.25, 0.5, 0.75, 1.0)),
        ("layers = { from = 0, to = 3 }", (0, 1, 2, 3)),
        ("units = { from = 2, to = 60, count = 4, log = true }", (2, 6, 19, 60)),
        ("[vary.units]\nfrom = 2\nto = 7\nstep = 2", (2, 4, 6)),
        ('hidden = ["none", "20-10"]', ("none", "20-10")),
        ('activation = ["tanh", "relu"]', ("tanh", "relu")),
    ],
)
def test_values_are_lists_or_ranges(write, text, values):
    (axis,) = read_sweep(write(vary(text))).axes
    assert axis.values == values
    assert [type(value) for value in axis.values] == [type(value) for value in values]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "problem or recipe must say what to learn"),
        (f'recipe = "digits"\n{vary("units = [2]")}', 2, "one of them, not both"),
        ('problem = "moons"\n[vary]\nunits = [2]', 1, "problem must be one of digits"),
        ('recipe = "nothing.toml"\n[vary]\nunits = [2]', 1, "There is no file"),
        (HEAD, 1, "vary is missing"),
        (f"{HEAD}steps = 3\nepochs = 2\n[vary]\nunits = [2]", 3, "epochs cannot stand beside steps"),
        (
            f"{HEAD}steps = 0\n[vary]\nunits = [2]",
            2,
            "steps must be a whole number from 1 to 1,000,000, not 0",
        ),
        (f"{HEAD}epochs = -1\n[vary]\nunits = [2]", 2, "epochs must be a number above 0"),
        (f"{HEAD}patience_epochs = 0\n[vary]\nunits = [2]", 2, "patience_epochs must be"),
        (f"{HEAD}seeds = 0\n[vary]\nunits = [2]", 2, "seeds must be from 1 to 20, not 0"),
        (f"{HEAD}seeds = [1,\n1]\n[vary]\nunits = [2]", 3, "1 is there twice"),
        (f'{HEAD}seeds = "one"\n[vary]\nunits = [2]', 2, "a number of seeds, or a list"),
        (f"{HEAD}data_seed = -1\n[vary]\nunits = [2]", 2, "data_seed must be a whole number from 0"),
        (f"{HEAD}rate = 3\n[vary]\nunits = [2]", 2, "rate is not an entry"),
        (vary("width = [2]"), 3, "width is no setting; there are units"),
        (vary("units = [2,\n 3,\n 2.5]"), 5, "units must be whole numbers: 2.5 is no whole number"),
        (vary("units = [2, 2]"), 3, "units has 2 twice"),
        (vary("units = 2"), 3, "units must be a list of 1 to 1,000 whole numbers"),
        (vary("units = []"), 3, "units must be a list"),
        (vary("l2 = [true]"), 3, "True is no number"),
        (vary('l2 = ["0.1"]'), 3, "'0.1' is no number"),
        (vary("l2 = [nan]"), 3, "nan is no number"),
        (vary("units = [99999999999999999999]"), 3, "99999999999999999999 is too large"),
        (vary(f"units = [1{'0' * 400}]"), 3, "is too large"),
        (vary('activation = ["tanh", "softmax"]'), 3, "There is no 'softmax'"),
        (vary('hidden = ["20-"]'), 3, "'20-' are no hidden layers"),
        (vary('hidden = ["20"]\nunits = [3]'), 3, "hidden cannot stand beside units"),
        (vary("l2 = { from = 1, to = 0 }"), 3, "from a smaller to a larger"),
        (vary("l2 = { from = 0, to = 1, count = 3, log = true }"), 3, "must begin above 0"),
        (vary("l2 = { from = 0, to = 1, count = 3, step = 1 }"), 3, "either a step, or a count"),
        (vary("l2 = { from = 0, to = 1, step = 1e-9 }"), 3, "at most 1,000 values"),
        (vary("l2 = { from = 0, to = 1, by = 2 }"), 3, "has no 'by'"),
        (vary("l2 = { from = 0, to = inf }"), 3, "must have a number as to"),
        (vary(f"l2 = {{ from = 0, to = 1{'0' * 400} }}"), 3, "must have a number as to"),
        (vary("units = { from = 1, to = 3, count = 20, log = true }"), 3, "units has 1 twice"),
        (vary("optimiser = { from = 1, to = 3 }"), 3, "must be a list"),
        (f"{HEAD}[fixed]\nl2 = -1\n[vary]\nunits = [2]", 3, "l2 cannot be: The L2 must be"),
        (f"{HEAD}[fixed]\nunits = 2.5\n[vary]\nl2 = [0]", 3, "units cannot be: 2.5 is no whole number"),
        (f"{HEAD}[fixed]\nunits = 2\n[vary]\nunits = [2]", 5, "units has one value in [fixed]"),
        (f"{HEAD}[fixed]\nunits = 2\n[vary]\nhidden = ['3']", 5, "hidden cannot stand beside units"),
        ('recipe = "plane-moons"\n[vary]\nnoise = [0.1]', 3, "noise is said by the recipe"),
        ('problem = "digits-synthetic"\n[vary]\nn = [10]', 3, "n is for points that nnstudio draws"),
        ('recipe = "plane-moons"\ndata_seed = 1\n[vary]\nunits = [2]', 2, "data_seed is for a problem"),
    ],
)
def test_what_cannot_be_is_refused_by_line_and_entry(write, text, line, words):
    path = write(text)
    with pytest.raises(SweepFileError) as error:
        read_sweep(path)
    assert f"{path}, line {line}: " in str(error.value)
    assert words in str(error.value)


def test_a_recipe_of_the_user_is_beside_the_file_and_kept_with_the_table(write, tmp_path):
    recipe = tmp_path / "own.toml"
    recipe.write_text(resource("recipes", "plane-moons.toml").read_text("utf-8"), encoding="utf-8")
    path = write('recipe = "own.toml"\nsteps = 3\n[vary]\nbatch_size = [8, 32]')
    plan = read_sweep(path)
    recipe.unlink()
    assert plan_of(plan.text, plan.recipe_text, path) == plan
    spec = plan.spec()
    assert spec.config.architecture.layer_sizes == (2, 16, 16, 2)
    assert len(spec.validation) > 0
    assert spec.title_of((1,)) == "Batch size 32"


def test_a_recipe_says_how_long_a_run_is_unless_the_sweep_does(write):
    plan = read_sweep(write('recipe = "plane-moons"\n[vary]\nunits = [2]'))
    assert (plan.n_steps, plan.epochs) == (None, 60.0)
