"""Marks of the classes of points: a shape for each, and a colour on dark and on light paper; no Qt.

Six shapes and six colours, so that a class is told by either. Classes 0 and 1 have the colours of negative
and positive numbers, which fields of two classes are painted in. The others were chosen by searching bands of
hue for the colours that stay the farthest apart in the colour space OKLab (Ottosson 2020), for normal sight
and for simulated protanopia and deuteranopia (Machado, Oliveira and Fernandes 2009): at least 0.1 on
both papers.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ClassMark:
    """How points of a class are drawn.

    Attributes
    ----------
    shape : str
        A symbol of pyqtgraph.
    dark, light : str
        The colour in the dark and in the light theme, ``#rrggbb``.
    """

    shape: str
    dark: str
    light: str

    def colour_in(self, theme_name: str) -> str:
        """Return the colour in a theme, by the theme's name."""
        return self.light if theme_name == "light" else self.dark


CLASS_MARKS = (
    ClassMark("o", "#ff9632", "#cc6600"),
    ClassMark("s", "#50a0ff", "#0877bd"),
    ClassMark("t1", "#2ee8d8", "#3c9678"),
    ClassMark("d", "#e11e5a", "#2d000f"),
    ClassMark("star", "#ffee33", "#4b4b0f"),
    ClassMark("+", "#873cc3", "#5a0087"),
)
"""Of classes 0 to 5: disc, square, triangle, diamond, star and cross."""
