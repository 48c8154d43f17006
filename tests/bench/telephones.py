"""More kinds of made pictures for `pictures`: what cameras, pens, boards and screens do to writing."""

import io

import numpy as np
from PIL import Image

INKS = ((0.1, 0.1, 0.12), (0.1, 0.15, 0.55), (0.7, 0.1, 0.1), (0.05, 0.4, 0.15))
"""Black, blue, red and green ink, as a camera sees them."""


def axes(shape):
    """Return y and x from -1 to 1 over a picture."""
    return np.meshgrid(*(np.linspace(-1, 1, n) for n in shape[:2]), indexing="ij")


def blurred(image, sigma):
    """Return a picture blurred by a Gaussian."""
    if sigma < 0.2:
        return image
    reach = int(np.ceil(3 * sigma))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    kernel /= kernel.sum()
    for axis in (0, 1):
        pad = [(reach, reach) if axis == k else (0, 0) for k in range(image.ndim)]
        padded = np.pad(image, pad, mode="edge")
        image = sum(
            weight * np.take(padded, range(k, k + image.shape[axis]), axis=axis)
            for k, weight in enumerate(kernel)
        )
    return image


def painted(page, paper, pen, light=1.0):
    """Return colours (h, w, 3) of ink on paper, both colours, under light (h, w)."""
    light = np.broadcast_to(light, page.shape)[..., None]
    return (np.asarray(paper) * (1 - page[..., None]) + np.asarray(pen) * page[..., None]) * light


def taken(rng, colours, *, noise=0.01, quality=None):
    """Return what a camera makes of colours: noise, and JPEG's blocks."""
    colours = colours + rng.normal(0, noise, (*colours.shape[:2], 1))
    colours += rng.normal(0, noise / 2, colours.shape)
    pixels = np.round(np.clip(colours, 0, 1) * 255).astype(np.uint8)
    if quality is not None:
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "JPEG", quality=quality)
        pixels = np.asarray(Image.open(file))
    return pixels.astype(np.float32) / np.float32(255)


def written(hands, rng, *, heights=(30, 110), most_lines=3, most=8, pen=(0.05, 0.12), margin=(0.4, 1.5)):
    """Return ink on a page, (h, w), of one to some lines, and their labels and inks; and their height."""
    height = rng.uniform(*heights)
    pen = height * rng.uniform(*pen)
    n_lines = int(rng.integers(1, most_lines + 1))
    lines = [hands.line(int(rng.integers(1, most + 1)), height, pen=pen) for _ in range(n_lines)]
    pitch = height * rng.uniform(1.5, 2.3)
    rooms = [int(height * rng.uniform(*margin)) for _ in range(4)]
    tall = int(pitch * (n_lines - 1)) + max(image.shape[0] for *_, image in lines)
    wide = max(image.shape[1] for *_, image in lines) + int(height)
    page = np.zeros((tall + rooms[0] + rooms[1], wide + rooms[2] + rooms[3]))
    for nth, (*_, image) in enumerate(lines):
        top, left = rooms[0] + int(nth * pitch), rooms[2] + int(height * rng.uniform(0, 0.9))
        bottom, right = min(page.shape[0], top + image.shape[0]), min(page.shape[1], left + image.shape[1])
        spot = page[top:bottom, left:right]
        np.maximum(spot, image[: bottom - top, : right - left], out=spot)
    return page, [label for label, *_ in lines], [inks for _, inks, _ in lines], height


def uneven(rng, shape, strength):
    """Return light that falls off to one side and to the corners."""
    y, x = axes(shape)
    angle = rng.uniform(0, 2 * np.pi)
    return (
        1 - strength * (0.5 + 0.5 * (np.cos(angle) * x + np.sin(angle) * y)) - strength / 4 * (x * x + y * y)
    )


def grain(rng, shape, sigma):
    """Return smooth noise of unit variance."""
    step = max(1, sigma)
    small = blurred(rng.normal(0, 1, [int(n / step) + 4 for n in shape]), 1)
    noise = Image.fromarray(small.astype(np.float32)).resize(shape[::-1], Image.Resampling.BICUBIC)
    return np.asarray(noise) / np.std(noise)


def squeezed(hands, rng):
    """A file of low quality, as messengers send them."""
    page, labels, inks, _ = written(hands, rng)
    light = uneven(rng, page.shape, rng.uniform(0, 0.2))
    colours = painted(
        blurred(page, rng.uniform(0, 1)), np.full(3, rng.uniform(0.7, 0.95)), INKS[rng.integers(4)], light
    )
    return taken(rng, colours, noise=rng.uniform(0, 0.02), quality=40), labels, inks


