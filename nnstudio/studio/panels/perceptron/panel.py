"""The panel Perceptron: Rosenblatt's rule correction by correction, its samples, and its two losses."""

from PySide6.QtWidgets import QComboBox, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import TEXT_PERIOD_S, Pace
from nnstudio.studio.painting.theme import fit_fonts, font
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.panels.perceptron.losses import LossesPage
from nnstudio.studio.panels.perceptron.rule import RulePage
from nnstudio.studio.panels.perceptron.samples import SamplesPage
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.output_kinds import sample_words, unit_words
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.choice_buttons import choice_buttons

NARROWEST_PX = 210

PAGES = (
    (translatable("Rule"), translatable("one correction after the other, and when they end")),
    (
        translatable("Samples"),
        translatable("sum, answer, target and loss of each sample, and weights to drag"),
    ),
    (translatable("Losses"), translatable("J is stairs, the perceptron's criterion has a slope")),
)


class PerceptronPanel:
    """Shows one unit of a layer of step units; pages are made when the panel is seen first."""

    name = "perceptron"
    title = translatable("Perceptron")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._services, self._session = services, services.session
        self._perceptron = services.session.perceptron
        self._pace = Pace(TEXT_PERIOD_S)
        self._is_new = True
        self.widget = content = QWidget(parent)
        content.setMinimumWidth(NARROWEST_PX)
        content.setAccessibleName(tr(self.title))
        choices = [(tr(title), f"{tr(title)}: {tr(tip)}") for title, tip in PAGES]
        self.choice, row = choice_buttons(choices, self._show_page, content)
        self.unit = QComboBox(content)
        self.unit.setFont(font(11))
        self.unit.setAccessibleName(tr("Unit"))
        self.unit.setToolTip(tr("The output unit that is looked at: it should fire for its class alone"))
        self.unit.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.unit.setMinimumWidth(60)
        self.unit.activated.connect(self._perceptron.choose)
        row.addWidget(self.unit, 2)
        self.obstacle = QLabel("", content)
        self.obstacle.setFont(font(12))
        self.obstacle.setWordWrap(True)
        self.obstacle.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.make = QToolButton(content)
        self.make.setFont(font(12))
        self.make.clicked.connect(lambda: self._perceptron.make())
        self._layout = QVBoxLayout(content)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        self._layout.addLayout(row)
        self._layout.addWidget(self.obstacle)
        self._layout.addWidget(self.make)
        self.rule: RulePage | None = None
        self.samples: SamplesPage | None = None
        self.losses: LossesPage | None = None
        self._perceptron.changed.connect(self._note_change)

    @property
    def _pages(self) -> tuple[RulePage | SamplesPage | LossesPage, ...]:
        pages = (self.rule, self.samples, self.losses)
        return tuple(page for page in pages if page is not None)

    @property
    def _page(self) -> RulePage | SamplesPage | LossesPage:
        return self._pages[self.choice.checkedId()]

    def _make_pages(self) -> None:
        self.rule = RulePage(self._services, self.widget)
        self.samples = SamplesPage(self._perceptron, self.widget)
        self.losses = LossesPage(self._perceptron, self.widget)
        self.samples.chosen.connect(self._ask_about)
        for page in self._pages:
            # Not in a stack, which is as high as the highest of its pages.
            self._layout.addWidget(page, 1)
            # It was made when the size of text had been chosen long ago.
            fit_fonts(page.findChildren(QWidget))
        self._layout.addStretch(0)

    def _note_change(self) -> None:
        self._is_new = True

    def _show_page(self, _: int) -> None:
        self._is_new = True

    def _ask_about(self, row: int) -> None:
        """Put a sample where the input is made."""
        problem, samples = self._session.training.problem, self._perceptron.samples
        if problem is None or samples is None or row >= len(samples.x):
            return
        answer = problem.train.answer(row)
        where = tr("Sample {row:,} of what is learned from").format(row=row + 1)
        words = f"{sample_words(self._session.network.output_space, where, answer)}."
        self._session.input.show_sample(samples.x[row], words, answer)

    # Frames

    def refresh(self, changes: Changes) -> None:
        """Show the unit, at reading speed while it is trained."""
        training = self._session.training
        if not self._pages:
            self._make_pages()
        if training.problem is None and training.tasks.current is None:
            training.prepare()
        is_other = self._perceptron.follow() or self._is_new or changes.network or changes.progress
        if not self._pace.due(is_other, at_once=self._is_new or not training.is_running):
            return
        self._is_new = False
        self._show_units()
        obstacle = self._perceptron.obstacle
        self.obstacle.setText(obstacle)
        self.obstacle.setVisible(bool(obstacle))
        self.make.setVisible(self._perceptron.can_be_made)
        if self._perceptron.can_be_made:
            self._name_offer()
        for page in self._pages:
            page.setVisible(not obstacle and page is self._page)
        samples = self._perceptron.samples
        if not obstacle and samples is not None:
            self._page.show_samples(self._session.network.input_space, samples)
            self._page.show_state()

    def _show_units(self) -> None:
        network = self._session.network
        n = network.architecture.n_outputs
        names = [unit_words(network.output_space, unit, n) for unit in range(n)]
        if names != [self.unit.itemText(k) for k in range(self.unit.count())]:
            self.unit.clear()
            self.unit.addItems(names)
        self.unit.setCurrentIndex(self._perceptron.unit)

    def _name_offer(self) -> None:
        network = self._session.network
        architecture = network.architecture
        n_hidden = architecture.n_layers - 1
        text = tr("Drop %n hidden layer(s)", n_hidden) if n_hidden else tr("Make perceptrons")
        self.make.setText(text)
        self.make.setToolTip(
            tr(
                "{text}: fresh weights, {n_in:,} inputs to %n step unit(s); Ctrl+E brings the network back",
                min(network.output_space.output_counts),
            ).format(text=text, n_in=architecture.n_inputs)
        )

    def numbers(self) -> NumberTable:
        """Return the samples with their sums, answers and losses, or the losses over the chosen weight."""
        samples = self._perceptron.samples
        if self.samples is None or self.losses is None or samples is None or self._perceptron.obstacle:
            return (), []
        page = self.losses if self._page is self.losses else self.samples
        page.show_samples(self._session.network.input_space, samples)
        page.show_state()
        return page.numbers()

    def show_all(self) -> None:
        """Show all of the plots again."""
        if self.rule is not None and self.losses is not None:
            self.rule.plot.show_all()
            self.losses.show_all()
