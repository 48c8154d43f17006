from dataclasses import fields

import pytest

from nnstudio.data.rewrite import RewriteStrengths
from nnstudio.data.warp import WarpStrengths
from nnstudio.engine.hyper import Hyper
from nnstudio.files.recipe import RecipeError, find_recipe, read_recipe, shipped_recipes
from nnstudio.files.recipe_sources import NamedProblem, StrokeSource
from nnstudio.training.config import TrainingConfig

RECIPE = """\
# A recipe.
name = "mine"
title = "My digits"
seed = 5

[[source]]
problem = "digits-mnist"
title = "MNIST"
credit = "Its authors"
licence = "CC BY-SA 3.0"
validation = 0.1

[[source]]
strokes = "digits-tablet.npz"
title = "Tablet"
credit = "Its authors"
licence = "CC BY 4.0"
validation = 0.2
pens = [2, 2.5]

[network]
layers = "784-100-10"
hidden = "relu"
output = "softmax"
weights = "float16"

[training]
loss = "cross_entropy"
epochs = 25
learning_rate = 0.003
weight_decay = 0.1
schedule = "cosine"
"""


FRESH = (
    RECIPE.replace("validation = 0.1\n", "validation = 0.1\nrepeats = 2\n\n[source.warp]\nturn_deg = 20\n")
    .replace("pens = [2, 2.5]\n", "repeats = 3\n\n[source.rewrite]\nlog_pen = 0.25\n")
    .replace(
        "[network]",
        """\
[[source]]
problem = "digits-synthetic"
title = "Built-in"
credit = "Us"
licence = "Free"
validation = 0.1
fresh = 500

[network]""",
    )
)
"""The same, with every source drawn for each epoch."""


@pytest.fixture
def write(tmp_path):
    def write_recipe(text):
        path = tmp_path / "recipe.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write_recipe


def test_everything_that_training_can_do_can_be_said(write):
    """Every field of the configuration and of the hyper-parameters, each with a value of its own."""
    values = {
        "initialisation": '"orthogonal"',
        "optimiser": '"rmsprop"',
        "loss": '"binary_cross_entropy"',
        "schedule": '"step"',
        "batch_size": "17",
        "epochs": "9",
        "learning_rate": "0.011",
        "clip_norm": "3",
        "warmup_epochs": "0.5",
        "rate_decay_epochs": "4",
        "patience_epochs": "3",
        "frozen": "[3, 1]",
    }
    names = [field.name for cls in (TrainingConfig, Hyper) for field in fields(cls)]
    names = [name for name in names if name not in ("architecture", "hyper", "seed")]
    lines = [f"{name} = {values.get(name, 0.25)}" for name in names]
    head, _ = RECIPE.split("[training]")
    text = f"{head}[training]\n" + "\n".join(lines) + "\n"
    text = text.replace('layers = "784-100-10"', 'layers = "784-100-50-10"')
    text = text.replace('hidden = "relu"', 'hidden = ["sine", "elu"]').replace('"softmax"', '"sigmoid"')
    text = text.replace("validation = 0.1", "validation = 0.1\nrandom_labels = 0.3\nsamples = 500")
    recipe = read_recipe(write(text))
    assert recipe.config.architecture.activations == ("sine", "elu", "sigmoid")
    assert (recipe.sources[0].random_labels, recipe.sources[0].samples) == (0.3, 500)
    plain = TrainingConfig(recipe.config.architecture, loss="squared_error")
    for name in names:
        holders = (recipe.config, plain) if hasattr(plain, name) else (recipe.config.hyper, plain.hyper)
        chosen, usual = (getattr(holder, name) for holder in holders)
        assert chosen != usual, name


def test_reads_every_entry(write):
    recipe = read_recipe(write(RECIPE))

    assert (recipe.name, recipe.title, recipe.weights, recipe.text) == (
        "mine",
        "My digits",
        "float16",
        RECIPE,
    )
    assert recipe.sources == (
        NamedProblem("MNIST", "Its authors", "CC BY-SA 3.0", 0.1, "digits-mnist"),
        StrokeSource("Tablet", "Its authors", "CC BY 4.0", 0.2, "digits-tablet.npz", (2.0, 2.5)),
    )
    config = recipe.config
    assert str(config.architecture) == "784-100-10"
    assert (config.seed, config.epochs, config.schedule, config.loss) == (5, 25, "cosine", "cross_entropy")
    assert (config.hyper.learning_rate, config.hyper.weight_decay) == (0.003, 0.1)
    assert (config.optimiser, config.batch_size) == ("adam", 128)


