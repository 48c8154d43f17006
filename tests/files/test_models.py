import pytest

from nnstudio.files.model_file import load_model
from nnstudio.files.models import UnknownModelError, find_model, shipped_models
from nnstudio.paths import resource


def test_every_shipped_model_can_be_found_and_read():
    for name in shipped_models():
        assert find_model(name) == resource("models", f"{name}.safetensors")
        assert load_model(find_model(name)).name == name


def test_any_file_can_be_found_by_its_path(tmp_path):
    path = tmp_path / "mine.safetensors"
    path.write_bytes(b"")
    assert find_model(path) == path
    assert find_model(str(path)) == path


def test_an_unknown_model_is_refused_and_the_shipped_ones_are_named(monkeypatch, tmp_path):
    monkeypatch.setattr("nnstudio.files.shipped.resource", lambda folder: tmp_path)
    (tmp_path / "letters.safetensors").write_bytes(b"")
    (tmp_path / "digits.safetensors").write_bytes(b"")
    with pytest.raises(UnknownModelError, match=r"'nothing'.*\(digits, letters\)"):
        find_model("nothing")


def test_a_shipped_name_goes_before_a_folder_of_that_name(monkeypatch, tmp_path):
    monkeypatch.setattr("nnstudio.files.shipped.shipped_names", lambda folder, suffix: ["digits"])
    (tmp_path / "digits").mkdir()
    monkeypatch.chdir(tmp_path)
    assert find_model("digits") == resource("models", "digits.safetensors")
