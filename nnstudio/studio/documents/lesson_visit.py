"""Lessons opened and left: the session that was there before comes back, and progress is kept."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QObject

from nnstudio.errors import UserError
from nnstudio.files.lesson_progress import KeptLesson, keep_progress, read_progress
from nnstudio.language import tr
from nnstudio.lessons.lesson_file import read_lesson
from nnstudio.studio.documents.session_snapshot import PanelLayout, captured, put_back
from nnstudio.studio.session.lesson_guide import Mark, StepRecord
from nnstudio.studio.session.problem_sources import ProblemSource
from nnstudio.studio.session.services import Services


class LessonVisit(QObject):
    """Opens lessons in the place of what is worked on, and brings that back.

    Parameters
    ----------
    services : Services
    layout : PanelLayout
        The arrangement of the panels, which a lesson may change.

    Notes
    -----
    Thread: gui.
    """

    def __init__(self, services: Services, layout: PanelLayout, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services, self._layout = services, layout
        self._guide = services.session.lesson_guide
        self._former_sources: dict[str, ProblemSource] = {}
        self._former_layout = QByteArray()
        self._kept: tuple[str, KeptLesson] | None = None
        """What was written last, and of which lesson."""
        self._told = ""
        services.session.lesson_guide.changed.connect(self._keep)

    @property
    def usual_layout(self) -> QByteArray:
        """The arrangement of the panels outside a lesson, which is the one to be kept."""
        return self._layout.state() if self._guide.lesson is None else self._former_layout

    def open(self, name_or_path: str | Path) -> None:
        """Open a lesson where it was left; a refusal is said, and everything stays as it is."""
        try:
            self.begin(name_or_path)
        except UserError as error:
            self._services.say(str(error), warning=True)

    def begin(self, name_or_path: str | Path) -> None:
        """Open a lesson where it was left.

        Raises
        ------
        UserError
            If it cannot be read; everything stays as it is then.
        """
        lesson = read_lesson(name_or_path)
        session, guide = self._services.session, self._guide
        if guide.lesson is None:
            guide.former = captured(self._services, self._layout)
            self._former_sources = dict(session.training.problem_sources)
            self._former_layout = self._layout.state()
        kept = read_progress().get(lesson.id)
        records, index = None, 0
        if kept is not None and len(kept.marks) == len(lesson.steps):
            index = kept.step
            records = [
                StepRecord(Mark(mark), dict(answers))
                for mark, answers in zip(kept.marks, kept.answers, strict=True)
            ]
        guide.open(lesson, records, index)
        self._services.show_panel("lesson")

    def leave(self) -> None:
        """Leave the lesson; the session from before is there again, with its panels."""
        guide, session = self._guide, self._services.session
        former = guide.former
        if guide.lesson is None or former is None:
            return
        guide.close()
        guide.former = None
        sources = session.training.problem_sources
        of_lesson = [name for name in sources if name not in self._former_sources]
        sources.update(self._former_sources)
        session.training.forget_problem()
        try:
            put_back(self._services, former)
        except UserError as error:
            self._services.say(str(error), warning=True)
        for name in of_lesson:
            if name != session.network.problem_name:
                del sources[name]
        self._former_sources = {}
        self._layout.restore(self._former_layout)
        self._services.say(tr("The lesson is left; what you worked on before is back."))

    def _keep(self) -> None:
        """Keep how far the lesson is."""
        guide = self._guide
        if guide.lesson is None:
            return
        kept = KeptLesson(
            guide.index,
            tuple(str(record.mark) for record in guide.records),
            tuple(dict(record.answers) for record in guide.records),
        )
        if (guide.lesson.id, kept) == self._kept:
            # Numbers of the step move several times a second: the file is left alone.
            return
        self._kept = guide.lesson.id, kept
        lessons = read_progress()
        lessons[guide.lesson.id] = kept
        try:
            keep_progress(lessons)
        except UserError as error:
            if str(error) != self._told:
                self._told = str(error)
                self._services.say(
                    tr("How far you are in the lesson is not being kept: {error}").format(error=error),
                    warning=True,
                )
