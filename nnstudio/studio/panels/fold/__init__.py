"""The panel Fold: how a layer carries the plane, and where its next line lies."""
