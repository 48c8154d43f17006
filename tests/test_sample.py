"""The option --sample: which tests it leaves out."""

from types import SimpleNamespace

from tests.conftest import TESTS, pytest_collection_modifyitems


def item(nodeid, *fixtures, mark=None):
    return SimpleNamespace(
        nodeid=nodeid,
        path=TESTS / nodeid.partition("::")[0],
        fixturenames=fixtures,
        get_closest_marker=lambda name: name if name == mark else None,
    )


ITEMS = [
    item("data/a.py::test_one[1]"),
    item("data/a.py::test_one[2]"),
    item("data/a.py::test_reads[mnist]", mark="data"),
    item("data/a.py::test_two[1]"),
    item("data/a.py::test_three"),
    item("data/b.py::test_one"),
    item("studio/views/a.py::test_opens", "open_window", mark="slow"),
    item("studio/views/a.py::test_opens_again", "window", "ready"),
    item("studio/views/b.py::test_opens", "open_window"),
    item("studio/views/c.py::test_opens", "window"),
    item("studio/panels/mistakes/a.py::test_opens", "window"),
    *(item(f"studio/all.py::test_{k}", mark="sampled") for k in range(4)),
    SimpleNamespace(nodeid="d.py::d.f", path=TESTS / "d.py", get_closest_marker=lambda name: None),
]


def selected(sample):
    items, left_out = list(ITEMS), []
    hook = SimpleNamespace(pytest_deselected=lambda items: left_out.extend(items))
    config = SimpleNamespace(getoption=lambda name: {"sample": sample}[name], hook=hook)
    pytest_collection_modifyitems(config, items)
    assert sorted(one.nodeid for one in items + left_out) == sorted(one.nodeid for one in ITEMS)
    return [one.nodeid for one in items]


def test_a_sample_has_two_tests_of_each_file_two_windows_of_each_folder_and_nothing_slow():
    assert selected(True) == [
        "data/a.py::test_one[1]",
        "data/a.py::test_two[1]",
        "data/b.py::test_one",
        "studio/views/a.py::test_opens_again",
        "studio/views/b.py::test_opens",
        "studio/panels/mistakes/a.py::test_opens",
        *(f"studio/all.py::test_{k}" for k in range(4)),
        "d.py::d.f",
    ]


def test_everything_runs_where_no_sample_is_asked_for():
    assert selected(False) == [one.nodeid for one in ITEMS]
