"""Opening and saving files: networks, sessions, recipes, images, drawings.

Dialogs, drops, the clipboard, recent files, the command line and later starts of the program all open files
by ``FileOpener.open_paths``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from nnstudio.data.colours import luminance
from nnstudio.data.imported import remarks
from nnstudio.data.own_points import OwnPoints
from nnstudio.data.personal_set import Edit
from nnstudio.data.picture import character_of_picture, characters_of_picture
from nnstudio.data.points_table import PointsTable
from nnstudio.data.rasterise import RasterSpec
from nnstudio.data.strokes import Drawing
from nnstudio.data.writing import LeftOut
from nnstudio.errors import UserError
from nnstudio.files import drawing_file, file_types
from nnstudio.files.drawing_file import check_readable, read_drawing
from nnstudio.files.exports import EXPORTS
from nnstudio.files.file_types import FILE_TYPES, FileType, in_opening_order, type_of
from nnstudio.files.image_file import read_image
from nnstudio.files.imported_layers import Assumptions
from nnstudio.files.model_file import Model
from nnstudio.files.network_toml import open_network_toml
from nnstudio.files.open_model import OpenOrderError, open_model
from nnstudio.files.personal_file import import_drawings
from nnstudio.files.points_toml import read_points_file
from nnstudio.language import tr
from nnstudio.studio.documents.layer_order_question import LayerOrderQuestion
from nnstudio.studio.documents.recent_files import RecentFiles
from nnstudio.studio.documents.session_snapshot import PanelLayout, open_file
from nnstudio.studio.session.character_line import strip_of
from nnstudio.studio.session.input_kinds import why_not_drawn
from nnstudio.studio.session.opened_sweep import OpenedSweep, open_sweep_table
from nnstudio.studio.session.openings import Opening, Work
from nnstudio.studio.session.problem_sources import TurnOffer, briefly, import_source, recipe_source
from nnstudio.studio.session.services import Services
from nnstudio.studio.session.session import Session


class DocumentError(UserError):
    """A file that cannot be opened or saved from the window."""


class FileOpener:
    """Opens files and folders of every type.

    Parameters
    ----------
    services : Services
    recent : RecentFiles
        Takes note of what was opened.
    layout : PanelLayout
        The arrangement of the panels, which a session's file brings along.
    begin_lesson : callable (Path)
        Opens a lesson in the place of what is worked on; raises UserError where it cannot be read.

    Notes
    -----
    Thread: gui.
    """

    def __init__(
        self,
        services: Services,
        recent: RecentFiles,
        layout: PanelLayout,
        begin_lesson: Callable[[Path], None],
    ) -> None:
        self._services, self._recent, self._layout = services, recent, layout
        services.session.turn_offered.connect(self._ask_to_turn)
        self._openers: dict[FileType, Callable[[Path], Opening[None] | None]] = {
            file_types.SESSION: self._open_session,
            file_types.NETWORK: self._open_network,
            file_types.SMALL_NETWORK: self._open_written,
            file_types.DRAWING: self._open_drawing,
            file_types.IMAGE: self._open_image,
            file_types.RECIPE: self._open_recipe,
            file_types.POINTS: self._open_points,
            file_types.IMAGE_TABLE: self._import_images,
            file_types.IMAGE_FOLDER: self._import_images,
            file_types.LABELLED_DRAWINGS: self.import_drawings,
            file_types.SWEEP_TABLE: self._open_sweep,
            file_types.LESSON: begin_lesson,
        }

    def open_paths(self, paths: list[Path]) -> None:
        """Open files: networks and data first, then inputs; what cannot be opened is said.

        Pictures are read in the background; what comes after one waits for it.
        """
        self._services.session.openings.start(self._opening(paths))

    def _opening(self, paths: list[Path]) -> Opening[None]:
        opened, refused = [], []
        for path in in_opening_order(paths):
            try:
                yield from self._open(path)
            except OpenOrderError as error:
                window = self._services.input_editor().window()
                ask_layer_order(self._services, path, error, partial(self._take_network, path), window)
            except UserError as error:
                refused.append(briefly(error, path))
            else:
                self._recent.note(path)
                opened.append(path.name)
        if len(paths) > 1:
            words = tr("Opened {count} of {total}.").format(count=len(opened), total=len(paths))
            if not refused:
                words = tr("Opened {count} of {total}, {name} last: Ctrl+Z and Ctrl+E go back.").format(
                    count=len(opened), total=len(paths), name=opened[-1]
                )
            self._services.say(" ".join([words, *refused[:1]]), warning=bool(refused))
        elif refused:
            self._services.say(f"{refused[0]} {tr('What was open stays.')}", warning=True)

    def _open(self, path: Path) -> Opening[None]:
        """Open a file or folder by its type.

        Raises
        ------
        UserError
            If it cannot be read; nothing has changed then.
        """
        file_type = type_of(path)
        if file_type is not file_types.IMAGE_FOLDER:
            check_readable(path)
        yield from self._openers[file_type](path) or ()

    def _open_session(self, path: Path) -> Opening[None]:
        return open_file(self._services, self._layout, path)

    def _open_network(self, path: Path) -> Opening[None]:
        title = tr("Reading {name}").format(name=path.name)
        self._services.session.open_model((yield Work(title, partial(open_model, path))))

    def _take_network(self, path: Path, model: Model) -> None:
        self._services.session.open_model(model)
        self._recent.note(path)

    def _open_written(self, path: Path) -> None:
        self._services.session.open_written(f"network {path}", open_network_toml(path))

    def _open_recipe(self, path: Path) -> None:
        self._services.session.take(recipe_source(path))

    def _import_images(self, path: Path) -> None:
        self._services.session.take(import_source(path))

    def _open_points(self, path: Path) -> Opening[None]:
        title = tr("Reading {name}").format(name=path.name)
        take_points(self._services, path.name, (yield Work(title, partial(read_points_file, path))))

    def _open_sweep(self, path: Path) -> Opening[None]:
        title = tr("Reading {name}").format(name=path.name)
        opened: OpenedSweep = yield Work(title, partial(open_sweep_table, path))
        self._services.session.open_sweep(opened)
        self._services.show_panel("sweep")
        self._services.say(
            tr("Opened {name}: {n} of {all} cells are done.").format(
                name=opened.title, n=len(opened.results), all=opened.spec.n_cells
            )
        )

    def _ask_to_turn(self, offer: TurnOffer) -> None:
        """Ask whether imported images are to be turned; they are there as they are meanwhile."""
        box = QMessageBox(self._services.input_editor().window())
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(tr("Turn the images?"))
        box.setText(offer.sentence)
        turn = box.addButton(tr("Turn them"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(tr("Leave them"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(turn)
        turn.clicked.connect(lambda: self._services.session.take(offer.turned))
        # Not exec(): training and drawing go on behind the question.
        box.open()

    def _open_drawing(self, path: Path) -> None:
        lay_drawing(self._services, read_drawing(path))
        self._services.say(tr("Opened {name}.").format(name=path.name))

    def _open_image(self, path: Path) -> Opening[None]:
        title = tr("Reading {name}").format(name=path.name)
        left_out = yield from lay_image(self._services, title, partial(read_image, path))
        self._services.say(" ".join([tr("Opened {name}.").format(name=path.name), left_out]).rstrip())

    def import_drawings(self, path: Path) -> None:
        """Add the labelled drawings of a file to the user's own.

        Raises
        ------
        UserError
            It holds none, or there is no room for them; nothing has changed then.
        """
        drawings = import_drawings(path)
        self._services.session.drawings.edit(Edit(added=drawings.drawings))
        self._services.show_panel("drawings")
        self._services.say(tr("%n drawing(s) joined yours.", len(drawings)))


class FileDialogs:
    """Asks for files and folders, and begins beside the last file.

    Parameters
    ----------
    services : Services
    recent : RecentFiles
    parent : QWidget
        The dialogs belong to its window.
    """

    def __init__(self, services: Services, recent: RecentFiles, parent: QWidget) -> None:
        self._services, self._recent, self._parent = services, recent, parent

    def ask_open(self, title: str, filters: str) -> Path | None:
        """Ask for a file that exists; None where the dialog is cancelled."""
        name, _ = QFileDialog.getOpenFileName(self._parent, title, str(self._recent.folder()), filters)
        return Path(name) if name else None

    def ask_folder(self, title: str) -> Path | None:
        """Ask for a folder that exists; None where the dialog is cancelled."""
        name = QFileDialog.getExistingDirectory(self._parent, title, str(self._recent.folder()))
        return Path(name) if name else None

    def ask_save(self, title: str, file_name: str, kinds: Mapping[str, str]) -> Path | None:
        """Ask where to save; None where the dialog is cancelled.

        Parameters
        ----------
        title : str
        file_name : str
            The proposed name.
        kinds : mapping of str to str
            The filters of the dialog, and the suffix that each adds where the user types none.
        """
        name, kind = QFileDialog.getSaveFileName(
            self._parent, title, str(self._recent.folder() / file_name), ";;".join(kinds)
        )
        return with_suffix(name, kinds.get(kind, next(iter(kinds.values())))) if name else None

    def save_as(
        self, title: str, file_name: str, kinds: Mapping[str, str], save: Callable[[Path], object]
    ) -> None:
        """Ask where to save, save, and say what came of it."""
        path = self.ask_save(title, file_name, kinds)
        if path is None:
            return
        try:
            save(path)
        except UserError as error:
            self._services.say(f"{error} {tr('Nothing was overwritten.')}", warning=True)
        else:
            self._recent.note(path)
            self._services.say(tr("Saved {path}.").format(path=path))


def ask_layer_order(
    services: Services,
    path: Path,
    question: OpenOrderError,
    take: Callable[[Model], object],
    parent: QWidget,
) -> None:
    """Ask in which order the layers of a network follow each other; ``take`` gets it with the answer."""

    def open_it(order: tuple[str, ...]) -> None:
        try:
            take(open_model(path, Assumptions(order=order)))
        except UserError as error:
            services.say(f"{briefly(error, path)} {tr('What was open stays.')}", warning=True)

    LayerOrderQuestion(path.name, question.orders, open_it, parent).open()


def open_filters() -> str:
    """Return the types of files that can be opened, as a dialog takes them; all of them come first."""
    # Recipes and small networks have the same suffix.
    suffixes = " ".join(
        dict.fromkeys(f"*{suffix}" for file_type in FILE_TYPES for suffix in file_type.suffixes)
    )
    all_types = f"{tr('All files that nnstudio reads')} ({suffixes})"
    return ";;".join([all_types, *(file_type.dialog_filter for file_type in FILE_TYPES), tr("All files (*)")])


def network_kinds() -> dict[str, str]:
    """Return for each way to save a network what a dialog says of it, and the suffix of its files."""
    return {f"{tr(kind.title)} (*{kind.suffix})": kind.suffix for kind in EXPORTS}


def with_suffix(name: str, suffix: str) -> Path:
    """Return the path that a dialog gave, with a suffix where the user typed none."""
    path = Path(name)
    return path if path.suffix else path.with_name(path.name + suffix)


def take_points(services: Services, title: str, table: PointsTable) -> None:
    """Learn from the points of a table, which are the user's own; what was left out of it is said."""
    problem = table.problem(title, title)
    points = replace(OwnPoints.of(problem), origin="", title=problem.title)
    account = " ".join(remarks(table.notes, table.skipped))
    services.session.take_points(points, account or tr("Points of your own."))


