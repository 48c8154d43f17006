"""The list of shipped recipes, each a click away from being trained live."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from nnstudio.errors import UserError
from nnstudio.files.recipe import read_recipe, shipped_recipes
from nnstudio.language import tr
from nnstudio.studio.session.problem_sources import recipe_offer

if TYPE_CHECKING:
    from nnstudio.studio.window.main_window import MainWindow


def show_recipes(window: "MainWindow") -> QMenu:
    """Open the list below the problem's field."""
    menu = QMenu(window)
    menu.setAccessibleName(tr("Recipes"))
    menu.setToolTipsVisible(True)
    for name in shipped_recipes():
        recipe = read_recipe(name)
        action = menu.addAction(f"{name}: {recipe.title}")
        sources = ", ".join(source.title for source in recipe.sources)
        action.setToolTip(
            tr("{architecture}, {epochs:g} epochs. Learns from {sources}.").format(
                architecture=recipe.config.architecture, epochs=recipe.config.epochs, sources=sources
            )
        )
        action.triggered.connect(partial(_take, window, name))
    field = window.bar.problem
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(field.mapToGlobal(QPoint(0, field.height())))
    return menu


def _take(window: "MainWindow", name: str) -> None:
    try:
        window.session.take(recipe_offer(name))
    except UserError as error:
        window.say(f"{error} {tr('What was open stays.')}", warning=True)
