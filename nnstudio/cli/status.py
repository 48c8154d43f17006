"""The exit statuses of the command line, documented in `nnstudio.cli`."""

DONE = 0
FAILED = 1
BAD_INPUT = 2
# As a shell reports a program that a signal ended: 128 and the signal's number.
INTERRUPTED = 130
READER_LEFT = 141
