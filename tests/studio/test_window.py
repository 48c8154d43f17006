def test_opens(window):
    assert window.isVisible()
