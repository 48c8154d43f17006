import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnstudio.engine.architecture import Architecture
from nnstudio.files.network_toml import (
    MAX_BYTES,
    WrittenNetwork,
    WrittenNetworkError,
    is_written_network,
    network_toml,
    open_network_toml,
    save_network_toml,
)
from nnstudio.files.recipe import find_recipe

NETWORK = """\
title = "Mine"
note = \"\"\"
W = of two lines
[1]
\"\"\"
sizes = [2, 3, 1]
activations = ["tanh", "identity"]
input_names = ["u", "v"]
output_names = ["f"]
ranges = [[-1, 1], [0, "1/2"]]
x = [0.25, "0,5"]

[[weights]]
W = [
  [0.1, -2],  # the first
  # the second
  ["1/4",
   "−3"],
  [1e-3, 5],
]
b = [0, 1,
  2]
[[weights]]
W = [[1, 2, 3]]
b = [-1]
"""
INLINE = """\
title = "Mine"
sizes = [2, 3, 1]
activations = ["tanh", "identity"]
weights = [
  { W = [[0.1, -2], ["1/4", -3], [1e-3, 5]], b = [0, 1, 2] },
  { W = [[1, 2, 3]], b = [-1] },
]
"""


@pytest.fixture
def write(tmp_path):
    def write_network(text):
        path = tmp_path / "network.toml"
        path.write_text(text, encoding="utf-8", newline="")
        return path

    return write_network


def test_reads_every_entry(write):
    network = open_network_toml(write(NETWORK))
    assert network.title == "Mine"
    assert network.note == "W = of two lines\n[1]"
    assert network.architecture == Architecture((2, 3, 1), ("tanh", "identity"))
    assert network.theta.dtype == np.float32
    expected = [0.1, -2, 0.25, -3, 1e-3, 5, 0, 1, 2, 1, 2, 3, -1]
    np.testing.assert_array_equal(network.theta, np.array(expected, np.float32))
    assert network.architecture.has_biases
    assert (network.input_names, network.output_names) == (("u", "v"), ("f",))
    assert network.ranges == ((-1, 1), (0, 0.5))
    assert network.x == (0.25, 0.5)


def test_only_sizes_activations_and_weights_are_needed(write):
    network = open_network_toml(
        write('title = "T"\nsizes = [1, 1]\nactivations = ["identity"]\n[[weights]]\nW = [[0.5]]\n')
    )
    assert not network.architecture.has_biases
    assert network.theta.tolist() == [0.5, 0]
    assert (network.note, network.input_names, network.output_names, network.ranges, network.x) == (
        "",
        (),
        (),
        (),
        (),
    )