def moved(hands, rng):
    """The hand trembled."""
    page, labels, inks, height = written(hands, rng, heights=(40, 110))
    length, angle = height * rng.uniform(0.03, 0.1), rng.uniform(0, np.pi)
    n = max(3, int(np.ceil(length * 2)))
    shifted = np.zeros_like(page)
    for along in np.linspace(-length / 2, length / 2, n):
        down, right = along * np.sin(angle), along * np.cos(angle)
        shifted += np.roll(page, (round(down), round(right)), (0, 1)) / n
    colours = painted(
        shifted, np.full(3, rng.uniform(0.7, 0.95)), INKS[rng.integers(4)], uneven(rng, page.shape, 0.15)
    )
    return taken(rng, colours, quality=80), labels, inks


def seen_askew(hands, rng):
    """A sheet seen from the side: lines converge."""
    page, labels, inks, height = written(hands, rng, heights=(45, 100), margin=(0.8, 1.5))
    colours = painted(
        page, np.full(3, rng.uniform(0.7, 0.95)), INKS[rng.integers(2)], uneven(rng, page.shape, 0.15)
    )
    h, w = page.shape
    corners = np.array([(0, 0), (w, 0), (w, h), (0, h)], float)
    most = 0.5 * height
    target = corners + rng.uniform(-most, most, (4, 2)) * (1, 0.7)
    rows, values = [], []
    for (x, y), (u, v) in zip(target, corners, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    matrix = np.append(np.linalg.solve(np.array(rows), np.array(values)), 1).reshape(3, 3)
    y, x = np.mgrid[:h, :w]
    u, v, s = np.einsum("ij,jhw->ihw", matrix, np.stack((x, y, np.ones_like(x))))
    u, v = np.clip(u / s, 0, w - 1.001), np.clip(v / s, 0, h - 1.001)
    iu, iv = u.astype(int), v.astype(int)
    fu, fv = (u - iu)[..., None], (v - iv)[..., None]
    iu1, iv1 = np.minimum(iu + 1, w - 1), np.minimum(iv + 1, h - 1)
    upper = colours[iv, iu] * (1 - fu) + colours[iv, iu1] * fu
    lower = colours[iv1, iu] * (1 - fu) + colours[iv1, iu1] * fu
    return taken(rng, upper * (1 - fv) + lower * fv, quality=85), labels, inks


def notebook(hands, rng):
    """Writing on the blue lines of a notebook, with a red margin."""
    height = rng.uniform(35, 80)
    pitch = height * rng.uniform(1.25, 1.9)
    n_lines = int(rng.integers(1, 5))
    pen = height * rng.uniform(0.05, 0.11)
    lines = [hands.line(int(rng.integers(1, 8)), height, pen=pen, wave=0.03) for _ in range(n_lines)]
    left = int(height * rng.uniform(1, 2))
    wide = max(image.shape[1] for *_, image in lines) + left + int(1.6 * height)
    first = int(pitch * rng.uniform(0.9, 1.4))
    page = np.zeros((int(first + pitch * n_lines), wide))
    rules = np.zeros_like(page)
    thick = max(1, round(height * rng.uniform(0.015, 0.035)))
    for y in np.arange(first % pitch, page.shape[0], pitch).astype(int):
        rules[y : y + thick] = 1
    for nth, (*_, image) in enumerate(lines):
        base = int(first + nth * pitch - height * rng.uniform(0, 0.12))
        top, x = base - image.shape[0], left + int(height * rng.uniform(0, 1))
        y0 = max(0, top)
        spot = page[y0 : top + image.shape[0], x : x + image.shape[1]]
        np.maximum(spot, image[y0 - top :][: spot.shape[0], : spot.shape[1]], out=spot)
    light = uneven(rng, page.shape, rng.uniform(0, 0.25))
    paper = np.array((0.95, 0.95, 0.93)) * rng.uniform(0.8, 1)
    colours = painted(rules, paper, paper * (0.6, 0.75, 0.95))
    if rng.random() < 0.6:
        at = int(left * rng.uniform(0.4, 0.8))
        colours[:, at : at + thick + 1] = paper * (0.95, 0.6, 0.6)
    ink = blurred(page, 0.6)[..., None]
    colours = (colours * (1 - ink) + np.array(INKS[rng.integers(2)]) * ink) * light[..., None]
    degrees = np.deg2rad(rng.normal(0, 1))
    y, x = np.mgrid[: page.shape[0], : page.shape[1]]
    sy = np.clip(np.round(y + np.tan(degrees) * (x - page.shape[1] / 2)), 0, page.shape[0] - 1).astype(int)
    return (
        taken(rng, blurred(colours[sy, x], 0.6), quality=85),
        [label for label, *_ in lines],
        [inks for _, inks, _ in lines],
    )


def coloured_paper(hands, rng):
    """Dark ink on yellow, pink, green or blue paper."""
    page, labels, inks, _ = written(hands, rng)
    papers = ((0.95, 0.9, 0.45), (0.95, 0.7, 0.75), (0.6, 0.85, 0.6), (0.6, 0.75, 0.95), (0.75, 0.6, 0.45))
    colours = painted(
        blurred(page, rng.uniform(0, 1)),
        np.array(papers[rng.integers(5)]) * rng.uniform(0.75, 1),
        INKS[rng.integers(2)],
        uneven(rng, page.shape, rng.uniform(0, 0.25)),
    )
    return taken(rng, colours, quality=85), labels, inks


def ball_pen(hands, rng):
    """A thin, pale line that is paler in places."""
    page, labels, inks, height = written(hands, rng, heights=(50, 160), most_lines=2, pen=(0.025, 0.06))
    pressure = np.clip(0.75 + 0.25 * grain(rng, page.shape, height / 6), 0.35, 1)
    strength = rng.uniform(0.35, 0.75)
    pen = (0.12, 0.18, 0.6) if rng.random() < 0.7 else (0.15, 0.15, 0.17)
    colours = painted(
        blurred(page * pressure * strength, rng.uniform(0.3, 1.1)),
        np.full(3, rng.uniform(0.75, 0.95)),
        pen,
        uneven(rng, page.shape, rng.uniform(0, 0.25)),
    )
    return taken(rng, colours, noise=rng.uniform(0.003, 0.015), quality=85), labels, inks


def whiteboard(hands, rng):
    """A marker on a white board: glare, smudges, sometimes the board's frame."""
    page, labels, inks, height = written(hands, rng, heights=(50, 130), pen=(0.06, 0.12), margin=(0.8, 2))
    smudge = np.clip(grain(rng, page.shape, height / 3) - 1.2, 0, 1) * rng.uniform(0, 0.08)
    y, x = axes(page.shape)
    cx, cy = rng.uniform(-1, 1, 2)
    glare = rng.uniform(0, 0.35) * np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / rng.uniform(0.02, 0.3))
    colours = painted(
        blurred(page, rng.uniform(0.3, 1.2)) * rng.uniform(0.7, 1),
        np.array((0.78, 0.8, 0.82)) * rng.uniform(0.75, 1.1),
        INKS[rng.integers(4)],
        uneven(rng, page.shape, rng.uniform(0.05, 0.3)) - smudge,
    )
    colours = colours + glare[..., None]
    if rng.random() < 0.3:
        deep = int(height * rng.uniform(0.15, 0.5))
        edge = np.rot90(colours, int(rng.integers(4)))
        edge[:deep] = rng.uniform(0.2, 0.5)
    return taken(rng, colours, quality=85), labels, inks


