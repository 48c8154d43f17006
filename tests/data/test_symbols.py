import numpy as np

from nnstudio.data.glyphs import STYLES as DIGITS
from nnstudio.data.rasterise import MNIST_SPEC
from nnstudio.data.symbols import STYLES, SYMBOLS, symbols
from nnstudio.data.synthetic import written


def test_every_sign_is_drawn_about_as_often_as_another():
    images, labels = symbols(1700, rng=np.random.default_rng(0))
    assert images.shape == (1700, 784)
    assert (images.max(axis=1) == 255).all()
    assert np.bincount(labels, minlength=len(STYLES)).min() > 60
    assert SYMBOLS.class_names == tuple(STYLES)


def test_a_bare_line_lies_or_falls_and_never_stands_like_a_one():
    lines = written((STYLES["−"],), 300, rng=np.random.default_rng(1), spec=MNIST_SPEC)[0] > 127
    ones = written((DIGITS[1][:1],), 300, rng=np.random.default_rng(1), spec=MNIST_SPEC)[0] > 127

    def lying(images):
        images = images.reshape(-1, 28, 28)
        width, height = images.any(axis=1).sum(axis=1), images.any(axis=2).sum(axis=1)
        return np.mean(width > 0.8 * height)

    assert lying(lines) > 0.9
    assert lying(ones) < 0.1
