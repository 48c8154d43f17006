"""The panel Gradient: backpropagation checked, and the gradient as one finds it by hand."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from nnstudio.language import tr, translatable
from nnstudio.studio.painting.theme import fit_fonts, font
from nnstudio.studio.panels.gradient.by_hand import ByHandPage
from nnstudio.studio.panels.gradient.check import CheckPage
from nnstudio.studio.panels.gradient.direction import DirectionPage
from nnstudio.studio.panels.gradient.directions import DirectionsPage
from nnstudio.studio.panels.gradient.step import StepPage
from nnstudio.studio.panels.gradient.tweak import TweakPage
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.control_row import control_row

SAMPLE_COUNTS = (1, 8, 32, 128, 1000)
SMALLEST_BOX = 64


class Page(Protocol):
    """One page of the panel, a widget.

    Attributes
    ----------
    controls : QWidget
        What stands beside the choices that all pages have.
    """

    controls: QWidget
    numbers: Callable[[], NumberTable]
    show_all: Callable[[], object]

    def refresh(self, changes: Changes) -> None:
        """Update what changed since the last frame."""

    def note_change(self) -> None:
        """Take another number of samples, where an answer follows it."""


PAGES = (
    (translatable("Three ways"), translatable("backpropagation beside numeric derivatives")),
    (translatable("By hand"), translatable("one weight after the other is changed by h (M)")),
    (translatable("Direction"), translatable("the slope along one direction, by two losses and by g·d")),
    (translatable("1,000 directions"), translatable("none is as steep as the gradient")),
    (translatable("This step"), translatable("how far the loss should fall, and how far it does")),
    (translatable("Tweak"), translatable("random changes that are kept if they help, against descent")),
)
CHECK, BY_HAND, DIRECTION, DIRECTIONS, STEP, TWEAK = range(len(PAGES))


class GradientPanel:
    """Holds the pages; each is made when it is seen first."""

    name = "gradient"
    title = translatable("Gradient")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._services, self._by_hand = services, services.session.hand_gradient
        self.widget = QWidget(parent)
        self.widget.setAccessibleName(tr("Gradient check"))
        self.choice = self._list(tr("Page"), tr("what is done with the gradient"))
        for title, tip in PAGES:
            self.choice.addItem(tr(title))
            self.choice.setItemData(self.choice.count() - 1, tr(tip), Qt.ItemDataRole.ToolTipRole)
        self.choice.activated.connect(self.show_page)
        self.samples = self._list(tr("Samples"), tr("L is the mean loss of so many training samples"))
        for n in SAMPLE_COUNTS:
            self.samples.addItem(tr("%n sample(s)", n), n)
        self.samples.setCurrentIndex(SAMPLE_COUNTS.index(self._by_hand.n_samples))
        self.samples.activated.connect(self._choose_samples)
        self._row = control_row(self.choice, self.samples)
        self._layout = QVBoxLayout(self.widget)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4)
        self._layout.addLayout(self._row)
        self.pages: dict[int, Page] = {}
        self._makers: dict[int, Callable[[], Page]] = {
            CHECK: lambda: CheckPage(services, self.samples.currentData, self.widget),
            BY_HAND: lambda: ByHandPage(services, self.widget),
            DIRECTION: lambda: DirectionPage(services, self.samples.currentData, self.widget),
            DIRECTIONS: lambda: DirectionsPage(services, self.samples.currentData, self.widget),
            STEP: lambda: StepPage(services, self.samples.currentData, self.widget),
            TWEAK: lambda: TweakPage(services, self.samples.currentData, self.widget),
        }
        self.show_page(CHECK)
        self._by_hand.asked.connect(lambda: self.show_page(BY_HAND))

    def _list(self, name: str, tip: str) -> QComboBox:
        box = QComboBox(self.widget)
        box.setFont(font(11))
        # A narrow panel shortens the choices; the open list shows them whole.
        box.setMinimumWidth(SMALLEST_BOX)
        box.setAccessibleName(name)
        box.setToolTip(f"{name}: {tip}")
        return box

    def show_page(self, number: int) -> None:
        """Show another page."""
        self.choice.setCurrentIndex(number)
        if number not in self.pages:
            page = self.pages[number] = self._makers[number]()
            self._row.insertWidget(self._row.count() - 1, page.controls)
            self._layout.addWidget(page, 1)
            # It may be made when the size of text has been chosen long ago.
            fit_fonts((*page.findChildren(QWidget), *page.controls.findChildren(QWidget)))
        for each, page in self.pages.items():
            for part in (page, page.controls):
                part.setVisible(each == number)
        self._is_new = True

    @property
    def page(self) -> Page:
        """The page that is shown."""
        return self.pages[self.choice.currentIndex()]

    def _choose_samples(self, _: int) -> None:
        self._by_hand.set_samples(self.samples.currentData())
        for page in self.pages.values():
            page.note_change()

    def refresh(self, changes: Changes) -> None:
        """Update the page that is shown; one that was not shown is told of everything."""
        if self._is_new:
            self._is_new, changes = False, Changes.all()
        self.page.refresh(changes)

    def numbers(self) -> NumberTable:
        """Return the numbers of the page that is shown."""
        return self.page.numbers()

    def show_all(self) -> None:
        """Show all again in the plots of the page."""
        self.page.show_all()
