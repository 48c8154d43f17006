"""What the panel Landscape says of a landscape."""

from nnstudio.insight.landscape_axes import Along
from nnstudio.insight.sweep_spec import spoken_time
from nnstudio.language import tr
from nnstudio.studio.painting.numbers import figure
from nnstudio.studio.panels.landscape.worker import LandscapeAnswer, LandscapeWorker
from nnstudio.studio.session.displayed_network import DisplayedNetwork


def progress_sentence(answer: LandscapeAnswer, worker: LandscapeWorker, network: DisplayedNetwork) -> str:
    """Say how far a landscape is, what is special about it, and whether the network has moved on."""
    found = answer.landscape
    said = []
    if len(found.axes) == 2 and _is_whole(answer):
        said.append(tr("these two numbers are all: this is the whole surface"))
    if worker.is_busy and not found.is_done:
        share = tr("{share:.0f} % of {n:,} points").format(share=100 * found.share, n=found.values.size)
        to_go = found.seconds * (1 - found.share) / worker.share
        said.append(
            tr("{share}, about {time} to go (Esc: stop)").format(share=share, time=spoken_time(to_go))
        )
    if found.n_infinite:
        said.append(tr("hatched: not finite at %n point(s)", found.n_infinite))
    if answer.path:
        near = sum(place.is_near for place in answer.path)
        said.append(
            tr("path: {near} of {n} recorded places within 10 % of the plane").format(
                near=near, n=len(answer.path)
            )
        )
    checkpoint = network.checkpoint
    if answer.request.theta is not network.prediction_weights and checkpoint is not None:
        said.append(tr("the network is at step {step:,} by now").format(step=checkpoint.step))
    return " · ".join(said)


def compared_sentence(answer: LandscapeAnswer) -> str:
    """Write the loss of the network on the samples of the picture beside the one on show elsewhere."""
    request, found = answer.request, answer.landscape
    n, n_all = found.n_samples, len(request.samples)
    said = tr("here: loss {loss} on {n:,} of {all:,} training samples").format(
        loss=figure(found.loss_here), n=n, all=n_all
    )
    if request.config.hyper.l1 or request.config.hyper.l2:
        said = tr("{said}, penalties left out").format(said=said)
    if request.step is not None:
        said = tr("{said}, step {step:,}").format(said=said, step=request.step)
    if request.batch_loss is not None:
        said = tr("{said} · loss on show, of its last batch: {loss}").format(
            said=said, loss=figure(request.batch_loss)
        )
    return said


def _is_whole(answer: LandscapeAnswer) -> bool:
    """Return whether the plane's two weights are all that the network has."""
    is_of_weights = all(choice.along is Along.WEIGHT for choice in answer.request.choices)
    return is_of_weights and int(answer.request.config.architecture.trained_mask().sum()) == 2
