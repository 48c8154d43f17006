"""Theme, colours, fonts, images and the formatting of numbers."""
