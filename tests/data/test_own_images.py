"""Everything but tables of text and folders of pictures that holds a user's own images."""

import bz2
import gzip
import io
import lzma
import pickle
import zipfile

import numpy as np
import pytest

from nnstudio.data.containers import holds_arrays_of_images
from nnstudio.data.own_images import read_own_images
from nnstudio.errors import UserError
from nnstudio.files.file_types import IMAGE, IMAGE_TABLE, type_of


@pytest.fixture(scope="module")
def images():
    images = np.zeros((12, 8, 8), np.uint8)
    for nth in range(12):
        images[nth, 1 + nth % 3 : 3 + nth % 3, 2:6] = 255 - nth
    return images


LABELS = np.arange(12) % 3


def read(path):
    return read_own_images(path, read_image=None)


def idx(array):
    header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    return header + array.astype(np.uint8).tobytes()


def table(images):
    rows = zip(LABELS.tolist(), images.reshape(12, -1).tolist(), strict=True)
    return "".join(",".join(map(str, [label, *row])) + "\n" for label, row in rows).encode()


def check(found, images):
    np.testing.assert_array_equal(found.images, images)
    assert found.labels == tuple(map(str, LABELS.tolist()))
    assert found.imported("mine").class_names == ("0", "1", "2")


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_packed_tables(images, tmp_path, pack):
    path = tmp_path / "table.csv.packed"
    path.write_bytes(pack(table(images)))
    check(read(path), images)


def test_a_table_in_an_archive(images, tmp_path):
    path = tmp_path / "train.csv.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("train.csv", table(images))
        archive.writestr("__MACOSX/._train.csv", b"junk")
        archive.writestr("README.md", b"notes")
    check(read(path), images)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("test.csv", table(images))
    with pytest.raises(UserError, match=r"is an archive. Unpack it"):
        read(path)
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("a.csv", "b.csv"):
            archive.writestr(name, table(images))
    with pytest.raises(UserError, match=r"holds 2 tables \(a.csv, b.csv\). Unpack it"):
        read(path)


def test_a_bomb_ends_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr("nnstudio.data.containers.MAX_UNPACKED", 1 << 20)
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"\n" * (1 << 22)))
    with pytest.raises(UserError, match="unpacks to more than"):
        read(path)


@pytest.mark.parametrize(
    ("images_name", "labels_name"),
    [
        ("x_train", "y_train"),
        ("images", "labels"),
        ("x", "y"),
        ("X", "Y"),
        ("data", "target"),
        ("train_images", "train_labels"),
        ("arr_0", "arr_1"),
        ("features", "classes"),
    ],
)
def test_arrays_by_their_names(images, tmp_path, images_name, labels_name):
    path = tmp_path / "mine.npz"
    np.savez_compressed(path, **{images_name: images, labels_name: LABELS})
    check(read(path), images)
    assert holds_arrays_of_images(path)


@pytest.mark.parametrize(
    "form",
    [
        *("flat", "channel last", "channel first", "colour", "shares", "dark", "fortran", "sixteen"),
        *("texts", "bytes", "column", "flags", "decimals"),
    ],
)
def test_arrays_of_other_forms(images, tmp_path, form):
    x, y = images, LABELS
    x = {
        "flat": lambda: images.reshape(12, 64),
        "channel last": lambda: images[..., None],
        "channel first": lambda: images[:, None],
        "colour": lambda: np.repeat(images[..., None], 3, axis=3),
        "shares": lambda: images / np.float32(255),
        "dark": lambda: 255 - images,
        "fortran": lambda: np.asfortranarray(images),
        "sixteen": lambda: images.astype(np.uint16) * 257,
    }.get(form, lambda: images)()
    y = {
        "texts": lambda: LABELS.astype(str),
        "bytes": lambda: LABELS.astype("S"),
        "column": lambda: LABELS[:, None],
        "flags": lambda: np.eye(3)[LABELS],
        "decimals": lambda: LABELS.astype(float),
    }.get(form, lambda: LABELS)()
    np.savez(tmp_path / "mine.npz", x=x, y=y)
    found = read(tmp_path / "mine.npz")
    check(found, images)
    assert any("turned round" in note for note in found.notes) == (form == "dark")


def test_the_test_set_of_a_file_stays_one(images, tmp_path):
    np.savez(tmp_path / "mine.npz", x_train=images, y_train=LABELS, x_test=images[:6], y_test=LABELS[:6])
    found = read(tmp_path / "mine.npz")
    assert found.is_test.tolist() == [False] * 12 + [True] * 6
    problem = found.imported("mine").problem("mine", "Mine", "", rng=np.random.default_rng(0))
    np.testing.assert_array_equal(problem.test.x, images[:6].reshape(6, 64))
    assert len(problem.train) == 12


def test_arrays_without_labels(images, tmp_path):
    np.save(tmp_path / "mine.npy", images)
    found = read(tmp_path / "mine.npy")
    np.testing.assert_array_equal(found.images, images)
    assert found.labels is None
    with pytest.raises(UserError, match=r"images of 8 × 8 and no label. `nnstudio predict` reads"):
        found.imported(tmp_path)


def test_images_whose_label_is_missing_are_skipped(images, tmp_path):
    labels = LABELS.astype(float)
    labels[4] = np.nan
    np.savez(tmp_path / "mine.npz", x=images, y=labels)
    found = read(tmp_path / "mine.npz")
    assert set(found.labels) == {"0", "1", "2"}
    assert len(found) == 11
    assert found.skipped[0].what == "image 5"


