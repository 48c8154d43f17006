"""All panels of the window, once, with the place where each is at home."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from nnstudio.studio.panels.activations import ActivationsPart
from nnstudio.studio.panels.answer import AnswerPart
from nnstudio.studio.panels.compare.panel import ComparePart
from nnstudio.studio.panels.confusion.panel import ConfusionPart
from nnstudio.studio.panels.curves.panel import AccuracyPart, LossPart
from nnstudio.studio.panels.dream.panel import DreamPart
from nnstudio.studio.panels.flip.panel import FlipPart
from nnstudio.studio.panels.gradient.panel import GradientPart
from nnstudio.studio.panels.histograms.panel import HistogramsPart
from nnstudio.studio.panels.input.panel import InputPart
from nnstudio.studio.panels.inspector.panel import InspectorPart
from nnstudio.studio.panels.mistakes import MistakesPart
from nnstudio.studio.panels.network.panel import NetworkPart
from nnstudio.studio.panels.normalisation.panel import StagesPart
from nnstudio.studio.panels.own_drawings.panel import DrawingsPart
from nnstudio.studio.panels.panel import Area, Part
from nnstudio.studio.panels.runs.panel import RunsPart
from nnstudio.studio.panels.settings.panel import SettingsPart
from nnstudio.studio.panels.surgery.panel import SurgeryPart
from nnstudio.studio.panels.templates.panel import TemplatesPart
from nnstudio.studio.panels.training_samples.panel import SamplesPart
from nnstudio.studio.panels.training_step.panel import StepPart
from nnstudio.studio.panels.weights.panel import WeightsPart
from nnstudio.studio.panels.why.panel import WhyPart

if TYPE_CHECKING:
    from nnstudio.studio.window.main_window import Window


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
