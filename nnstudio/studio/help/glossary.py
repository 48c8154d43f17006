"""Glossary: explanations of technical terms, and the class that explanations of all kinds have."""

from dataclasses import dataclass

from nnstudio.language import translatable


@dataclass(frozen=True)
class Topic:
    """One explanation of "What is this?".

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


WORDS: dict[str, Topic] = {
    "neuron": Topic(
        translatable("Neuron"),
        translatable(
            "A sum and a bend: each input times its weight, all added up with the bias, z = w · x + b, and "
            "what the activation function makes of it, a = f(z). All the rest is many of them."
        ),
        ("weight", "bias", "activation", "biology"),
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
