"""The panel Bumps: a curve approximated by hand, with bumps of four units each."""
