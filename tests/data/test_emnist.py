import gzip
import struct
import zipfile

import numpy as np
import pytest

from nnstudio.data.emnist import PARTS, find_emnist, read_emnist
from nnstudio.data.idx import IdxError, IdxMissingError
from nnstudio.data.problems import load_problem
from nnstudio.data.renormalise import renormalise
from nnstudio.data.synthetic import synthetic_digits

SPLITS = ("train", "test")


def idx(array):
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return gzip.compress(header + array.astype(np.uint8).tobytes(), 1, mtime=0)


@pytest.fixture(scope="module")
def upright():
    return synthetic_digits(30, rng=np.random.default_rng(0))[0].reshape(-1, 28, 28)


@pytest.fixture
def members(upright):
    """The files of a small EMNIST, by name: transposed, as NIST hands it round."""
    files = {}
    for part, names in PARTS.items():
        labels = np.arange(30) % len(names) + (part == "letters")
        for split in SPLITS:
            files[f"gzip/emnist-{part}-{split}-images-idx3-ubyte.gz"] = idx(upright.transpose(0, 2, 1))
            files[f"gzip/emnist-{part}-{split}-labels-idx1-ubyte.gz"] = idx(labels)
    return files


def save(folder, members, name="gzip.zip", **options):
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / name, "w", **options) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return folder / name


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("split", SPLITS)
def test_parts_are_read_upright_with_labels_from_0(tmp_path, members, upright, part, split):
    read = read_emnist(save(tmp_path, members), part, split)
    np.testing.assert_array_equal(read.images, renormalise(upright))
    assert read.labels.tolist() == (np.arange(30) % len(PARTS[part])).tolist()


def test_the_classes_are_those_of_emnist():
    assert {part: len(names) for part, names in PARTS.items()} == {
        "digits": 10,
        "letters": 26,
        "balanced": 47,
    }
    assert PARTS["balanced"][36:] == tuple("abdefghnqrt")


def test_problems_are_made_of_it(tmp_path, members):
    save(tmp_path / "emnist", members)
    letters = load_problem("letters-emnist", data_dir=tmp_path)
    assert letters.output_space.noun == "letter"
    assert letters.output_space.class_names[25] == "Z"
    assert (len(letters.train), len(letters.test)) == (30, 30)
    assert load_problem("digits-emnist", data_dir=tmp_path).output_space.n_classes == 10
    assert load_problem("balanced-emnist", data_dir=tmp_path).output_space.noun == "character"


def test_the_archive_is_found_in_the_folder_or_in_its_own(tmp_path, members):
    with pytest.raises(IdxMissingError, match="has no EMNIST"):
        find_emnist(tmp_path)
    path = save(tmp_path, members)
    assert find_emnist(tmp_path) == path
    own = save(tmp_path / "emnist", members)
    assert find_emnist(tmp_path) == own


LETTERS = "gzip/emnist-letters-test-labels-idx1-ubyte.gz"
LETTER_IMAGES = "gzip/emnist-letters-test-images-idx3-ubyte.gz"


@pytest.mark.parametrize(
    ("member", "content", "words"),
    [
        (LETTERS, None, "has no gzip/emnist-letters-test-labels"),
        (LETTERS, idx(np.arange(30) % 26), "labels from 0 to 25 .*run from 1 to 26"),
        (LETTERS, idx(np.full(30, 27)), "labels from 27 to 27"),
        (LETTERS, idx(np.ones(29)), "as many labels as images"),
        (LETTERS, idx(np.ones((30, 1, 1))), "as many labels as images"),
        (LETTERS, b"", "cut short: it is empty|damaged|not an IDX"),
        (LETTERS, b"<html>", "damaged"),
        (LETTERS, idx(np.ones(30))[:-9], "damaged"),
        (LETTERS, gzip.compress(b"PK", mtime=0), "not an IDX file"),
        (
            LETTERS,
            gzip.compress(struct.pack(">II", 0x0801, 30) + bytes(40_000_000), mtime=0),
            "more than the 30",
        ),
        (
            LETTER_IMAGES,
            gzip.compress(struct.pack(">IIII", 0x0803, 9, 2**31, 2**31), mtime=0),
            "it must be 1 to",
        ),
    ],
)
def test_spoilt_members_are_named(tmp_path, members, member, content, words):
    members[member] = content
    if content is None:
        del members[member]
    with pytest.raises(IdxError, match=words):
        read_emnist(save(tmp_path, members), "letters", "test")


def test_spoilt_archives_end_in_the_documented_error(tmp_path, members):
    wanted = {LETTERS: members[LETTERS], LETTER_IMAGES: members[LETTER_IMAGES]}
    whole = save(tmp_path, wanted, compression=zipfile.ZIP_DEFLATED).read_bytes()
    rng = np.random.default_rng(0)
    path = tmp_path / "spoilt.zip"
    n_refused = 0
    for trial in range(300):
        spoilt = bytearray(whole[: rng.integers(len(whole))] if trial % 3 == 0 else whole)
        # The directory at the end is where most can go wrong.
        start = max(0, len(spoilt) - 300) if trial % 2 else 0
        for at in rng.integers(start, len(spoilt) + 1, size=3):
            spoilt[at : at + 1] = rng.bytes(1)
        path.write_bytes(spoilt)
        try:
            read_emnist(path, "letters", "test")
        except IdxError:
            n_refused += 1
    assert n_refused > 150


def test_archives_that_are_none(tmp_path):
    with pytest.raises(IdxError, match="cannot be read"):
        read_emnist(tmp_path / "gzip.zip", "letters", "test")
    (tmp_path / "gzip.zip").write_bytes(b"<html>Log in</html>")
    with pytest.raises(IdxError, match="does not unpack"):
        read_emnist(tmp_path / "gzip.zip", "letters", "test")
