"""What the studio says of each kind of input; no widgets."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from nnstudio.data.problem import InputSpace
from nnstudio.language import tr, translatable


@dataclass(frozen=True)
class StudioInputKind:
    """Words for a kind of input; texts are to be translated with ``tr``.

    Attributes
    ----------
    heading : str
        Above its problems in a list.
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
    is_wide : bool
        Whether its editor is made wider than a sheet.
    hints : tuple of str
        Hints for the first steps, shown one after the other.
    not_drawn : str
        Why an input is not drawn, where it cannot be; may have ``{shape}``.
    no_pixels : str
        Why nothing is painted pixel by pixel, where that cannot be.
    """

    heading: str
    test_sample: str
    prompt: str
    sees: str
    prompt_first: str
    tile_quantity: str
    largest_change: str
    note: str
    no_previews: str
    hints: tuple[str, ...]
    not_drawn: str
    field: str = ""
    is_wide: bool = False
    no_pixels: str = ""


_NEURON = translatable(
    "Click a neuron in the network: the inspector shows its sum with the real numbers in it."
)
_WHAT_IS_THIS = translatable("Shift+F1, then click anything: it tells what it is. The key ? lists all keys.")
_RESIDUALS = translatable("Click a row among the residuals: its input is read, and every panel shows it.")

STUDIO_INPUT_KINDS: Mapping[str, StudioInputKind] = MappingProxyType(
    {
        "image": StudioInputKind(
            heading=translatable("Pictures"),
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
            not_drawn=translatable(
                "This network reads images of {shape} pixels and does not say how a drawing becomes one. "
                "Open an image of that size."
            ),
            hints=(
                translatable(
                    "Draw a digit on the left: the answer follows the pen. C wipes the sheet, Ctrl+Z undoes."
                ),
                translatable(
                    "Choose demo in the box Network at the top: few neurons, each of which can be looked at."
                ),
                _NEURON,
                translatable(
                    "Press R for fresh weights, then Space: watch a network learn to read what you have "
                    "drawn."
                ),
                translatable(
                    "Open the panel Why: it tells which pixels spoke for the answer, and which against it."
                ),
                translatable(
                    "Click an image among the mistakes: it lies on the canvas, and every panel shows it."
                ),
                translatable(
                    "Drop a photograph of a digit on the window, or copy a picture and press Ctrl+V."
                ),
                _WHAT_IS_THIS,
            ),
        ),
        "features": StudioInputKind(
            heading=translatable("Features of pictures"),
            test_sample=translatable("Test sample"),
            prompt=translatable("Draw a {noun}: the answer follows the pen"),
            sees=translatable("From {size} features, the network reads"),
            prompt_first=translatable("Draw something first:"),
            tile_quantity=translatable("activation"),
            largest_change=translatable(
                "{before} → {after}: size {size:.3f} (L2), at most {largest:.2f} a feature"
            ),
            note=translatable("pen · {pen_width:.0f} % of the canvas"),
            no_previews=translatable("These samples are features: the panel Ink shows what they are."),
            not_drawn=translatable("This network does not say how a drawing becomes its features."),
            hints=(
                translatable(
                    "Draw a digit on the left: the answer follows the pen. C wipes the sheet, Ctrl+Z undoes."
                ),
                translatable("The panel Ink shows what the network is given of the drawing."),
                _NEURON,
                _WHAT_IS_THIS,
            ),
        ),
        "plane": StudioInputKind(
            heading=translatable("Points of the plane"),
            test_sample=translatable("Test point"),
            prompt=translatable("Click in the plane"),
            sees=translatable("The network answers"),
            prompt_first=translatable("Click in the plane first:"),
            tile_quantity=translatable("activation"),
            largest_change=translatable(
                "{before} → {after}: size {size:.3f} (L2), at most {largest:.2f} a coordinate"
            ),
            note=translatable("click asks · P paints points · X erases them"),
            no_previews=translatable("These samples are points: the plane beside the network shows them."),
            hints=(
                translatable("Click in the plane on the left, or drag: the answer follows the point."),
                translatable("Press Space: watch the network part the plane. R starts from fresh weights."),
                translatable(
                    "Each neuron's picture is its activation all over the plane: point at one to see it "
                    "large."
                ),
                translatable("O draws the line of each unit of the first layer: there its sum is 0."),
                translatable(
                    "Press 1 or 2 in the plane and paint points of that class; X erases, Ctrl+Z undoes."
                ),
                _NEURON,
                _WHAT_IS_THIS,
            ),
            field=translatable("over the plane"),
            is_wide=True,
            no_pixels=translatable("Pixels are for images; in the plane, click where the input is to be."),
            not_drawn=translatable("Points of the plane are not drawn: choose a problem with images first."),
        ),
        "line": StudioInputKind(
            heading=translatable("Curves"),
            test_sample=translatable("Test point"),
            prompt=translatable("Choose a place on the axis"),
            sees=translatable("The network answers"),
            prompt_first=translatable("Choose a place on the axis first:"),
            tile_quantity=translatable("activation"),
            largest_change=translatable(
                "{before} → {after}: size {size:.3f} (L2), at most {largest:.2f} a coordinate"
            ),
            note=translatable("click adds a point · drag moves it · the yellow line asks"),
            no_previews=translatable("These samples are points: the graph beside the network shows them."),
            hints=(
                translatable(
                    "Drag the yellow line in the graph, or press the arrow keys: the answer follows x."
                ),
                translatable("Press Space: watch the curve bend to the dots. R starts from fresh weights."),
                translatable(
                    "O draws what each unit adds; ticks on the axis are their kinks, and can be dragged."
                ),
                translatable("V draws the true curve, which the network never sees: it has the dots alone."),
                translatable("Click in the graph to add a point, drag one to move it; Ctrl+Z undoes."),
                _NEURON,
                _RESIDUALS,
                _WHAT_IS_THIS,
            ),
            field=translatable("along the line"),
            is_wide=True,
            no_pixels=translatable("Pixels are for images; here x is chosen in the graph."),
            not_drawn=translatable(
                "The input is a number, not a drawing: choose a problem with images first."
            ),
        ),
        "numbers": StudioInputKind(
            heading=translatable("Numbers"),
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
            hints=(
                translatable("Type the numbers on the left: the answer follows each of them."),
                translatable("Click a number on an edge or at a unit to type another; F2 does it by keys."),
                translatable("U makes the values blank: compute them by hand, and have each judged."),
                _NEURON,
                _WHAT_IS_THIS,
            ),
            no_pixels=translatable("Pixels are for images; here numbers are typed."),
            not_drawn=translatable(
                "The input is numbers, not a drawing: choose a problem with images first."
            ),
        ),
    }
)


def why_not_drawn(space: InputSpace) -> str:
    """Say why inputs are not drawn, where they cannot be."""
    shape = " × ".join(map(str, space.shape))
    return tr(STUDIO_INPUT_KINDS[space.kind].not_drawn).format(shape=shape)
