"""The panel Composer: chains of functions of one argument, and what depth is worth."""
