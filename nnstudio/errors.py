"""The one base class of everything a user may be told; any room may import it."""


class UserError(Exception):
    """A sentence for the user: what happened, what was kept, what to do.

    Every reader and validator derives its documented error from this class. The command line prints the
    sentence and exits with status 2; the window shows it in its message line.
    """
