"""Every training setting, with what is typed checked at once."""

from typing import Any

from PySide6.QtWidgets import QWidget

from nnstudio.language import translatable
from nnstudio.studio.panels.settings.form import SettingsForm
from nnstudio.studio.panels.settings.schedule_plot import SchedulePlot
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.data_settings import DATA_SETTINGS
from nnstudio.studio.session.services import Services
from nnstudio.studio.session.setting import Setting
from nnstudio.studio.session.setting_list import SETTINGS, layer_setting
from nnstudio.training.config import TrainingConfig
from nnstudio.training.data_choices import DataChoices


class SettingsPanel:
    """Shows the settings in force; choices go the way of those in the training bar."""

    name = "settings"
    title = translatable("Settings")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._services, self._session = services, services.session
        self.widget = SettingsForm(parent)
        self._shown: tuple[TrainingConfig, DataChoices] | None = None
        self._make_rows()
        self._rate = SchedulePlot(self.widget)
        self.widget.groups["Schedule"].add_picture(self._rate)
        self.widget.chosen.connect(self._choose)
        self.widget.typed.connect(self._check)

    def _make_rows(self) -> None:
        n_hidden = self._session.network.architecture.n_layers - 1
        self.widget.set_settings([*(layer_setting(k) for k in range(n_hidden)), *SETTINGS, *DATA_SETTINGS])

    def refresh(self, changes: Changes) -> None:
        """Show what is new."""
        session = self._session
        shown = (session.network.config, session.training.data)
        if shown != self._shown:
            if (
                self._shown is None
                or self._shown[0].architecture.n_layers != session.network.architecture.n_layers
            ):
                self._make_rows()
            self._shown = shown
            self.widget.show_settings(self._services.setting_changes.holder_of)
        self._rate.show_course(
            session.network.config,
            0.0 if session.network.checkpoint is None else session.network.checkpoint.epoch,
        )

    def _check(self, setting: Setting[Any], text: str) -> None:
        self.widget.show_note(setting, self._services.setting_changes.refusal(setting, text))

    def _choose(self, setting: Setting[Any], text: str) -> None:
        box = self.widget.box(setting.key)
        refusal = self._services.setting_changes.refusal(setting, text)
        line = box.lineEdit()
        if refusal and line is not None and line.hasFocus():
            # Return on something impossible: it stays, with its sentence, to be mended.
            self.widget.show_note(setting, refusal)
            return
        if line is not None:
            line.setModified(False)
        self._services.setting_changes.choose(setting, text)
        self._shown = None
