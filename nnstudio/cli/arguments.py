"""The parser of the command line: commands, options, help. Imports neither NumPy nor Qt."""

from __future__ import annotations

import argparse
import difflib
import os
import re
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from nnstudio import __version__
from nnstudio.errors import UserError
from nnstudio.files.shipped import DEFAULT_MODEL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DEFAULT_DEMO_SECONDS = 20.0

_DESCRIPTION = """\
Draw a digit, watch a neural network read it, train it and take it apart.

Without a command, nnstudio opens its window; with the name of a file, on that
file (a file that is called like a command is written ./predict)."""

_EPILOG = """\
examples:
  nnstudio                                        open the window
  nnstudio predict photo.png drawing.json         read characters
  nnstudio predict 0.4 -0.7 --model moons.safetensors
  nnstudio evaluate --model digits --data mnist/  count a network's errors
  nnstudio train --recipe plane-moons --out moons.safetensors

Every command explains itself: nnstudio COMMAND --help

exit status:
  0 done; 1 an unexpected failure, kept in the log (NNSTUDIO_DEBUG=1 shows it);
  2 a wrong call or a bad input; 130 stopped by Ctrl-C; 143 told to terminate.
  Results go to standard output, sentences and progress to standard error."""


class UsageError(UserError):
    """Words that do not form a command."""


class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors are `UserError`."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        # As Python 3.14 has it; before, -1e-3 was taken for an option.
        self._negative_number_matcher = re.compile(r"-\.?\d")

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[:1].upper()}{message[1:]}. See `{self.prog} --help`.")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Parse the words after the program's name.

    Returns
    -------
    argparse.Namespace
        ``module``, the module of this package that runs the command, and its arguments.

    Raises
    ------
    UsageError
        If the words do not form a command.
    SystemExit
        After ``--help`` or ``--version`` has printed its text.
    """
    first = argv[0] if argv else "-"
    if not first.startswith("-") and first not in _COMMANDS:
        return _file_to_open(argv)
    return parser().parse_args(argv)


def parser() -> argparse.ArgumentParser:
    """Return the parser; the manual and the shell completions are generated from it."""
    parser = _Parser(
        prog="nnstudio",
        usage="nnstudio [FILE]\n       nnstudio COMMAND …",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.set_defaults(module="window", file=None)
    parser.add_argument("--version", action="version", version=f"nnstudio {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", prog="nnstudio")
    for name, command in _COMMANDS.items():
        subparser = commands.add_parser(
            name,
            help=command.summary,
            description=command.description,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        subparser.set_defaults(module=name)
        command.add_arguments(subparser)
    return parser


def _file_to_open(argv: Sequence[str]) -> argparse.Namespace:
    name = argv[0]
    if not os.path.exists(name):
        near = difflib.get_close_matches(name, _COMMANDS, n=1)
        hint = f"Did you mean `nnstudio {near[0]}`?" if near else "See `nnstudio --help`."
        raise UsageError(f"There is no command and no file {name!r}. {hint}")
    if len(argv) > 1:
        raise UsageError(f"The window opens one file at a time; {argv[1]!r} is too much.")
    return argparse.Namespace(module="window", file=name)


_PREDICT = """\
Read characters, words and numbers from images and drawings, one answer for each; or
answer for numbers, where the model takes numbers.

An image (PNG, JPEG, WebP, TIFF, GIF, …) shows separate characters, in one line or
several, dark on light or light on dark, of any size: a photo, a scan, a drawing.
Ruled lines, specks, dark objects and what the border cuts off are left out, and said;
with --single, what is left is one character. A file that ends in .json is a drawing
in any units, y down:

  {"strokes": [[[x, y], …], …]}

A table of images (CSV, .npz; see `nnstudio data import --help`) is read line by line,
an answer for each; its labels, if it has any, are not looked at.

What cannot be read is named on standard error; the others are answered all the
same, and the exit status is 2. All characters are read by one model: digits, or with
--model letters letters; for a mixture take both and choose.

With --json, the answer is a list with one object for each PATH: {"path", "reading",
"lines", "characters": [{"label", "probability", "probabilities": {class: p}}, …]},
from left to right, line by line, with a space in "reading" and "lines" between words;
of a single character also its "label" and "probabilities"; where something on a
picture was left out, "left_out": {what: how many}; of an image of a table its
"entry", such as "line 7"; or {"path", "error"}. A model that tells what is of none of
its classes says so beside the probabilities: "not_a_digit" (or what its classes are
called): {"score", "threshold", "rejected"}, rejected where the score is above.

