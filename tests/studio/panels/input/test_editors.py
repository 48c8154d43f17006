"""Every kind of input has words, first settings and editors."""

from nnstudio.data.input_kinds import INPUT_KINDS
from nnstudio.data.problem import InputSpace
from nnstudio.studio.panels.input.editors import EDITORS, InputEditors
from nnstudio.studio.session.input_kinds import STUDIO_INPUT_KINDS, why_not_drawn
from nnstudio.training.start_settings import START_SETTINGS
from tests.studio.gestures import discard


def test_every_kind_has_its_records():
    assert INPUT_KINDS.keys() == STUDIO_INPUT_KINDS.keys() == START_SETTINGS.keys()
    for name in EDITORS:
        kind = INPUT_KINDS[name]
        assert bool(STUDIO_INPUT_KINDS[name].no_pixels) != kind.can_be_drawn
        assert ("pen" in EDITORS[name].tools) == kind.can_be_drawn


def test_an_image_is_not_drawn_where_a_network_does_not_say_how():
    words = why_not_drawn(InputSpace("image", (8, 9), 0.0, 1.0))
    assert words.startswith("This network reads images of 8 × 9 pixels and does not say")
    assert why_not_drawn(InputSpace.of_numbers(2)).startswith("Points of the plane are not drawn")


def test_the_editor_follows_what_lies_on_the_canvas(services):
    document = services.session.input
    editors = InputEditors(services)
    editors.show_editor()
    strokes, pixels = editors.by_kind["image"]
    assert editors.currentWidget() is strokes
    document.toggle_pixels()
    assert editors.currentWidget() is pixels
    document.undo()
    assert editors.currentWidget() is strokes
    discard(editors)
