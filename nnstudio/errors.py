"""The base class of every error that is shown to the user; any package may import it."""


class UserError(Exception):
    """An error whose text is shown to the user: what happened, what was kept, what to do.

    Every reader and validator derives its documented error from this class. The command line prints the
    sentence and exits with status 2; the window shows it in its message line.
    """
