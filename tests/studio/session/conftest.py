"""A session without a window, and a way to wait for it."""

import pytest

from nnstudio.studio.session.session import Session


@pytest.fixture
def session(qapp, model):
    """Return a session that keeps what it says in ``sentences``, each with whether it is a warning."""
    session = Session(model, "digits-synthetic")
    session.sentences = []
    session.said.connect(lambda text, warning: session.sentences.append((text, warning)))
    yield session
    session.close()
    session.deleteLater()


@pytest.fixture
def until(session, qtbot):
    """Return a function that polls the session as frames do until a condition holds."""

    def wait(condition):
        def step():
            session.poll()
            return condition()

        qtbot.waitUntil(step)

    return wait