def test_reads_every_kind_of_regularisation(write):
    recipe = read_recipe(
        write(
            RECIPE
            + """\
l1 = 1e-5
l2 = 1e-4
clip_norm = 5
ema_decay = 0.99
rho = 0.9
dropout = 0.5
input_dropout = 0.2
patience_epochs = 3
label_smoothing = 0.1
input_scaling = "standardised"
"""
        )
    )
    hyper, config = recipe.config.hyper, recipe.config
    assert (hyper.l1, hyper.l2, hyper.clip_norm, hyper.ema_decay, hyper.rho) == (1e-5, 1e-4, 5.0, 0.99, 0.9)
    assert (config.dropout, config.input_dropout, config.patience_epochs) == (0.5, 0.2, 3)
    assert (config.label_smoothing, recipe.input_scaling) == (0.1, "standardised")


def test_reads_from_where_the_finished_network_looks(write):
    assert read_recipe(write(RECIPE)).views == ()
    moved = RECIPE.replace('weights = "float16"', 'weights = "float16"\nviews = [[0.5, -0.5], [-1, 0]]')
    assert read_recipe(write(moved)).views == ((0.5, -0.5), (-1.0, 0.0))
    points = moved.replace('"digits-mnist"', '"plane-moons"')
    with pytest.raises(RecipeError, match=r"line \d+: views are for images; plane-moons has none"):
        read_recipe(write(points))


def test_reads_how_samples_are_drawn_for_each_epoch(write):
    mnist, tablet, written = read_recipe(write(FRESH)).sources
    assert (mnist.warp, mnist.repeats) == (WarpStrengths(turn_deg=20), 2)
    assert (tablet.rewrite, tablet.repeats, tablet.pens) == (RewriteStrengths(log_pen=0.25), 3, ())
    assert (written.warp, written.fresh) == (None, 500)
    assert all(source.is_drawn_per_epoch for source in (mnist, tablet, written))
    assert not any(source.is_drawn_per_epoch for source in read_recipe(write(RECIPE)).sources)


def test_reads_the_part_of_the_writers_that_is_kept_for_the_test(write):
    text = RECIPE.replace("pens = [2, 2.5]", "pens = [2, 2.5]\ntest = 0.3")
    assert read_recipe(write(text)).sources[1].test == 0.3
    assert read_recipe(write(RECIPE)).sources[1].test == 0.0
    for impossible in ("0.0", "0.8", "nan"):
        with pytest.raises(RecipeError, match="line 20: test must be a part above 0"):
            read_recipe(write(text.replace("0.3", impossible)))


def test_an_empty_table_means_the_usual_strengths(write):
    text = FRESH.replace("turn_deg = 20\n", "").replace("log_pen = 0.25\n", "").replace("repeats = 3\n", "")
    mnist, tablet, _ = read_recipe(write(text)).sources
    assert (mnist.warp, tablet.rewrite, tablet.repeats) == (WarpStrengths(), RewriteStrengths(), 1)


def test_rewritten_and_generated_images_may_be_warped_too(write):
    text = FRESH.replace("log_pen = 0.25\n", "log_pen = 0.25\n\n[source.warp]\nshift_px = 0.5\n").replace(
        "fresh = 500\n", "fresh = 500\n\n[source.warp]\nturn_deg = 3\n"
    )
    _, tablet, written = read_recipe(write(text)).sources
    assert (tablet.rewrite.log_pen, tablet.warp) == (0.25, WarpStrengths(shift_px=0.5))
    assert (written.fresh, written.warp) == (500, WarpStrengths(turn_deg=3))


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("turn_deg = 20", "turn_deg = 200", "turn_deg", "turn_deg cannot be.*from 0 to 90, not 200"),
        ("turn_deg = 20", 'turn_deg = "far"', "turn_deg", "turn_deg cannot be.*'far'"),
        ("turn_deg = 20", "turn_deg = nan", "turn_deg", "not nan"),
        ("turn_deg = 20", "twist = 1", "turn_deg", "twist is not an entry"),
        ("log_pen = 0.25", "log_pen = -1", "log_pen", "log_pen cannot be"),
        ("log_pen = 0.25", "thickness = 1", "log_pen", "thickness is not an entry"),
        ("repeats = 2\n\n[source.warp]", "\n\n[source.warped]", "[source.warp]", "warped is not an entry"),
        ("[source.warp]\nturn_deg = 20", "warp = 3", "[source.warp]", "warp must be a table"),
        ("[source.warp]\nturn_deg = 20", "warp = { turn_deg = 200 }", "[source.warp]", "turn_deg cannot be"),
        ("[source.warp]\nturn_deg = 20\n", "", "repeats = 2", "repeats is not an entry"),
        ("[source.rewrite]", "[source.warp]", "strokes", "pens is missing"),
        ("repeats = 3", "repeats = 0", "repeats = 3", "from 1 to 100, not 0"),
        ("repeats = 3", "repeats = 1.5", "repeats = 3", "repeats must be a whole number"),
        ("repeats = 3", "pens = [2.5]", "repeats = 3", r"pens cannot stand beside \[source.rewrite\]"),
        ("fresh = 500", "fresh = 0", "fresh", "fresh must be a whole number"),
        ("fresh = 500", "fresh = 500\nrepeats = 2", "repeats2", "repeats is not an entry"),
        ("repeats = 2", "fresh = 5", "repeats = 2", "fresh is for what nnstudio writes itself"),
        ('problem = "digits-mnist"', 'problem = "plane-moons"', "[source.warp]", "warp is for images"),
    ],
)
def test_a_wrong_entry_of_drawn_samples_is_refused_with_its_line(write, old, new, line, words):
    assert old in FRESH
    changed = FRESH.replace(old, new)
    lines = FRESH.splitlines()
    number = {
        "repeats2": lines.index("fresh = 500") + 2,
        "strokes": [k for k, each in enumerate(lines) if each == "[[source]]"][1] + 1,
    }.get(line) or next(k for k, each in enumerate(lines, 1) if each.startswith(line))
    path = write(changed)
    with pytest.raises(RecipeError, match=words) as caught:
        read_recipe(path)
    assert str(caught.value).startswith(f"{path}, line {number}: ")


