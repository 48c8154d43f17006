"""The panel Lesson."""
