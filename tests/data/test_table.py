import os

import numpy as np
import pytest

from nnstudio.data.containers import ContainerError
from nnstudio.data.image_set import ImageSetError
from nnstudio.data.own_images import read_own_images
from nnstudio.data.table_text import TableError
from nnstudio.errors import UserError


@pytest.fixture
def image_set(tmp_path):
    """Write text or bytes to a file and read it as a set of images."""

    def read(content, **options):
        path = tmp_path / "mine.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_own_images(path, read_image=None, **options)

    return read


@pytest.fixture
def table(image_set, tmp_path):
    """Write text or bytes to a file and read it as a table with labels."""

    def read(content, **options):
        return image_set(content, **options).imported(tmp_path / "mine.csv")

    return read


def lines_of(images, labels, *, first=True, separator=","):
    """Write images (n, d) and labels as a table."""
    rows = [[*map(str, image)] for image in images.tolist()]
    rows = [
        [str(label), *row] if first else [*row, str(label)] for row, label in zip(rows, labels, strict=True)
    ]
    return "".join(separator.join(row) + "\n" for row in rows)


@pytest.fixture(scope="module")
def digits():
    """Images (24, 64) of four classes, each with ink of its own, and their labels."""
    rng = np.random.default_rng(0)
    labels = np.arange(24) % 4
    images = np.zeros((24, 8, 8), np.int64)
    for nth, label in enumerate(labels):
        images[nth, 1 + label : 3 + label, 2:6] = rng.integers(180, 256, (2, 4))
    images[0, 1, 2] = 255
    return images.reshape(24, 64), [(0, 1, 4, 7)[label] for label in labels]


def test_labels_and_pixels_are_read_line_by_line(table):
    imported = table("label,a,b,c,d\n7,0,255,128,0\n3,1,2,3,4\n7,0,0,0,9\n")
    assert imported.class_names == ("3", "7")
    assert imported.samples.labels.tolist() == [1, 0, 1]
    assert imported.samples.x.tolist() == [[0, 255, 128, 0], [1, 2, 3, 4], [0, 0, 0, 9]]
    assert imported.shape == (2, 2)
    assert imported.samples.scale == 1 / 255
    assert imported.account() == "3 images of 2 classes were read."


@pytest.mark.parametrize(
    "content",
    [
        "label,1x1,1x2,2x1,2x2\n7,0,255,128,0\n3,1,2,3,4\n",
        "\ufeff7,0,255,128,0\r\n\r\n3,1,2,3,4\r\n\r\n",
        "7;0;255;128;0\n3;1;2;3;4",
        "7\t0\t255\t128\t0\n3\t1\t2\t3\t4\n",
        '"7", 0, 255, 128, 0 \n"3" ,1,2,3,4\n',
        "7,0.0,2.55e2,128.0,0\n3,1,2,3,4\n",
    ],
    ids=["names", "windows", "semicolons", "tabs", "quotes", "decimals"],
)
def test_the_same_table_in_other_dress(table, content):
    imported = table(content)
    assert imported.class_names == ("3", "7")
    assert imported.samples.x.tolist() == [[0, 255, 128, 0], [1, 2, 3, 4]]
    assert imported.skipped == ()


@pytest.mark.parametrize("content", ["a,0,1,0.5,0\nb,0,0,0,1\n", "a,0,1,0.5,0\nb,0.0,0,0,1.0\n"])
def test_shares_of_ink_are_scaled_to_bytes(table, content):
    assert table(content).samples.x.tolist() == [[0, 255, 128, 0], [0, 0, 0, 255]]


