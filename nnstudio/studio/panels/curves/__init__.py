"""The panels Loss and Accuracy."""
