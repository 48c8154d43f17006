import json
import os
from dataclasses import replace

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.ood_detector import OODDetector, detector_architecture, ood_scores
from nnstudio.files.atomic import WriteError
from nnstudio.files.model_file import MAX_HEADER_BYTES, Model, ModelFileError, load_model, save_model

PANELS = [
    "architecture",
    "input_space",
    "output_space",
    "raster",
    "card",
    "name",
]


def assert_same(loaded, model):
    for part in PANELS:
        assert getattr(loaded, part) == getattr(model, part)
    assert loaded.theta.dtype == np.float32


@pytest.mark.parametrize("which", ["model", "plane_model", "curve_model", "numbers_model"])
def test_float32_comes_back_to_the_last_bit(tmp_path, request, which):
    model = request.getfixturevalue(which)
    save_model(tmp_path / "m", model)
    loaded = load_model(tmp_path / "m")
    assert_same(loaded, model)
    assert loaded.theta.tobytes() == model.theta.tobytes()
    assert not loaded.theta.flags.writeable


def test_float16_is_half_as_long_and_nearly_the_same(tmp_path, model):
    save_model(tmp_path / "full", model, "float32")
    save_model(tmp_path / "half", model, "float16")
    loaded = load_model(tmp_path / "half")
    assert_same(loaded, model)
    np.testing.assert_allclose(loaded.theta, model.theta, rtol=1e-3)
    saved = (tmp_path / "full").stat().st_size - (tmp_path / "half").stat().st_size
    assert abs(saved - 2 * model.architecture.n_params) < 64


def test_weights_that_float16_holds_exactly_are_stored_so(tmp_path, model):
    rounded = replace(model, theta=model.theta.astype(np.float16).astype(np.float32))
    save_model(tmp_path / "m", rounded)
    with safe_open(tmp_path / "m", "numpy") as file:
        assert file.get_tensor("layers.0.weight").dtype == np.float16
    assert load_model(tmp_path / "m").theta.tobytes() == rounded.theta.tobytes()


def test_others_can_read_the_arrays(tmp_path, model):
    save_model(tmp_path / "m", model)
    layers = model.architecture.layers(model.theta)
    with safe_open(tmp_path / "m", "numpy") as file:
        assert file.metadata()["format"] == "pt"
        assert sorted(file.keys()) == ["layers.0.bias", "layers.0.weight", "layers.1.bias", "layers.1.weight"]
        for k, layer in enumerate(layers):
            np.testing.assert_array_equal(file.get_tensor(f"layers.{k}.weight"), layer.W)
            np.testing.assert_array_equal(file.get_tensor(f"layers.{k}.bias"), layer.b)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"architecture": Architecture.of((63, 5, 3))}, "64 numbers"),
        ({"architecture": Architecture.of((64, 5, 4))}, "3 outputs"),
        ({"theta": np.zeros(3, np.float32)}, "shape"),
        ({"theta": np.zeros(343)}, "float64"),
        ({"theta": np.full(343, np.nan, np.float32)}, "finite"),
        ({"name": ""}, "name"),
        ({"name": "a" * 65}, "name"),
        ({"name": "a\nb"}, "name"),
    ],
)
def test_parts_that_do_not_fit_make_no_model(model, changes, words):
    with pytest.raises(ModelFileError, match=words):
        replace(model, **changes)


def test_the_rasteriser_must_draw_what_goes_in(model, plane_model):
    with pytest.raises(ModelFileError, match="rasteriser"):
        replace(plane_model, raster=model.raster)


@pytest.mark.parametrize("card", [{"a": np.float32(1)}, {"a": float("nan")}, {"a": {1, 2}}])
def test_a_card_that_is_no_json_is_refused(tmp_path, model, card):
    with pytest.raises(ModelFileError, match="card"):
        save_model(tmp_path / "m", replace(model, card=card))
    assert not (tmp_path / "m").exists()


def test_a_card_that_is_too_long_is_refused(tmp_path, model):
    with pytest.raises(ModelFileError, match="longer"):
        save_model(tmp_path / "m", replace(model, card={"text": "x" * MAX_HEADER_BYTES}))


def test_weights_too_large_for_float16_are_refused_not_rounded(tmp_path, model):
    theta = model.theta.copy()
    theta[0] = 1e5
    large = replace(model, theta=theta)
    with pytest.raises(ModelFileError, match="float16"):
        save_model(tmp_path / "m", large, "float16")
    save_model(tmp_path / "m", large)
    assert load_model(tmp_path / "m").theta[0] == np.float32(1e5)


