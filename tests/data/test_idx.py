import gzip
import os
import struct
import tracemalloc

import numpy as np
import pytest

from nnstudio.data import idx
from nnstudio.data.idx import IdxError, IdxMissingError, find_mnist, read_idx, read_mnist_folder, read_pair
from tests.stress import STRESS

# Read before the fixtures hide it.
REAL_DATA = os.environ.get("NNSTUDIO_DATA")

IMAGES = np.arange(3 * 4 * 5, dtype=np.uint8).reshape(3, 4, 5)
LABELS = np.array([7, 0, 9], np.uint8)


def encode(array, *, shape=None, type_code=8):
    shape = array.shape if shape is None else shape
    header = struct.pack(f">BBBB{len(shape)}I", 0, 0, type_code, len(shape), *shape)
    return header + array.tobytes()


@pytest.fixture
def pair(tmp_path):
    images, labels = tmp_path / "images", tmp_path / "labels"
    images.write_bytes(encode(IMAGES))
    labels.write_bytes(encode(LABELS))
    return images, labels


def refused(path, words):
    with pytest.raises(IdxError, match=words) as caught:
        read_idx(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("name", ["plain", "misleading.gz"])
@pytest.mark.parametrize("wrap", [bytes, gzip.compress])
def test_content_not_name_decides_whether_it_is_unpacked(tmp_path, name, wrap):
    path = tmp_path / name
    path.write_bytes(wrap(encode(IMAGES)))
    np.testing.assert_array_equal(read_idx(path), IMAGES)


def test_pair_is_read_in_either_order(pair):
    for first, second in (pair, pair[::-1]):
        labelled = read_pair(first, second)
        np.testing.assert_array_equal(labelled.images, IMAGES)
        assert labelled.labels.tolist() == [7, 0, 9]
        assert labelled.labels.dtype == np.int64


def test_samples_of_a_pair_are_rows_from_0_to_1(pair):
    samples = read_pair(*pair).samples()
    assert samples.x.shape == (3, 20)
    np.testing.assert_allclose(samples.inputs(), IMAGES.reshape(3, 20) / 255, rtol=1e-6)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not an IDX file: it starts with nothing"),
        (b"\x89PNG\r\n\x1a\n", "starts with 89 50 4e 47"),
        (encode(IMAGES, type_code=0x0D), "type 0x0d"),
        (b"\0\0\x08\0", "0 dimensions"),
        (b"\0\0\x08\xff" + bytes(1020), "255 dimensions"),
        (encode(IMAGES)[:11], "within its header"),
        (encode(IMAGES)[:-1], "cut short: it says 3 × 4 × 5 values but holds 59"),
        (encode(IMAGES) + b"\0", "more than the 3 × 4 × 5"),
        (encode(IMAGES, shape=(0, 4, 5)), "0 × 4 × 5"),
        (encode(IMAGES, shape=(2**32 - 1,) * 3), "must be 1 to 600,000,000"),
    ],
)
@pytest.mark.parametrize("wrap", [bytes, gzip.compress])
def test_every_lie_is_one_sentence(tmp_path, content, words, wrap):
    path = tmp_path / "data"
    path.write_bytes(wrap(content))
    refused(path, words)


@pytest.mark.parametrize("keep", [3, 10, 30, -9, -4, -1])
def test_gzip_cut_anywhere_is_refused(tmp_path, keep):
    path = tmp_path / "data.gz"
    path.write_bytes(gzip.compress(encode(IMAGES))[:keep])
    refused(path, "cut short or damaged")


def test_gzip_with_wrong_checksum_is_refused(tmp_path):
    content = bytearray(gzip.compress(encode(IMAGES)))
    content[-8] ^= 1
    path = tmp_path / "data.gz"
    path.write_bytes(content)
    refused(path, "cut short or damaged")


def test_bomb_is_not_inflated(tmp_path):
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(encode(IMAGES) + bytes(200_000_000), 1))
    tracemalloc.start()
    refused(path, "more than")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000


def test_header_that_lies_costs_no_memory(tmp_path):
    path = tmp_path / "liar"
    path.write_bytes(encode(IMAGES, shape=(500_000_000,)))
    tracemalloc.start()
    refused(path, "holds 60")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000


