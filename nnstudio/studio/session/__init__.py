"""What the program is working on; no widgets and no painting."""