A model of a curve, of points of the plane or of several numbers takes them as words,
as many as it has inputs for each answer, or a table (CSV) with those of an input in
each line, with or without the right answers behind them:

  nnstudio predict 0.3 -0.7 --model sine.safetensors       two places on a line
  nnstudio predict 0.4 -0.7 --model moons.safetensors      one point of the plane

Numbers outside the range that it was made for are answered, and said to be outside.
With --json, the answer is a list with one object for each input: {"input": {name:
number}, "output": {name: number}, "units": {name: unit}}, or for classes {"input",
"label", "probabilities"}; "outside": [name] where a number is outside; of a line of a
table also "path" and "entry", such as "line 7", or {"path", "entry", "error"}."""


def _add_predict(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths",
        nargs="+",
        metavar="PATH",
        help="an image, a drawing in JSON, a table of images; or a number, or a table of numbers",
    )
    parser.add_argument("--single", action="store_true", help="take each PATH for one character")
    parser.add_argument(
        "--from-points",
        action="store_true",
        help="of a network whose inputs are features of points, such as r and φ: numbers and tables are x1 "
        "and x2, and the features are computed",
    )
    _add_model(parser, default=DEFAULT_MODEL)
    _add_transpose(parser)
    _add_json(parser)


_EVALUATE = """\
Count how often a network is right, and what it takes for what; or measure how far the
numbers that it gives out are from the right ones.

PATH is one of
  a file of strokes, .npz, or of your own drawings, .jsonl, inked as the model's own
    rasteriser does;
  a folder with IDX files, of which the t10k test set is used where there is one;
  a pair of IDX files, images and labels in either order, gzipped or not, written
    --data IMAGES LABELS or --data IMAGES,LABELS; one of two that are named like
    MNIST's is enough;
  your own images, see `nnstudio data import --help`: a folder, a table or a .npz file,
    of which the test set is used where it has one, else all;
  the name of a built-in problem, such as plane-moons, of which the test set is used;
  for points of the plane, or features of them, a table (CSV, or the same rows in
    TOML) with x1, x2 and the class of a point.

A label means the class of its name, in either case: for letters a and A are one; 5.0,
five and class_5 mean 5, and 0 to 25 or 1 to 26 letters. Images of another size than
the model's are scaled and centred. Where no sample can be counted, the status is 2.
Samples of classes that the model does not know are left out, and counted. With
--json, the answer is one object: n, errors, accuracy (0 to 1), confusion (a list of
rows, [true class][class read]), class_names, left_out and without_class (label: count),
and, where the model tells what is of no class, rejected and left_out_rejected: how many
of the n, and of those left out, it takes to be none. Perceptrons, whose outputs are
0 or 1, are read by the largest sum; one_fires is for how many exactly one fires.

Of a model that gives out numbers are printed J, half the mean squared error; RMSE, its
root without the half; the largest error of any output, and at which input; and R², the
coefficient of determination. PATH is the name of a problem, such as curve-sine, or a
table (CSV) with the inputs and right answers of a sample in each line. With --json:
n, J, rmse, largest_error, largest_error_at ({name: number}), r2 (null where all right
answers are the same)."""


def _add_evaluate(parser: argparse.ArgumentParser) -> None:
    _add_model(parser, default=None)
    parser.add_argument(
        "--data", required=True, nargs="+", action="extend", metavar="PATH", help="what to read; see above"
    )
    _add_transpose(parser)
    _add_json(parser)


CHOICES = (
    "points",
    "noise",
    "classes",
    "features",
    "network",
    "activation",
    "output",
    "no-biases",
    "loss",
    "optimiser",
    "rate",
    "batch",
    "input-scaling",
    "samples",
    "random-labels",
    "freeze",
    "random-mask",
)
"""Options of ``train`` for what a recipe says itself; each is None where it is not given."""

_TRAIN = """\
Train a network, and write it to a file: by a recipe, or for a problem of
`nnstudio data list`, or for a table of your own points.

  nnstudio train --recipe digits-synthetic --out digits.safetensors
  nnstudio train --problem curve-sine --network 1-16-1 --activation tanh \\
                 --epochs 2000 --seed 1 --out sine.safetensors
  nnstudio train --problem plane-spiral --points 300 --noise 0.1 --classes 3 \\
                 --network 2-8-8-3 --out spiral.safetensors

