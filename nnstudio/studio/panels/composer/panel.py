"""The panel Composer: a chain of functions of one argument, stage by stage, and depth against width."""

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnstudio.data.problem import InputSpace, OutputSpace, Quantity
from nnstudio.engine.architecture import Architecture
from nnstudio.errors import UserError
from nnstudio.files.model_file import Model
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.theme import fit_fonts
from nnstudio.studio.panels.composer.chain import Chain
from nnstudio.studio.panels.composer.depth import Depth
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.choice_buttons import choice_buttons
from nnstudio.studio.views.navigation import Range

PAGES = (
    (translatable("Chain"), translatable("functions one inside the other, each drawn below the one before")),
    (translatable("Depth"), translatable("a line that is folded again and again, against one wide layer")),
)


class ComposerPanel:
    """Shows one of two pages, which are made when the panel is seen first."""

    name = "composer"
    title = translatable("Composer")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._services = services
        self.widget = QWidget(parent)
        self.widget.setAccessibleName(tr(self.title))
        choices = [(tr(title), f"{tr(title)}: {tr(tip)}") for title, tip in PAGES]
        self.choice, row = choice_buttons(choices, self._show_page, self.widget)
        self._layout = QVBoxLayout(self.widget)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        self._layout.addLayout(row)
        self.chain: Chain | None = None
        self.depth: Depth | None = None

    def refresh(self, changes: Changes) -> None:
        """Make the pages, once: they show no network of the session."""
        if self.chain is not None:
            return
        self.chain, self.depth = Chain(self.widget), Depth(self.widget)
        self.chain.refused.connect(self._refuse)
        for page in (self.chain, self.depth):
            page.network_asked.connect(self._show_network)
            # Not in a stack, which is as high as the highest of its pages.
            self._layout.addWidget(page, 1)
        self._show_page(self.choice.checkedId())

    @property
    def _page(self) -> Chain | Depth | None:
        return self.depth if self.choice.checkedId() == 1 else self.chain

    def _show_page(self, _: int) -> None:
        for page in (self.chain, self.depth):
            if page is not None:
                page.setVisible(page is self._page)
        if self._page is not None:
            # It was made when the size of text had been chosen long ago.
            fit_fonts(self._page.findChildren(QWidget))

    def _refuse(self, sentence: str) -> None:
        self._services.say(sentence, warning=True)

    def _show_network(
        self, architecture: Architecture, theta: np.ndarray, x_range: Range, y_range: Range, name: str
    ) -> None:
        """Display a network of one input and one output, over ranges of both."""
        try:
            model = Model(
                architecture,
                theta.astype(np.float32),
                InputSpace.of_numbers(1, *x_range, ("x",)),
                OutputSpace(quantities=(Quantity("y", "", *y_range),)),
                name=name,
            )
            self._services.session.open_model(model)
        except UserError as error:
            self._refuse(str(error))

    def numbers(self) -> NumberTable:
        """Return the values of all stages, or the numbers of pieces."""
        page = self._page
        return ((), []) if page is None else page.numbers()

    def show_all(self) -> None:
        """Show all again."""
        page = self._page
        if page is not None:
            page.show_all()
