"""Worked examples: small networks with every number written down, and a 0 of four drawn parts."""

from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from nnstudio.errors import UserError
from nnstudio.files.network_toml import WrittenNetwork, open_network_toml, shipped_networks
from nnstudio.files.part_drawings import FOUR_QUARTERS, open_parts
from nnstudio.language import tr
from nnstudio.studio.session.services import Services


def make_examples_menu(services: Services, before: QAction, menu: QMenu) -> QMenu:
    """Put a menu of the worked examples into another, before one of its entries."""
    examples = QMenu(tr("Examples"), menu)
    examples.setToolTipsVisible(True)
    menu.insertMenu(before, examples)

    def fill() -> None:
        examples.clear()
        for title, name, network in _examples():
            action = examples.addAction(title)
            action.setToolTip(network.note)
            action.triggered.connect(partial(_open, services, name, network))
        examples.addSeparator()
        action = examples.addAction(tr("A 0 of four drawn parts"))
        action.setToolTip(
            tr("Four quarters of a 0 as templates of steps, and an AND of them, in the panel Parts")
        )
        action.triggered.connect(partial(_show_four_quarters, services))

    examples.aboutToShow.connect(fill)
    return examples


def _examples() -> list[tuple[str, str, WrittenNetwork]]:
    """Return title, name and network of each, sorted; one that was damaged is left out."""
    found = []
    for name in shipped_networks():
        try:
            network = open_network_toml(name)
        except UserError:
            continue
        found.append((network.title, name, network))
    return sorted(found, key=lambda each: each[:2])


def _open(services: Services, name: str, network: WrittenNetwork) -> None:
    try:
        services.session.open_written(f"example {name}", network)
    except UserError as error:
        services.say(str(error), warning=True)


def _show_four_quarters(services: Services) -> None:
    services.show_panel("parts")
    open_four_quarters(services)


def open_four_quarters(services: Services) -> None:
    """Display the network of four drawn quarters of a 0."""
    try:
        services.session.open_parts(open_parts(FOUR_QUARTERS))
    except UserError as error:
        services.say(str(error), warning=True)
