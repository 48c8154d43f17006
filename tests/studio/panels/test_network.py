"""The panel Network and the other views: what is under the pointer here is marked there."""

from nnstudio.studio.panels.network import NetworkPanel
from nnstudio.studio.views.network.scene import UnitAddress
from tests.studio.gestures import leave, move_to, places_in


def test_a_unit_under_the_pointer_is_pointed_at_everywhere(session, show_alone):
    panel = show_alone(NetworkPanel, (900, 500))
    panel.widget.grab()
    view = panel.widget
    place = next(p for p in places_in(view, 60) if isinstance(view.unit_at(p.toPointF()), UnitAddress))
    move_to(view, place)
    address = view.pointed
    assert session.selection.pointed == (address.layer, address.unit)
    assert view.marked is None, "one frame is enough"
    leave(view)
    assert session.selection.pointed is None
