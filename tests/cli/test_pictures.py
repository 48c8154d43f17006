"""``nnstudio predict`` on pictures as people have them; each is made here, and a person reads it at once."""

import numpy as np
import pytest
from PIL import Image

from nnstudio.data.ink import ink
from nnstudio.data.strokes import Drawing, flatten

DIGITS = {
    "0": [[(0.5, 0), (0.15, 0.1), (0, 0.5), (0.15, 0.9), (0.35, 1), (0.6, 0.85), (0.65, 0.4), (0.5, 0)]],
    "1": [[(0, 0.25), (0.25, 0), (0.25, 1)]],
    "2": [[(0, 0.2), (0.2, 0), (0.5, 0.05), (0.6, 0.3), (0.4, 0.6), (0, 1), (0.65, 1)]],
    "3": [[(0, 0.1), (0.4, 0), (0.6, 0.2), (0.25, 0.45), (0.6, 0.65), (0.5, 0.95), (0, 1)]],
    "4": [[(0.15, 0), (0, 0.6), (0.65, 0.6)], [(0.45, 0.25), (0.45, 1)]],
    "5": [[(0.6, 0), (0.1, 0), (0.05, 0.45), (0.4, 0.4), (0.6, 0.65), (0.45, 0.95), (0, 1)]],
    "6": [[(0.5, 0), (0.15, 0.35), (0, 0.75), (0.2, 1), (0.5, 0.95), (0.55, 0.65), (0.3, 0.55), (0.05, 0.7)]],
    "7": [[(0, 0), (0.65, 0.02), (0.3, 1)], [(0.15, 0.52), (0.6, 0.48)]],
    "8": [
        [
            (0.5, 0.1),
            (0.2, 0),
            (0.05, 0.2),
            (0.5, 0.65),
            (0.5, 0.9),
            (0.25, 1),
            (0.05, 0.85),
            (0.1, 0.6),
            (0.5, 0.1),
        ]
    ],
    "9": [[(0.5, 0.3), (0.2, 0.45), (0, 0.25), (0.2, 0), (0.5, 0.1), (0.5, 0.3), (0.45, 1)]],
}


def written(text, height, *, pen=0.09, gap=0.35):
    """Ink of a line of digits."""
    strokes, x = [], 0.0
    for name in text:
        parts = [np.array(stroke) for stroke in DIGITS[name]]
        strokes += [part + np.array((x, 0)) for part in parts]
        x += max(part[:, 0].max() for part in parts) + gap
    wide = max(stroke[:, 0].max() for stroke in strokes)
    image = ink(flatten((Drawing(tuple(strokes)),)), np.array([pen * height]), height * max(1, wide + pen))[0]
    return image[: int(height * (1 + pen)) + 1]


def sheet(*lines, height=80, margin=0.6, **options):
    """Ink of a page of lines."""
    inks = [written(line, height, **options) for line in lines]
    pitch = int(1.5 * height)
    wide = max(image.shape[1] for image in inks)
    page = np.zeros((pitch * len(inks) + int(2 * margin * height), wide + int(2 * margin * height)))
    for nth, image in enumerate(inks):
        top, left = int(margin * height) + nth * pitch, int(margin * height)
        page[top : top + image.shape[0], left : left + image.shape[1]] = image
    return page


def on_paper(page, paper=(235, 235, 232), pen=(34, 34, 40)):
    """Colours of ink on paper."""
    page = np.asarray(page)[..., None]
    return np.rint(np.array(paper) * (1 - page) + np.array(pen) * page).astype(np.uint8)


SEVEN = sheet("7", height=170, margin=0.4)


def with_speck(radius):
    page = SEVEN.copy()
    y, x = np.ogrid[: page.shape[0], : page.shape[1]]
    return np.maximum(page, np.hypot(y - 30, x - 25) < radius)


def with_shadow():
    y, x = np.mgrid[: SEVEN.shape[0], : SEVEN.shape[1]]
    corner = np.hypot(y, x - SEVEN.shape[1])
    return np.maximum(SEVEN, 0.6 * np.exp(-((corner / 35) ** 2)))


def broken():
    page = SEVEN.copy()
    page[:, 105:112] *= np.linspace(0.1, 0.2, 7)
    return page


def pale(fade):
    page = written("3", 900, pen=0.007)
    along = np.linspace(0, 5 * np.pi, page.shape[0])[:, None]
    return np.pad(page * (1 - fade * (0.5 + 0.5 * np.cos(along))), 200)


def with_neighbour(width):
    page = SEVEN.copy()
    page[40:100, -width:] = 1
    return page


def with_bar(share):
    page = SEVEN.copy()
    page[-int(share * len(page)) :] = 1
    return page


