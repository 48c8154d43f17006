"""What is known of a neuron of biology, beside what became of it in the formula.

Sources: Kandel et al. 2021, Principles of Neural Science, 6th edition, chapters 1 to 3 and 12; the number of
neurons: Azevedo et al. 2009. The analogy, from the other cell's axon to the firing rate: McCulloch & Pitts
1943 for the sum and the threshold, Rosenblatt 1958 for weights that learn.
"""

from typing import NamedTuple

from nnstudio.language import translatable


class Part(NamedTuple):
    """A part of the cell, in the order in which a signal passes through.

    Attributes
    ----------
    name : str
    term : str
        What it became, as the formula has it.
    became : str
        The name of that.
    text : str
        What it does in the cell, and what is left of that.
    anchor : tuple of float
        Where it is in the drawing, which is 100 wide and 50 high.
    """

    name: str
    term: str
    became: str
    text: str
    anchor: tuple[float, float]


PARTS = (
    Part(
        translatable("Input axon"),
        "x₁",
        translatable("input"),
        translatable(
            "comes from another cell, and brings impulses, some hundred a second at most. What is left: one "
            "number."
        ),
        (4.0, 8.5),
    ),
    Part(
        translatable("Synapse"),
        "w₁",
        translatable("weight"),
        translatable(
            "passes a signal on by a transmitter, strongly or weakly; it excites (blue) or inhibits "
            "(orange), and changes when we learn. What is left: a factor with a sign."
        ),
        (14.6, 11.2),
    ),
    Part(
        translatable("Dendrite"),
        "x₂w₂",
        translatable("term"),
        translatable(
            "carries what a synapse lets in to the cell body, the weaker and later the farther it is. "
            "What is left: a product."
        ),
        (25.0, 20.2),
    ),
    Part(
        translatable("Cell body"),
        "+ … +",
        translatable("sum"),
        translatable("collects the charges that arrive within some milliseconds. What is left: a sum, Σ."),
        (38.0, 25.0),
    ),
    Part(
        translatable("Threshold"),
        "b",
        translatable("bias"),
        translatable(
            "where the axon begins, the cell fires as soon as its voltage is high enough, near −55 mV. "
            "What is left: a number in the sum, minus the threshold."
        ),
        (46.5, 25.0),
    ),
    Part(
        translatable("Firing rate"),
        "f(z)",
        translatable("activation function"),
        translatable(
            "the more charge, the more impulses a second; none below the threshold. What is left: a function "
            "of the sum, such as max(z, 0)."
        ),
        (63.0, 18.5),
    ),
    Part(
        translatable("Axon"),
        "a",
        translatable("output"),
        translatable(
            "carries the impulses to the synapses of thousands of other cells. What is left: one number, "
            "which is an input of every unit of the next layer."
        ),
        (84.0, 25.0),
    ),
)

BETWEEN = ("·", "+", "", "", "= z,", "=")
"""What the formula has between the terms of the parts."""

LEFT_OUT = (
    translatable(
        "Time: impulses come one by one, and when they come counts. A unit has neither a clock nor a memory."
    ),
    translatable("All or nothing: every impulse is alike. A unit says 0.3 as well as 0.31."),
    translatable("Dendrites that compute: a branch alone can tell patterns apart. A term is a product."),
    translatable(
        "One sign for a cell: most excite everywhere or inhibit everywhere (Dale's principle). A unit has "
        "weights of both signs."
    ),
    translatable(
        "Chemistry: dozens of transmitters, and hormones that retune whole regions. A unit has numbers."
    ),
    translatable(
        "Learning on the spot: a synapse changes by what happens at its two cells, and by chemistry. No "
        "error that is sent back through all layers is known there."
    ),
    translatable(
        "Loops, growth and death: 86 billion cells in a web that is rebuilt for a lifetime. Here layers lead "
        "one way, and none is added."
    ),
    translatable("Kinds: hundreds of cell types of different shapes. Here all units of a layer are alike."),
    translatable("Noise, fatigue, blood and energy: a brain runs on some 20 watts."),
)
"""What no part of the formula stands for."""
