"""What each action does."""

from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QFileDialog

from nnstudio.errors import UserError
from nnstudio.language import tr
from nnstudio.studio.commands.export import KeepingCommands
from nnstudio.studio.commands.files import SessionCommands
from nnstudio.studio.commands.history import TimeCommands
from nnstudio.studio.commands.recipe_menu import show_recipes
from nnstudio.studio.commands.shortcut_list import show_keys
from nnstudio.studio.commands.teaching import TeachingCommands
from nnstudio.studio.documents import open_save
from nnstudio.studio.documents.drag_and_drop import DragAndDrop
from nnstudio.studio.painting.colour_scale import Scope
from nnstudio.studio.painting.theme import DARK, LIGHT, TEXT_SCALES, appearance, text_scale
from nnstudio.studio.window.dock import Dock

RATE_FACTOR = 1.5
PEN_FACTOR = 1.2


class Commands(TimeCommands, TeachingCommands, SessionCommands, KeepingCommands):
    """One method for each entry of ``actions.ENTRIES``, named like it."""

    def connect_all(self) -> None:
        """Connect what the window's parts have to say to this object, once all parts exist."""
        window = self._window
        document = window.session.input
        document.content_changed.connect(self._show_mode)
        document.erasing_changed.connect(self._show_pen)
        undo = document.undo_stack
        for name, signal in (("undo", undo.canUndoChanged), ("redo", undo.canRedoChanged)):
            signal.connect(window.actions_by_name[name].setEnabled)
            window.actions_by_name[name].setEnabled(False)
        weight_edits = window.weight_editor.undo_stack
        for name, signal in (
            ("undo-operation", weight_edits.canUndoChanged),
            ("redo-operation", weight_edits.canRedoChanged),
        ):
            signal.connect(window.actions_by_name[name].setEnabled)
            window.actions_by_name[name].setEnabled(False)
        self._show_pen(document.erasing)
        self.connect_teaching()
        DragAndDrop(window).dropped.connect(self.take)
        window.dock_area.picture_wanted.connect(self.copy_panel)
        window.dock_area.figure_wanted.connect(self.save_figure_of)
        window.dock_area.film_wanted.connect(self.save_film_of)
        window.colour_scale.changed.connect(self._show_scale)
        self._show_scale()

    # Drawing

    def next_character(self) -> None:
        self._session.input.choose_character(self._session.input.chosen + 1)

    def previous_character(self) -> None:
        self._session.input.choose_character(self._session.input.chosen - 1)

    def undo(self) -> None:
        self._session.input.undo()

    def redo(self) -> None:
        self._session.input.redo()

    def clear(self) -> None:
        self._session.input.clear()

    def pixels(self) -> None:
        self._session.input.toggle_pixels()
        self._show_mode()

    def _show_mode(self) -> None:
        is_painting = self._session.input.content.pixels is not None
        self._window.actions_by_name["pixels"].setChecked(is_painting)

    def pen(self) -> None:
        self._session.input.set_erasing(False)

    def eraser(self) -> None:
        self._session.input.set_erasing(not self._session.input.erasing)

    def _show_pen(self, erasing: bool) -> None:
        self._window.actions_by_name["pen"].setChecked(not erasing)
        self._window.actions_by_name["eraser"].setChecked(erasing)

    def wider(self) -> None:
        self._session.input.set_pen_width(self._session.input.pen_width * PEN_FACTOR)

    def narrower(self) -> None:
        self._session.input.set_pen_width(self._session.input.pen_width / PEN_FACTOR)

    def test_image(self) -> None:
        self._session.training.random_test_input(self._show_test_sample)

    def _show_test_sample(self, x: np.ndarray, class_name: str) -> None:
        label = self._session.network.output_space.class_names.index(class_name)
        self._session.input.show_sample(
            x, tr("A sample of the test set, labelled {class_name}.").format(class_name=class_name), label
        )

    # Surgery

    def silence(self) -> None:
        self._window.show_panel("surgery")
        self._window.panels["surgery"].units.silence_unit()

    def undo_operation(self) -> None:
        self._window.weight_editor.undo()

    def redo_operation(self) -> None:
        self._window.weight_editor.redo()

    def next_stage(self) -> None:
        self._walk(1)

    def previous_stage(self) -> None:
        self._walk(-1)

    def _walk(self, stages: int) -> None:
        self._window.show_panel("step")
        self._window.stepper.go(stages)

    def take_step(self) -> None:
        self._window.stepper.take()

    def leave_step(self) -> None:
        self._window.stepper.leave()

    # Training

    def play(self) -> None:
        if self._window.fine_tuner.is_busy:
            self._window.fine_tuner.turn_training()
        elif self._session.training.is_running:
            self._session.training.pause()
        else:
            self._session.training.play()

    def step_batch(self) -> None:
        self._session.training.step_batch()

    def step_epoch(self) -> None:
        self._session.training.step_epoch()

    def reset(self) -> None:
        self._session.training.reset()

    def new_seed(self) -> None:
        self._session.training.reset(new_seed=True)

    def earlier(self) -> None:
        self._session.go_back()

    def recipes(self) -> None:
        show_recipes(self._window)

    def faster(self) -> None:
        self._scale_rate(RATE_FACTOR)

    def slower(self) -> None:
        self._scale_rate(1 / RATE_FACTOR)

    def _scale_rate(self, factor: float) -> None:
        self._window.setting_changes.set_learning_rate(
            self._session.network.config.hyper.learning_rate * factor
        )

    def edit_network(self) -> None:
        self._window.bar.network.setFocus()
        self._window.bar.network.selectAll()

    def settings(self) -> None:
        self._window.show_panel("settings")
        self._window.panels["settings"].widget.focus_first()

    def cancel(self) -> None:
        if self._window.what_is_this.is_on:
            self._window.what_is_this.end()
            return
        if self._window.film_export.cancel():
            self._window.say(tr("The film was given up; nothing of it was kept."))
            return
        task = self._session.training.tasks.current
        if not self._window.fine_tuner.cancel() and task is not None:
            self._session.training.tasks.cancel()
            self._window.say(tr("{title}: cancelled; nothing was changed.").format(title=task.title))
        # What was being typed goes back to what is in force.
        self._window.frame_updates.show_settings()
        self._window.leave_bar()

    # Looking

    def redraw_samples(self) -> None:
        self._window.panels["samples"].redraw()
        self._window.frame_timer.hurry()

    def next_scale(self) -> None:
        self._window.colour_scale.choose_next()

    def unit_scale(self) -> None:
        self._choose_scale(Scope.UNIT)

    def layer_scale(self) -> None:
        self._choose_scale(Scope.LAYER)

    def network_scale(self) -> None:
        self._choose_scale(Scope.NETWORK)

    def _choose_scale(self, scope: Scope) -> None:
        self._window.colour_scale.choose(scope)
        self._show_scale()

    def _show_scale(self) -> None:
        for scope in Scope:
            self._window.actions_by_name[f"{scope}-scale"].setChecked(
                scope is self._window.colour_scale.scope
            )

    def theme(self) -> None:
        self._window.set_theme(LIGHT if appearance.theme is DARK else DARK)

    def full_screen(self, full: bool) -> None:
        if full:
            self._window.showFullScreen()
        else:
            self._window.showNormal()

    def larger_text(self) -> None:
        self._step_text(1)

    def smaller_text(self) -> None:
        self._step_text(-1)

    def usual_text(self) -> None:
        self._window.set_text_scale(1.0)

    def _step_text(self, step: int) -> None:
        at = min(range(len(TEXT_SCALES)), key=lambda k: abs(TEXT_SCALES[k] - text_scale()))
        scale = TEXT_SCALES[min(max(at + step, 0), len(TEXT_SCALES) - 1)]
        self._window.set_text_scale(scale)
        self._window.say(
            tr("Text at {scale:.0f} % of its usual size. Ctrl+0 brings that back.").format(scale=100 * scale)
        )

    def present(self, presenting: bool) -> None:
        self._window.presentation.set_on(presenting)

    def next_panel(self) -> None:
        self._window.dock_area.step_focus(1)

    def previous_panel(self) -> None:
        self._window.dock_area.step_focus(-1)

    def float_panel(self) -> None:
        dock = self._panel_with_focus()
        if dock is not None:
            dock.title_bar.toggle_floating()
            dock.activateWindow()

    def hide_panel(self) -> None:
        dock = self._panel_with_focus()
        if dock is not None:
            dock.close()
            self._window.say(
                tr("{title} is hidden; View > Panels brings it back.").format(title=tr(dock.panel.title))
            )

    def _panel_with_focus(self) -> Dock | None:
        dock = self._window.dock_area.panel_with_focus()
        if dock is None:
            self._window.say(tr("No panel has the keys: F6 goes to one."))
        return dock

    def reset_layout(self) -> None:
        self._window.dock_area.reset()

    def keys(self) -> None:
        show_keys(self._window, self._window.panel_actions.key_rows())

    def about(self) -> None:
        # Who looks for licences waits for what reads them; the start does not.
        from nnstudio.studio.help.about import show_about

        show_about(self._window)

    # Files

    def open(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self._window,
            tr("Open a network, a recipe, an image or a drawing"),
            str(self._window.recent.folder()),
            open_save.open_filter(),
        )
        if name:
            self.open_path(Path(name))

    def open_path(self, path: Path) -> None:
        """Open a file; what cannot be opened is said in the message line."""
        try:
            open_save.open_path(self._window, path)
        except UserError as error:
            self._window.say(f"{error} {tr('What was open stays.')}", warning=True)
        else:
            self._window.recent.note(path)

    def import_images(self) -> None:
        name = QFileDialog.getExistingDirectory(
            self._window,
            tr("Import a folder with a sub-folder for each class"),
            str(self._window.recent.folder()),
        )
        if name:
            self.open_path(Path(name))

    def save(self) -> None:
        kinds = open_save.network_kinds()
        name, kind = QFileDialog.getSaveFileName(
            self._window,
            tr("Save the network"),
            str(self._window.recent.folder() / "network.safetensors"),
            ";;".join(kinds),
        )
        if name:
            ending = kinds.get(kind, ".safetensors")
            self._try_saving(open_save.with_ending(name, ending), open_save.save_network)

    def save_drawing(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self._window,
            tr("Save the drawing"),
            str(self._window.recent.folder() / "drawing.json"),
            tr(open_save.DRAWING_FILTER),
        )
        if name:
            self._try_saving(open_save.with_ending(name, ".json"), open_save.save_drawing)

    def _try_saving(self, path: Path, save: open_save.Saver) -> None:
        try:
            save(self._window, path)
        except UserError as error:
            self._window.say(f"{error} {tr('Nothing was overwritten.')}", warning=True)
        else:
            self._window.recent.note(path)
            self._window.say(tr("Saved {path}.").format(path=path))

    def quit(self) -> None:
        self._window.close()
