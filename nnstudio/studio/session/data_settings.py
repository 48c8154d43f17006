"""What may be done to the data before they are learned from, as settings."""

from dataclasses import replace

from nnstudio.language import translatable
from nnstudio.studio.session import formulas
from nnstudio.studio.session.setting import OFF, Option, Setting, number_or_off
from nnstudio.training.data_choices import DataChoices

INPUT_SCALING = Setting[DataChoices](
    "input_scaling",
    translatable("Data"),
    translatable("Input scaling"),
    translatable(
        "what is done to each input feature before it enters the network; shown weights take inputs as they "
        "come. Another choice starts from fresh weights."
    ),
    lambda data: data.input_scaling,
    lambda data, text: replace(data, input_scaling=text),
    tuple(Option(key, *words) for key, words in formulas.SCALING_WORDS.items()),
)

RANDOM_LABELS = Setting[DataChoices](
    "random_labels",
    translatable("Data"),
    translatable("Random labels"),
    translatable(
        "the part of the training labels that is drawn at random, to see a network remember what has no "
        "rule: "
        "the training loss falls, the test accuracy does not rise. Another choice starts from fresh weights."
    ),
    lambda data: f"{data.random_labels:g}" if data.random_labels else OFF,
    lambda data, text: replace(data, random_labels=number_or_off(text, "Random labels", "0.5")),
    (),
    ("off", "0.1", "0.3", "0.5", "1"),
)

DATA_SETTINGS = (INPUT_SCALING, RANDOM_LABELS)
