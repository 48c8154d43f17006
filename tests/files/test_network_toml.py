import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnstudio.engine.architecture import Architecture
from nnstudio.errors import UserError
from nnstudio.files.network_toml import (
    MAX_BYTES,
    WrittenNetwork,
    WrittenNetworkError,
    is_written_network,
    network_toml,
    open_network_toml,
    read_network,
    save_network_toml,
)
from nnstudio.files.recipe import find_recipe
from nnstudio.files.toml_entries import TomlFile

NETWORK = """\
title = "Mine"
note = \"\"\"
W1 = of two lines
[1]
\"\"\"
layers = "2-3-1"
hidden = ["tanh"]
output = "identity"
inputs = ["u", "v"]
outputs = ["f"]
ranges = [[-1, 1], [0, "1/2"]]
x = [0.25, "0,5"]

W1 = [
  [0.1, -2],  # the first
  # the second
  ["1/4",
   "−3"],
  [1e-3, 5],
]
b1 = [0, 1,
  2]
W2 = [[1, 2, 3]]
b2 = [-1]
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
    assert network.note == "W1 = of two lines\n[1]"
    assert network.architecture == Architecture((2, 3, 1), ("tanh", "identity"))
    assert network.theta.dtype == np.float32
    expected = [0.1, -2, 0.25, -3, 1e-3, 5, 0, 1, 2, 1, 2, 3, -1]
    np.testing.assert_array_equal(network.theta, np.array(expected, np.float32))
    assert network.has_biases
    assert (network.inputs, network.outputs) == (("u", "v"), ("f",))
    assert network.ranges == ((-1, 1), (0, 0.5))
    assert network.x == (0.25, 0.5)


def test_only_sizes_activations_and_weights_are_needed(write):
    network = open_network_toml(write('title = "T"\nlayers = "1, 1"\noutput = "identity"\nW1 = [[0.5]]\n'))
    assert not network.has_biases
    assert network.theta.tolist() == [0.5, 0]
    assert (network.note, network.inputs, network.outputs, network.ranges, network.x) == ("", (), (), (), ())


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
        ("W1 = of two lines", "\\u0007", 2, "note cannot be: A note has at most"),
        ('layers = "2-3-1"', "layers = [2, 3, 1]", 6, 'layers must be a text such as "2-4-3-1"'),
        ('layers = "2-3-1"', 'layers = "2-3-x"', 6, "layers cannot be"),
        ('layers = "2-3-1"', 'layers = "2-3-3-1"', 7, "hidden must be the activation of the hidden layers"),
        ('hidden = ["tanh"]', "", 1, "hidden is missing"),
        ('hidden = ["tanh"]', 'hidden = "softmax"', 7, "hidden cannot be"),
        ('hidden = ["tanh"]', "hidden = [3]", 7, "hidden cannot be"),
        ('output = "identity"', 'output = "linear"', 8, "output cannot be: There is no activation"),
        ('inputs = ["u", "v"]', 'inputs = ["u", "u"]', 9, "inputs cannot be: There must be 2 names"),
        ('inputs = ["u", "v"]', 'inputs = "uv"', 9, "inputs cannot be: Names are texts"),
        ('outputs = ["f"]', 'outputs = ["f", "g"]', 10, "outputs cannot be: There must be 1 name,"),
        ("[[-1, 1], [0", "[[0", 11, "ranges cannot be: There must be 2 ranges"),
        ("[[-1, 1], [0", "[[2, 1], [0", 11, "The range from 2 to 1 has nothing in it"),
        ("[[-1, 1], [0", "[[nan, 1], [0", 11, "nan is no number that a network can use"),
        ('x = [0.25, "0,5"]', "x = [0.25]", 12, "x cannot be: There must be 2 numbers, one for each input"),
        ("[0.1, -2]", "[0.1, true]", 15, "row 1, column 2: True is no number"),
        ('"1/4"', '"1/0"', 17, "row 2, column 1: “1/0” has no value"),
        ('   "−3"', "   nan", 17, "row 2, column 2: nan is no number"),
        ('   "−3"', "", 17, "Row 2 of the first layer has 1 number; u, v ask for 2."),
        ("1e-3, 5", "1e-3, 10000", 19, "row 3, column 2: 10000 is too large"),
        ("1e-3, 5", "1e-3, inf", 19, "inf is no number"),
        ("1e-3, 5", "1e-3, 1" + "0" * 400, 19, "row 3, column 2: inf is no number"),
        ("[1e-3, 5]", "7", 19, "W1 must be a list of rows in brackets, and has 7"),
        ("  [1e-3, 5],\n", "", 14, "There are 2 rows, and 3 units in the first layer"),
        ("  2]", '  "two"]', 22, "b1 cannot be: number 3: “two” is no number"),
        (",\n  2]", "]", 21, "b1 has 2 numbers; the first layer has 3 units"),
        (
            "W2 = [[1, 2, 3]]",
            "W2 = [[1, 2]]",
            23,
            "Row 1 of the second layer has 2 numbers; the 3 units before",
        ),
        ("b2 = [-1]", "", 1, "b2 is missing; a network has the biases of all layers, or none"),
        ("b2 = [-1]", "b2 = [-1]\nW3 = [[1]]", 25, "W3 is not an entry that can stand here"),
        ("b2 = [-1]", "b2 = -1", 24, "b2 must be a list of numbers"),
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


@pytest.mark.parametrize("text", ["title = ", "\0", "W1 = [[1", '"' * 5])
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


def test_a_network_can_stand_in_a_table_of_another_file(write):
    path = write("[network]\n" + NETWORK.replace("W1 = [\n", "W1 = [\n", 1))
    network = read_network(TomlFile(path, UserError).table("network"))
    assert network.title == "Mine"
    path = write("[network]\n" + NETWORK.replace('"1/4"', '"x"'))
    with pytest.raises(UserError, match="line 18: W1 cannot be: row 2, column 1"):
        read_network(TomlFile(path, UserError).table("network"))


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
    architecture = Architecture.of(sizes, hidden=hidden, output="identity")
    numbers = st.floats(-9999, 9999, width=32)
    size = architecture.n_params
    theta = np.array(data.draw(st.lists(numbers, min_size=size, max_size=size)), np.float32)
    if not has_biases:
        for layer in architecture.layers(theta):
            layer.b[...] = 0
    x = tuple(data.draw(st.lists(st.floats(-9999, 9999), min_size=sizes[0], max_size=sizes[0])))
    names = tuple(f'"{k}\\' for k in range(sizes[0]))
    network = WrittenNetwork(
        title, architecture, theta, has_biases, note, names, (), ((-1.0, 2.5),) * sizes[0], x
    )
    path = tmp_path_factory.mktemp("written") / "network.toml"
    save_network_toml(path, network)
    again = open_network_toml(path)
    np.testing.assert_array_equal(again.theta, network.theta)
    for key in ("title", "note", "architecture", "has_biases", "inputs", "outputs", "ranges", "x"):
        assert getattr(again, key) == getattr(network, key)


def test_what_is_written_can_be_read_by_people():
    architecture = Architecture((2, 2, 1), ("relu", "identity"))
    theta = np.array([0.1, -0.8, 1 / 3, 2, 0.5, 0, 1, -1, 1e-7], np.float32)
    assert network_toml(WrittenNetwork("Two", architecture, theta, note="a\nb", x=(1.0, 0.5))) == (
        'title = "Two"\nnote = """\na\nb"""\nlayers = "2-2-1"\nhidden = "relu"\noutput = "identity"\n'
        "x = [1.0, 0.5]\nW1 = [\n  [0.1, -0.8],\n  [0.33333334, 2.0],\n]\nb1 = [0.5, 0.0]\n"
        "W2 = [\n  [1.0, -1.0],\n]\nb2 = [1e-07]\n"
    )


@pytest.mark.parametrize("value", [np.nan, np.inf, 10000])
def test_numbers_that_could_not_be_read_again_are_not_written(value):
    architecture = Architecture((1, 1), ("identity",))
    with pytest.raises(WrittenNetworkError):
        WrittenNetwork("T", architecture, np.array([value, 0]))


def test_biases_of_a_network_without_them_are_refused():
    with pytest.raises(WrittenNetworkError, match="without biases"):
        WrittenNetwork("T", Architecture((1, 1), ("identity",)), np.array([1, 2]), has_biases=False)


def test_a_network_that_is_too_large_is_not_written(tmp_path):
    architecture = Architecture.parse("784-100-10")
    network = WrittenNetwork("T", architecture, np.full(architecture.n_params, 0.123456))
    with pytest.raises(WrittenNetworkError, match=r"too large .* Save it as a \.safetensors file"):
        save_network_toml(tmp_path / "large.toml", network)
    assert not any(tmp_path.iterdir())