def test_what_is_skipped_is_accounted_for(table):
    good = "a,0,1,2,255\nb,0,1,2,255\n" * 10
    imported = table(
        good + "a,0,1,2\n"
        "b,0,1,2,x\n"
        "b,0,1,2,256\n"
        "b,0,1,2,-1\n"
        "b,0,1,2,nan\n"
        "b,0,1,2,1_0\n"
        "b,0,,2,1\n"
        ",0,1,2,3\n" + "c" * 33 + ",0,1,2,3\n"
        "b,0,1,2,3,4\n"
        'b,"0,1,2,3\n'
    )
    assert len(imported.samples) == 20
    assert imported.class_names == ("a", "b")
    assert [(skipped.what, skipped.why) for skipped in imported.skipped] == [
        ("line 21", "it has 4 cells instead of 5"),
        ("line 22", "a pixel is no number"),
        ("line 23", "a pixel is far outside the range of the other lines"),
        ("line 24", "a pixel is far outside the range of the other lines"),
        ("line 25", "a pixel is no number"),
        ("line 26", "a pixel is no number"),
        ("line 27", "a pixel is missing"),
        ("line 28", "its label is missing"),
        ("line 29", "a label has 1 to 32 printable characters"),
        ("line 30", "it has 6 cells instead of 5"),
        ("line 31", "its quotation marks do not match"),
    ]
    account = imported.account().splitlines()
    assert account[0] == "20 images of 2 classes were read."
    assert "line 22 was skipped because a pixel is no number; 2 more likewise." in account


def test_labels_may_be_words(table):
    imported = table("left arrow,0,1,2,3\nβ,0,1,2,3\n")
    assert imported.class_names == ("left arrow", "β")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "no image that can be read.*its label, then its pixels"),
        ("a,b,c,d,e\n", "no image that can be read.*its label, then its pixels"),
        ("a,0,1,2,3\n", "images of one class alone, a; at least two"),
        ("a,0,1,2\nb,0,1,2\n", "has 4 cells a line, which does not have the pixels of a square image"),
        ("a,1\nb,2\n", "square image of 2 to 256 a side"),
        (b"a,0,1,2,3\n\x81\xff,0,1,2,3\n", "not text in UTF-8"),
        (b"\x89XYZ\r\n\x1a\n" + bytes(range(256)), "not text in UTF-8"),
        ("9" * 3_000_000, "line 1 is longer than"),
        ("".join(f"x{n},0,1,2,3\n" for n in range(1_001)), "more than 1,000 different labels"),
        ("a,0,1,2,3\n" + "x,y,z,1,2\n" * 11, "no table of images: of the first 12 lines"),
        ("3 1:5 4:9 7:2\n" * 5, "has the form of LIBSVM"),
    ],
)
def test_what_is_no_table_of_images_is_refused(table, monkeypatch, content, words):
    monkeypatch.setattr("nnstudio.data.table.MAX_SKIPPED", 10)
    with pytest.raises(UserError, match=words):
        table(content)


def test_files_that_cannot_be_read(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for name in ("nowhere.csv", "pipe"):
        with pytest.raises(ContainerError, match="There is no file"):
            read_own_images(tmp_path / name, read_image=None)


def test_too_many_pixels_are_refused(table, monkeypatch):
    monkeypatch.setattr("nnstudio.data.table.MAX_VALUES", 8)
    with pytest.raises(TableError, match="more than 8 pixels"):
        table("a,0,1,2,3\nb,0,1,2,3\nc,0,1,2,3\n")


def test_progress_is_reported(table):
    seen = []
    content = "".join(f"{n % 2},0,1,2,3\n" for n in range(1_200))
    table(content, progress=lambda done, total: seen.append((done, total)))
    assert len(seen) == 3
    assert seen == sorted(seen)
    assert seen[-1] == (12_000, 12_000)


def test_a_table_of_mnists_shape_becomes_a_problem(table):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (40, 784))
    lines = [",".join(map(str, (n % 4, *image))) for n, image in enumerate(images)]
    imported = table("\n".join(lines))
    np.testing.assert_array_equal(imported.samples.x, images)
    problem = imported.problem("mine", "Mine", "My own.", rng=rng)
    assert (len(problem.train), len(problem.test)) == (32, 8)
    assert problem.input_space.shape == (28, 28)


def test_random_bytes_and_spoilt_tables_end_in_the_documented_error(table):
    rng = np.random.default_rng(0)
    whole = b"label,a,b,c,d\n" + b"".join(b"%d,0,1,2,3\n" % (n % 3) for n in range(20))
    for _ in range(300):
        spoilt = bytearray(whole)
        for at in rng.integers(len(whole), size=rng.integers(1, 40)):
            spoilt[at] = rng.choice((0, 10, 13, 34, 44, 45, 46, 48, 59, 101, 110, 195, 255))
        try:
            imported = table(bytes(spoilt))
        except (TableError, ImageSetError, ContainerError):
            continue
        assert imported.samples.x.shape == (len(imported.samples), imported.shape[0] ** 2)


