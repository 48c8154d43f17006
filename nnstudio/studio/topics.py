"""What the window's panels and words mean, in two or three sentences each; "What is this?" shows them."""

from dataclasses import dataclass

from nnstudio.language import translatable


@dataclass(frozen=True)
class Topic:
    """One explanation.

    Attributes
    ----------
    title, text : str
        In English; ``tr`` them where they are shown.
    see : tuple of str
        Keys of other topics that lead on.
    """

    title: str
    text: str
    see: tuple[str, ...] = ()


PANELS: dict[str, Topic] = {
    "input": Topic(
        translatable("Input"),
        translatable(
            "Here you draw, and the network reads while the pen moves. The small picture is what it really "
            "gets: your strokes, brought to the size and the place that it has learnt from."
        ),
        ("stages", "answer", "pixel"),
    ),
    "network": Topic(
        translatable("Network"),
        translatable(
            "The whole network, from the pixels on the left to the classes on the right. A small picture is "
            "a neuron's weights, its brightness how active it is; a line is a weight times the activation "
            "that runs through it, blue where it excites and orange where it inhibits. Click a neuron to "
            "take it apart."
        ),
        ("inspector", "neuron", "weight", "activation"),
    ),
    "answer": Topic(
        translatable("Answer"),
        translatable(
            "How the network shares certainty out over the classes: the longest bar is what it reads. The "
            "shares are made by softmax and add up to 100 %; they say how sure the network is, not how right."
        ),
        ("softmax", "why", "novelty"),
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
            "and says nothing of how sure an answer was; the loss does."
        ),
        ("loss", "mistakes", "test-set"),
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
        ("template", "weight", "activations"),
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
            "learnt; all that the network knows is in these numbers and the biases."
        ),
        ("weight", "bias", "templates"),
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
            "For networks of ReLU the shares are exact: they add up to the difference of the two classes."
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
            "Checks backpropagation: the derivatives that training uses, beside the same ones found by "
            "changing a weight a little and looking. Put one of the usual mistakes in and see it found."
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
            "what was read. Click one and it lies on the canvas, with all panels on it."
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
        ("weight", "neuron", "test-set"),
    ),
    "step": Topic(
        translatable("Step by step"),
        translatable(
            "One training step on the input at hand, taken apart: forward through the layers, the loss, back "
            "with the gradient, the update. N goes on, Shift+N back; the network view shows each stage."
        ),
        ("loss", "gradient", "learning_rate"),
    ),
    "compare": Topic(
        translatable("Compare"),
        translatable(
            "Two networks on one drawing: A is the one on show, B another one, an earlier moment or a file. "
            "Their difference, or any mixture of both, can take the whole window over."
        ),
        ("weight", "test-set"),
    ),
    "bar": Topic(
        translatable("Training bar"),
        translatable(
            "Starts and stops training, and holds the choices that are made most often. Space trains or "
            "pauses, B takes one batch, E goes to the end of the epoch, R starts from fresh weights."
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
"""By the name of a part, or of another piece of the window."""

WORDS: dict[str, Topic] = {
    "neuron": Topic(
        translatable("Neuron"),
        translatable(
            "A sum and a bend: each input times its weight, all added up with the bias, z = w · x + b, and "
            "what the activation function makes of it, a = f(z). All the rest is many of them."
        ),
        ("weight", "bias", "activation"),
    ),
    "weight": Topic(
        translatable("Weight"),
        translatable(
            "How much one input counts for one neuron. Positive weights are blue and excite, negative ones "
            "are orange and inhibit; training is nothing but changing them a little, many times."
        ),
        ("gradient-word", "weights", "template"),
    ),
    "bias": Topic(
        translatable("Bias"),
        translatable(
            "What a neuron adds to its sum whatever the input is: how easily it speaks. A strongly negative "
            "bias makes it wait for much evidence."
        ),
        ("neuron",),
    ),
    "activation": Topic(
        translatable("Activation"),
        translatable(
            "What a neuron says, a = f(z), and the function f that bends its sum. Without a bend, any number "
            "of layers would do no more than a single one. ReLU, max(0, z), is the usual choice."
        ),
        ("neuron", "activations"),
    ),
    "softmax": Topic(
        translatable("Softmax"),
        translatable(
            "Turns the sums of the last layer into shares that add up to one: each is e to the power of its "
            "sum, divided by all of them together. A lead of 2.3 in the sum is ten times the share."
        ),
        ("answer", "loss-function"),
    ),
    "loss-function": Topic(
        translatable("Loss function"),
        translatable(
            "One number for how wrong an answer is, which training makes smaller. Cross-entropy is minus the "
            "logarithm of the share that the right class got: 0 if it had all, 2.3 if it had a tenth."
        ),
        ("softmax", "gradient-word", "loss"),
    ),
    "gradient-word": Topic(
        translatable("Gradient"),
        translatable(
            "For every weight, how the loss would change if it grew a little. Backpropagation finds all of "
            "them in one pass backwards, layer by layer; a step goes the other way, downhill."
        ),
        ("optimiser", "gradient", "learning_rate"),
    ),
    "optimiser": Topic(
        translatable("Optimiser"),
        translatable(
            "The rule that makes a step out of a gradient. Gradient descent takes it as it is; momentum "
            "remembers where it was going; Adam gives each weight a pace of its own."
        ),
        ("learning_rate", "gradient-word"),
    ),
    "learning_rate": Topic(
        translatable("Learning rate"),
        translatable(
            "How long a step downhill is. Too small, and learning takes for ever; too large, and it jumps "
            "about or away. Keys + and − change it in the midst of a run."
        ),
        ("optimiser", "loss"),
    ),
    "batch_size": Topic(
        translatable("Batch"),
        translatable(
            "How many samples are looked at for one step. Small batches take many rough steps, large ones "
            "few smooth ones."
        ),
        ("epoch", "learning_rate"),
    ),
    "epoch": Topic(
        translatable("Epoch"),
        translatable("One pass over all samples that are learnt from, in batches, in a new order each time."),
        ("batch_size", "samples"),
    ),
    "weight_decay": Topic(
        translatable("Weight decay"),
        translatable(
            "Pulls every weight a little towards zero at each step, so that only what the data keep asking "
            "for stays. It wipes the noise of the beginning off, and makes templates legible."
        ),
        ("template", "settings"),
    ),
    "template": Topic(
        translatable("Template"),
        translatable(
            "The weights of a neuron of the first layer as an image. The more the input looks like it, ink "
            "where it is blue and paper where it is orange, the larger is the neuron's sum."
        ),
        ("templates", "neuron"),
    ),
    "test-set": Topic(
        translatable("Test set"),
        translatable(
            "Samples that are kept out of training, to find out what the network makes of images that it has "
            "never seen. Errors in it are the ones that count."
        ),
        ("accuracy", "mistakes"),
    ),
    "novelty": Topic(
        translatable("Is it one at all?"),
        translatable(
            "A network has to choose one of its classes, even for a scribble. A small detector beside it "
            "looks at how its neurons answer and tells whether that is how they answer to real ones."
        ),
        ("answer",),
    ),
    "pixel": Topic(
        translatable("Pixel"),
        translatable(
            "One of the 28 × 28 numbers that the network gets, 0 for paper and 1 for ink. P lets you paint "
            "them one by one."
        ),
        ("input", "stages"),
    ),
    "seed": Topic(
        translatable("Seed"),
        translatable(
            "The number from which chance is drawn: first weights, order of samples, warps. The same seed "
            "gives the same run, weight by weight."
        ),
        ("bar",),
    ),
    "mnist": Topic(
        translatable("MNIST"),
        translatable(
            "Seventy thousand handwritten digits, 28 × 28 pixels each, on which networks have been tried "
            "since 1998. Ten thousand of them are the test set."
        ),
        ("test-set", "stages"),
    ),
}

TOPICS = PANELS | WORDS
"""All of them by key."""

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