A part of the training data is held back, and every epoch the network is measured on
it. The file holds the weights that did best there; the test set is looked at once,
at the end. Without a recipe a tenth of images is held back; of points nothing is, and
the file holds the weights that were best on the training points themselves. Ctrl-C, or a
request to terminate, writes the best so far as well, and the exit status is then 130,
or 143. So does a run whose numbers overflow (status 2).

Without a recipe, what is not said is as the window begins: Adam, and the layers and
rates that it chooses for images, points or curves. The file says how it was trained,
as a recipe; `nnstudio card` prints it."""


def _add_train(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--recipe", metavar="NAME|FILE", help="a shipped recipe, or a TOML file")
    parser.add_argument(
        "--problem", metavar="NAME", help="a problem of `nnstudio data list`, without a recipe"
    )
    parser.add_argument(
        "--data",
        metavar="FILE",
        help="a table (CSV, or the same rows in TOML) of your own points, without a recipe: x and y in each "
        "line, or x1, x2 and a class or number",
    )
    parser.add_argument("--out", required=True, metavar="FILE", help="the model file to write (.safetensors)")
    parser.add_argument(
        "--data-dir", metavar="DIR", help="where the data are (default: `nnstudio data path`)"
    )
    parser.add_argument(
        "--images",
        metavar="PATH",
        help="learn from your own images in place of the recipe's data: a folder, a table or a .npz file; "
        "see `nnstudio data import --help`",
    )
    _add_transpose(parser)
    parser.add_argument(
        "--seed", type=_whole_number, metavar="N", help="instead of the recipe's seed (without one: 0)"
    )
    parser.add_argument(
        "--epochs",
        type=_number,
        metavar="N",
        help="instead of the recipe's number of epochs (without one: 2000 where a step takes all samples, "
        "else 10)",
    )
    choices = parser.add_argument_group("without a recipe")
    choices.add_argument(
        "--points", type=_whole_number, metavar="N", help="points to learn from, of a curve or the plane"
    )
    choices.add_argument("--noise", type=_number, metavar="X", help="the standard deviation of their noise")
    choices.add_argument(
        "--classes",
        type=_whole_number,
        metavar="K",
        help="classes of the points, 2 to 6 for plane-blobs, plane-ring, plane-spiral and plane-chessboard",
    )
    choices.add_argument(
        "--features",
        metavar="LIST",
        help="of points of the plane, what the network is given in place of x1 and x2: formulas between "
        "commas, such as 'r, phi' or 'x1*x2, sin(x1)'; of pictures: ink (a histogram), edges (8 directions "
        "in 4 × 4 cells) or ink-edges",
    )
    choices.add_argument(
        "--network",
        metavar="SIZES",
        help="layer sizes, 1-16-1, or hidden layers alone, 16 or '64 32', or none, ''; two classes may be "
        "one output, 2-4-1",
    )
    choices.add_argument("--activation", metavar="NAME", help="of hidden layers: tanh, relu, sigmoid, …")
    choices.add_argument(
        "--output",
        metavar="NAME",
        help="activation of the last layer (default: softmax for classes, identity for numbers)",
    )
    choices.add_argument("--no-biases", action="store_const", const=True, help="biases are 0 and stay so")
    choices.add_argument("--loss", metavar="NAME", help="such as squared_error (default: that of the output)")
    choices.add_argument("--optimiser", metavar="NAME", help="adam, sgd, momentum, … (default: adam)")
    choices.add_argument("--rate", type=_number, metavar="X", help="the learning rate")
    choices.add_argument(
        "--batch",
        type=_whole_number,
        metavar="N",
        help="samples a step (default: all, if there are at most 2,000, else 128)",
    )
    choices.add_argument(
        "--samples",
        type=_whole_number,
        metavar="N",
        help="learn from so many of the samples, drawn by chance (default: all)",
    )
    choices.add_argument(
        "--random-labels",
        type=_number,
        metavar="X",
        help="the part of their labels that is drawn by chance: what is learned then is learned by heart",
    )
    choices.add_argument(
        "--freeze",
        type=_whole_numbers,
        metavar="LAYERS",
        help="layers whose weights stay as they begin, counted from 1, with commas between",
    )
    choices.add_argument(
        "--random-mask",
        type=_number,
        metavar="X",
        help="the part of each layer's weights, drawn by chance, that is 0 and stays so",
    )
    choices.add_argument(
        "--input-scaling",
        metavar="NAME",
        help="scale inputs for training: unit (0 to 1) or standardised (mean 0, deviation 1); the model "
        "takes them unscaled all the same (default: none, but standardised for the temperature)",
    )


_SWEEP = """\
Train a network for each combination of values of some settings, and sum up what they
came to. SPEC is a TOML file:

  problem = "plane-moons"     # or recipe = "digits", or a recipe's file beside this one
  seeds = 2                   # how many networks each cell has, or a list of seeds
  steps = 2000                # or epochs = 50; with patience_epochs = 5 a run may end
                              # earlier, with its best weights
  [fixed]                     # settings of all cells; others are as the window begins
  activation = "tanh"
  noise = 0.35
  [vary]                      # any number of settings, each with a list or a range
  units = [2, 6, 20, 50]
  l2 = { from = 0.001, to = 0.1, count = 3, log = true }

