"""Figures of a sweep, drawn without a window."""

import re

import pytest
from PySide6.QtGui import QImage

from nnstudio.data.problems import load_problem
from nnstudio.engine.architecture import Architecture
from nnstudio.insight.sweep import CellResult, SeedResult
from nnstudio.insight.sweep_spec import SweepAxis, SweepSpec
from nnstudio.studio.offscreen.sweep_figures import save_figures
from nnstudio.studio.painting.theme import appearance
from nnstudio.training.config import TrainingConfig


@pytest.fixture(scope="module")
def spec():
    axes = (
        SweepAxis.parse("units", "2, 6"),
        SweepAxis.parse("l2", "0, 0.01"),
        SweepAxis.parse("layers", "1"),
    )
    return SweepSpec(
        load_problem("plane-moons"), TrainingConfig(Architecture.of((2, 3, 2))), axes, seeds=(0, 1)
    )


def results_of(spec, failed=()):
    """Return made-up figures: the more units the better, and L2 does harm."""
    results = {}
    for cell in spec.cells():
        scores = (0.5 + 0.2 * cell[0] - 0.1 * cell[1] + spread for spread in (0.0, 0.1))
        seeds = [SeedResult(k, "", 10 * (cell[0] + 1), test_score=score) for k, score in enumerate(scores)]
        results[cell] = CellResult(cell, "It cannot be.") if cell in failed else CellResult.of(cell, seeds)
    return results


@pytest.mark.parametrize("failed", [(), ((0, 0, 0), (0, 1, 0), (1, 0, 0))])
def test_each_figure_is_there_as_lines_and_as_pixels_with_its_words(qapp, spec, tmp_path, failed):
    before = appearance.theme
    paths = save_figures(tmp_path, spec, results_of(spec, failed))
    assert [path.name for path in paths] == [
        "parameters.svg",
        "parameters.png",
        "settings.svg",
        "settings.png",
    ]
    assert appearance.theme is before
    frontier, settings = (
        set(re.findall(r"<text[^>]*>\s*([^<]+?)\s*</text>", path.read_text("utf-8")))
        for path in paths
        if path.suffix == ".svg"
    )
    assert {"Two moons: the frontier of parameters", "parameters", "accuracy (%) on the test set"} <= frontier
    # What is on the frontier is named.
    assert "6, 0.01, 1" in frontier if failed else {"2, 0, 1", "6, 0, 1"} <= frontier
    assert {"Units per layer", "L2", "Hidden layers", "2", "0.01"} <= settings
    for path in paths:
        if path.suffix == ".png":
            picture = QImage(str(path))
            # Not blank: the frontier's blue is there.
            blues = (
                picture.pixelColor(x, y)
                for x in range(0, picture.width(), 2)
                for y in range(0, picture.height(), 2)
            )
            assert any(each.blue() > each.red() + 100 for each in blues)
