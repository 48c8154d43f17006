"""Model files and recipes: strict readers, atomic writers. No Qt."""