def test_an_array_may_be_a_single_image(images, tmp_path):
    np.save(tmp_path / "one.npy", 255 - np.kron(images[0], np.ones((2, 2), np.uint8)))
    found = read(tmp_path / "one.npy")
    np.testing.assert_array_equal(found.images, np.kron(images[0], np.ones((2, 2), np.uint8))[None])


def npz(**arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (gzip.compress(pickle.dumps([1, 2]), mtime=0), "is a pickle of Python's.*numpy.savez_compressed"),
        (pickle.dumps([1, 2], protocol=4), "is a pickle"),
        (b"MATLAB 5.0 MAT-file, Platform: GLNXA64" + bytes(100), "is a MATLAB file.*data fetch emnist"),
        (b"\x89HDF\r\n\x1a\n" + bytes(100), "is an HDF5 file"),
        (b"PAR1" + bytes(100), "is a Parquet table"),
        (npz(xy=np.zeros((3, 2)), stroke_offsets=np.zeros(2)), "holds drawings, not images"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "is a picture, not a table"),
        (b"<!DOCTYPE html><html>", "is a web page, not data"),
        (b"version https://git-lfs.github.com/spec/v1\n", "is a pointer of Git LFS"),
        (gzip.compress(b"hello\n" * 900, mtime=0)[:40], "cut short or damaged"),
        (gzip.compress(bytes(257) + b"ustar" + bytes(500), mtime=0), "is an archive"),
        (npz(x=np.array([{}, 3])), "holds Python objects in its array x"),
        (npz(W0=np.zeros((784, 10)), b0=np.zeros(10)), "more than one array|without images|no label"),
        (npz(x=np.zeros((2, 8, 9)), y=np.zeros(2)), "images of 8 × 9 pixels; square ones"),
        (npz(x=np.full((2, 8, 8), np.nan), y=np.zeros(2)), "no numbers"),
        (npz(a=np.zeros(3)), "NumPy file without images: it has a 3. Save images"),
        (
            npz(x=np.zeros((4, 8, 8)), a=np.zeros(4), b=np.ones(4)),
            "more than one array that could be the labels",
        ),
    ],
)
def test_what_else_a_file_may_be_is_said_in_a_sentence(tmp_path, content, says):
    path = tmp_path / "mystery"
    path.write_bytes(content)
    with pytest.raises(UserError, match=says):
        read(path).imported(path)


@pytest.mark.parametrize("is_packed", [True, False])
def test_a_folder_of_idx_files(images, tmp_path, is_packed):
    pack, ending = (gzip.compress, ".gz") if is_packed else (bytes, "")
    (tmp_path / "raw" / "mnist").mkdir(parents=True)
    folder = tmp_path / "raw" / "mnist"
    for part in ("t10k", "train"):
        (folder / f"{part}-images-idx3-ubyte{ending}").write_bytes(pack(idx(images)))
        (folder / f"{part}-labels-idx1-ubyte{ending}").write_bytes(pack(idx(LABELS)))
    found = read(tmp_path / "raw")
    np.testing.assert_array_equal(found.images, np.concatenate((images, images)))
    assert found.is_test.tolist() == [True] * 12 + [False] * 12
    (folder / f"t10k-labels-idx1-ubyte{ending}").unlink()
    check(read(tmp_path / "raw"), images)
    check(read(folder / f"train-images-idx3-ubyte{ending}"), images)
    with pytest.raises(UserError, match="one of two IDX files"):
        read(folder / f"t10k-images-idx3-ubyte{ending}")


def test_idx_files_of_several_data_sets_are_not_mixed(images, tmp_path):
    for name in ("emnist-letters", "emnist-digits"):
        (tmp_path / f"{name}-train-images-idx3-ubyte").write_bytes(idx(images))
        (tmp_path / f"{name}-train-labels-idx1-ubyte").write_bytes(idx(LABELS))
    with pytest.raises(UserError, match=r"several data sets: emnist-digits, emnist-letters. Name one file"):
        read(tmp_path)
    check(read(tmp_path / "emnist-letters-train-images-idx3-ubyte"), images)


def test_a_folder_of_tables_is_named(images, tmp_path):
    for name in ("train.csv", "test.csv"):
        (tmp_path / name).write_bytes(table(images))
    with pytest.raises(UserError, match=r"holds tables or arrays, not pictures: name one .*/test.csv"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "is_image"),
    [
        ("optdigits.tra", b"0,1,6,15,12,1,0,0,0\n", False),
        ("zip.train", b"6.0000 -1.0000 -1.0000 -0.6310 0.862 1\n", False),
        ("images", b"\0\0\x08\x03", False),
        ("table.xlsx", b"PK\x03\x04" + bytes(30), False),
        ("scan", b"\x89PNG\r\n\x1a\n" + bytes(30), True),
        ("scan.x", b"P2 3 3 255 0 0 0 0 0 0 0 0 0\n", True),
        ("notes", b"Remember the milk, the bread, and the cheese\n", True),
        ("missing", None, True),
    ],
)
def test_files_without_a_known_suffix_are_told_by_their_contents(tmp_path, name, content, is_image):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    assert type_of(path) is (IMAGE if is_image else IMAGE_TABLE)
