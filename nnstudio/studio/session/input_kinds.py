"""What the studio says of each kind of input, and what a network for it starts with; no widgets."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from nnstudio.engine.hyper import Hyper
from nnstudio.language import translatable


@dataclass(frozen=True)
class StudioInputKind:
    """Words and first settings for a kind of input; texts are to be translated with ``tr``.

    Attributes
    ----------
    hidden : tuple of int
        Sizes of a fresh network's hidden layers.
    activation : str
        Of the hidden layers.
    initialisation : str
        Of fresh weights, a key of ``engine.initialise.INITIALISERS``.
    fresh_hyper : Hyper
        For fresh weights. Weight decay wipes the initial noise off what no data holds up: templates become
        legible.
    further_hyper : Hyper
        Gentler, for a network that was opened: it goes on from what it knows instead of being thrown about.
    test_sample : str
        What a sample of the test set is called.
    prompt : str
        How to make an input; may have ``{noun}``.
    sees : str
        Before what the network reads; may have ``{size}``.
    prompt_first : str
        That an input is needed first.
    tile_quantity : str
        What the picture of a unit shows.
    field : str
        Where a unit's activation is pictured: over the plane, along the line.
    largest_change : str
        The size of a change of an input, with ``{before}``, ``{after}``, ``{size}`` and ``{largest}``.
    note : str
        Beside the editor's title; may have ``{pen_width}``.
    no_previews : str
        Why the problem's samples have no previews; may have ``{problem_title}``.
    no_pixels, not_drawn : str
        Why nothing is painted pixel by pixel, or drawn, where that cannot be.
    """

    hidden: tuple[int, ...]
    activation: str
    initialisation: str
    fresh_hyper: Hyper
    further_hyper: Hyper
    test_sample: str
    prompt: str
    sees: str
    prompt_first: str
    tile_quantity: str
    largest_change: str
    note: str
    no_previews: str
    field: str = ""
    no_pixels: str = ""
    not_drawn: str = ""


STUDIO_INPUT_KINDS: Mapping[str, StudioInputKind] = MappingProxyType(
    {
        "image": StudioInputKind(
            hidden=(64, 32),
            activation="relu",
            initialisation="he_normal",
            fresh_hyper=Hyper(learning_rate=1e-3, weight_decay=0.3),
            further_hyper=Hyper(learning_rate=3e-4, weight_decay=0.1),
            test_sample=translatable("Test image"),
            prompt=translatable("Draw a {noun}: the answer follows the pen"),
            sees=translatable("The network sees {size} and reads"),
            prompt_first=translatable("Draw something first:"),
            tile_quantity=translatable("weight"),
            largest_change=translatable(
                "{before} → {after}: size {size:.3f} (L2), at most {largest:.2f} a pixel"
            ),
            note=translatable("pen · {pen_width:.0f} % of the canvas"),
            no_previews=translatable("The samples of {problem_title} are not loaded yet."),
        ),
        "plane": StudioInputKind(
            hidden=(8, 8),
            activation="tanh",
            initialisation="he_normal",
            fresh_hyper=Hyper(learning_rate=1e-2, weight_decay=0.01),
            further_hyper=Hyper(learning_rate=3e-3, weight_decay=0.01),
            test_sample=translatable("Test point"),
            prompt=translatable("Click in the plane"),
            sees=translatable("The network answers"),
            prompt_first=translatable("Click in the plane first:"),
            tile_quantity=translatable("activation"),
            largest_change=translatable(
                "{before} → {after}: size {size:.3f} (L2), at most {largest:.2f} a coordinate"
            ),
            note=translatable("click or drag in the plane"),
            no_previews=translatable("These samples are points: the plane beside the network shows them."),
            field=translatable("over the plane"),
            no_pixels=translatable("Pixels are for images; in the plane, click where the input is to be."),
            not_drawn=translatable("Points of the plane are not drawn: choose a problem with images first."),
        ),
        "line": StudioInputKind(
            hidden=(16,),
            activation="tanh",
            initialisation="kinks_spread",
            fresh_hyper=Hyper(learning_rate=1e-2),
            further_hyper=Hyper(learning_rate=3e-3),
            test_sample=translatable("Test point"),
            prompt=translatable("Choose a place on the axis"),
            sees=translatable("The network answers"),
            prompt_first=translatable("Choose a place on the axis first:"),
            tile_quantity=translatable("activation"),
            largest_change=translatable(
                "{before} → {after}: size {size:.3f} (L2), at most {largest:.2f} a coordinate"
            ),
            note=translatable("drag in the graph to move x"),
            no_previews=translatable("These samples are points: the graph beside the network shows them."),
            field=translatable("along the line"),
            no_pixels=translatable("Pixels are for images; here x is chosen in the graph."),
            not_drawn=translatable(
                "The input is a number, not a drawing: choose a problem with images first."
            ),
        ),
        "numbers": StudioInputKind(
            hidden=(8, 8),
            activation="tanh",
            initialisation="he_normal",
            fresh_hyper=Hyper(learning_rate=1e-2),
            further_hyper=Hyper(learning_rate=3e-3),
            test_sample=translatable("Test sample"),
            prompt=translatable("Type the numbers"),
            sees=translatable("The network answers"),
            prompt_first=translatable("Type the numbers first:"),
            tile_quantity=translatable("activation"),
            largest_change=translatable(
                "{before} → {after}: size {size:.3f} (L2), at most {largest:.2f} a number"
            ),
            note=translatable("a row for each number"),
            no_previews=translatable("These samples are numbers: they have no pictures."),
            no_pixels=translatable("Pixels are for images; here numbers are typed."),
            not_drawn=translatable(
                "The input is numbers, not a drawing: choose a problem with images first."
            ),
        ),
    }
)