# Which column is the label


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("name", ["label", "class", "Target", '"Class Label"', "digit"])
def test_the_label_is_found_by_its_name(table, digits, first, name):
    images, labels = digits
    names = [f"pixel{nth}" for nth in range(64)]
    head = ",".join([name, *names] if first else [*names, name])
    imported = table(head + "\n" + lines_of(images, labels, first=first))
    assert imported.class_names == ("0", "1", "4", "7")
    np.testing.assert_array_equal(imported.samples.x, images)
    told = [note for note in imported.notes if "column 65" in note]
    assert len(told) == (0 if first else 1)


def test_a_label_in_the_middle_and_one_of_an_unknown_name(table, digits):
    images, labels = digits
    names = ",".join([*(f"p{n}" for n in range(30)), "thing", *(f"p{n}" for n in range(30, 64))])
    rows = "".join(
        ",".join(map(str, [*image[:30], label, *image[30:]])) + "\n"
        for image, label in zip(images.tolist(), labels, strict=True)
    )
    imported = table(f"{names}\n{rows}")
    np.testing.assert_array_equal(imported.samples.x, images)
    assert imported.notes[0] == "The label is read from column 31 (thing)."


@pytest.mark.parametrize("corner", [0, "noise"])
def test_without_names_the_last_column_is_the_label_if_it_explains_the_images(table, digits, corner):
    images, labels = digits
    images = images.copy()
    if corner:
        # The first pixel could be a class as well: 0, 1, 2 by turns.
        images[:, 0] = np.arange(24) // 4 % 3
    imported = table(lines_of(images, labels, first=False))
    assert imported.class_names == ("0", "1", "4", "7")
    np.testing.assert_array_equal(imported.samples.x, images)
    assert imported.notes[0].startswith("The last column is taken for the label")


def test_where_either_could_be_the_label_the_first_is_and_it_is_told(table):
    imported = table("1,0,255,0,2\n2,0,255,0,1\n" * 3)
    assert imported.class_names == ("1", "2")
    assert imported.notes == (
        "The first column is taken for the label, though the last could be it as well. Name one of them "
        "label "
        "in a first line to be sure.",
    )


def test_words_are_the_label_wherever_they_stand(table, digits):
    images, labels = digits
    words = [{0: "zero", 1: "one", 4: "four", 7: "seven"}[label] for label in labels]
    imported = table(lines_of(images, words, first=False))
    assert set(imported.class_names) == {"zero", "one", "four", "seven"}
    np.testing.assert_array_equal(imported.samples.x, images)


@pytest.mark.parametrize("first", [True, False])
def test_a_label_written_as_flags(table, digits, first):
    images, labels = digits
    flags = [",".join("1" if k == label else "0" for k in range(10)) for label in labels]
    imported = table(lines_of(images, flags, first=first))
    assert imported.class_names == ("0", "1", "4", "7")
    np.testing.assert_array_equal(imported.samples.x, images)
    assert "10 columns that hold a single 1" in imported.notes[0]


def test_a_table_without_labels_says_so_and_keeps_its_images(image_set, tmp_path, digits):
    images, _ = digits
    content = ",".join(f"pixel{n}" for n in range(64)) + "\n"
    content += "".join(",".join(map(str, image)) + "\n" for image in images.tolist())
    read = image_set(content)
    assert read.labels is None
    np.testing.assert_array_equal(read.images.reshape(24, 64), images)
    assert read.entries[0] == "line 2"
    with pytest.raises(ImageSetError, match=r"64 numbers a line, 8 × 8, and no label.*nnstudio predict"):
        read.imported(tmp_path)


@pytest.mark.parametrize("name", ["", "Unnamed: 0", "id"])
def test_numbers_of_lines_beside_the_label_are_left_out(table, digits, name):
    images, labels = digits
    rows = lines_of(images, labels).splitlines()
    numbered = "".join(f"{nth},{row}\n" for nth, row in enumerate(rows))
    title = f"column 1 ({name})" if name else "column 1"
    for pixels in (tuple(f"pixel{n}" for n in range(64)), tuple(map(str, range(64)))):
        imported = table(",".join([name, "label", *pixels]) + "\n" + numbered)
        np.testing.assert_array_equal(imported.samples.x, images)
        assert imported.class_names == ("0", "1", "4", "7")
        assert f"Left out, as neither the label nor a pixel: {title}." in imported.notes


