"""One module or package for each panel; ``panel_list`` lists them all."""
