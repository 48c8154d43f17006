"""What each choice computes, as one line for its tooltip; the keys are those of the engine's tables."""

from nnstudio.language import translatable

ACTIVATION_FORMULAS = {
    "relu": "a = max(z, 0)",
    "sigmoid": translatable("a = 1 / (1 + exp(−z)), between 0 and 1"),
    "tanh": translatable("a = tanh z, between −1 and 1"),
    "leaky_relu": translatable("a = z where z > 0, else 0.01 z"),
    "elu": translatable("a = z where z > 0, else exp(z) − 1"),
    "selu": translatable("a = λ z where z > 0, else λ α (exp(z) − 1): keeps mean 0 and variance 1"),
    "silu": translatable("a = z / (1 + exp(−z)), a smooth ReLU, also called swish"),
    "gelu": translatable("a = z Φ(z), with Φ by its tanh form: a smooth ReLU"),
    "exact_gelu": translatable("a = z Φ(z), with Φ by the error function: a smooth ReLU"),
    "relu6": translatable("a = max(z, 0), and 6 at most"),
    "hard_tanh": translatable("a = z between −1 and 1, and the nearer of these beyond"),
    "softplus": translatable("a = log(1 + exp z), a smooth ReLU"),
    "absolute": "a = |z|",
    "sine": "a = sin z",
    "identity": translatable("a = z: the layer stays linear"),
    "step": translatable("a = 1 where z > 0, else 0: a unit that fires or does not"),
    "softmax": translatable("aⱼ = exp zⱼ / Σ exp z: probabilities that sum to 1"),
}

LOSS_FORMULAS = {
    "cross_entropy": translatable("L = −log a of the true class"),
    "binary_cross_entropy": translatable(
        "L = −Σ (t log a + (1 − t) log(1 − a)), each class a question of its own"
    ),
    "squared_error": "L = ½ Σ (a − t)²",
    "absolute_error": "L = Σ |a − t|",
    "perceptron": translatable(
        "L = Σ |z| over the units on the wrong side; by SGD, one sample at a time, it is "
        "Rosenblatt's rule: w ← w + α (t − a) x"
    ),
    "hinge": translatable("L = Σ max(0, 1 + aⱼ − a of the true class), over the other classes j"),
}

OPTIMISER_FORMULAS = {
    "sgd": "θ ← θ − α g",
    "momentum": "u ← μ u + g,  θ ← θ − α u",
    "nesterov": "u ← μ u + g,  θ ← θ − α (g + μ u)",
    "rmsprop": "v ← ρ v + (1−ρ) g²,  θ ← θ − α g / (√v + ε)",
    "adagrad": "s ← s + g²,  θ ← θ − α g / (√s + ε)",
    "adam": "m ← β₁ m + (1−β₁) g,  v ← β₂ v + (1−β₂) g²,  θ ← θ − α m̂ / (√v̂ + ε)",
    "adamw": translatable(
        "as Adam; with weight decay, which shrinks θ itself and not by way of g, it is called AdamW"
    ),
}

INITIALISATION_FORMULAS = {
    "he_normal": translatable("normal with variance 2 / inputs: keeps the signal's size through ReLU layers"),
    "he_uniform": translatable("uniform with variance 2 / inputs"),
    "glorot_normal": translatable("normal with variance 2 / (inputs + outputs): for tanh and sigmoid layers"),
    "glorot_uniform": translatable("uniform with variance 2 / (inputs + outputs)"),
    "orthogonal": translatable("rows at right angles to each other: lengths are kept"),
    "normal": translatable("normal with deviation 0.01, whatever the layer's size"),
    "uniform": translatable("between −0.05 and 0.05, whatever the layer's size"),
    "constant": translatable("every weight 0.1: the units of a layer stay alike for ever"),
    "zeros": translatable("every weight 0: hidden units stay alike, and with ReLU nothing is learnt"),
    "kinks_spread": translatable("normal with variance 2 / inputs, and b = −w s with s all over the inputs"),
}

SCHEDULE_FORMULAS = {
    "constant": translatable("the rate stays α"),
    "step": translatable("α γ^⌊e / E⌋: times γ after every E epochs"),
    "exponential": translatable("α γ^(e / E): the same fall, evenly"),
    "cosine": translatable(
        "α (1 + cos πp) / 2, with p the part of the run that is done: down to 0 at its end"
    ),
    "one_cycle": translatable(
        "from α / 25 up to α in the first 30 % of the run, then down to almost nothing"
    ),
}

SCALING_WORDS = {
    "none": (translatable("None"), translatable("as the data come: images from 0 to 1")),
    "unit": (translatable("0 to 1"), translatable("x ← (x − min) / (max − min), feature by feature")),
    "standardised": (
        translatable("Standardised"),
        translatable("x ← (x − mean) / deviation, feature by feature"),
    ),
}
