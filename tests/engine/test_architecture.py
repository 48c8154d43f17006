import numpy as np
import pytest

from nnstudio.engine.architecture import MAX_LAYERS, MAX_PARAMETERS, Architecture, ArchitectureError


def test_blocks_tile_theta_in_order():
    architecture = Architecture.parse("4-3-5-2")
    starts = [block.start for block in architecture.blocks]
    stops = [block.stop for block in architecture.blocks]
    assert starts == [0, *stops[:-1]]
    assert stops[-1] == architecture.n_params == 4 * 3 + 3 + 3 * 5 + 5 + 5 * 2 + 2
    assert [block.name for block in architecture.blocks[:3]] == [
        "layers.0.weight",
        "layers.0.bias",
        "layers.1.weight",
    ]
    assert [block.shape for block in architecture.blocks[:2]] == [(3, 4), (3,)]


def test_layers_are_views_with_one_template_a_row():
    architecture = Architecture.of((4, 3, 2), hidden="tanh")
    theta = np.arange(architecture.n_params, dtype=np.float32)
    first, last = architecture.layers(theta)
    assert first.W.tolist() == np.arange(12).reshape(3, 4).tolist()
    assert first.b.tolist() == [12, 13, 14]
    assert (first.activation, last.activation) == ("tanh", "softmax")
    last.b[1] = -1
    assert theta[-1] == -1


def test_every_number_of_theta_has_a_name_and_an_index():
    architecture = Architecture.parse("4-3-5-2")
    for i in range(architecture.n_params):
        name, index = architecture.locate(i)
        assert architecture.coordinate(name, *index) == i
    theta = np.zeros(architecture.n_params)
    theta[architecture.coordinate("layers.1.weight", 4, 2)] = 7
    assert architecture.layers(theta)[1].W[4, 2] == 7
    assert architecture.locate(architecture.n_params - 1) == ("layers.2.bias", (1,))


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("layers.3.weight", (0, 0)),
        ("weights", (0,)),
        ("layers.0.weight", (0,)),
        ("layers.0.weight", (3, 0)),
        ("layers.0.weight", (0, -1)),
        ("layers.0.bias", (0, 0)),
    ],
)
def test_places_that_are_none_are_refused(name, index):
    architecture = Architecture.parse("4-3-5-2")
    with pytest.raises(ArchitectureError, match=r"has no|no place"):
        architecture.coordinate(name, *index)


@pytest.mark.parametrize("coordinate", [-1, 47])
def test_numbers_outside_theta_have_no_name(coordinate):
    with pytest.raises(ArchitectureError, match="47 parameters"):
        Architecture.parse("4-3-5-2").locate(coordinate)


@pytest.mark.parametrize(
    "theta",
    [np.zeros(22), np.zeros((23, 1)), np.zeros(46)[::2]],
    ids=["too short", "two axes", "strided"],
)
def test_layers_refuse_a_vector_that_is_not_theta(theta):
    with pytest.raises(ArchitectureError, match="one contiguous vector of 23"):
        Architecture.parse("4-3-2").layers(theta)


@pytest.mark.parametrize(
    "text", ["784-100-10", "784–100–10", " 784 - 100 - 10 ", "784, 100,10", "784 100 10"]
)
def test_sizes_are_read_as_people_write_them(text):
    architecture = Architecture.parse(text, hidden="sigmoid", output="identity")
    assert architecture.layer_sizes == (784, 100, 10)
    assert architecture.activations == ("sigmoid", "identity")
    assert str(architecture) == "784-100-10"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "784",
        "784-0-10",
        "784--10",
        "-784-10",
        "784-ten",
        "784-1e2-10",
        "784-10.5",
        "²-3",
        "9" * 5000 + "-1",
    ],
)
def test_other_texts_are_refused(text):
    with pytest.raises(ArchitectureError):
        Architecture.parse(text)


@pytest.mark.parametrize("size", [0, -1, 2.0, True, "3", None, float("nan")])
def test_a_size_is_a_whole_number_of_at_least_one(size):
    with pytest.raises(ArchitectureError, match="units"):
        Architecture.of((4, size, 2))


def test_numpy_integers_and_lists_become_plain_tuples():
    architecture = Architecture(list(np.array([4, 3])), ["identity"])
    assert architecture == Architecture((4, 3), ("identity",))
    assert hash(architecture) == hash(Architecture((4, 3), ("identity",)))


@pytest.mark.parametrize(
    ("activations", "words"),
    [
        (("relu",), "2 computing layers"),
        (("relu", "relux"), "no activation 'relux'"),
        (("relu", ["relu"]), "no activation"),
        (("softmax", "softmax"), "last layer"),
    ],
)
def test_activations_must_fit(activations, words):
    with pytest.raises(ArchitectureError, match=words):
        Architecture((4, 3, 2), activations)


def test_size_is_bounded():
    assert Architecture.of((MAX_PARAMETERS // 2 - 1, 2)).n_params <= MAX_PARAMETERS
    for sizes in [(MAX_PARAMETERS, 1), (10**11, 10**11), (1,) * (MAX_LAYERS + 2)]:
        with pytest.raises(ArchitectureError):
            Architecture.of(sizes)