def test_the_network_cannot_change(write):
    network = open_network_toml(write(NETWORK))
    with pytest.raises(ValueError, match="read-only"):
        network.theta[0] = 1


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_other_line_ends_and_a_byte_order_mark_change_nothing(write, end):
    network = open_network_toml(write("\ufeff" + NETWORK.replace("\n", end)))
    assert network_toml(network) == network_toml(open_network_toml(write(NETWORK)))


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('title = "Mine"', 'titel = "Mine"', 1, "title is missing"),
        ('title = "Mine"', "title = 5", 1, "title cannot be: The title must be"),
        ('title = "Mine"', 'title = ""', 1, "title cannot be"),
        ("note =", "remark =", 2, "remark is not an entry that can stand here"),
        ("W = of two lines", "\\u0007", 2, "note cannot be: A note has at most"),
        ("sizes = [2, 3, 1]", 'sizes = "2-3-1"', 6, "sizes must be a list of whole numbers, such as"),
        ("sizes = [2, 3, 1]", "sizes = [2, 3.5, 1]", 6, "sizes cannot be: A layer cannot have 3.5 units"),
        ("sizes = [2, 3, 1]", "sizes = [2]", 6, "sizes cannot be"),
        ("sizes = [2, 3, 1]", "sizes = [2, 3, 3, 1]", 7, "activations cannot be: A network of 3 computing"),
        ("sizes = [2, 3, 1]", "sizes = [2, 4096, 30]", 6, "135,198 numbers, too many to be written out"),
        ('["tanh", "identity"]', '"tanh"', 7, "activations must be a list"),
        ('["tanh", "identity"]', '["tanh", "linear"]', 7, "activations cannot be: There is no activation"),
        ('["tanh", "identity"]', '["softmax", "tanh"]', 7, "activations cannot be: Softmax can only be"),
        ('["tanh", "identity"]', "[1, 2]", 7, "activations cannot be"),
        ('activations = ["tanh", "identity"]', "", 1, "activations is missing"),
        ('input_names = ["u", "v"]', 'input_names = ["u", "u"]', 8, "input_names cannot be: There must be 2"),
        ('input_names = ["u", "v"]', 'input_names = "uv"', 8, "input_names cannot be: Names are texts"),
        ('["f"]', '["f", "g"]', 9, "output_names cannot be: There must be 1 name, each"),
        ("[[-1, 1], [0", "[[0", 10, "ranges cannot be: There must be 2 ranges"),
        ("[[-1, 1], [0", "[[2, 1], [0", 10, "The range from 2 to 1 has nothing in it"),
        ("[[-1, 1], [0", "[[nan, 1], [0", 10, "nan is no number that a network can use"),
        ('x = [0.25, "0,5"]', "x = [0.25]", 11, "x cannot be: There must be 2 numbers, one for each input"),
        ("[0.1, -2]", "[0.1, true]", 15, "row 1, column 2: True is no number"),
        ('"1/4"', '"1/0"', 17, "row 2, column 1: “1/0” has no value"),
        ('   "−3"', "   nan", 17, "row 2, column 2: nan is no number"),
        ('   "−3"', "", 17, "Row 2 of the first layer has 1 number; u, v ask for 2."),
        ("1e-3, 5", "1e-3, 10000", 19, "row 3, column 2: 10000 is too large"),
        ("1e-3, 5", "1e-3, inf", 19, "inf is no number"),
        ("1e-3, 5", "1e-3, 1" + "0" * 400, 19, "row 3, column 2: inf is no number"),
        ("[1e-3, 5]", "7", 19, "W must be a list of rows in brackets, and has 7"),
        ("  [1e-3, 5],\n", "", 14, "There are 2 rows, and 3 units in the first layer"),
        ("W = [\n", "V = [\n", 13, "W is missing"),
        ("  2]", '  "two"]', 22, "b cannot be: number 3: “two” is no number"),
        (",\n  2]", "]", 21, "b has 2 numbers; the first layer has 3 units"),
        (
            "W = [[1, 2, 3]]",
            "W = [[1, 2]]",
            24,
            "Row 1 of the second layer has 2 numbers; the 3 units before",
        ),
        ("b = [-1]", "", 23, "b is missing; a network has the biases of all layers, or none"),
        ("b = [-1]", "b = -1", 25, "b must be a list of numbers"),
        ("b = [-1]", "b = [-1]\nc = 1", 26, "c is not an entry that can stand here"),
        ("b = [-1]", "b = [-1]\n[[weights]]", 13, "weights must be 2 tables, one for each layer"),
        ("b = [-1]", "b = [-1]\n[more]", 26, "more is not an entry that can stand here"),
        ("[[weights]]", "[[layers]]", 13, "layers is not an entry that can stand here"),
    ],
)
def test_a_wrong_entry_is_refused_with_its_line(write, old, new, line, words):
    assert old in NETWORK
    path = write(NETWORK.replace(old, new, 1))
    with pytest.raises(WrittenNetworkError) as refusal:
        open_network_toml(path)
    assert str(refusal.value).startswith(f"{path}, line {line}: ")
    assert words in str(refusal.value)


def test_a_file_that_is_too_long_is_refused_unread(write):
    with pytest.raises(WrittenNetworkError, match="longer than 262,144 bytes"):
        open_network_toml(write(NETWORK + "#" * MAX_BYTES))


@pytest.mark.parametrize("text", ["title = ", "\0", "W = [[1", '"' * 5])
def test_what_is_no_toml_is_refused(write, text):
    with pytest.raises(WrittenNetworkError, match="is not TOML"):
        open_network_toml(write(text))


def test_an_unknown_name_is_refused_and_the_shipped_ones_are_named():
    with pytest.raises(WrittenNetworkError, match="and, bump, fold"):
        open_network_toml("nothing")


def test_a_written_network_is_told_from_a_recipe(write, tmp_path):
    assert is_written_network(write(NETWORK))
    assert not is_written_network(find_recipe("digits"))
    assert not is_written_network(write("title ="))
    assert not is_written_network(tmp_path / "missing.toml")