Settings are units and layers, or hidden ("20-10"), activation, optimiser,
learning_rate, batch_size, l2, l1, weight_decay, dropout, noise, n, and more: a name that
is none is answered with all of them.

Each run is a row of TABLE, an SQLite file, as soon as it ends. What is stopped, killed
or loses a process goes on with --resume; no run is trained twice. A cell that cannot be
keeps its sentence, and the others go on. On one machine the same file gives the same
table to the last bit, however many processes there are. File > Open shows a table in
the window. At most 10,000 runs are taken, and their time is estimated first.

With a TABLE in place of SPEC, nothing is trained: it is summed up."""


def _add_sweep(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("spec", metavar="SPEC|TABLE", help="a TOML file, or the table of a sweep (.sweep)")
    parser.add_argument(
        "--out", metavar="TABLE", help="the table to write (default: SPEC's name with .sweep, in this folder)"
    )
    parser.add_argument("--resume", action="store_true", help="go on with a table that is there")
    parser.add_argument(
        "--processes", type=_number_from_1, metavar="N", help="train so many at a time (default: one a core)"
    )
    parser.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help="train on a Dask cluster, tcp://HOST:8786, in place of this machine (pip install "
        "nnstudio[cluster]; the same nnstudio and data on each machine)",
    )
    parser.add_argument("--csv", metavar="FILE", help="write a row for each cell as CSV")
    parser.add_argument(
        "--figures",
        metavar="DIR",
        help="draw accuracy against parameters, and each setting's effect, as PNG and SVG into this folder",
    )
    parser.add_argument(
        "--data-dir", metavar="DIR", help="where the data are (default: `nnstudio data path`)"
    )


_CARD = """\
Write a model's card beside its file: NAME.md with what was measured when it was
trained, its data, recipe and cost, and two pictures, the learning curves and the ten
mistakes on the test samples that it was surest of.

The model must be one that `nnstudio train` wrote, and the data of its recipe must be
here."""


def _add_card(parser: argparse.ArgumentParser) -> None:
    _add_model(parser, default=None)
    parser.add_argument(
        "--data-dir", metavar="DIR", help="where the data are (default: `nnstudio data path`)"
    )
    parser.add_argument("--notes", metavar="FILE", help="a text in Markdown to go into the card")


_EXPORT = """\
Write a network for other programs, or take over one of theirs.

The ending of FILE decides:
  .safetensors  weights under PyTorch's names (layers.0.weight, …), and all that
                nnstudio knows of the network
  .onnx         for onnxruntime, Netron and others
  .py           a Python script that reads a PNG, or takes numbers, with NumPy alone
  .toml         a small network of numbers, written out

MODEL may be an ONNX file, or a safetensors file of another program's, if it holds
fully connected layers. What such a file does not say can be said here: the activation
of hidden layers, the order of layers, how pixels were standardised.

