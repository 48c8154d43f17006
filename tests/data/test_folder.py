import os

import numpy as np
import pytest

from nnstudio.data.folder import FolderError
from nnstudio.data.folder import read_image_folder as read_image_set
from nnstudio.data.picture import character_of_picture
from nnstudio.data.problem import ProblemError
from nnstudio.data.rasterise import RasterSpec, rasterise
from nnstudio.data.synthetic import synthetic_drawing
from nnstudio.errors import UserError


def read_image(path):
    try:
        return np.load(path, allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise UserError(f"{path} is no image.") from error


def read_image_folder(folder, **options):
    return read_image_set(folder, **options).imported(folder)


def picture(label, seed=0):
    """Dark ink on light paper, larger than the result and off the middle."""
    image = np.ones((60, 80))
    ink = rasterise(synthetic_drawing(label, rng=np.random.default_rng(seed)))
    image[10:38, 40:68] -= 0.9 * ink
    return image


def save(path, image):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        np.save(file, image)


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "mine"
    for label, count in (("9", 3), ("10", 2), ("A", 5)):
        for nth in range(count):
            save(folder / label / f"{nth}.img", picture(count, seed=nth))
    return folder


def test_every_image_becomes_a_sample_of_its_class_in_the_form_networks_read(folder):
    imported = read_image_folder(folder, read_image=read_image)
    assert imported.class_names == ("9", "10", "A")
    assert imported.samples.labels.tolist() == [1] * 2 + [0] * 3 + [2] * 5
    assert imported.shape == (28, 28)
    assert imported.skipped == ()
    assert imported.account() == "10 images of 3 classes were read."
    first = character_of_picture(np.load(folder / "10" / "0.img")).images[0]
    np.testing.assert_allclose(imported.samples.inputs()[0].reshape(28, 28), first, atol=1e-6)


def test_what_is_skipped_is_accounted_for(folder):
    (folder / "A" / "notes.txt").write_text("remember")
    (folder / "A" / "list.txt").write_text("milk")
    save(folder / "9" / "white.img", np.ones((30, 30)))
    save(folder / "9" / "deeper" / "0.img", picture(1))
    save(folder / "astray.img", picture(1))
    save(folder / ".git" / "0.img", picture(1))
    save(folder / ("long" * 10) / "0.img", picture(1))
    (folder / "A" / ".hidden").write_text("")
    (folder / "empty").mkdir()
    os.mkfifo(folder / "10" / "pipe")
    imported = read_image_folder(folder, read_image=read_image)
    assert len(imported.samples) == 10
    assert imported.class_names == ("9", "10", "A")
    assert {skipped.what: skipped.why for skipped in imported.skipped} == {
        "A/notes.txt": "it cannot be read as an image",
        "A/list.txt": "it cannot be read as an image",
        "9/white.img": "there is nothing to read on it",
        "9/deeper": "it is a folder within a class",
        "astray.img": "it lies in no class's sub-folder",
        ".git": "it is hidden",
        "A/.hidden": "it is hidden",
        "long" * 10: "a class name has at most 32 printable characters",
        "10/pipe": "it is no file",
        "empty": "it is empty",
    }
    account = imported.account().splitlines()
    assert account[0] == "10 images of 3 classes were read."
    assert "A/list.txt was skipped because it cannot be read as an image; 1 more likewise." in account
    assert "astray.img was skipped because it lies in no class's sub-folder." in account


def test_a_file_that_cannot_be_opened_is_skipped(folder):
    def locked(path):
        if path.name == "1.img":
            raise PermissionError(13, "Permission denied")
        return read_image(path)

    imported = read_image_folder(folder, read_image=locked)
    assert len(imported.samples) == 7
    assert imported.skipped[0].why == "it cannot be opened (Permission denied)"


def test_progress_is_reported_and_may_stop_it(folder):
    seen = []
    read_image_folder(folder, read_image=read_image, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(n, 10) for n in range(11)]

    def stop(_done, _total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_image_folder(folder, read_image=read_image, progress=stop)


def test_the_spec_is_followed(folder):
    imported = read_image_folder(folder, read_image=read_image, spec=RasterSpec(20, 16.0, 2.0, 10))
    assert imported.shape == (20, 20)
    assert imported.samples.n_features == 400


def test_folders_that_cannot_be_imported(folder, tmp_path, monkeypatch):
    with pytest.raises(FolderError, match="nowhere cannot be listed: No such file"):
        read_image_folder(tmp_path / "nowhere", read_image=read_image)
    with pytest.raises(FolderError, match="cannot be listed: Not a directory"):
        read_image_folder(folder / "A" / "0.img", read_image=read_image)
    with pytest.raises(FolderError, match=r"lie in no class's folder.*3_001.png"):
        read_image_folder(folder / "A", read_image=read_image)
    (tmp_path / "empty").mkdir()
    with pytest.raises(
        FolderError, match=r"no picture that can be read, and no IDX files. Make a sub-folder"
    ):
        read_image_folder(tmp_path / "empty", read_image=read_image)
    monkeypatch.setattr("nnstudio.data.folder.MAX_IMAGES", 5)
    with pytest.raises(FolderError, match="holds too much"):
        read_image_folder(folder, read_image=read_image)


def test_a_problem_has_samples_of_every_class_to_learn_from_and_to_judge_on(folder):
    save(folder / "lone" / "0.img", picture(1))
    imported = read_image_folder(folder, read_image=read_image)
    problem = imported.problem("mine", "My signs", "My own.", rng=np.random.default_rng(0))
    assert problem.output_space.class_names == ("9", "10", "A", "lone")
    assert np.bincount(problem.train.labels).tolist() == [2, 1, 4, 1]
    assert np.bincount(problem.test.labels, minlength=4).tolist() == [1, 1, 1, 0]
    assert problem.input_space.shape == (28, 28)


def test_nothing_to_judge_on_is_said(tmp_path):
    for label in "ab":
        save(tmp_path / label / "0.img", picture(1))
    imported = read_image_folder(tmp_path, read_image=read_image)
    with pytest.raises(ProblemError, match="one image of each class"):
        imported.problem("mine", "Mine", "", rng=np.random.default_rng(0))


def test_folders_of_folders_are_named_with_what_to_do(tmp_path):
    for part in ("testing", "training"):
        for label in "47":
            save(tmp_path / part / label / "0.img", picture(1))
    with pytest.raises(FolderError, match=r"testing and training in .* hold folders, not images: name one"):
        read_image_folder(tmp_path, read_image=read_image)
    (tmp_path / "outer" / "mnist").mkdir(parents=True)
    for part in ("testing", "training"):
        (tmp_path / part).rename(tmp_path / "outer" / "mnist" / part)
    with pytest.raises(FolderError, match=r"holds folders .*, not images: name .*/mnist instead"):
        read_image_folder(tmp_path / "outer", read_image=read_image)
    for label in "47":
        for part in ("train", "test"):
            save(tmp_path / "classes" / label / part / "0.img", picture(1))
    with pytest.raises(FolderError, match=r"each class holds folders \(test, train\), not images. Move"):
        read_image_folder(tmp_path / "classes", read_image=read_image)


@pytest.mark.parametrize(
    "form", ["{}_{:03}.img", "{}-{}.img", "{} ({}).img", "{}.{}.img", "img_{}_{:04}.img", "{}{:03}x.img"]
)
def test_classes_are_read_from_the_names_of_files(tmp_path, form):
    if form.startswith("{}{:03}"):
        form = "digit" + "{}_{:03}.img"
    for nth in range(8):
        save(tmp_path / form.format("37"[nth % 2], nth + 10), picture(1))
    imported = read_image_folder(tmp_path, read_image=read_image)
    assert imported.class_names == ("3", "7")
    assert np.bincount(imported.samples.labels).tolist() == [4, 4]
    assert imported.notes[0].startswith("The classes are read from the names of the files: ")


@pytest.mark.parametrize("form", ["{:03}.img", "IMG_{:04}.img", "IMG_20240{}_123456.img"])
def test_names_that_say_no_class_are_not_taken_for_one(tmp_path, form):
    for nth in range(6):
        save(tmp_path / form.format(100 + nth // 2 if "2024" in form else nth), picture(1))
    with pytest.raises(FolderError, match="their names do not say the class"):
        read_image_folder(tmp_path, read_image=read_image)
