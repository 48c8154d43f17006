"""What is said of a run and of its moments, in one line or more."""

from nnstudio.language import tr
from nnstudio.training.checkpoint import Checkpoint, Mark
from nnstudio.training.runs import Run


def place_words(run: Run, checkpoints: tuple[Checkpoint, ...], place: int) -> str:
    """Say where in its film a run is."""
    epoch = f"{checkpoints[place].epoch:.2f}"
    if run.config.epochs is not None:
        epoch = f"{epoch} / {run.config.epochs:g}"
    return tr("epoch {epoch} · snapshot {place:,} of {total:,}").format(
        epoch=epoch, place=place + 1, total=len(checkpoints)
    )


def moment_words(run: Run, checkpoint: Checkpoint, *, short: bool = False) -> str:
    """Say the numbers of a moment; all of them and what stands out, or those that fit beside the track."""
    words = [tr("epoch {epoch:.2f}").format(epoch=checkpoint.epoch)]
    if not short:
        words.append(tr("step {step:,}").format(step=checkpoint.step))
    if checkpoint.train_loss is not None:
        words.append(tr("loss {loss:.3g}").format(loss=checkpoint.train_loss))
    if checkpoint.test_accuracy is not None:
        accuracy = f"{100 * checkpoint.test_accuracy:.1f} %"
        if short:
            words.append(accuracy)
        elif checkpoint.is_measured:
            words.append(tr("test accuracy {accuracy}").format(accuracy=accuracy))
        else:
            words.append(
                tr("test accuracy {accuracy}, measured at step {step:,}").format(
                    accuracy=accuracy, step=checkpoint.test_step
                )
            )
    text = " · ".join(words)
    if short:
        return text
    lines = [text]
    if Mark.BEST in checkpoint.marks:
        lines.append(tr("The best of this run on the test set"))
    lines += [change.text for change in run.checkpoint_history.changes if change.epoch == checkpoint.epoch]
    if checkpoint.state is None and checkpoint.step:
        lines.append(tr("A branch from here begins with a fresh optimiser: its memory was not kept here."))
    else:
        lines.append(tr("A branch from here gets the same numbers, with the same settings."))
    return "\n".join(lines)


def run_words(run: Run) -> str:
    """Say what a run is: its network, how far it is, its best, and where it came from."""
    words = [
        str(run.config.architecture),
        tr("epoch {epoch:.2f}").format(epoch=run.last.epoch),
        tr("seed {seed}").format(seed=run.config.seed),
    ]
    best = run.checkpoint_history.best
    if best is not None and best.test_accuracy is not None:
        words.append(tr("best test accuracy {accuracy:.1f} %").format(accuracy=100 * best.test_accuracy))
    if run.parent is not None:
        words.append(tr("from {run} at epoch {epoch:.2f}").format(run=run.parent.name, epoch=run.first.epoch))
    memory = tr("%n snapshot(s), {size:.0f} MB", len(run.checkpoint_history.checkpoints))
    words.append(memory.format(size=run.checkpoint_history.n_bytes / 2**20))
    return " · ".join(words)
