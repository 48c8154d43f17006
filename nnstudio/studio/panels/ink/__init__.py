"""The panel Ink."""