NOVELTY = """
[novelty]
outliers = ["scribbles", "letters-synthetic"]
left_out = "IO"
fresh = 500
units = 12
rejected = 0.03
"""


def test_reads_what_is_of_no_class(write):
    ood = read_recipe(write(RECIPE + NOVELTY)).ood
    assert ood.outliers == ("scribbles", "letters-synthetic")
    assert (ood.left_out, ood.fresh) == ("IO", 500)
    assert (ood.config.units, ood.config.epochs, ood.config.rejected) == (12, 5, 0.03)
    assert read_recipe(write(RECIPE)).ood is None


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('["scribbles", "letters-synthetic"]', '["scribbles", "cats"]', "outliers must be a list of some of"),
        ('["scribbles", "letters-synthetic"]', "[]", "outliers must be"),
        ('["scribbles", "letters-synthetic"]', "[[1]]", "outliers must be"),
        ("left_out", "leave_out", "leave_out is not an entry"),
        ("fresh = 500", "fresh = 0", "from 1 to 1,000,000, not 0"),
        ("units = 12", "units = 0", "units cannot be"),
        ("rejected = 0.03", "rejected = 1.0", "rejected cannot be"),
    ],
)
def test_a_wrong_entry_of_what_is_of_no_class_is_refused(write, old, new, words):
    with pytest.raises(RecipeError, match=words):
        read_recipe(write(RECIPE + NOVELTY.replace(old, new)))


CURVE = """\
name = "curve"
title = "A curve"
seed = 5

[[source]]
problem = "curve-sine"
title = "Sine"
credit = "Us"
licence = "Free"
validation = 0

[network]
layers = "1-16-1"
hidden = "tanh"
output = "identity"
weights = "float32"
biases = false

[training]
loss = "squared_error"
epochs = 3
"""


def test_reads_a_recipe_for_numbers_without_biases(write):
    recipe = read_recipe(write(CURVE))
    assert recipe.sources[0].validation == 0.0
    assert not recipe.config.architecture.has_biases
    assert read_recipe(write(CURVE.replace("biases = false\n", ""))).config.architecture.has_biases


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("biases = false", "biases = 0", "biases must be true or false, not 0"),
        ("validation = 0", "validation = -0.1", "validation must be a part from 0 to below 1"),
        ("validation = 0", "validation = 0\npoints = 2.5", "points must be a whole number, not 2.5"),
        ("validation = 0", "validation = 0\nnoise = true", "noise must be a number from 0, not True"),
        ("validation = 0", "validation = 0\nclasses = 2.5", "classes must be a whole number, not 2.5"),
        ('"curve-sine"', '"digits-mnist"\npoints = 3', "points is for points; digits-mnist has images"),
        ("validation = 0", "validation = nan", "validation must be a part from 0 to below 1"),
        (
            "validation = 0",
            "validation = 0\nrandom_labels = 0.5",
            "random_labels are for classes; curve-sine",
        ),
        ("validation = 0", "validation = 0\nwarp = {}", "warp is for images; curve-sine has none"),
        ("epochs = 3", "epochs = 3\n" + NOVELTY, "novelty is for classes; curve-sine has none"),
    ],
)
def test_what_is_not_for_numbers_is_refused(write, old, new, words):
    with pytest.raises(RecipeError, match=words):
        read_recipe(write(CURVE.replace(old, new)))


