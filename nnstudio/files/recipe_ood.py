"""Read the table of a recipe that fits an out-of-distribution detector; `recipe` calls it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from nnstudio.data.outliers import OUTLIERS
from nnstudio.files.recipe_sources import MAX_FRESH
from nnstudio.language import tr
from nnstudio.training.ood_fitting import OODConfig

if TYPE_CHECKING:
    from nnstudio.files.toml_entries import Table


@dataclass(frozen=True)
class OODRecipe:
    """The outliers and settings of a detector's fit.

    Attributes
    ----------
    outliers : tuple of str
        Of ``data.outliers.OUTLIERS``; one that occurs twice is drawn twice as often.
    left_out : str
        Classes of theirs that look like one of the network's, a character each.
    fresh : int
        Number of outliers in an epoch, drawn for each, the same number of each kind; and of samples that
        are of a class, the same number of each source.
    config : OODConfig
    """

    outliers: tuple[str, ...]
    left_out: str = ""
    fresh: int = 80_000
    config: OODConfig = field(default_factory=OODConfig)


def read_ood(table: Table) -> OODRecipe:
    """Read the table ``[novelty]``.

    Raises
    ------
    UserError
        The table's own, if an entry is unknown, missing or impossible.
    """
    words = tr("a list of some of {names}").format(names=", ".join(OUTLIERS))
    outliers = table.take("outliers", list, words)
    are_known = all(each in OUTLIERS for each in outliers)
    if not outliers or not are_known:
        table.refuse(
            "outliers", tr("must be {words}, not {outliers!r:.80}.").format(words=words, outliers=outliers)
        )
    left_out = (
        table.take("left_out", str, tr("the characters that are left out")) if "left_out" in table else ""
    )
    fresh = table.take("fresh", int, tr("a whole number from 1 to {max_fresh:,}").format(max_fresh=MAX_FRESH))
    if not 1 <= fresh <= MAX_FRESH:
        table.refuse(
            "fresh",
            tr("must be a whole number from 1 to {max_fresh:,}, not {fresh}.").format(
                max_fresh=MAX_FRESH, fresh=fresh
            ),
        )
    config = OODConfig()
    for entry in fields(config):
        if entry.name in table:
            config = table.take_into(config, entry.name)
    table.finish()
    return OODRecipe(tuple(outliers), left_out, fresh, config)
