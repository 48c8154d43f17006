"""The option --sample: which tests it leaves out."""

from types import SimpleNamespace

from tests.conftest import pytest_collection_modifyitems


def item(nodeid, *fixtures, mark=None):
    return SimpleNamespace(
        nodeid=nodeid,
        path=nodeid.partition("::")[0],
        fixturenames=fixtures,
        get_closest_marker=lambda name: name if name == mark else None,
    )


ITEMS = [
    item("a.py::test_one[1]"),
    item("a.py::test_one[2]"),
    item("a.py::test_two[1]"),
    item("a.py::test_opens", "window", "ready"),
    item("a.py::test_opens_again", "open_window"),
    item("b.py::test_opens", "open_window"),
    item("b.py::test_reads[mnist]", mark="data"),
    item("c.py::test_opens", "open_window", mark="slow"),
    item("c.py::test_opens_again", "open_window"),
    SimpleNamespace(nodeid="d.py::d.f", path="d.py", get_closest_marker=lambda name: None),
]


def selected(sample):
    items, left_out = list(ITEMS), []
    hook = SimpleNamespace(pytest_deselected=lambda items: left_out.extend(items))
    config = SimpleNamespace(getoption=lambda name: {"sample": sample}[name], hook=hook)
    pytest_collection_modifyitems(config, items)
    assert sorted(one.nodeid for one in items + left_out) == sorted(one.nodeid for one in ITEMS)
    return [one.nodeid for one in items]


def test_a_sample_has_one_case_of_each_test_one_window_of_each_file_and_nothing_slow():
    assert selected(True) == [
        "a.py::test_one[1]",
        "a.py::test_two[1]",
        "a.py::test_opens",
        "b.py::test_opens",
        "c.py::test_opens_again",
        "d.py::d.f",
    ]


def test_everything_runs_where_no_sample_is_asked_for():
    assert selected(False) == [one.nodeid for one in ITEMS]