def test_a_folder_that_is_not_there_is_named(tmp_path, model):
    with pytest.raises(WriteError, match="nowhere"):
        save_model(tmp_path / "nowhere" / "m", model)


def rewritten(model, tmp_path, change):
    """Return a path whose file is the model's with its description changed by ``change``."""
    save_model(tmp_path / "m", model)
    with safe_open(tmp_path / "m", "numpy") as file:
        tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        description = json.loads(file.metadata()["nnstudio"])
    replaced = change(description, tensors)
    description = replaced if isinstance(replaced, list) else description
    (tmp_path / "m").write_bytes(save(tensors, {"nnstudio": json.dumps(description)}))
    return tmp_path / "m"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d, t: d.update(version=2), "newer nnstudio"),
        (lambda d, t: d.update(version="1"), "exactly the parts"),
        (lambda d, t: d.pop("card"), "exactly the parts"),
        (lambda d, t: d.update(extra=1), "exactly the parts"),
        (lambda d, t: d.update(layer_sizes="64-5-3"), "layer sizes"),
        (lambda d, t: d.update(layer_sizes=[64, 5.0, 3]), "layer sizes"),
        (lambda d, t: d.update(layer_sizes=[64, 0, 3]), "damaged"),
        (lambda d, t: d.update(layer_sizes=[64, 10**9, 3]), "too wide"),
        (lambda d, t: d.update(layer_sizes=[64, 6, 3]), "not the weights"),
        (lambda d, t: d.update(activations=["relu"]), "damaged"),
        (lambda d, t: d.update(activations=[["relu"], "softmax"]), "activations"),
        (lambda d, t: d.update(activations=["relu", "magic"]), "magic"),
        (lambda d, t: d.update(name=7), "wrong type"),
        (lambda d, t: d.update(card=[]), "wrong type"),
        (lambda d, t: d["input_space"].update(shape=[8, 9]), "72 numbers"),
        (lambda d, t: d["output_space"].update(class_names=["a", "b", "c" * 33]), "32 printable"),
        (lambda d, t: d["output_space"].update(class_names=["a", "b", "\x1b"]), "32 printable"),
        (lambda d, t: d["output_space"].update(class_names=["a", "b"]), "2 outputs"),
        (lambda d, t: d["raster"].update(pen=-1), "rasteriser"),
        (lambda d, t: d.update(raster=7), "rasteriser"),
        (lambda d, t: t.pop("layers.1.bias"), "not the weights"),
        (lambda d, t: t.update(extra=np.zeros(1, np.float32)), "not the weights"),
        (lambda d, t: t.update({"layers.1.bias": np.zeros(3)}), "not the weights"),
        (lambda d, t: t.update({"layers.1.bias": np.zeros((3, 1), np.float32)}), "not the weights"),
        (lambda d, t: t.update({"layers.1.bias": np.full(3, np.inf, np.float32)}), "finite"),
        (lambda d, t: t.update({f"x{k}": np.zeros(1, np.float32) for k in range(61)}), "at most 64"),
        (lambda d, t: [d], "damaged"),
    ],
)
def test_a_file_that_says_other_than_it_holds_is_refused(tmp_path, model, change, words):
    with pytest.raises(ModelFileError, match=words):
        load_model(rewritten(model, tmp_path, change))


def change_quantity(**values):
    return lambda d, t: d["output_space"]["quantities"][0].update(values)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d, t: d.update(biases=0), "whether there are biases"),
        (lambda d, t: d.update(biases=None), "whether there are biases"),
        (lambda d, t: t.update({"layers.1.bias": np.ones(2, np.float32)}), "has no biases"),
        (lambda d, t: d["output_space"].update(quantities=[]), "at least one"),
        (lambda d, t: d["output_space"].update(quantities={}), "at least one"),
        (lambda d, t: d["output_space"].update(quantities=[7]), "exactly the parts"),
        (lambda d, t: d["output_space"].update(class_names=["a", "b"]), "exactly the parts"),
        (lambda d, t: d["output_space"]["quantities"].pop(), "1 outputs force"),
        (change_quantity(name=""), "printable"),
        (change_quantity(name="p"), "same name"),
        (change_quantity(unit=3), "texts"),
        (change_quantity(unit="\x1b"), "printable"),
        (change_quantity(low="0"), "is a number"),
        (change_quantity(low=[0]), "two numbers"),
        (change_quantity(low=9.0), "empty"),
        (change_quantity(high=10**400), "too wide"),
        (lambda d, t: d["input_space"].update(low=[0, 0]), "as many ranges"),
        (lambda d, t: d["input_space"].update(low=[0, 0, None]), "is a number"),
        (lambda d, t: d["input_space"].update(high=[1, 1, 0]), "empty"),
        (lambda d, t: d["input_space"].update(kind="line"), "at most 1"),
    ],
)
def test_damaged_numbers_are_refused(tmp_path, numbers_model, change, words):
    with pytest.raises(ModelFileError, match=words):
        load_model(rewritten(numbers_model, tmp_path, change))


