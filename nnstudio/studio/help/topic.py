"""What one explanation of "What is this?" is."""

from dataclasses import dataclass


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
