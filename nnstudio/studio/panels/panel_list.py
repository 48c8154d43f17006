"""The list of all panels, with the area of each in the default layout.

Keys follow this order: a new panel comes last, so that the others keep theirs.
"""

from nnstudio.studio.panels.activations import ActivationsPanel
from nnstudio.studio.panels.alike.panel import AlikePanel
from nnstudio.studio.panels.anscombe.panel import AnscombePanel
from nnstudio.studio.panels.answer import AnswerPanel
from nnstudio.studio.panels.biology.panel import BiologyPanel
from nnstudio.studio.panels.break_it.panel import BreakItPanel
from nnstudio.studio.panels.bumps.panel import BumpsPanel
from nnstudio.studio.panels.compare.panel import ComparePanel
from nnstudio.studio.panels.composer.panel import ComposerPanel
from nnstudio.studio.panels.confusion.panel import ConfusionPanel
from nnstudio.studio.panels.curves.panel import AccuracyPanel, LossPanel
from nnstudio.studio.panels.dream.panel import DreamPanel
from nnstudio.studio.panels.facets.panel import FacetsPanel
from nnstudio.studio.panels.features.panel import FeaturesPanel
from nnstudio.studio.panels.flip.panel import FlipPanel
from nnstudio.studio.panels.fold.panel import FoldPanel
from nnstudio.studio.panels.formula.panel import FormulaPanel
from nnstudio.studio.panels.gradient.panel import GradientPanel
from nnstudio.studio.panels.histograms.panel import HistogramsPanel
from nnstudio.studio.panels.ink.panel import InkPanel
from nnstudio.studio.panels.input.panel import InputPanel
from nnstudio.studio.panels.inspector.panel import InspectorPanel
from nnstudio.studio.panels.landscape.panel import LandscapePanel
from nnstudio.studio.panels.lesson.panel import LessonPanel
from nnstudio.studio.panels.line.panel import LinePanel
from nnstudio.studio.panels.mistakes.panel import MistakesPanel
from nnstudio.studio.panels.network import NetworkPanel
from nnstudio.studio.panels.normalisation.panel import NormalisationPanel
from nnstudio.studio.panels.own_drawings.panel import OwnDrawingsPanel
from nnstudio.studio.panels.panel import Area, PanelKind
from nnstudio.studio.panels.parts.panel import PartsPanel
from nnstudio.studio.panels.perceptron.panel import PerceptronPanel
from nnstudio.studio.panels.pixel_values.panel import PixelValuesPanel
from nnstudio.studio.panels.runs.panel import RunsPanel
from nnstudio.studio.panels.settings.panel import SettingsPanel
from nnstudio.studio.panels.surgery.panel import SurgeryPanel
from nnstudio.studio.panels.sweep.panel import SweepPanel
from nnstudio.studio.panels.templates.panel import TemplatesPanel
from nnstudio.studio.panels.training_samples.panel import TrainingSamplesPanel
from nnstudio.studio.panels.training_step.panel import TrainingStepPanel
from nnstudio.studio.panels.two_distributions.panel import TwoDistributionsPanel
from nnstudio.studio.panels.weight_list.panel import WeightListPanel
from nnstudio.studio.panels.weights.panel import WeightsPanel
from nnstudio.studio.panels.why.panel import WhyPanel

PANELS: tuple[tuple[PanelKind, Area], ...] = (
    (InputPanel, Area.INPUT),
    (NetworkPanel, Area.NETWORK),
    (AnswerPanel, Area.ANSWER),
    (InspectorPanel, Area.INSPECTOR),
    (LossPanel, Area.CURVES),
    (AccuracyPanel, Area.CURVES),
    (HistogramsPanel, Area.CURVES),
    (RunsPanel, Area.CURVES),
    (TemplatesPanel, Area.PICTURES),
    (ActivationsPanel, Area.PICTURES),
    (WeightsPanel, Area.PICTURES),
    (TrainingSamplesPanel, Area.PICTURES),
    (WhyPanel, Area.PICTURES),
    (FlipPanel, Area.PICTURES),
    (DreamPanel, Area.PICTURES),
    (GradientPanel, Area.NETWORK),
    (ComparePanel, Area.PICTURES),
    (NormalisationPanel, Area.INSPECTOR),
    (MistakesPanel, Area.MISTAKES),
    (ConfusionPanel, Area.MISTAKES),
    (OwnDrawingsPanel, Area.MISTAKES),
    (SettingsPanel, Area.INSPECTOR),
    (SurgeryPanel, Area.INSPECTOR),
    (TrainingStepPanel, Area.INSPECTOR),
    (LinePanel, Area.INSPECTOR),
    (WeightListPanel, Area.PICTURES),
    (FormulaPanel, Area.PICTURES),
    (ComposerPanel, Area.NETWORK),
    (BumpsPanel, Area.INSPECTOR),
    (FoldPanel, Area.NETWORK),
    (FacetsPanel, Area.NETWORK),
    (PerceptronPanel, Area.NETWORK),
    (AnscombePanel, Area.NETWORK),
    (SweepPanel, Area.NETWORK),
    (FeaturesPanel, Area.NETWORK),
    (PixelValuesPanel, Area.NETWORK),
    (PartsPanel, Area.NETWORK),
    (LandscapePanel, Area.NETWORK),
    (BreakItPanel, Area.INSPECTOR),
    (AlikePanel, Area.PICTURES),
    (BiologyPanel, Area.NETWORK),
    (LessonPanel, Area.INSPECTOR),
    (TwoDistributionsPanel, Area.NETWORK),
    (InkPanel, Area.NETWORK),
)

AT_ONCE = ("input", "network", "answer", "accuracy", "mistakes", "sweep")
"""Panels that are made with the window: with a note, a title of the problem, or signals heard unseen."""