def test_numbers_of_lines_without_names_are_left_out(table, digits):
    images, labels = digits
    rows = lines_of(images, labels).splitlines()
    imported = table("".join(f"{nth},{row}\n" for nth, row in enumerate(rows, start=1)))
    np.testing.assert_array_equal(imported.samples.x, images)
    assert imported.class_names == ("0", "1", "4", "7")
    assert "Left out, as neither the label nor a pixel: column 1." in imported.notes


def test_named_columns_that_are_no_pixels_are_left_out_beside_a_label(table, digits):
    images, labels = digits
    head = ",".join(["split", *(f"{n // 8}x{n % 8}" for n in range(64)), "label", "writer"]) + "\n"
    rows = lines_of(images, labels, first=False).splitlines()
    imported = table(head + "".join(f"train,{row},w{nth % 3}\n" for nth, row in enumerate(rows)))
    np.testing.assert_array_equal(imported.samples.x, images)
    assert imported.class_names == ("0", "1", "4", "7")
    assert imported.notes[0] == (
        "Left out, as neither the label nor a pixel: column 1 (split), column 67 (writer)."
    )
    assert imported.notes[1] == "The label is read from column 66 (label)."


@pytest.mark.parametrize(
    "content",
    ["id,a,b,c,d\n1,0,1,2,3\n2,0,1,2,3\n", "".join(f"{n},0,1,2,3\n" for n in range(70))],
)
def test_numbers_of_lines_are_no_label(image_set, content):
    read = image_set(content)
    assert read.labels is None
    assert read.images.shape[1:] == (2, 2)
    assert read.notes[0].startswith("Left out, as neither the label nor a pixel: column 1")


def test_a_column_too_many_is_told(table, digits):
    images, labels = digits
    rows = lines_of(images, labels).splitlines()
    with pytest.raises(TableError, match=r"65 numbers after the first; is there a column too many.*name the"):
        table("".join(f"{nth % 5},{row}\n" for nth, row in enumerate(rows)))


# Spellings


@pytest.mark.parametrize("form", ["{}.0", "{}.000000e+00", "0{}", "b'{}'", '"{}"'])
def test_labels_of_other_spellings_are_read_as_numbers(table, digits, form):
    images, labels = digits
    imported = table(lines_of(images, [form.format(label) for label in labels]))
    assert imported.class_names == ("0", "1", "4", "7")


@pytest.mark.parametrize("first", [0, 1])
def test_all_numbers_of_letters_are_taken_for_letters(table, first):
    lines = "".join(f"{nth},{9 * (nth % 26)},0,1,255\n" for nth in range(first, first + 26))
    imported = table(f"label,a,b,c,d\n{lines}")
    assert imported.class_names == tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert f"The labels {first} to {first + 25} are taken for A to Z." in imported.notes


def written(images, labels, form):
    """Write a table in a form that other programs use."""
    number = {"decimal comma": lambda v: f"{v / 255:.3f}".replace(".", ","), "savetxt": "{:.18e}".format}
    spell = number.get(form, str)
    rows = [[str(label), *map(spell, image)] for image, label in zip(images.tolist(), labels, strict=True)]
    names = ["label", *(f"p{n}" for n in range(images.shape[1]))]
    if form == "quoted":
        return "".join(",".join(f'"{cell}"' for cell in row) + "\r\n" for row in [names, *rows])
    if form == "arff":
        head = "@relation digits\n" + "".join(f"@attribute {name} numeric\n" for name in names)
        return head + "@data\n" + "".join(",".join(row) + "\n" for row in rows)
    if form == "orange":
        types = ["d", *"c" * (len(names) - 1)]
        roles = ["class", *[""] * (len(names) - 1)]
        return "".join("\t".join(row) + "\n" for row in [names, types, roles, *rows])
    if form == "numbered":
        names = ["label", *map(str, range(len(names) - 1))]
    if form == "sep":
        return "sep=;\n" + "".join(";".join(row) + "\n" for row in [names, *rows])
    separator = {"decimal comma": ";", "blanks": " ", "savetxt": " ", "bars": "|", "tabs": "\t"}.get(
        form, ","
    )
    end = {"trailing": ",\n", "mac": "\r", "padded": "  \n"}.get(form, "\n")
    lines = [separator.join(row) for row in [names, *rows]]
    if form == "blanks":
        lines = [f"  {line.replace(' ', '   ')}" for line in lines[1:]]
    if form == "comment":
        lines[0] = "# " + lines[0]
    return "".join(line + end for line in lines)


