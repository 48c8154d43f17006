from nnstudio.studio.help.about import show_about


def test_it_shows_the_licence_of_what_is_chosen(window):
    dialog = show_about(window)
    names = [dialog.table.item(row, 0).text() for row in range(dialog.table.rowCount())]
    assert names[0] == "nnstudio"
    assert "Permission is hereby granted" in dialog.text.toPlainText()
    dialog.table.setCurrentCell(names.index("PySide6_Essentials"), 0)
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in dialog.text.toPlainText()
    dialog.close()


def test_it_credits_networks_and_data(window):
    dialog = show_about(window)
    assert "UNIPEN" in dialog.tabs.widget(1).toPlainText()
    assert "Yann LeCun" in dialog.tabs.widget(2).toPlainText()
    dialog.close()


def test_there_is_one(window):
    assert show_about(window) is show_about(window)