def blackboard(hands, rng):
    """Grainy chalk on a dark board that was wiped."""
    page, labels, inks, height = written(hands, rng, heights=(60, 150), pen=(0.06, 0.11), margin=(0.6, 2))
    rough = np.clip(0.8 + 0.3 * grain(rng, page.shape, rng.uniform(0.8, 1.6)), 0.2, 1)
    wiped = np.clip(0.5 + 0.5 * grain(rng, page.shape, height / 1.5), 0, 2) * rng.uniform(0, 0.06)
    board = np.array(((0.12, 0.22, 0.17), (0.1, 0.1, 0.11), (0.2, 0.24, 0.25))[rng.integers(3)])
    chalk = np.array(((0.9, 0.9, 0.88), (0.9, 0.85, 0.5))[rng.integers(2)]) * rng.uniform(0.7, 1)
    colours = painted(
        blurred(page * rough, rng.uniform(0.4, 1.1)),
        board,
        chalk,
        uneven(rng, page.shape, rng.uniform(0, 0.3)),
    )
    return taken(rng, colours + wiped[..., None], noise=0.012, quality=85), labels, inks


def vignette(hands, rng):
    """Corners that are dark by the lens or a lamp."""
    page, labels, inks, _ = written(hands, rng, heights=(40, 110), margin=(0.8, 2))
    y, x = axes(page.shape)
    cx, cy = rng.uniform(-0.3, 0.3, 2)
    radius = np.hypot(x - cx, y - cy) / 1.4
    light = 1 - rng.uniform(0.4, 0.7) * radius ** rng.uniform(1.5, 4)
    colours = painted(
        blurred(page, 0.7),
        np.full(3, rng.uniform(0.75, 0.95)),
        INKS[rng.integers(2)],
        np.clip(light, 0.12, 1),
    )
    return taken(rng, colours, quality=85), labels, inks


