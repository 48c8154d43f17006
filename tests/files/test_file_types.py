from pathlib import Path

import pytest

from nnstudio.files.exports import EXPORTS
from nnstudio.files.file_types import (
    DRAWING,
    FILE_TYPES,
    IMAGE,
    IMAGE_FOLDER,
    LABELLED_DRAWINGS,
    NETWORK,
    RECIPE,
    SESSION,
    SMALL_NETWORK,
    in_opening_order,
    type_of,
)
from nnstudio.paths import resource


def test_a_suffix_means_one_type_in_any_case():
    suffixes = [suffix for file_type in FILE_TYPES for suffix in file_type.suffixes]
    assert len(set(suffixes)) == len(suffixes)
    for file_type in FILE_TYPES:
        for suffix in file_type.suffixes:
            assert type_of(Path(f"some{suffix.upper()}")) is file_type


def test_a_folder_is_one_whatever_its_name(tmp_path):
    folder = tmp_path / "digits.json"
    folder.mkdir()
    assert type_of(folder) is IMAGE_FOLDER


@pytest.mark.parametrize("name", ["seven", "seven.tif", ".png"])
def test_anything_else_counts_as_an_image(name):
    assert type_of(Path(name)) is IMAGE


def test_networks_are_opened_before_data_and_data_before_inputs():
    names = ("seven.png", "mine.jsonl", "digits.toml", "mine.onnx", "three.json", "all.nnstudio")
    types = [type_of(path) for path in in_opening_order(map(Path, names))]
    assert types == [NETWORK, SESSION, RECIPE, IMAGE, LABELLED_DRAWINGS, DRAWING]


def test_a_small_network_is_told_from_a_recipe_by_its_contents(tmp_path):
    assert type_of(resource("examples", "and.toml")) is SMALL_NETWORK
    assert type_of(resource("recipes", "demo.toml")) is RECIPE
    broken = tmp_path / "broken.toml"
    broken.write_text("sizes = [")
    assert type_of(broken) is RECIPE


def test_a_dialog_lists_all_suffixes_of_a_type():
    assert NETWORK.dialog_filter == "Network (*.safetensors *.onnx)"


def test_what_is_saved_as_a_network_can_be_opened_as_one_unless_it_is_a_script():
    assert {kind.suffix for kind in EXPORTS} - {".py"} == set(NETWORK.suffixes)