def test_missing_file_folder_and_pipe_are_refused(tmp_path):
    refused(tmp_path / "absent", "There is no file")
    refused(tmp_path, "is a folder")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        refused(tmp_path / "pipe", "There is no file")


def test_file_that_does_not_fit_into_memory(tmp_path, monkeypatch):
    def exhausted(_stream, _path):
        raise MemoryError

    monkeypatch.setattr(idx, "read_idx_stream", exhausted)
    path = tmp_path / "data"
    path.write_bytes(encode(IMAGES))
    refused(path, "memory")


def test_pair_refuses_what_does_not_belong_together(pair, tmp_path):
    images, labels = pair
    for first, second in ((images, images), (labels, labels)):
        with pytest.raises(IdxError, match="not a file of images and a file of labels"):
            read_pair(first, second)
    fewer = tmp_path / "fewer"
    fewer.write_bytes(encode(LABELS[:2]))
    with pytest.raises(IdxError, match="3 images but fewer 2 labels"):
        read_pair(fewer, images)
    with pytest.raises(IdxError, match="has the label 9; labels run from 0 to 8"):
        read_pair(images, labels, n_classes=9)


@pytest.mark.parametrize("subfolder", ["", "mnist", "MNIST/raw"])
@pytest.mark.parametrize("form", ["{}-ubyte", "{}-ubyte.gz", "dotted"])
def test_mnist_is_found_in_every_usual_place_and_form(tmp_path, subfolder, form):
    folder = tmp_path / subfolder
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in (("t10k-images-idx3", IMAGES), ("t10k-labels-idx1", LABELS)):
        file_name = name.replace("-idx", ".idx") + "-ubyte" if form == "dotted" else form.format(name)
        (folder / file_name).write_bytes(encode(array))
    np.testing.assert_array_equal(read_mnist_folder(tmp_path, "test").images, IMAGES)
    with pytest.raises(IdxMissingError, match="no train-images-idx3-ubyte and no train-labels-idx1-ubyte"):
        find_mnist(tmp_path, "train")


def test_missing_half_of_mnist_is_named(tmp_path):
    (tmp_path / "train-images-idx3-ubyte").write_bytes(encode(IMAGES))
    with pytest.raises(IdxMissingError, match="has no train-labels-idx1-ubyte, gzipped or not"):
        find_mnist(tmp_path, "train")


def test_missing_folder_is_named(tmp_path):
    with pytest.raises(IdxMissingError, match=r"There is no folder .*absent"):
        find_mnist(tmp_path / "absent", "test")


def mutate(rng, content):
    """Damage a file the way discs, networks and people do: flipped bytes, cuts, additions, copied pieces."""
    damaged = bytearray(content)
    for _ in range(rng.integers(1, 4)):
        position = int(rng.integers(0, max(1, min(len(damaged), 40 if rng.random() < 0.5 else len(damaged)))))
        kind = rng.integers(0, 4)
        if kind == 0 and damaged:
            damaged[position] = rng.integers(0, 256)
        elif kind == 1:
            del damaged[position:]
        elif kind == 2:
            damaged[position:position] = rng.bytes(int(rng.integers(1, 9)))
        else:
            damaged += damaged[:position]
    return bytes(damaged)


def test_mutated_files_are_read_right_or_refused(tmp_path):
    path, labels = tmp_path / "mutant", tmp_path / "labels"
    labels.write_bytes(encode(LABELS))
    originals = [wrap(encode(array)) for wrap in (bytes, gzip.compress) for array in (IMAGES, LABELS)]
    rng = np.random.default_rng(2026)
    n_rounds, n_refused = 20_000 if STRESS else 2_000, 0
    for round_ in range(n_rounds):
        # A new file: one that is cut to nothing and written again waits for the disc.
        path.unlink(missing_ok=True)
        path.write_bytes(mutate(rng, originals[round_ % len(originals)]))
        try:
            array = read_idx(path)
            assert 1 <= array.size <= path.stat().st_size * 1032
            read_pair(path, labels)
        except IdxError:
            n_refused += 1
    assert n_refused > n_rounds // 2


@pytest.mark.data
@pytest.mark.skipif(REAL_DATA is None, reason="NNSTUDIO_DATA names no folder")
def test_real_mnist_has_its_known_counts():
    test = read_mnist_folder(REAL_DATA, "test")
    assert np.bincount(test.labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
