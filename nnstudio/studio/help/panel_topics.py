"""Explanations of the panels, shown by "What is this?", and the table of all explanations."""

from nnstudio.language import translatable
from nnstudio.studio.help.glossary import WORDS, Topic

PANELS: dict[str, Topic] = {
    "input": Topic(
        translatable("Input"),
        translatable(
            "Here you draw, and the network reads while the pen moves. The small picture is what it really "
            "gets: your strokes, brought to the size and the place that it has learnt from. Where one number "
            "is the input, a graph shows points and the curve of the network; where two are, a plane shows "
            "points on the map of the answer. Points are added by hand."
        ),
        ("stages", "answer", "pixel"),
    ),
    "network": Topic(
        translatable("Network"),
        translatable(
            "The whole network. A small picture is a neuron's weights, or its activation for all inputs; a "
            "line is a weight times the activation that runs through it, blue where it excites and orange "
            "where it inhibits. Click a neuron to take it apart; zoom in to read the numbers. A small "
            "network has its own written on it: click one to type another."
        ),
        ("inspector", "neuron", "weight", "activation"),
    ),
    "answer": Topic(
        translatable("Answer"),
        translatable(
            "How the network shares certainty out over the classes: the longest bar is what it reads. The "
            "shares are made by softmax and add up to 100 %; they say how sure the network is, not how "
            "right. Where it is wrong, click the name of what you drew: it learns it. A network that gives "
            "out numbers shows each in its range, beside it the right one where that is known."
        ),
        ("softmax", "why", "novelty", "drawings"),
    ),
    "inspector": Topic(
        translatable("Inspector"),
        translatable(
            "The neuron, weight or output that you clicked, as arithmetic: its formula with the real numbers "
            "in it, its largest terms, what it pushes the answer towards, and the images that excite it most."
        ),
        ("neuron", "weight", "bias", "template"),
    ),
    "loss": Topic(
        translatable("Loss"),
        translatable(
            "How wrong the network is while it learns, on the batches it learns from and on images that it "
            "never learns from. Where the first goes on falling and the second rises, it learns by heart."
        ),
        ("loss-function", "accuracy", "test-set", "epoch"),
    ),
    "accuracy": Topic(
        translatable("Accuracy"),
        translatable(
            "The share of images that are read right, in the batches and in the test set. It moves in steps "
            "and says nothing of how sure an answer was; the loss does. Where the outputs are numbers, it is "
            "the RMSE, the root of the mean squared error: the smaller, the better."
        ),
        ("loss", "mistakes", "test-set"),
    ),
    "runs": Topic(
        translatable("Runs"),
        translatable(
            "Every run of this session in a line: its settings, the best it did on the test set, and the "
            "time it took. Sort it by a column to see which choice paid, and open a run to go on where it "
            "was left. One number after one run says little: another seed gives another."
        ),
        ("accuracy", "test-set", "epoch"),
    ),
    "histograms": Topic(
        translatable("Histograms"),
        translatable(
            "How the weights, activations and gradients of each layer are spread. A layer whose activations "
            "are nearly all zero, or whose gradients are tiny beside the others', learns little."
        ),
        ("activation", "gradient", "weight"),
    ),
    "templates": Topic(
        translatable("Templates"),
        translatable(
            "The weights of every neuron of the first layer, laid out as the image that they look at: blue "
            "wants ink, orange wants paper. Fresh weights are noise; watch shapes rise out of it in training."
        ),
        ("template", "weight", "alike"),
    ),
    "activations": Topic(
        translatable("Activations"),
        translatable(
            "What every neuron says to the input that is on the canvas. Few of them speak for any one digit, "
            "and others for the next: that is the code which the last layer reads."
        ),
        ("activation", "neuron", "network"),
    ),
    "weights": Topic(
        translatable("Weights"),
        translatable(
            "The matrices themselves: a row for each neuron, a column for each input of it. Nothing else is "
            "learnt; all that the network knows is in these numbers and the biases. Gradient shows in the "
            "same place which of them training would change, and how."
        ),
        ("weight", "bias", "templates"),
    ),
    "weight-list": Topic(
        translatable("List"),
        translatable(
            "All weights and biases in one column, as training sees them: a network is a point in a space of "
            "so many dimensions. Type another number, and the network goes there; the row, the picture and "
            "the network view mark the same weight."
        ),
        ("weight", "bias", "weights"),
    ),
    "formula": Topic(
        translatable("Formula"),
        translatable(
            "The whole network in one line, each letter with its shape. Layers without an activation between "
            "them are one matrix; a network of ReLU is one around each input, and the panel says which, how "
            "far it holds, and which paths of weights it is the sum of: point at one, and it is lit in the "
            "network. The chain rule takes the derivative by one weight apart."
        ),
        ("weight", "bias", "gradient"),
    ),
    "anscombe": Topic(
        translatable("Anscombe"),
        translatable(
            "Four sets of eleven points with the same means, variances, correlation and best line, and four "
            "different pictures: look at points before you trust numbers. Drag a point and see which numbers "
            "follow; Learn has a network fit the set, which a line cannot."
        ),
        ("loss-function", "network", "input"),
    ),
    "bumps": Topic(
        translatable("Bumps"),
        translatable(
            "Four units of ReLU make a bump, and bumps side by side come near any curve. Drag the handles in "
            "the graph, and the weights follow; fill a curve in with as many as you like, and train from "
            "there or from chance: that such weights exist does not mean that training finds them."
        ),
        ("neuron", "weight", "bias", "input"),
    ),
    "composer": Topic(
        translatable("Composer"),
        translatable(
            "Functions of one number, one inside the other, each drawn below the one before: from easy ones "
            "comes a complicated one. Depth folds a line again and again: every small layer doubles the "
            "straight pieces, while one wide layer adds a piece with each unit."
        ),
        ("network", "activation", "neuron"),
    ),
    "fold": Topic(
        translatable("Fold"),
        translatable(
            "What a layer does to the plane: W x + b turns, stretches and shifts it, a grid stays straight, "
            "and the activation folds it. Classes that no line parts in the plane may be parted by one after "
            "the fold; brought back, that line is bent. Drag the lines on the left, and the weights follow."
        ),
        ("neuron", "weight", "bias", "activation"),
    ),
    "facets": Topic(
        translatable("Facets"),
        translatable(
            "A network of ReLU over the plane is made of flat facets, like a disco ball: on each of them the "
            "same units are active, and the network is one linear function. Every unit adds a line along "
            "which it bends; more facets come nearer to any shape."
        ),
        ("neuron", "activation", "network"),
    ),
    "perceptron": Topic(
        translatable("Perceptron"),
        translatable(
            "A unit that fires, 1, where its sum is above 0. Rosenblatt's rule goes from sample to sample "
            "and adds the inputs of one that should fire to the weights, or subtracts those of one that "
            "should not: the line turns. Where a line parts the samples the rule ends, and where weights "
            "come back none does."
        ),
        ("neuron", "weight", "bias", "loss-function"),
    ),
    "sweep": Topic(
        translatable("Sweep"),
        translatable(
            "Nothing says how many units of which size a problem needs: here a network is trained for each "
            "pair of values of two settings, in the background, and each shows its answers and figures. "
            "Click one, and it is a run like any other. Larger sweeps are trained by `nnstudio sweep`, on "
            "all cores or many machines; File > Open shows their tables."
        ),
        ("runs", "settings", "test-set"),
    ),
    "landscape": Topic(
        translatable("Landscape"),
        translatable(
            "The loss is a height over all weights, and training walks down it. Of so many directions one or "
            "two are drawn: a weight, downhill, at random, or those of the path that training took. Every "
            "place of the path has the loss that it really had, and its distance from the plane: what is far "
            "from it is not what the picture shows."
        ),
        ("loss-function", "gradient", "weight"),
    ),
    "ink": Topic(
        translatable("Ink"),
        translatable(
            "What can be counted in a picture instead of its pixels: how many pixels have how much ink, and "
            "how strong its edges are in eight directions, cell by cell. Move the picture: the histogram "
            "stays, the edges change. A network learns from either, to be compared with one of pixels."
        ),
        ("input", "template", "network"),
    ),
    "biology": Topic(
        translatable("Biology"),
        translatable(
            "A neuron of biology, and the formula that was made after it: an input for another cell's axon, "
            "a weight for a synapse, a sum for the cell body, an activation for the firing rate. The list "
            "says what is left of each part, and what is not in the formula at all: most of it."
        ),
        ("neuron", "weight", "bias", "activation"),
    ),
    "alike": Topic(
        translatable("Alike"),
        translatable(
            "Which units of a layer say the same: the cosine of the angle between their weights, and between "
            "their activations over the test set. Two whose cosines are near 1 do the work of one; Surgery "
            "silences the selected one, and shows what it costs."
        ),
        ("template", "weight", "surgery"),
    ),
    "features": Topic(
        translatable("Features"),
        translatable(
            "What a network is given of a point of the plane: its coordinates, or numbers made from them, "
            "such as the distance r from the origin. What no line parts in the one plane, a line may part in "
            "the other; brought back it is a curve. Tick features or write a formula, and use them as inputs."
        ),
        ("input", "network"),
    ),
    "two_distributions": Topic(
        translatable("Two distributions"),
        translatable(
            "How far an answer is from a target: drag the bars of either, type shares or logits, or take the "
            "network's own. The cross-entropy is the target's entropy, which no answer goes below, and what "
            "the answer loses beyond it; the table has the softmax stage by stage."
        ),
        ("loss-function", "softmax"),
    ),
    "samples": Topic(
        translatable("Samples"),
        translatable(
            "What an epoch learns from. Where a recipe warps, rewrites or draws its samples anew, each is "
            "shown beside what becomes of it: variety that the network does not have to be shown twice."
        ),
        ("epoch", "test-set", "mnist"),
    ),
    "why": Topic(
        translatable("Why"),
        translatable(
            "Shares the answer out over the pixels or neurons that it came from, one class against another. "
            "For networks of ReLU the shares are exact: they add up to the difference of the two classes, or "
            "to the output that is explained."
        ),
        ("flip", "answer", "weight"),
    ),
    "flip": Topic(
        translatable("Flip"),
        translatable(
            "Looks for a small change of the image that turns the answer into another one. The slider goes "
            "from your image to the changed one, and the bars show where the answer tips over."
        ),
        ("why", "gradient", "dream"),
    ),
    "dream": Topic(
        translatable("Dream"),
        translatable(
            "Starts from grey and changes the pixels, step by step uphill, until a neuron is as excited as "
            "it can be. What comes out is what the neuron looks for, seldom what a person would draw."
        ),
        ("gradient", "template", "flip"),
    ),
    "gradient": Topic(
        translatable("Gradient"),
        translatable(
            "Checks backpropagation: the derivatives that training uses, beside those found by changing a "
            "weight a little and looking. By hand is that table, taken entry by entry (M). The other pages "
            "ask how steep the loss is in one direction or in 1,000, how far a step falls, and how far one "
            "comes by trying changes at random."
        ),
        ("gradient-word", "loss-function", "optimiser"),
    ),
    "stages": Topic(
        translatable("Normalisation"),
        translatable(
            "How a drawing becomes 28 × 28 pixels: cut out, brought to size, inked with one pen and centred "
            "by its mass. Leave a step out and see the answer suffer: the network has only seen the result."
        ),
        ("input", "pixel", "mnist"),
    ),
    "mistakes": Topic(
        translatable("Mistakes"),
        translatable(
            "Images of the test set that the network gets wrong, the surest mistakes first: what it is, and "
            "what was read. Click one and it lies on the canvas, with all panels on it. Where the outputs "
            "are numbers: the samples with the largest residuals, answer minus right number."
        ),
        ("confusion", "why", "test-set"),
    ),
    "confusion": Topic(
        translatable("Confusion"),
        translatable(
            "A row for what an image is, a column for what was read: the diagonal is right, all else is a "
            "confusion of two classes. Click a cell to see its images."
        ),
        ("mistakes", "test-set"),
    ),
    "settings": Topic(
        translatable("Settings"),
        translatable(
            "Every choice of training: how weights begin, what is minimised, by which rule, how fast and for "
            "how long. Most of them take effect in the midst of a run, and the curves are marked there."
        ),
        ("learning_rate", "optimiser", "weight_decay", "batch_size"),
    ),
    "drawings": Topic(
        translatable("My drawings"),
        translatable(
            "Drawings of yours with their labels, kept in a file of yours, and how the network on show reads "
            "each of them. It can be taught them: it learns copies of them, each written a little "
            "differently, and rehearses what it could before, so that next to nothing is forgotten."
        ),
        ("input", "answer", "test-set"),
    ),
    "surgery": Topic(
        translatable("Surgery"),
        translatable(
            "Operate on the network: change a weight, silence a neuron, cut the weakest connections, and see "
            "at once how much of the test set is still read right. Most of a network can go before it shows."
        ),
        ("weight", "alike", "test-set"),
    ),
    "parts": Topic(
        translatable("Parts"),
        translatable(
            "A 0 as the story tells it: four neurons look for its four quarters, and where all of them fire, "
            "an AND calls it 0. Draw each part, set its threshold, and see what the gate finds of the test "
            "set. The story is good, the detector is not: learnt templates look nothing like parts."
        ),
        ("neuron", "weight", "surgery"),
    ),
    "break_it": Topic(
        translatable("Break it"),
        translatable(
            "Damage the network and see at once what it costs on the test set: noise on its weights, all "
            "biases off, a layer off or with its weights in another order. Each is measured alone as well. "
            "Mend, or one undo, puts all of it back; training heals much of it, too."
        ),
        ("surgery", "weight", "test-set"),
    ),
    "step": Topic(
        translatable("Step by step"),
        translatable(
            "One training step on the input at hand, taken apart: forward through the layers, the loss, back "
            "with the gradient, the update. N goes on, Shift+N back; the network view shows each stage."
        ),
        ("loss", "gradient", "learning_rate"),
    ),
    "line": Topic(
        translatable("Line"),
        translatable(
            "A straight line through the points of a curve, beside the network: type it, drag it by its two "
            "handles in the graph, or have the best one computed from sums. The network 1-1 with Identity is "
            "the same line; training it comes to the same numbers."
        ),
        ("loss-function", "learning_rate", "input"),
    ),
    "pixel_values": Topic(
        translatable("Pixel values"),
        translatable(
            "A picture is a table of numbers, here from 0 to 1 or from 0 to 255, and one long list once its "
            "rows are laid end to end: Z lets them slide there and back. All of them can be copied as text, "
            "and a table of any size pasted as a picture."
        ),
        ("pixel", "input", "stages"),
    ),
    "compare": Topic(
        translatable("Compare"),
        translatable(
            "Two networks on one drawing: A is the one on show, B another one, an earlier moment or a file. "
            "Their difference, or any mixture of both, can take the whole window over."
        ),
        ("weight", "test-set"),
    ),
    "timeline": Topic(
        translatable("Timeline"),
        translatable(
            "The film of this run: every moment of it is kept, as finely as memory allows. Go back to any of "
            "them, and all panels show the network as it was then; from there a run can go on another way."
        ),
        ("loss", "epoch", "seed"),
    ),
    "lesson": Topic(
        translatable("Lesson"),
        translatable(
            "A talk about neural networks that you can touch: each step puts its own network into the "
            "window, asks you something or sets you a goal, and says what your network makes of it. All "
            "numbers are measured as you go. What you worked on before comes back when you leave."
        ),
        ("input", "network", "answer"),
    ),
    "bar": Topic(
        translatable("Training bar"),
        translatable(
            "Starts and stops training, and holds the choices that are made most often. Space trains or "
            "pauses wherever the keys are (Return presses a button), B takes one batch, E goes to the end of "
            "the epoch, R starts from fresh weights."
        ),
        ("settings", "epoch", "batch_size", "learning_rate"),
    ),
    "status": Topic(
        translatable("Message line"),
        translatable(
            "The window speaks here, in sentences, and never by a box that must be clicked away. At the "
            "right stand the network on show, what it is trained on, its size and its seed."
        ),
        ("seed",),
    ),
}
"""By the name of a panel or of another part of the window."""

PLACES = {"bar", "status", "timeline"}
"""Keys that are not panels."""

TOPICS = PANELS | WORDS
"""All topics by key."""

OF_SETTINGS = {
    "activation": "activation",
    "loss": "loss-function",
    "optimiser": "optimiser",
    "learning_rate": "learning_rate",
    "batch_size": "batch_size",
    "weight_decay": "weight_decay",
    "seed": "seed",
}
"""The topic of a training setting, by the setting's key."""