def with_phone():
    page = np.pad(sheet("0123456789", height=60), ((0, 200), (0, 0)))
    page[-120:, 120:] = 1
    return page


def on_table(table):
    return np.pad(on_paper(SEVEN), ((50, 50), (60, 40), (0, 0)), constant_values=table)


def ruled(strength, *, across=True, upright=False):
    page = SEVEN.copy()
    for at in range(17, max(page.shape), 37):
        if across:
            page[at : at + 2] = np.maximum(page[at : at + 2], strength)
        if upright:
            page[:, at : at + 2] = np.maximum(page[:, at : at + 2], strength)
    return page


def framed(strength):
    page = np.full((len(SEVEN) + 16, SEVEN.shape[1] + 16), strength)
    page[:4] = page[-4:] = page[:, :4] = page[:, -4:] = 0
    page[9:-9, 9:-9] = SEVEN[1:-1, 1:-1]
    return page


PICTURES = {
    "twelve digits": (on_paper(sheet("031234567890")), "031234567890"),
    "twenty digits": (on_paper(sheet("01234567890123456789", height=60)), "01234567890123456789"),
    "two lines": (on_paper(sheet("12", "34")), "12\n34"),
    "lines of different lengths": (on_paper(sheet("12345", "65", "890")), "12345\n65\n890"),
    **{f"speck {radius}": (on_paper(with_speck(radius)), "7") for radius in (3, 6, 10, 14)},
    "shadow": (on_paper(with_shadow()), "7"),
    "broken line": (on_paper(broken()), "7"),
    **{f"pale line {fade}": (on_paper(pale(fade)), "3") for fade in (0, 0.6)},
    **{f"neighbour {width}": (on_paper(with_neighbour(width)), "7") for width in (2, 12)},
    **{f"dark bar {share}": (on_paper(with_bar(share)), "7") for share in (0.05, 0.1)},
    "phone": (on_paper(with_phone()), "0123456789"),
    "paper on a dark table": (on_table(60), "7"),
    "paper on a light table": (on_table(205), "7"),
    "ruled": (on_paper(ruled(0.4)), "7"),
    "squared": (on_paper(ruled(0.5, upright=True)), "7"),
    "squared, pale": (on_paper(ruled(0.15, upright=True)), "7"),
    "frame": (on_paper(framed(0.75)), "7"),
    "grey frame": (on_paper(framed(0.35)), "7"),
    "red on cyan": (on_paper(SEVEN, (90, 150, 150), (232, 92, 92)), "7"),
    "red on green": (on_paper(SEVEN, (60, 125, 60), (200, 58, 58)), "7"),
    "blackboard": (on_paper(sheet("42"), (30, 40, 36), (215, 220, 210)), "42"),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_person_reads_it_at_once(cli, tmp_path, name):
    colours, reading = PICTURES[name]
    Image.fromarray(colours).save(tmp_path / "picture.png")
    (answer,) = cli("predict", tmp_path / "picture.png", "--json").json
    assert answer["reading"] == reading
    assert answer["lines"] == reading.split("\n")


def test_what_is_left_out_is_said(cli, tmp_path):
    Image.fromarray(on_paper(with_speck(6))).save(tmp_path / "speck.png")
    Image.fromarray(on_paper(ruled(0.4))).save(tmp_path / "ruled.png")
    Image.fromarray(on_paper(SEVEN)).save(tmp_path / "plain.png")
    files = [tmp_path / f"{name}.png" for name in ("speck", "ruled", "plain")]
    speck, rules, plain = cli("predict", *files, "--json").json
    assert speck["left_out"] == {"specks": 1}
    assert rules["left_out"]["rules"] >= 4
    assert "left_out" not in plain
    lines = cli("predict", *files).out.splitlines()
    assert lines[1].strip() == "Left out: 1 speck."
    assert lines[3].strip().startswith("Left out: ")
    assert len(lines) == 5


def test_lines_stand_one_below_the_other(cli, tmp_path):
    Image.fromarray(on_paper(sheet("12", "34"))).save(tmp_path / "two.png")
    first, second = cli("predict", tmp_path / "two.png").out.splitlines()
    before = f"{tmp_path / 'two.png'}  "
    assert first.startswith(f"{before}12  1 ")
    assert second.startswith(f"{' ' * len(before)}34  3 ")


def test_a_picture_is_taken_for_one_character_where_one_says_so(cli, tmp_path):
    Image.fromarray(on_paper(sheet("12"))).save(tmp_path / "twelve.png")
    (several,) = cli("predict", tmp_path / "twelve.png", "--json").json
    (one,) = cli("predict", tmp_path / "twelve.png", "--single", "--json").json
    assert several["reading"] == "12"
    assert len(one["characters"]) == 1