def lay_drawing(services: Services, drawing: Drawing) -> None:
    """Lay a drawing on the canvas.

    Raises
    ------
    DocumentError
        If the displayed network reads no images.
    """
    check_reads_images(services.session)
    services.session.input.set_drawing(drawing)


def lay_image(services: Services, title: str, load: Callable[[], np.ndarray]) -> Opening[str]:
    """Lay a picture on the canvas, as the network sees it; it is read in the background.

    Parameters
    ----------
    services : Services
    title : str
        What is being done, for the message line.
    load : callable () -> float32 ndarray of shape (height, width, 3)
        Red, green and blue, 0 … 1. Called in the background.

    Returns
    -------
    str
        What the picture shows beside its characters, as a sentence; empty where there is nothing else.

    Raises
    ------
    UserError
        If the displayed network reads no images, or none of this size, or the image is blank.
    """
    session, way = services.session, None
    # Another network may have come while the picture was read.
    while way != (wanted := _WayToRead.of(session)):
        way = wanted
        image, left_out = yield Work(title, partial(way.read, load))
    session.input.set_image(image)
    sentence: str = left_out.sentence()
    return sentence


@dataclass(frozen=True)
class _WayToRead:
    """How the displayed network has pictures; they are read so on any thread.

    Attributes
    ----------
    shape : tuple of int
        Of its inputs.
    raster : RasterSpec or None
        None where pictures are read as they are.
    reads_lines : bool
    confidence : callable
        See `characters_of_picture`.
    """

    shape: tuple[int, ...]
    raster: RasterSpec | None
    reads_lines: bool
    confidence: Callable[[np.ndarray], np.ndarray] = field(compare=False)

    @classmethod
    def of(cls, session: Session) -> "_WayToRead":
        """Return the displayed network's, or say that it reads no images."""
        check_reads_images(session)
        network = session.network
        return cls(network.input_space.shape, network.raster, session.input.reads_lines, network.confidence)

    def read(self, load: Callable[[], np.ndarray]) -> tuple[np.ndarray, LeftOut]:
        """Return what is laid on the canvas, and what was left out."""
        picture = load()
        if self.raster is None:
            return self._as_it_is(picture), LeftOut()
        if self.reads_lines:
            found = characters_of_picture(picture, self.raster, confidence=self.confidence)
        else:
            found = character_of_picture(picture, self.raster)
        return strip_of(found), found.left_out

    def _as_it_is(self, picture: np.ndarray) -> np.ndarray:
        """Return the brightness of a picture that has the network's size."""
        grey: np.ndarray = luminance(picture)
        if grey.shape != self.shape:
            raise DocumentError(
                tr("This network reads images of {shape} pixels; open one of that size.").format(
                    shape=" × ".join(map(str, self.shape))
                )
            )
        return grey


def check_reads_images(session: Session) -> None:
    """Check that the displayed network reads images.

    Raises
    ------
    DocumentError
        If it does not.
    """
    if not session.input.can_be_drawn:
        raise DocumentError(why_not_drawn(session.input.input_space))


def save_drawing(drawing: Drawing, path: Path) -> None:
    """Save the strokes on the canvas.

    Raises
    ------
    UserError
        If there are no strokes, or the file cannot be written.
    """
    if drawing.is_empty:
        raise DocumentError(tr("There is no drawing on the canvas to save."))
    drawing_file.save_drawing(path, drawing)
