"""The panel Settings: all training settings, validated while typing."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from nnstudio.data.output_kinds import OutputKind
from nnstudio.errors import UserError
from nnstudio.language import translatable
from nnstudio.studio.painting.theme import font
from nnstudio.studio.panels.settings.form import SettingsForm
from nnstudio.studio.panels.settings.schedule_plot import SchedulePlot
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.services import Services
from nnstudio.studio.session.setting import Setting
from nnstudio.studio.session.setting_list import DATA_SETTINGS, SETTINGS, freeze_setting, layer_setting
from nnstudio.training.config import TrainingConfig
from nnstudio.training.data_choices import DataChoices


class SettingsPanel:
    """Shows the current settings; choices are handled as those in the training bar."""

    name = "settings"
    title = translatable("Settings")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._services, self._session = services, services.session
        self.widget = SettingsForm(parent)
        self._shown: tuple[TrainingConfig, DataChoices, OutputKind] | None = None
        self._make_rows()
        self._rate = SchedulePlot(self.widget)
        self.widget.groups["Schedule"].add_below(self._rate)
        self._memorise = QToolButton(self.widget)
        self._memorise.setDefaultAction(services.actions["true-and-random"])
        self._memorise.setFont(font(12))
        self._memorise.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._memorise.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.widget.groups["Data"].add_below(self._memorise)
        self.numbers, self.show_all = self._rate.numbers, self._rate.show_all
        self.widget.chosen.connect(self._choose)
        self.widget.typed.connect(self._check)

    def _make_rows(self) -> None:
        n_layers = self._session.network.architecture.n_layers
        layers = [
            *(layer_setting(layer) for layer in range(n_layers - 1)),
            *(freeze_setting(layer) for layer in range(n_layers)),
        ]
        self.widget.set_settings([*layers, *SETTINGS, *DATA_SETTINGS])

    def refresh(self, changes: Changes) -> None:
        """Update what changed since the last frame."""
        session = self._session
        kind = session.network.output_kind
        shown = (session.network.config, session.training.data, kind)
        if shown != self._shown:
            if (
                self._shown is None
                or self._shown[0].architecture.n_layers != session.network.architecture.n_layers
            ):
                self._make_rows()
            self._shown = shown
            self._memorise.setVisible(kind.has_labels)
            self.widget.show_settings(session.setting_changes.holder_of, kind)
        self._rate.show_course(
            session.network.config,
            0.0 if session.network.checkpoint is None else session.network.checkpoint.epoch,
        )

    def _check(self, setting: Setting[Any], text: str) -> None:
        try:
            self._services.session.setting_changes.parsed(setting, text)
        except UserError as error:
            self.widget.show_note(setting, str(error))
        else:
            self.widget.show_note(setting, "")

    def _choose(self, setting: Setting[Any], text: str) -> None:
        box = self.widget.box(setting.key)
        changes, line = self._services.session.setting_changes, box.lineEdit()
        try:
            new = changes.parsed(setting, text)
        except UserError as error:
            if line is not None and line.hasFocus():
                # Return on an invalid value: it stays in the field, with its error message.
                self.widget.show_note(setting, str(error))
                return
            new = changes.holder_of(setting)
            changes.refuse(error)
        if line is not None:
            line.setModified(False)
        changes.apply(setting, new)
        self._shown = None