def test_biases_may_be_said_to_be_there(tmp_path, curve_model):
    assert load_model(rewritten(curve_model, tmp_path, lambda d, t: d.update(biases=True)))


def test_nan_in_the_description_is_refused(tmp_path, model):
    path = rewritten(model, tmp_path, lambda d, t: d["card"].update(error=float("nan")))
    with pytest.raises(ModelFileError, match="NaN"):
        load_model(path)


def test_a_foreign_safetensors_file_is_recognised(tmp_path):
    path = tmp_path / "foreign.safetensors"
    for metadata in (None, {"format": "pt"}):
        path.write_bytes(save({"layers.0.weight": np.zeros((3, 2), np.float32)}, metadata))
        with pytest.raises(ModelFileError, match="another program"):
            load_model(path)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "cut short"),
        (b"\x80\x04\x95\x00", "cut short"),
        (b"PK\x03\x04" * 100, "cut short"),
        ((2).to_bytes(8, "little") + b"[]", "damaged"),
        ((2).to_bytes(8, "little") + b"{}", "another program"),
        ((5).to_bytes(8, "little") + b"\xff\xfe\x00ab", "damaged"),
        ((30_000).to_bytes(8, "little") + b"[" * 30_000, "damaged"),
        ((MAX_HEADER_BYTES + 1).to_bytes(8, "little") + b" " * (MAX_HEADER_BYTES + 1), "header"),
    ],
)
def test_what_is_no_model_is_refused(tmp_path, data, words):
    path = tmp_path / "m"
    path.write_bytes(data)
    with pytest.raises(ModelFileError, match=words):
        load_model(path)


def test_an_enormous_header_or_file_is_not_read(tmp_path):
    for header, size, words in ((63 << 20, 64 << 20, "header"), (100, 1 << 40, "more than a network")):
        path = tmp_path / "m"
        with path.open("wb") as file:
            file.write(header.to_bytes(8, "little"))
            file.truncate(size)
        with pytest.raises(ModelFileError, match=words):
            load_model(path)