def test_layers_can_be_written_in_one_array(write):
    inline, tables = open_network_toml(write(INLINE)), open_network_toml(write(NETWORK))
    np.testing.assert_array_equal(inline.theta, tables.theta)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('"1/4", -3', '"1/4"', 5, "W cannot be: Row 2 of the first layer has 1 number; x₁, x₂ ask for 2."),
        ("[-1]", '["x"]', 6, "b cannot be: number 1: “x” is no number"),
        (" [1e-3, 5]], b = [0, 1, 2]", '\n[1, 5]], b = [0, 1, "x"]', 5, "b cannot be: number 3"),
        ("b = [-1]", "c = [-1]", 6, "b is missing"),
        ("weights = [", "weights = [ 1,", 4, "weights must be tables"),
    ],
)
def test_a_wrong_entry_in_one_array_is_refused_with_its_line(write, old, new, line, words):
    assert old in INLINE
    path = write(INLINE.replace(old, new, 1))
    with pytest.raises(WrittenNetworkError) as refusal:
        open_network_toml(path)
    assert str(refusal.value).startswith(f"{path}, line {line}: ")
    assert words in str(refusal.value)


TEXT = st.text(st.characters(categories=("L", "N", "P", "S"), include_characters=" "), max_size=20)


@given(
    st.lists(st.integers(1, 4), min_size=2, max_size=5),
    st.sampled_from(["relu", "tanh", "step"]),
    TEXT.map(lambda text: "T" + text),
    st.lists(TEXT, max_size=3).map("\n".join),
    st.booleans(),
    st.data(),
)
def test_a_network_comes_back_as_it_was_written(
    tmp_path_factory, sizes, hidden, title, note, has_biases, data
):
    activations = (hidden,) * (len(sizes) - 2) + ("identity",)
    architecture = Architecture(tuple(sizes), activations, has_biases)
    numbers = st.floats(-9999, 9999, width=32)
    size = architecture.n_params
    theta = np.array(data.draw(st.lists(numbers, min_size=size, max_size=size)), np.float32)
    if not has_biases:
        for layer in architecture.layers(theta):
            layer.b[...] = 0
    x = tuple(data.draw(st.lists(st.floats(-9999, 9999), min_size=sizes[0], max_size=sizes[0])))
    names = tuple(f'"{k}\\' for k in range(sizes[0]))
    network = WrittenNetwork(title, architecture, theta, note, names, (), ((-1.0, 2.5),) * sizes[0], x)
    path = tmp_path_factory.mktemp("written") / "network.toml"
    save_network_toml(path, network)
    again = open_network_toml(path)
    np.testing.assert_array_equal(again.theta, network.theta)
    for key in ("title", "note", "architecture", "input_names", "output_names", "ranges", "x"):
        assert getattr(again, key) == getattr(network, key)


def test_what_is_written_can_be_read_by_people():
    architecture = Architecture((2, 2, 1), ("relu", "identity"))
    theta = np.array([0.1, -0.8, 1 / 3, 2, 0.5, 0, 1, -1, 1e-7], np.float32)
    assert network_toml(WrittenNetwork("Two", architecture, theta, note="a\nb", x=(1.0, 0.5))) == (
        'title = "Two"\nnote = """\na\nb"""\nsizes = [2, 2, 1]\nactivations = ["relu", "identity"]\n'
        "x = [1.0, 0.5]\n\n[[weights]]\nW = [\n  [0.1, -0.8],\n  [0.33333334, 2.0],\n]\nb = [0.5, 0.0]\n"
        "\n[[weights]]\nW = [\n  [1.0, -1.0],\n]\nb = [1e-07]\n"
    )


@pytest.mark.parametrize("value", [np.nan, np.inf, 10000])
def test_numbers_that_could_not_be_read_again_are_not_written(value):
    architecture = Architecture((1, 1), ("identity",))
    with pytest.raises(WrittenNetworkError):
        WrittenNetwork("T", architecture, np.array([value, 0]))


def test_biases_of_a_network_without_them_are_refused():
    with pytest.raises(WrittenNetworkError, match="without biases"):
        WrittenNetwork("T", Architecture((1, 1), ("identity",), has_biases=False), np.array([1, 2]))


def test_a_network_that_is_too_large_is_not_written(tmp_path):
    architecture = Architecture.parse("784-100-10")
    network = WrittenNetwork("T", architecture, np.full(architecture.n_params, 0.123456))
    with pytest.raises(WrittenNetworkError, match=r"too large .* Save it as a \.safetensors file"):
        save_network_toml(tmp_path / "large.toml", network)
    assert not any(tmp_path.iterdir())