def finger(hands, rng):
    """A finger holds the sheet at its edge, and throws a shadow."""
    page, labels, inks, height = written(hands, rng, heights=(45, 110), margin=(1.2, 2))
    colours = painted(
        blurred(page, 0.7),
        np.full(3, rng.uniform(0.75, 0.95)),
        INKS[rng.integers(2)],
        uneven(rng, page.shape, 0.15),
    )
    turns = int(rng.integers(4))
    view = np.rot90(colours, turns)
    y, x = np.mgrid[: view.shape[0], : view.shape[1]].astype(float)
    wide, deep = height * rng.uniform(0.3, 0.5), height * rng.uniform(0.5, 1.0)
    at = rng.uniform(0.1, 0.9) * view.shape[1]
    inside = np.hypot((x - at) / wide, np.maximum(0, y - deep + wide) / wide)
    beside = np.hypot((x - at - 0.2 * wide) / wide, np.maximum(0, y - deep + 0.8 * wide) / wide)
    shadow = 0.35 / (1 + np.exp((beside - 1.1) / 0.12))
    view *= 1 - shadow[..., None]
    skin = np.array(((0.85, 0.62, 0.5), (0.55, 0.37, 0.27), (0.93, 0.75, 0.65))[rng.integers(3)])
    shape = np.clip((1 - inside) * wide, 0, 1)[..., None]
    round_light = (1 - 0.35 * np.clip(inside, 0, 1) ** 3)[..., None]
    view[:] = view * (1 - shape) + skin * round_light * shape
    return taken(rng, colours, quality=85), labels, inks


def very_small(hands, rng):
    """A picture of 200 pixels."""
    page, labels, inks, _ = written(hands, rng, heights=(60, 110), most_lines=2, most=6)
    colours = painted(
        page, np.full(3, rng.uniform(0.75, 0.97)), INKS[rng.integers(4)], uneven(rng, page.shape, 0.15)
    )
    pixels = Image.fromarray(np.round(np.clip(colours, 0, 1) * 255).astype(np.uint8))
    scale = 200 / max(pixels.size)
    pixels = pixels.resize([max(1, round(n * scale)) for n in pixels.size], Image.Resampling.BILINEAR)
    return taken(rng, np.asarray(pixels) / 255, quality=int(rng.integers(70, 95))), labels, inks


def paint_program(hands, rng):
    """A picture of a paint program's window: bars, icons, and digits in colour on white."""
    page, labels, inks, _ = written(hands, rng, heights=(40, 120), margin=(0.8, 1.6))
    pen = np.array(
        ((0.0, 0.0, 0.0), (0.9, 0.1, 0.1), (0.1, 0.2, 0.9), (0.0, 0.6, 0.2), (0.6, 0.1, 0.7))[rng.integers(5)]
    )
    canvas = painted(page, np.ones(3), pen)
    title, tools, status, side = (
        30,
        int(rng.choice([0, 50, 90])),
        int(rng.choice([0, 24])),
        int(rng.choice([0, 10, 50])),
    )
    h, w = canvas.shape[:2]
    window = np.full((title + tools + h + status + side, w + 2 * side, 3), rng.uniform(0.78, 0.94))
    window[:title] = ((0.2, 0.45, 0.8), (0.95, 0.95, 0.95), (0.15, 0.15, 0.17))[rng.integers(3)]
    for nth in range(3):
        x = window.shape[1] - 24 * (nth + 1)
        window[11:19, x : x + 9] = rng.uniform(0, 1)
    if tools:
        for x in range(12, window.shape[1] - 30, 34):
            size = int(rng.integers(12, 24))
            window[title + 12 : title + 12 + size, x : x + size] = rng.uniform(0.1, 0.9, 3)
    top = title + tools
    window[top : top + h, side : side + w] = canvas
    return taken(rng, window, noise=0.0), labels, inks


KINDS = {
    "low quality": squeezed,
    "moved": moved,
    "seen askew": seen_askew,
    "notebook": notebook,
    "coloured paper": coloured_paper,
    "ball pen": ball_pen,
    "white board": whiteboard,
    "black board": blackboard,
    "dark corners": vignette,
    "finger": finger,
    "200 pixels": very_small,
    "paint program": paint_program,
}
