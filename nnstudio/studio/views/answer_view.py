"""What a network answers: bars of classes, or numbers."""

import numpy as np
from PySide6.QtWidgets import QStackedWidget, QWidget

from nnstudio.data.problem import Answer, OutputSpace
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.decision import class_sums, class_values
from nnstudio.studio.views.class_bars import ClassBars
from nnstudio.studio.views.number_bars import NumberBars


class AnswerView(QStackedWidget):
    """Shows outputs as their kind asks for.

    Attributes
    ----------
    classes : ClassBars
    numbers : NumberBars
        One of them is on show.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.classes, self.numbers = ClassBars(name, self), NumberBars(name, self)
        self.addWidget(self.classes)
        self.addWidget(self.numbers)
        self._turn_to(self.classes)

    def set_outputs(self, space: OutputSpace, architecture: Architecture) -> None:
        """Set what the outputs are, and of which network; none are shown."""
        self.classes.set_classes(
            space.class_names,
            are_probabilities=architecture.gives_probabilities,
            n_steps=architecture.n_outputs if architecture.has_step_outputs else 0,
        )
        self.numbers.set_quantities(space.quantities)
        self._turn_to(self.classes if space.traits.has_labels else self.numbers)

    def _turn_to(self, page: ClassBars | NumberBars) -> None:
        self.setCurrentWidget(page)
        self.setFocusProxy(page)

    def show_outputs(self, values: np.ndarray, sums: np.ndarray, right: Answer | None = None) -> None:
        """Show outputs and their pre-activations, each (n_outputs,), and the right answer if known."""
        if self.currentWidget() is self.classes:
            known = right if isinstance(right, int) else None
            self.classes.show_outputs(class_values(values), class_sums(sums), known)
        else:
            self.numbers.show_outputs(values, None if isinstance(right, int) else right)

    def clear(self) -> None:
        """Show no outputs."""
        self.classes.clear()
        self.numbers.clear()