@pytest.mark.parametrize(
    "form",
    [
        *("plain", "quoted", "decimal comma", "blanks", "savetxt", "bars", "tabs", "trailing", "mac"),
        *("padded", "comment", "arff", "orange", "numbered", "sep"),
    ],
)
def test_tables_of_other_programs(table, digits, form):
    images, labels = digits
    encoding = {"quoted": "utf-8-sig", "tabs": "utf-16"}.get(form, "utf-8")
    imported = table(written(images, labels, form).encode(encoding))
    assert imported.class_names == ("0", "1", "4", "7")
    assert imported.skipped == ()
    assert np.abs(imported.samples.x.astype(int) - images).max() <= 1


def test_all_pixels_in_one_column(table, image_set, digits):
    images, labels = digits
    rows = [" ".join(map(str, image)) for image in images.tolist()]
    for text in (
        "emotion,pixels\n" + "".join(f"{label},{row}\n" for label, row in zip(labels, rows, strict=True)),
        "".join(f"{label};{row}\n" for label, row in zip(labels, rows, strict=True)),
        "pixels,label\n" + "".join(f'"[{row}]",{label}\n' for label, row in zip(labels, rows, strict=True)),
    ):
        imported = table(text)
        assert imported.class_names == ("0", "1", "4", "7")
        np.testing.assert_array_equal(imported.samples.x, images)
    with pytest.raises(TableError, match="is there a column too many"):
        table("emotion,pixels,Usage\n" + f"3,{rows[0]},Training\n" * 2)


def test_text_of_windows_and_truths(table, digits):
    images, labels = digits
    head = "étiquette;" + ";".join(f"p{n}" for n in range(64)) + "\n"
    imported = table((head + lines_of(images, labels, separator=";")).encode("cp1252"))
    np.testing.assert_array_equal(imported.samples.x, images)
    assert "read as Windows-1252" in imported.notes[-1]
    imported = table(lines_of(images > 0, labels))
    np.testing.assert_array_equal(imported.samples.x, 255 * (images > 0))


# Ranges


@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (0, 15), (0, 16), (0, 100), (0, 1023), (0, 65535), (-1, 1)]
)
def test_the_largest_value_is_full_ink(table, digits, low, high):
    images, labels = digits
    scaled = low + images / 255 * (high - low)
    scaled = scaled if high <= 1 else np.rint(scaled).astype(int)
    imported = table(lines_of(scaled, labels))
    assert imported.class_names == ("0", "1", "4", "7")
    assert np.abs(imported.samples.x.astype(int) - images).max() <= 1 + 255 / max(2 * high, 15)
    assert f"Its values run from {low:g} to {high:g}: {high:g} is taken for full ink." in imported.notes


@pytest.mark.parametrize("full", [1, 16, 255])
def test_high_paper_is_turned_round(table, digits, full):
    images, labels = digits
    scaled = np.rint(images / 255 * full).astype(int)
    turned, plain = table(lines_of(full - scaled, labels)), table(lines_of(scaled, labels))
    np.testing.assert_array_equal(turned.samples.x, plain.samples.x)
    assert "turned round" in turned.notes[-1]
    assert not any("turned round" in note for note in plain.notes)


def test_one_slip_does_not_make_all_other_images_faint(table, digits):
    images, labels = digits
    scaled = np.rint(images / 255 * 16).astype(int)
    scaled[5, 40] = 160
    imported = table(lines_of(scaled, labels))
    assert len(imported.samples) == 23
    assert imported.samples.x.max() == 255
    assert imported.skipped[0].what == "line 6"
