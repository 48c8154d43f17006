"""Sweeps from a file: read, trained by processes or a cluster, kept in a table, summed up. No Qt."""
