"""The menu Lessons: open one, go through its steps, ask for help, hand in answers, leave."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer

from nnstudio.files.atomic import write_atomically
from nnstudio.files.lesson_progress import answers_table
from nnstudio.language import tr
from nnstudio.studio.commands.command import Command
from nnstudio.studio.documents.lesson_visit import LessonVisit
from nnstudio.studio.documents.open_save import FileDialogs
from nnstudio.studio.session.services import Services


class LessonsMenu:
    """What the entries of the menu Lessons do.

    Parameters
    ----------
    services : Services
    visit : LessonVisit
    dialogs : FileDialogs
    focus_panel : callable (name)
        Gives a panel the keys.
    """

    def __init__(
        self,
        services: Services,
        visit: LessonVisit,
        dialogs: FileDialogs,
        focus_panel: Callable[[str], None],
    ) -> None:
        self._services, self._guide = services, services.session.lesson_guide
        self._visit, self._dialogs, self._focus_panel = visit, dialogs, focus_panel

    def commands(self) -> tuple[Command, ...]:
        """Return the entries in the order of the menu."""
        guide = self._guide
        return (
            Command(
                "lessons",
                "Lessons",
                "Lessons",
                "list all lessons, or show the step of the one that is open",
                self._show_panel,
                ("F8",),
            ),
            Command(
                "lesson-next",
                "Lessons",
                "Next step",
                "go on to the next step of the lesson",
                self._in_lesson(lambda: guide.go_to(guide.index + 1)),
                ("F7",),
                begins_group=True,
            ),
            Command(
                "lesson-back",
                "Lessons",
                "Step before",
                "go back to the step before, as it was left",
                self._in_lesson(lambda: guide.go_to(guide.index - 1)),
                ("Shift+F7",),
            ),
            Command(
                "lesson-hint",
                "Lessons",
                "Hint",
                "show a hint, and with each press one more",
                self._in_lesson(guide.hint),
                ("Shift+F8",),
            ),
            Command(
                "lesson-show",
                "Lessons",
                "Show me",
                "answer the questions of the step and reach its goal, while you watch",
                self._in_lesson(guide.show_solution),
                ("Ctrl+Alt+M",),
            ),
            Command(
                "lesson-again",
                "Lessons",
                "Begin the step again",
                "set the step up once more, and forget what was answered in it",
                self._in_lesson(guide.begin_again),
                ("Ctrl+Alt+N",),
            ),
            Command(
                "lesson-answers",
                "Lessons",
                "Save answers…",
                "save what was answered in this lesson as a table, to be handed in",
                self._in_lesson(self._save_answers),
                ("Ctrl+Alt+H",),
                begins_group=True,
            ),
            Command(
                "lesson-leave",
                "Lessons",
                "Leave the lesson",
                "bring back what was worked on before, with its panels; so does Esc, pressed twice",
                self._in_lesson(self._visit.leave),
                ("Shift+Esc",),
            ),
        )

    def _show_panel(self) -> None:
        """Show the panel, and choose among the lessons by the keys."""
        self._services.show_panel("lesson")
        # Once the panel is shown.
        QTimer.singleShot(0, self._services.session, lambda: self._focus_panel("lesson"))

    def _in_lesson(self, run: Callable[[], object]) -> Callable[[], None]:
        """Return a command that is for a lesson; without one it says how to open one."""

        def run_in_lesson() -> None:
            if self._guide.lesson is None:
                self._services.say(tr("No lesson is open: F8 lists them all."), warning=True)
            else:
                run()

        return run_in_lesson

    def _save_answers(self) -> None:
        lesson, records = self._guide.lesson, self._guide.records
        assert lesson is not None, "a lesson is open"
        rows: list[tuple[object, ...]] = []
        for number, (step, record) in enumerate(zip(lesson.steps, records, strict=True), 1):
            about = lesson.id, number, step.title, str(record.mark)
            if not step.asks:
                rows.append((*about, "", "", ""))
            for k, ask in enumerate(step.asks):
                verdict = record.verdicts.get(k)
                right = "" if verdict is None or not ask.is_judged else ("yes" if verdict.is_right else "no")
                rows.append((*about, ask.words.source.strip(), record.answers.get(k, ""), right))

        def write(path: Path) -> None:
            write_atomically(path, answers_table(rows))

        self._dialogs.save_as(
            tr("Save the answers"), f"{lesson.id}.csv", {tr("Table (*.csv)"): ".csv"}, write
        )
