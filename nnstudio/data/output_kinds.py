"""What each kind of network output is, and what it is measured by; any room may import it.

A kind is a record here and one in ``studio/session/output_kinds.py``; everything else asks these records.
"""

from __future__ import annotations

from dataclasses import dataclass

from nnstudio.language import tr, translatable


@dataclass(frozen=True)
class Measure:
    """A figure, beside the loss, that says how good a network is.

    Attributes
    ----------
    name : str
        As files and tables have it.
    title : str
        For people; to be translated with ``tr``.
    is_share : bool
        Whether it is a share of the samples, 0…1, written in per cent; otherwise it is a number in the unit
        of the outputs.
    higher_is_better : bool
    """

    name: str
    title: str
    is_share: bool
    higher_is_better: bool

    def is_better(self, value: float, than: float) -> bool:
        """Tell whether a value is better than another one."""
        return value > than if self.higher_is_better else value < than

    @property
    def error_title(self) -> str:
        """What is to become small, for people: "error", or the measure itself."""
        return tr("error") if self.higher_is_better else tr(self.title)

    def error(self, value: float) -> float:
        """Return what is to become small: the share of errors, or the measure itself."""
        return 1.0 - value if self.higher_is_better else value

    @property
    def factor(self) -> float:
        """What a value is multiplied by to be written: 100 for a share, which is written in per cent."""
        return 100.0 if self.is_share else 1.0

    def titled(self, unit: str = "") -> str:
        """Return the title with the unit of what is written, for axes and columns."""
        unit = "%" if self.is_share else unit
        return f"{tr(self.title)} ({unit})" if unit else tr(self.title)

    def text(self, value: float, n_decimals: int = 1, unit: str = "") -> str:
        """Return a value for people.

        Parameters
        ----------
        value : float
        n_decimals : int
            Of a percentage; a number in its unit has four significant digits.
        unit : str
            Of what is no share.

        Examples
        --------
        >>> ACCURACY.text(0.97456), RMSE.text(0.0123456), RMSE.text(1.5, unit="m")
        ('97.5 %', '0.01235', '1.5 m')
        """
        if self.is_share:
            return f"{self.factor * value:.{n_decimals}f} %"
        return f"{value:.4g} {unit}".rstrip()


ACCURACY = Measure("accuracy", translatable("accuracy"), is_share=True, higher_is_better=True)
RMSE = Measure("rmse", translatable("RMSE"), is_share=False, higher_is_better=False)
"""Root of the mean squared error, over all outputs."""


@dataclass(frozen=True)
class OutputKind:
    """A kind of output.

    Attributes
    ----------
    name : str
        As files have it.
    has_labels : bool
        Whether the right answer of a sample is a class, so that outputs compete, there are mistakes, and what
        would change the answer can be asked; otherwise it is a number for each output.
    measure : Measure
        Of the curve beside that of the loss; decides the best checkpoint and early stopping.
    output_activation, loss : str
        What a fresh network has, keys of ``engine.activations.ACTIVATIONS`` and ``engine.losses.LOSSES``.
    losses : frozenset of str
        The losses that its answers allow.
    why : str
        Why its answers do not allow another ``{loss}``, and what to do; to be translated with ``tr``.
    output_activations : frozenset of str, optional
        The output activations that its answers allow; None: all that go with one of the losses.
    """

    name: str
    has_labels: bool
    measure: Measure
    output_activation: str
    loss: str
    losses: frozenset[str]
    why: str = ""
    output_activations: frozenset[str] | None = None

    def allows(self, output_activation: str) -> bool:
        """Tell whether its answers allow an output activation."""
        return self.output_activations is None or output_activation in self.output_activations

    def refusal(self, loss: str) -> str | None:
        """Say why a loss does not go with these outputs, or return None if it does."""
        if loss in self.losses:
            return None
        return tr(self.why).format(loss=loss.replace("_", " "))


CLASSES = OutputKind(
    name="classes",
    has_labels=True,
    measure=ACCURACY,
    output_activation="softmax",
    loss="cross_entropy",
    losses=frozenset(
        ("cross_entropy", "binary_cross_entropy", "squared_error", "absolute_error", "hinge", "perceptron")
    ),
)
ONE_FOR_TWO_CLASSES = OutputKind(
    name="classes",
    has_labels=True,
    measure=ACCURACY,
    output_activation="sigmoid",
    loss="binary_cross_entropy",
    losses=frozenset(("binary_cross_entropy", "squared_error", "absolute_error", "perceptron")),
    why=translatable(
        "The loss {loss} compares an output for each class, and here one stands for two; choose binary "
        "cross-entropy or squared error, or type 2 as the last layer."
    ),
    output_activations=frozenset(("sigmoid", "step")),
)
"""Two classes that share one output: 0 means the first, 1 the second."""
NUMBERS = OutputKind(
    name="numbers",
    has_labels=False,
    measure=RMSE,
    output_activation="identity",
    loss="squared_error",
    # The perceptron's for answers that are 0 or 1.
    losses=frozenset(("squared_error", "absolute_error", "perceptron")),
    why=translatable(
        "The loss {loss} compares classes, and these outputs are numbers; choose squared error."
    ),
)
