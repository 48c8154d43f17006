"""Views: widgets that show what they are given; gestures leave as signals."""
