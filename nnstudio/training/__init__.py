"""The training loop, its configuration, history and snapshots, and the background thread. No Qt."""
