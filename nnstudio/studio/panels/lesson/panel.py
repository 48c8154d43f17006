"""The panel Lesson: the lessons there are, and the step of the one that is open."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QLabel,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from nnstudio.errors import UserError
from nnstudio.files.lesson_progress import read_progress
from nnstudio.language import tr, translatable
from nnstudio.lessons.lesson_file import Lesson, own_lessons, read_lesson, shipped_lessons
from nnstudio.lessons.step_page import StepPage
from nnstudio.studio.painting.labels import remark
from nnstudio.studio.painting.theme import fit_fonts, font, give_role
from nnstudio.studio.panels.lesson.question import QuestionView, wrapped_label
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.lesson_guide import Mark
from nnstudio.studio.session.services import Services

SIGNS = {Mark.NEW: "", Mark.SEEN: "", Mark.SHOWN: "◦", Mark.DONE: "✓"}

TEXT_PX = 14

LEAST_WIDTH = 180
"""Of the text, so that a line has some words; one and a half times as much is less than a panel can claim."""


class LessonPanel:
    """Lists lessons; while one is open, shows its step, takes answers, and says where goals stand."""

    name = "lesson"
    title = translatable("Lesson")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._guide = services.session.lesson_guide
        self.widget = QWidget(parent)
        self.widget.setAccessibleName(tr(self.title))
        self._pages = QStackedLayout(self.widget)
        self.list = LessonList(self.widget)
        self.list.chosen.connect(self._guide.wanted)
        self.step = StepView(services, self.widget)
        self._pages.addWidget(self.list)
        self._pages.addWidget(self.step)
        self._is_stale = True
        self._guide.changed.connect(self._note)

    def _note(self) -> None:
        self._is_stale = True

    def refresh(self, changes: Changes) -> None:
        """Show what is new of the lesson."""
        if not self._is_stale:
            return
        self._is_stale = False
        is_open = self._guide.lesson is not None
        if is_open:
            self._pages.setCurrentWidget(self.step)
            self.step.show_step()
        elif self._pages.currentWidget() is not self.list or not self.list.is_filled:
            self.list.fill()
            self._pages.setCurrentWidget(self.list)


class LessonList(QWidget):
    """All lessons, with how long they take and how far one is; reading them waits until it is seen."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        words = wrapped_label(self)
        words.setText(
            tr(
                "A lesson puts its own networks and data into the window. What you work on now comes back "
                "when you leave it."
            )
        )
        give_role(words, "muted")
        layout.addWidget(words)
        self.rows = QListWidget(self)
        self.rows.setWordWrap(True)
        self.rows.setSpacing(3)
        # Rows take another height where their words have another width.
        self.rows.setResizeMode(QListView.ResizeMode.Adjust)
        self.rows.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.rows.setAccessibleName(tr("Lessons"))
        self.rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rows.itemActivated.connect(self._choose)
        self.rows.itemClicked.connect(self._choose)
        layout.addWidget(self.rows, 1)
        self._refused = wrapped_label(self)
        give_role(self._refused, "warning")
        self._refused.hide()
        layout.addWidget(self._refused)
        self.is_filled = False

    def fill(self) -> None:
        """Read the lessons and how far one is in each."""
        self.is_filled = True
        self.rows.clear()
        progress, refused = read_progress(), []
        for source in (*shipped_lessons(), *own_lessons()):
            try:
                lesson = read_lesson(source)
            except UserError as error:
                refused.append(str(error))
                continue
            kept = progress.get(lesson.id)
            n_done = 0 if kept is None else kept.n_done
            item = QListWidgetItem(_words_of(lesson, n_done))
            item.setData(Qt.ItemDataRole.UserRole, str(source))
            item.setFont(font(13))
            self.rows.addItem(item)
        self.rows.setCurrentRow(0)
        self._refused.setText("\n".join(refused))
        self._refused.setVisible(bool(refused))

    def _choose(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))