With --training, FILE.py trains MODEL from its start on its data, which lie beside it
in FILE.npz: at most 30 lines of NumPy, with the losses of nnstudio. MODEL must be one
that `nnstudio train` wrote."""


def _add_export(parser: argparse.ArgumentParser) -> None:
    _add_model(parser, default=None)
    parser.add_argument("--out", required=True, metavar="FILE", help="the file to write; see above")
    parser.add_argument(
        "--training", action="store_true", help="write a script that trains MODEL, not one that asks it"
    )
    parser.add_argument(
        "--data", metavar="TABLE", help="with --training: the table of points that MODEL was trained on"
    )
    parser.add_argument(
        "--data-dir",
        metavar="DIR",
        help="with --training: where the data are (default: `nnstudio data path`)",
    )
    parser.add_argument(
        "--hidden",
        default="relu",
        metavar="NAME",
        help="activation of hidden layers, where MODEL holds weights alone (default: %(default)s)",
    )
    parser.add_argument(
        "--order",
        metavar="NAMES",
        help="MODEL's layers in the order of computation, with commas between, where neither their names nor "
        "their shapes tell it",
    )
    for name, default, what in (("--mean", 0.0, "mean"), ("--std", 1.0, "standard deviation")):
        parser.add_argument(
            name,
            type=_number,
            default=default,
            metavar="X",
            help=f"{what} that MODEL's pixels were standardised with (default: %(default)g)",
        )


_DATA = """\
Look after the data that networks learn from.

The folder of downloads is the user's cache folder, or what NNSTUDIO_DATA names."""


_LIST = """\
Name every problem that is built in, and every data set that can be fetched with the
problems made of it: its kind (image, plane, line or numbers), and whether it is here.

With --json, the answer is a list with one object for each problem: {"name", "kind",
"title", "description", "state" ("built in", "here" or "not fetched"), "data_set" (what
`nnstudio data fetch` takes; null if it is built in), "outputs": {"kind" ("classes" or
"numbers"), "names", of numbers also "units"}}."""

_PREVIEW = """\
Show samples as a contact sheet, each beside what an epoch has in its place.

WHAT is one of
  a problem of `nnstudio data list`: its images, and what the usual warp makes of them;
  a recipe, shipped or a .toml file: each of its sources as the recipe draws it anew;
  a .npz file of strokes: drawings as they are, and rewritten;
  your own images, see `nnstudio data import --help`.

A problem goes before a recipe of the same name; name that recipe's file instead."""

_IMPORT = """\
Look through your own images, and say what was read, what was skipped and why.

PATH is one of
  a folder with a sub-folder of pictures for each class, or with pictures whose names
    begin with their class, such as 3_001.png;
  a table as text, .csv, .tsv, .txt, .data or .arff, also packed (.gz, .zip): in each
    line the pixels of a square image, row by row, and its label, first, last, or in a
    column that a first line of names calls label, class, target or the like;
  a NumPy file, .npz, with images and labels (x_train and y_train, x and y, …);
  a folder with IDX files, or one of them.

Ink is high and paper 0; where most of the edges are high, all values are turned
round. The largest value is full ink: 255, 1, 16 or any other. What is guessed is said.

Nothing is written. Open the same path in the window (File, Import images, or drag it
in), or judge a network on it: nnstudio evaluate --model digits --data PATH."""


