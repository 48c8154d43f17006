"""One frame: what is new in the session goes to the visible views, texts more slowly than pictures."""

import time
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject

from nnstudio.data.problems import PROBLEMS
from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.insight.reading import pushes
from nnstudio.insight.tiles import layer_tiles
from nnstudio.studio.starting import NEW_NETWORK
from nnstudio.studio.views.inspector import UnitReport
from nnstudio.studio.views.network_layout import layer_title

if TYPE_CHECKING:
    from nnstudio.studio.window import Window

TEXT_PERIOD_S = 0.22
"""Numbers that people read change at 4 to 5 a second."""

CURVE_PERIOD_S = 0.15


class Presenter(QObject):
    """Shows a session in a window's views.

    Parameters
    ----------
    window : Window
        Its session is polled; its views are told.
    """

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._session = window.session
        self._selected: tuple[int, int] | None = None
        self._text_due_s = 0.0
        self._curves_due_s = 0.0
        self._text_stale = self._curves_stale = True
        self._page_turned = False
        self._running = False
        window.session.said.connect(self._hear)
        window.session.settings_changed.connect(self.show_settings)
        for view in (window.network, window.strips, window.matrices):
            view.unit_clicked.connect(self.select_unit)
        window.templates.unit_clicked.connect(self._select_template)
        for tabs in (window.curves, window.pictures):
            tabs.bar.currentChanged.connect(self._note_page)
        self.show_settings()

    def _hear(self, text: str, warning: bool) -> None:
        self._window.say(text, warning=warning)

    # Frames

    def frame(self) -> bool:
        """Show what is new.

        Returns
        -------
        bool
            Whether anything was.
        """
        changes = self._session.poll()
        if changes.network:
            self._show_network()
        page_turned, self._page_turned = self._page_turned, False
        if changes.weights or changes.network or page_turned:
            self._show_weights()
        if changes.reading or changes.network or page_turned:
            self._show_reading()
        if changes:
            self._show_inspected()
        self._text_stale |= bool(changes)
        self._curves_stale |= changes.progress or page_turned
        now_s = time.perf_counter()
        if self._text_stale and now_s >= self._text_due_s:
            self._text_due_s, self._text_stale = now_s + TEXT_PERIOD_S, False
            self._show_figures()
        if self._curves_stale and (page_turned or now_s >= self._curves_due_s):
            self._curves_due_s, self._curves_stale = now_s + CURVE_PERIOD_S, False
            self._show_curves()
        if self._session.errands.current is not None:
            self._show_errand()
        return bool(changes) or page_turned

    def _note_page(self) -> None:
        """Have the views that were hidden brought up to date, not before a frame: the network may be new."""
        self._page_turned = True
        self._window.pacer.hurry()

    # Parts of a frame

    def _show_network(self) -> None:
        session, window = self._session, self._window
        self.select_unit(None, None)
        window.network.set_network(
            session.architecture, session.input_space, session.output_space.class_names
        )
        window.outputs.set_classes(
            session.output_space.class_names,
            are_probabilities=session.architecture.activations[-1] == "softmax",
        )
        sample = "Test image" if session.input_space.kind == "image" else "Test point"
        window.actions_by_name["test-image"].setText(sample)
        window.input.show_kind(session.input_space.kind, session.output_space.noun)
        if session.input_space.kind == "plane":
            window.input.plane.set_space(session.input_space)
            if session.problem is not None:
                window.input.plane.set_points(session.problem.train.inputs(), session.problem.train.labels)
            if session.x is not None:
                window.input.plane.choose((float(session.x[0]), float(session.x[1])))
            window.templates.quantity, window.templates.smooth = "activation", True
        else:
            window.templates.quantity, window.templates.smooth = "weight", False
            window.commands.read_canvas()
        self.show_settings()

    def _show_weights(self) -> None:
        session, window = self._session, self._window
        layers = session.architecture.layers(session.theta)
        tiles = layer_tiles(session.architecture, session.theta, session.input_space)
        window.network.show_weights([layer.W for layer in layers], tiles)
        last = session.architecture.n_layers - 1
        if session.input_space.kind == "plane" and last in tiles:
            window.input.plane.show_field(tiles[last])
        if window.templates.isVisible():
            if 0 in tiles:
                window.templates.show_tiles(tiles[0])
            else:
                window.templates.clear()
        if window.matrices.isVisible():
            names = self._layer_names()
            titles = [(names[k], names[k + 1]) for k in range(1, len(layers))]
            window.matrices.show_weights(titles, [layer.W for layer in layers[1:]], 1)

    def _layer_names(self) -> list[str]:
        architecture = self._session.architecture
        return ["Input", *(layer_title(architecture, k) for k in range(architecture.n_layers))]

    def _show_reading(self) -> None:
        session, window = self._session, self._window
        reading = session.reading
        window.network.show_reading(reading)
        if session.input_space.kind == "image":
            window.input.preview.show_image(
                None if reading is None else reading.x.reshape(session.input_space.shape)
            )
        if reading is None:
            window.outputs.clear()
        else:
            window.outputs.show_outputs(reading.outputs, reading.z[-1])
        if window.strips.isVisible():
            if reading is None:
                window.strips.clear()
            else:
                names = self._layer_names()[1:]
                sizes = session.architecture.layer_sizes[1:]
                window.strips.show_layers(
                    [f"{name} · {n} units" for name, n in zip(names, sizes, strict=True)], reading.a
                )
        self._show_answer()

    def _show_answer(self) -> None:
        session, panel = self._session, self._window.input
        reading, noun = session.reading, session.output_space.noun
        size = "\u00a0×\u00a0".join(map(str, session.input_space.shape))
        sees = (
            f"The network sees {size} and reads"
            if session.input_space.kind == "image"
            else "The network answers"
        )
        if reading is None:
            sees = (
                f"Draw a {noun}: the answer follows the pen"
                if session.input_space.kind == "image"
                else "Click in the plane"
            )
        panel.sees.setText(sees)
        panel.show_answer("" if reading is None else session.output_space.class_names[reading.label])

    def _show_curves(self) -> None:
        window, snapshot = self._window, self._session.snapshot
        for view in (window.loss_curves, window.accuracy_curves):
            if not view.isVisible():
                continue
            if snapshot is None:
                view.clear()
                continue
            history = snapshot.history
            if view is window.loss_curves:
                view.show_curves(
                    (history.train_epoch, history.train_loss), (history.test_epoch, history.test_loss)
                )
            else:
                view.show_curves(
                    (history.test_epoch, history.train_accuracy), (history.test_epoch, history.test_accuracy)
                )

    def _show_figures(self) -> None:
        session, window = self._session, self._window
        self._show_facts()
        snapshot, reading = session.snapshot, session.reading
        if snapshot is None:
            window.bar.show_figures(None, None, None)
        else:
            speed = snapshot.images_per_second if session.is_running else None
            window.bar.show_figures(snapshot.epoch, speed, snapshot.test_accuracy)
        certain = ""
        if reading is not None and session.architecture.activations[-1] == "softmax":
            certain = f"{100 * float(reading.outputs[reading.label]):.1f} %"
        window.input.certainty.setText(certain)

    def _show_errand(self) -> None:
        errand = self._session.errands.current
        done = "" if errand.share is None else f" · {100 * errand.share:.0f} %"
        self._window.say(f"{errand.title} …{done} · Esc cancels")

    # Settings and selection

    def show_settings(self) -> None:
        """Show the problem and the configuration that are in force."""
        session, window = self._session, self._window
        window.bar.show_config(session.problem_name, session.config)
        if session.is_running != self._running:
            self._running = session.is_running
            window.actions_by_name.tint(window.theme, running=self._running)
        self._show_facts()

    def _show_facts(self) -> None:
        session, window = self._session, self._window
        title = PROBLEMS[session.problem_name].title
        size = f"{session.architecture.n_params:,} parameters"
        further = session.was_trained and session.model_name != NEW_NETWORK
        name = f"{session.model_name}, trained further" if further else session.model_name
        window.status.facts.setToolTip(self._measured())
        window.status.facts.setText(f"{name} · {title} · {size} · seed {session.config.seed}")

    def _measured(self) -> str:
        """Say what is known of the network on show, from its card."""
        lines = []
        # A card may come from anywhere: what is not of our form is passed over.
        with suppress(AttributeError, KeyError, TypeError, ValueError):
            for kind, sources in self._session.card["measured"].items():
                for source, figures in sources.items():
                    share = (
                        f"{figures['errors']:,} errors in {figures['n']:,} ({100 * figures['error']:.2f} %)"
                    )
                    lines.append(f"{source}, {kind}: {share}")
        if not lines:
            return ""
        when = "measured before training went on:" if self._session.was_trained else "measured:"
        return "\n".join([when, *lines])

    def _select_template(self, unit: int) -> None:
        self.select_unit(0, unit)

    def select_unit(self, layer: int | None, unit: int | None) -> None:
        """Select a unit of a computing layer, or none; every view shows which."""
        if layer is not None and unit is not None and not self._has_unit(layer, unit):
            layer = unit = None
        self._selected = None if layer is None or unit is None else (layer, unit)
        self._window.network.select(layer, unit)
        self._window.templates.select(unit if layer == 0 else None)
        self._show_inspected()

    def _has_unit(self, layer: int, unit: int) -> bool:
        """Tell whether there is such a unit: until the next frame, a click may meet the network before."""
        architecture = self._session.architecture
        return layer < architecture.n_layers and unit < architecture.layer_sizes[layer + 1]

    def _show_inspected(self) -> None:
        if self._selected is None:
            self._window.inspector.show_unit(None)
            return
        layer, unit = self._selected
        session = self._session
        architecture, reading = session.architecture, session.reading
        weights = architecture.layers(session.theta)[layer]
        names = self._layer_names()
        is_output = layer == architecture.n_layers - 1
        title = f"Neuron {unit} of {names[layer + 1].lower()}"
        if is_output:
            title = f"Output for {session.output_space.class_names[unit]}"
        towards = None
        if reading is not None and not is_output:
            towards = pushes(architecture, session.theta, reading, layer)[:, unit]
            if not np.isfinite(towards).all():
                towards = None
        is_picture = layer == 0 and session.input_space.kind == "image"
        self._window.inspector.show_unit(
            UnitReport(
                title=title,
                activation=ACTIVATIONS[weights.activation].title,
                w=weights.W[unit],
                b=float(weights.b[unit]),
                x=None if reading is None else reading.into(layer),
                z=None if reading is None else float(reading.z[layer][unit]),
                a=None if reading is None else float(reading.a[layer][unit]),
                shape=session.input_space.shape if is_picture else None,
                source=names[layer].lower(),
                source_names=session.input_space.names if layer == 0 else (),
                pushes=towards,
                classes=session.output_space.class_names,
            )
        )
