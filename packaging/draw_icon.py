"""Draw an SVG to pictures: ``draw_icon.py SOURCE (TARGET SIZE)…``; runs where Qt is installed."""

import sys

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer


def draw(renderer: QSvgRenderer, target: str, size: int) -> None:
    """Draw one square picture; the ending of its name decides the format."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    if not image.save(target):
        sys.exit(f"could not write {target}")


if __name__ == "__main__":
    application = QGuiApplication(sys.argv[:1])
    source, *targets = sys.argv[1:]
    svg = QSvgRenderer(source)
    if not svg.isValid():
        sys.exit(f"{source} is no SVG")
    for name, side in zip(targets[::2], targets[1::2], strict=True):
        draw(svg, name, int(side))