def test_every_shipped_recipe_can_be_read_by_its_name():
    assert {"digits", "digits-best", "digits-synthetic", "letters", "plane-moons", "seed"} <= set(
        shipped_recipes()
    )
    for name in shipped_recipes():
        assert read_recipe(name).name == name


def line_of(text):
    return next(number for number, line in enumerate(RECIPE.splitlines(), 1) if line.startswith(text))


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('title = "My digits"', 'titel = "My digits"', 1, "title is missing"),
        ("seed = 5", "seed = -5", "seed", "seed must be a whole number"),
        ("seed = 5", "seed = true", "seed", "not True"),
        ("seed = 5", "seed = 5\ncolour = 3", 5, "colour is not an entry"),
        ("[network]", "[netwerk]\nx = 1\n[network]", "[network]", "netwerk is not an entry"),
        ('name = "mine"', 'name = "mi\\nne"', "name", "printable"),
        ('problem = "digits-mnist"', 'problem = "cats"', "problem", "problem must be one of"),
        ('problem = "digits-mnist"\n', "", "[[source]]", "problem is missing"),
        ('title = "Tablet"', 'title = "MNIST"', 'title = "Tablet"', "there are two 'MNIST'"),
        ("validation = 0.1", "validation = 1", "validation = 0.1", "below 1, not 1"),
        ("validation = 0.2", "validation = 0", "validation = 0.2", "above 0"),
        ("validation = 0.2", 'validation = "a lot"', "validation = 0.2", "'a lot'"),
        ('licence = "CC BY 4.0"\n', "", 13, "licence is missing"),
        ("pens = [2, 2.5]", "pens = []", "pens", "pens must be"),
        ("pens = [2, 2.5]", "pens = [0.5]", "pens", "pens must be"),
        ("pens = [2, 2.5]", "pens = [true]", "pens", "pens must be"),
        ("pens = [2, 2.5]", "pens = 2.5", "pens", "pens must be"),
        ('"digits-tablet.npz"', '"../secret.npz"', "strokes", "without its folder"),
        ('layers = "784-100-10"', 'layers = "784-0-10"', "layers", "layers cannot be"),
        ('layers = "784-100-10"', "layers = [784, 10]", "layers", "layers must be a text"),
        ('hidden = "relu"', 'hidden = "magic"', "hidden", "hidden cannot be.*magic"),
        ('hidden = "relu"', 'hidden = "step"', "hidden", "hidden cannot be.*derivative zero"),
        ('hidden = "relu"', 'hidden = ["relu", "tanh"]', "hidden", "activation for each of 1 layer, not 2"),
        ('hidden = "relu"', 'hidden = ["softmax"]', "hidden", "hidden cannot be"),
        ('hidden = "relu"', "hidden = [1]", "hidden", "or a list with one for each"),
        ('hidden = "relu"\n', "", "[network]", "hidden is missing"),
        ('output = "softmax"', 'output = "step"', "loss", "loss cannot be"),
        (
            "validation = 0.1",
            "validation = 0.1\nrandom_labels = 2",
            12,
            "random_labels must be a part from 0",
        ),
        ("validation = 0.2", "validation = 0.2\nrandom_labels = 0.5", 19, "random_labels is not an entry"),
        ('output = "softmax"', 'output = "relu7"', "output", "output cannot be.*relu7"),
        ('weights = "float16"', 'weights = "int8"', "weights", "weights must be"),
        *(
            ('weights = "float16"', f'weights = "float16"\nviews = {views}', line_of("weights") + 1, words)
            for views, words in (
                ("2", "views must be a list"),
                ("[[0, 0]]", "views must be a list of 2 to 8"),
                ("[[0, 0], [1]]", "views must be.* pairs"),
                ("[[0, 0], [1, 5]]", "views must be.* from -4 to 4"),
                ("[[0, 0], [1, true]]", "views must be"),
                ("[[0, 0], [1, nan]]", "views must be"),
            )
        ),
        ('loss = "cross_entropy"', 'loss = "luck"', "loss", "loss cannot be.*luck"),
        ('loss = "cross_entropy"\n', "", "[training]", "loss is missing"),
        ("epochs = 25", "epochs = 0", "epochs", "epochs cannot be"),
        ("epochs = 25\n", "", "[training]", "epochs is missing"),
        ("learning_rate = 0.003", "learning_rate = nan", "learning_rate", "learning_rate cannot be"),
        ("learning_rate = 0.003", 'learning_rate = "fast"', "learning_rate", "fast"),
        ("weight_decay = 0.1", "weight_decay = -1", "weight_decay", "weight_decay cannot be"),
        ("weight_decay = 0.1", "batch_size = 0", "weight_decay", "batch_size cannot be"),
        ("weight_decay = 0.1", "warmup_epochs = 30", "weight_decay", "warmup_epochs cannot be"),
        ("weight_decay = 0.1", "dropout = 1.0", "weight_decay", "dropout cannot be"),
        ("weight_decay = 0.1", "clip_norm = 0", "weight_decay", "clip_norm cannot be"),
        ("weight_decay = 0.1", "l1 = -1", "weight_decay", "l1 cannot be"),
        ("weight_decay = 0.1", "ema_decay = 1", "weight_decay", "ema_decay cannot be"),
        ("weight_decay = 0.1", "frozen = [1, 2]", "weight_decay", "frozen cannot be: With all layers"),
        ("weight_decay = 0.1", "frozen = [0]", "weight_decay", "frozen cannot be: There is no layer 0"),
        ("weight_decay = 0.1", "frozen = ['x']", "weight_decay", "frozen must be a list of layers"),
        ("weight_decay = 0.1", "patience_epochs = 0", "weight_decay", "patience_epochs cannot be"),
        ("weight_decay = 0.1", 'input_scaling = "log"', "weight_decay", "input_scaling must be one of"),
        ("weight_decay = 0.1", "input_scaling = 1", "weight_decay", "input_scaling must be one of"),
        ("weight_decay = 0.1", "momentun = 0.9", "weight_decay", "momentun is not an entry"),
    ],
)
def test_a_wrong_entry_is_refused_with_file_line_and_key(write, old, new, line, words):
    assert old in RECIPE
    number = line if isinstance(line, int) else line_of(line)
    path = write(RECIPE.replace(old, new))
    with pytest.raises(RecipeError, match=words) as caught:
        read_recipe(path)
    assert str(caught.value).startswith(f"{path}, line {number}: ")