def test_missing_files_folders_and_pipes_are_named(tmp_path):
    with pytest.raises(ModelFileError, match="No such file"):
        load_model(tmp_path / "missing")
    with pytest.raises(ModelFileError, match="folder"):
        load_model(tmp_path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(ModelFileError, match="not a file"):
            load_model(tmp_path / "pipe")


def mutated(data, rng):
    """Return the bytes with something wrong, mostly in the header."""
    length = 8 + int.from_bytes(data[:8], "little")
    damaged = bytearray(data)
    for _ in range(rng.integers(1, 4)):
        place = int(rng.integers(0, length if rng.random() < 0.8 else len(damaged)))
        kind = rng.integers(0, 6)
        if kind == 0:
            damaged[place % len(damaged)] ^= 1 << rng.integers(0, 8)
        elif kind == 1:
            damaged[place % len(damaged)] = rng.integers(0, 256)
        elif kind == 2:
            del damaged[place : place + int(rng.integers(1, 40))]
        elif kind == 3:
            damaged[place:place] = rng.bytes(int(rng.integers(1, 20)))
        elif kind == 4:
            other = int(rng.integers(0, length))
            damaged[place : place + 12] = damaged[other : other + 12]
        else:
            damaged[place:] = b""
        if not damaged:
            break
    if rng.random() < 0.5 and len(damaged) > 8 and len(damaged) != len(data):
        # So that the change is not noticed by the header's length alone.
        damaged[:8] = max(0, length - 8 + len(damaged) - len(data)).to_bytes(8, "little")
    return bytes(damaged)


@pytest.mark.parametrize(("which", "n"), [("model", 1500), ("numbers_model", 1000)])
def test_no_damage_ends_in_anything_but_the_documented_error(tmp_path, request, which, n):
    save_model(tmp_path / "m", request.getfixturevalue(which))
    data = (tmp_path / "m").read_bytes()
    rng = np.random.default_rng(20261121)
    path = tmp_path / "damaged"
    sentences = []
    for _ in range(n):
        # A new file: one that is cut to nothing and written again waits for the disc.
        path.unlink(missing_ok=True)
        path.write_bytes(mutated(data, rng))
        try:
            loaded = load_model(path)
        except ModelFileError as error:
            sentences.append(str(error))
        else:
            assert isinstance(loaded, Model)
            assert np.isfinite(loaded.theta).all()
    assert len(sentences) > 0.7 * n
    assert all(str(path) in sentence for sentence in sentences)
    assert max(map(len, sentences)) < 600


def with_detector(model, threshold=1.5):
    n_params = detector_architecture(model.architecture, 3).n_params
    weights = np.random.default_rng(4).normal(size=n_params).astype(np.float16).astype(np.float32)
    return replace(model, ood_detector=OODDetector(3, weights, threshold))


def test_an_ood_detector_is_kept_with_the_model(model, tmp_path):
    model = with_detector(model)
    save_model(tmp_path / "m", model)
    loaded = load_model(tmp_path / "m")
    assert loaded.ood_detector.theta.tobytes() == model.ood_detector.theta.tobytes()
    assert (loaded.ood_detector.units, loaded.ood_detector.threshold) == (3, 1.5)
    assert loaded.theta.tobytes() == model.theta.tobytes()
    x = np.random.default_rng(5).random((7, 64), np.float32)
    scores = [ood_scores(each.architecture, each.theta, each.ood_detector, x) for each in (model, loaded)]
    assert np.array_equal(*scores)


def test_pytorch_finds_the_networks_arrays_alone(model, tmp_path):
    """Its load_state_dict is strict: an array too many is an error."""
    save_model(tmp_path / "m", with_detector(model))
    with safe_open(tmp_path / "m", "numpy") as file:
        assert {key.split(".")[0] for key in file.keys()} == {"layers"}  # noqa: SIM118


def test_files_with_the_detectors_arrays_among_the_networks_open(model, tmp_path):
    """As nnstudio wrote them before 0.2."""
    model = with_detector(model)
    path = rewritten(
        model,
        tmp_path,
        lambda description, tensors: tensors.update(
            {
                f"novelty.{block.name}": model.ood_detector.theta[block.start : block.stop].reshape(
                    block.shape
                )
                for block in detector_architecture(model.architecture, 3).blocks
            }
        ),
    )
    assert load_model(path).ood_detector.theta.tobytes() == model.ood_detector.theta.tobytes()


def test_a_detector_may_be_longer_than_the_rest_of_a_header(model, tmp_path):
    n_params = detector_architecture(model.architecture, 900).n_params
    theta = np.random.default_rng(4).normal(size=n_params).astype(np.float32)
    large = replace(model, ood_detector=OODDetector(900, theta, 0.0))
    save_model(tmp_path / "m", large)
    assert int.from_bytes((tmp_path / "m").read_bytes()[:8], "little") > 4 * MAX_HEADER_BYTES
    assert load_model(tmp_path / "m").ood_detector.theta.tobytes() == theta.tobytes()
    with pytest.raises(ModelFileError, match="longer"):
        save_model(tmp_path / "m", replace(large, card={"text": "x" * MAX_HEADER_BYTES}))


def test_an_ood_detector_that_does_not_fit_is_refused(model, plane_model):
    detector = with_detector(model).ood_detector
    with pytest.raises(ModelFileError, match=r"detector of 3 units.*needs"):
        replace(plane_model, ood_detector=detector)
    with pytest.raises(ModelFileError, match="detector is not a finite number"):
        with_detector(model, threshold=float("nan"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"units": 3', '"units": 4'),
        ('"units": 3', '"units": 0'),
        ('"units": 3', '"unity": 3'),
        ('"threshold": 1.5', '"threshold": 1'),
        ('"threshold": 1.5', '"threshold": "1"'),
        ('{"units": 3, "threshold": 1.5}', "3"),
        ("weights", "AAAA"),
        ("weights", "no base64"),
    ],
)
def test_a_damaged_ood_detector_is_a_damaged_file(model, tmp_path, old, new):
    path = tmp_path / "m"
    save_model(path, with_detector(model))
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    description = header["__metadata__"]["nnstudio"]
    if old == "weights":
        header["__metadata__"]["nnstudio.novelty"] = new
    else:
        assert old in description
        header["__metadata__"]["nnstudio"] = description.replace(old, new)
    changed = json.dumps(header).encode()
    path.write_bytes(len(changed).to_bytes(8, "little") + changed + data[8 + length :])
    with pytest.raises(ModelFileError, match="is damaged"):
        load_model(path)