def _words_of(lesson: Lesson, n_done: int) -> str:
    lines = [lesson.title]
    if lesson.about:
        lines.append(lesson.about)
    n_steps = tr("%n step(s)", len(lesson.steps))
    minutes = tr("%n minute(s)", lesson.minutes)
    done = tr("{done} done").format(done=n_done) if n_done else tr("not begun")
    lines.append(f"{minutes} · {n_steps} · {done}")
    return "\n".join(lines)


class StepView(QWidget):
    """One step: text, questions, goals, hints and the buttons that lead on.

    Parameters
    ----------
    services : Services
    parent : QWidget
    """

    def __init__(self, services: Services, parent: QWidget) -> None:
        super().__init__(parent)
        self._guide = services.session.lesson_guide
        self._input_editor = services.input_editor
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self.steps = QComboBox(self)
        self.steps.setAccessibleName(tr("Step of the lesson"))
        self.steps.setToolTip(tr("Step of the lesson: ✓ is done, ◦ was shown"))
        self.steps.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.steps.setMinimumContentsLength(8)
        self.steps.activated.connect(self._guide.go_to)
        layout.addWidget(self.steps)
        # What is read scrolls; the buttons below it are always there.
        self.scroll = QScrollArea(self)
        self.scroll.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll.setWidgetResizable(True)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroll.setMinimumWidth(LEAST_WIDTH)
        self.scroll.verticalScrollBar().setAccessibleName(tr("Scroll the step"))
        self.scroll.verticalScrollBar().setToolTip(tr("The step has more text than fits: scroll"))
        paper = QWidget(self.scroll)
        paper.setObjectName("panel")
        paper.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.scroll.setWidget(paper)
        layout.addWidget(self.scroll, 1)
        outer, layout = layout, QVBoxLayout(paper)
        layout.setContentsMargins(0, 0, 4, 0)
        layout.setSpacing(8)
        self.text = wrapped_label(self)
        self.text.setFont(font(TEXT_PX))
        self.text.setTextFormat(Qt.TextFormat.RichText)
        layout.addWidget(self.text)
        self._questions_box = QVBoxLayout()
        self._questions_box.setSpacing(8)
        layout.addLayout(self._questions_box)
        self.questions: list[QuestionView] = []
        self.goals = wrapped_label(self)
        layout.addWidget(self.goals)
        self.hints = wrapped_label(self)
        self.hints.setTextFormat(Qt.TextFormat.RichText)
        layout.addWidget(self.hints)
        self._solved = remark("", self)
        self._solved.setWordWrap(True)
        layout.addWidget(self._solved)
        layout.addStretch(1)
        self.buttons: dict[str, QPushButton] = {}
        grid = QGridLayout()
        grid.setSpacing(6)
        for k, (name, title) in enumerate(
            (
                ("lesson-back", tr("Back")),
                ("lesson-next", tr("Next")),
                ("lesson-hint", tr("Hint")),
                ("lesson-show", tr("Show me")),
                ("lesson-again", tr("Begin again")),
                ("lesson-leave", tr("Leave")),
            )
        ):
            button = QPushButton(title, self)
            button.clicked.connect(services.actions[name].trigger)
            button.setToolTip(services.actions[name].toolTip())
            # Half of the column, be it as narrow as it may; large text must not scroll sideways.
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            self.buttons[name] = button
            grid.addWidget(button, k // 2, k % 2)
        outer.addLayout(grid)
        self._shown: tuple[object, int] = (None, -1)
        self._awaits_keys = False

    def show_step(self) -> None:
        """Show the step as it reads now."""
        guide, lesson = self._guide, self._guide.lesson
        assert lesson is not None, "a lesson is open"
        page, record = guide.page, guide.record
        if self._shown != (lesson, guide.index):
            self._shown = lesson, guide.index
            self._build_questions(lesson)
            self.scroll.verticalScrollBar().setValue(0)
            self._awaits_keys = True
        self._show_steps(lesson)
        if page is None:
            self.text.setText(tr("The step is being set up …"))
        else:
            self._show_page(page)
        for question in self.questions:
            question.setVisible(page is not None)
        for k, question in enumerate(self.questions):
            question.show_verdict(record.answers.get(k, ""), record.verdicts.get(k))
        step = guide.step
        n_left = len(step.hints) - record.n_hints
        self.buttons["lesson-hint"].setEnabled(page is not None and n_left > 0)
        self.buttons["lesson-hint"].setText(tr("Hint ({left})").format(left=n_left) if n_left else tr("Hint"))
        can_show = bool(step.solution or any(ask.is_judged for ask in step.asks))
        self.buttons["lesson-show"].setEnabled(page is not None and can_show and not guide.is_showing)
        self.buttons["lesson-back"].setEnabled(guide.index > 0)
        is_last = guide.index == len(lesson.steps) - 1
        self.buttons["lesson-next"].setEnabled(not is_last)
        self._light_next(is_lit=guide.is_solved and not is_last)
        self._solved.setText(self._said(is_last=is_last))
        if page is not None and self._awaits_keys and self.isVisible():
            self._awaits_keys = False
            self._give_keys()

    def _give_keys(self) -> None:
        """Let the first question be answered at once, where there is nothing else to do in the window."""
        takers: list[QWidget] = []
        if self.questions and not self._guide.step.goals:
            question = self.questions[0]
            takers = [question.field] if question.field is not None else list(question.options[:1])
        taker = takers[0] if takers else self._input_editor()
        taker.setFocus(Qt.FocusReason.OtherFocusReason)

    def _said(self, *, is_last: bool) -> str:
        guide = self._guide
        if guide.is_showing:
            return tr("The solution is being shown …")
        if not guide.is_solved:
            return ""
        if guide.is_given_up:
            return tr("It cannot be done: that is the point of this step. F7 goes on.")
        if is_last:
            return tr("That was the last step. Leave brings back what you worked on.")
        if guide.record.mark is Mark.SHOWN:
            return tr("Shown. Begin again lets you do it yourself; F7 goes on.")
        return tr("Done. F7 goes on.")

    def _light_next(self, *, is_lit: bool) -> None:
        button = self.buttons["lesson-next"]
        button.setCheckable(is_lit)
        button.setChecked(is_lit)
        # A button that can no longer be checked does not repaint itself.
        button.update()

    def _show_steps(self, lesson: Lesson) -> None:
        texts = [
            f"{k} {step.title} {SIGNS[record.mark]}".rstrip()
            for k, (step, record) in enumerate(zip(lesson.steps, self._guide.records, strict=True), 1)
        ]
        if texts != [self.steps.itemText(k) for k in range(self.steps.count())]:
            self.steps.clear()
            self.steps.addItems(texts)
        self.steps.setCurrentIndex(self._guide.index)

    def _show_page(self, page: StepPage) -> None:
        _set_text(self.text, page.text)
        for question, words, options in zip(self.questions, page.questions, page.options, strict=False):
            question.show_words(words, options)
        lines = [f"{'✓' if goal.is_reached else '○'} {goal.words}" for goal in page.goals]
        _set_text(self.goals, "\n".join(lines))
        self.goals.setVisible(bool(lines))
        give_role(self.goals, "good" if page.is_reached else "muted")
        _set_text(self.hints, "".join(page.hints))
        self.hints.setVisible(bool(page.hints))

    def _build_questions(self, lesson: Lesson) -> None:
        for question in self.questions:
            self._questions_box.removeWidget(question)
            question.hide()
            question.deleteLater()
        self.questions = []
        for k, ask in enumerate(self._guide.step.asks):
            question = QuestionView(ask, k, f"{lesson.id} {self._guide.index} {k}", self)
            question.answered.connect(self._guide.answer)
            self._questions_box.addWidget(question)
            self.questions.append(question)
        fit_fonts(self.findChildren(QWidget))


def _set_text(label: QLabel, text: str) -> None:
    if label.text() != text:
        label.setText(text)