def test_a_recipe_begins_with_a_problem(write):
    first, second = RECIPE.index("[[source]]\nproblem"), RECIPE.index("[[source]]\nstrokes")
    with pytest.raises(RecipeError, match=r"line 6: source must come first with a problem"):
        read_recipe(write(RECIPE[:first] + RECIPE[second:]))
    with pytest.raises(RecipeError, match="source must come first"):
        read_recipe(write(RECIPE[:first] + RECIPE[RECIPE.index("[network]") :]))
    with pytest.raises(RecipeError, match="source must be tables"):
        read_recipe(write(RECIPE[:first] + "source = 3\n"))
    with pytest.raises(RecipeError, match="network must be a table"):
        read_recipe(write("network = 3\n" + RECIPE[: RECIPE.index("[network]")]))


def test_what_is_no_toml_is_refused(tmp_path):
    path = tmp_path / "recipe.toml"
    for data, words in (
        (b"name = \n", "line 1"),
        (b"\xff\xfe", "line 1: it is not a text in UTF-8"),
        ('name = "a"\ntitle = "Zürich"'.encode("latin-1"), "line 2: it is not a text in UTF-8"),
        (b"#" * 40_000, "longer"),
        (b"a = " + b"[" * 20_000, "nested too deeply"),
        (b"seed = " + b"1" * 5_000, "too long"),
    ):
        path.write_bytes(data)
        with pytest.raises(RecipeError, match=words):
            read_recipe(path)
    with pytest.raises(RecipeError, match="no file"):
        read_recipe(tmp_path)


@pytest.mark.parametrize(("mark", "end"), [(b"", b"\n"), (b"\xef\xbb\xbf", b"\r\n")])
def test_texts_of_other_editors_are_read_and_their_lines_counted(tmp_path, mark, end):
    path = tmp_path / "recipe.toml"
    path.write_bytes(mark + RECIPE.encode().replace(b"\n", end))
    assert read_recipe(path).title == "My digits"
    path.write_bytes(mark + RECIPE.encode().replace(b"epochs = 25", b"epochs = 0").replace(b"\n", end))
    with pytest.raises(RecipeError, match=f"line {line_of('epochs')}: epochs cannot be"):
        read_recipe(path)


def test_an_unknown_recipe_is_refused_and_the_shipped_ones_are_named():
    with pytest.raises(
        RecipeError, match=r"'cats'.*digits, digits-best, digits-synthetic, letters, plane-moons, seed"
    ):
        find_recipe("cats")
