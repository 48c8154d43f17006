"""All panels of the window, once, with the place where each is at home."""

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING

from nnstudio.studio.parts import Part
from nnstudio.studio.parts.activations import ActivationsPart
from nnstudio.studio.parts.answer import AnswerPart
from nnstudio.studio.parts.compare import ComparePart
from nnstudio.studio.parts.confusion import ConfusionPart
from nnstudio.studio.parts.curves import AccuracyPart, LossPart
from nnstudio.studio.parts.drawings import DrawingsPart
from nnstudio.studio.parts.dream import DreamPart
from nnstudio.studio.parts.flip import FlipPart
from nnstudio.studio.parts.gradient import GradientPart
from nnstudio.studio.parts.histograms import HistogramsPart
from nnstudio.studio.parts.input import InputPart
from nnstudio.studio.parts.inspector import InspectorPart
from nnstudio.studio.parts.mistakes import MistakesPart
from nnstudio.studio.parts.network import NetworkPart
from nnstudio.studio.parts.runs import RunsPart
from nnstudio.studio.parts.samples import SamplesPart
from nnstudio.studio.parts.settings import SettingsPart
from nnstudio.studio.parts.stages import StagesPart
from nnstudio.studio.parts.step import StepPart
from nnstudio.studio.parts.surgery import SurgeryPart
from nnstudio.studio.parts.templates import TemplatesPart
from nnstudio.studio.parts.weights import WeightsPart
from nnstudio.studio.parts.why import WhyPart

if TYPE_CHECKING:
    from nnstudio.studio.window import Window


class Area(Enum):
    """Where a panel is at home; panels of one area are tabs of each other, in their order here."""

    INPUT = "left"
    NETWORK = "middle"
    ANSWER = "right, above"
    INSPECTOR = "right, in the middle"
    CURVES = "bottom left"
    PICTURES = "bottom middle"
    MISTAKES = "bottom right"


PARTS: tuple[tuple[Callable[["Window"], Part], Area], ...] = (
    (InputPart, Area.INPUT),
    (NetworkPart, Area.NETWORK),
    (AnswerPart, Area.ANSWER),
    (InspectorPart, Area.INSPECTOR),
    (LossPart, Area.CURVES),
    (AccuracyPart, Area.CURVES),
    (HistogramsPart, Area.CURVES),
    (RunsPart, Area.CURVES),
    (TemplatesPart, Area.PICTURES),
    (ActivationsPart, Area.PICTURES),
    (WeightsPart, Area.PICTURES),
    (SamplesPart, Area.PICTURES),
    (WhyPart, Area.PICTURES),
    (FlipPart, Area.PICTURES),
    (DreamPart, Area.PICTURES),
    (GradientPart, Area.PICTURES),
    (ComparePart, Area.PICTURES),
    (StagesPart, Area.INSPECTOR),
    (MistakesPart, Area.MISTAKES),
    (ConfusionPart, Area.MISTAKES),
    (DrawingsPart, Area.MISTAKES),
    (SettingsPart, Area.INSPECTOR),
    (SurgeryPart, Area.INSPECTOR),
    (StepPart, Area.INSPECTOR),
)
