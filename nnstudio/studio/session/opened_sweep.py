"""The table of a sweep that was opened from a file, with what its cells learn from."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nnstudio.insight.sweep import CellResult
from nnstudio.insight.sweep_spec import SweepCell, SweepSpec
from nnstudio.studio.session.problem_sources import ProblemSource, source_of_recipe
from nnstudio.sweeps.table import SweepTable


@dataclass(frozen=True, eq=False)
class OpenedSweep:
    """A sweep from a file.

    Attributes
    ----------
    title : str
        The file's name.
    spec : SweepSpec
    results : mapping of SweepCell to CellResult
        Figures of the cells that are done, without their networks.
    problem_name : str
        The key of what its cells learn from.
    source : ProblemSource or None
        Where that is a recipe; a problem by name is known already.
    """

    title: str
    spec: SweepSpec
    results: Mapping[SweepCell, CellResult]
    problem_name: str
    source: ProblemSource | None


def open_sweep_table(path: Path) -> OpenedSweep:
    """Read the table of a sweep, and load what its cells learn from.

    Raises
    ------
    UserError
        If the file cannot be read, or the data are not here.

    Notes
    -----
    Thread: any.
    """
    table = SweepTable(path)
    plan, results = table.plan, table.results()
    source = None if plan.recipe is None else source_of_recipe(plan.recipe, path.name)
    name = plan.problem if source is None else source.name
    return OpenedSweep(path.name, plan.spec(), results, name, source)