def _add_data(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(
        dest="action", required=True, metavar="list | fetch NAME | preview WHAT | import PATH | path"
    )
    listed = actions.add_parser(
        "list",
        help="name every problem and data set, and say whether it is here",
        description=_LIST,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_json(listed)
    fetch = actions.add_parser(
        "fetch",
        help="download a data set",
        description="Download a data set, check it, and print its folder. Ctrl-C leaves nothing partial.",
    )
    fetch.add_argument("name", metavar="NAME", help="a name of `nnstudio data list`")
    preview = actions.add_parser(
        "preview",
        help="show samples as a contact sheet",
        description=_PREVIEW,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    preview.add_argument("what", metavar="WHAT", help="see above")
    preview.add_argument("--out", required=True, metavar="PNG", help="the file to write")
    preview.add_argument(
        "--n", type=_whole_number, default=48, metavar="N", help="how many samples (default: %(default)s)"
    )
    preview.add_argument(
        "--seed", type=_whole_number, default=0, metavar="N", help="which samples (default: %(default)s)"
    )
    preview.add_argument("--data-dir", metavar="DIR", help="the folder that holds the data")
    _add_transpose(preview)
    imported = actions.add_parser(
        "import",
        help="look through your own images, and say what was skipped and why",
        description=_IMPORT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    imported.add_argument("path", metavar="PATH", help="see above")
    _add_transpose(imported)
    actions.add_parser("path", help="print the folder of downloads")


_LESSON = """\
Lessons: talks about neural networks that are played, step by step, in the window or here.

  nnstudio lesson list                 those that come with nnstudio, and your own
  nnstudio lesson play five-minutes    texts and questions, in the terminal
  nnstudio lesson check                try all that come with nnstudio: every claim is
                                       measured, every goal reached by its own solution
  nnstudio lesson check mine.toml      the same for yours; status 0 where all holds
  nnstudio lesson print five-minutes --out lesson.html
  nnstudio lesson new mine.toml        a lesson of one step, to begin with
  nnstudio lesson words                what a step can do and measure"""


def _add_lesson(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(
        dest="action",
        required=True,
        metavar="list | play NAME | check [NAME …] | print NAME | new FILE | words",
    )
    listed = actions.add_parser("list", help="name every lesson, with its minutes and steps")
    _add_json(listed)
    for name, text in (("play", "play a lesson in the terminal"), ("print", "write a lesson for paper")):
        each = actions.add_parser(name, help=text)
        each.add_argument("name", metavar="NAME|FILE", help="a name of `nnstudio lesson list`, or a file")
        if name == "print":
            each.add_argument(
                "--out", metavar="FILE", help="a file to write, .md or .html (default: print Markdown)"
            )
    check = actions.add_parser("check", help="try lessons, and say what does not hold")
    check.add_argument("names", nargs="*", metavar="NAME|FILE", help="by default all that come with nnstudio")
    new = actions.add_parser("new", help="write a lesson to begin with")
    new.add_argument("path", metavar="FILE", help="the file to write, .toml")
    actions.add_parser("words", help="list the actions and quantities that a lesson can use")


_DEMO = """\
Show the real window without a screen.

Opens it offscreen, draws a digit by mouse events, waits for the answer, trains from
scratch on the built-in data, and leaves demo.json and pictures of the window."""


def _add_demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", required=True, metavar="DIR", help="the folder to leave them in")
    parser.add_argument(
        "--seconds",
        type=_seconds,
        default=DEFAULT_DEMO_SECONDS,
        metavar="N",
        help="how long to train (default: %(default)g)",
    )


def _add_model(parser: argparse.ArgumentParser, *, default: str | None) -> None:
    text = "a shipped model or example, or a model file" + (f" (default: {default})" if default else "")
    parser.add_argument("--model", default=default, required=default is None, metavar="NAME|FILE", help=text)


def _add_transpose(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--transpose",
        action="store_true",
        help="exchange rows and columns of each own image of a table or array: EMNIST's lie so",
    )


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON")


def _whole_number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a whole number") from None


def _number_from_1(text: str) -> int:
    number = _whole_number(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no number from 1")
    return number


def _whole_numbers(text: str) -> list[int]:
    return [_whole_number(part) for part in text.split(",")]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a number") from None


def _seconds(text: str) -> float:
    seconds = _number(text)
    if not 0 < seconds <= 86_400:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0, up to a day")
    return seconds


class _Command(NamedTuple):
    summary: str
    description: str
    add_arguments: Callable[[argparse.ArgumentParser], None]


_COMMANDS: dict[str, _Command] = {
    "predict": _Command("read images and drawings, or answer for numbers", _PREDICT, _add_predict),
    "evaluate": _Command("measure a network's errors on data", _EVALUATE, _add_evaluate),
    "train": _Command("train a network by a recipe, or without one", _TRAIN, _add_train),
    "sweep": _Command("train a network for each combination of settings", _SWEEP, _add_sweep),
    "card": _Command("write a model's card, with pictures", _CARD, _add_card),
    "export": _Command("write a network for other programs, or take one of theirs", _EXPORT, _add_export),
    "data": _Command("list and fetch data, or say where they are", _DATA, _add_data),
    "lesson": _Command("list, play, check and print lessons", _LESSON, _add_lesson),
    "demo": _Command("show the window without a screen", _DEMO, _add_demo),
}
