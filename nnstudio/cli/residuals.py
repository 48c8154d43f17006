"""Print how far numbers that a network gives out are from the right ones; for ``train``, ``evaluate``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nnstudio.files.model_file import Model


def residual_lines(measured: Mapping[str, Any], model: Model) -> list[str]:
    """Return a line for each figure.

    Parameters
    ----------
    measured : mapping
        As `nnstudio.files.model_card.measure_numbers` returns it.
    model : Model
        Names its inputs.
    """
    at = zip(model.input_space.names, measured["largest_error_at"], strict=True)
    where = ", ".join(f"{name} = {value:.6g}" for name, value in at)
    r2 = "none: all answers are the same" if measured["r2"] is None else f"{measured['r2']:.6g}"
    return [
        f"n              {measured['n']:,}",
        f"J              {measured['J']:.4g} (half the mean squared error)",
        f"RMSE           {measured['rmse']:.4g}",
        f"largest error  {measured['largest_error']:.4g} at {where}",
        f"R²             {r2}",
    ]
