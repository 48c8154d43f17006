"""Features of pictures in the place of their pixels, as inputs of a network; no widgets."""

from collections.abc import Mapping

from nnstudio.data.picture_features import PICTURE_FEATURES, PictureFeatures, features_named
from nnstudio.data.picture_problem import SIDE, picture_feature_problem
from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.errors import UserError
from nnstudio.language import tr
from nnstudio.studio.background.tasks import Task
from nnstudio.studio.session.problem_sources import Loaded, ProblemSource
from nnstudio.studio.session.training_run import TrainingRun


class NoPicturesError(UserError):
    """A problem of which no features can be learned from."""


def picture_source(base: ProblemSource, features: PictureFeatures) -> ProblemSource:
    """Return features of a problem's pictures as something that can be trained on."""

    def load(task: Task[Loaded]) -> Loaded:
        loaded = base.load(task)
        task.title = tr("Computing the features of {title}").format(title=base.title)
        problem = picture_feature_problem(loaded.problem, features, task.report)
        return Loaded(problem, account=problem.source)

    output_space = base.output_space
    if output_space is None and base.entry is not None:
        output_space = base.entry.output_space
    return ProblemSource(
        f"{base.name} {features.name}",
        tr("{features} of {title}").format(features=tr(features.title), title=base.title),
        load,
        output_space=output_space,
        kind="features",
    )


def source_for(
    input_space: InputSpace, output_space: OutputSpace, sources: Mapping[str, ProblemSource]
) -> ProblemSource | None:
    """Return features of pictures that are here, for a network of these; None where it is of others."""
    features = features_named(input_space.names) if input_space.traits.of_pictures else None
    if features is None:
        return None
    pictures = InputSpace("image", (SIDE, SIDE), 0.0, 1.0)
    bases = (base for base in sources.values() if base.recipe is None and base.is_here)
    base = next((base for base in bases if base.fits(pictures, output_space)), None)
    return None if base is None else picture_source(base, features)


def base_and_features(name: str) -> tuple[str, PictureFeatures | None]:
    """Return the name of the problem whose pictures they are, and the features; None for a problem of pixels.

    Examples
    --------
    >>> base_and_features("digits-mnist ink")[0], base_and_features("digits-mnist")
    ('digits-mnist', ('digits-mnist', None))
    """
    base, _, last = name.rpartition(" ")
    return (base, PICTURE_FEATURES[last]) if base and last in PICTURE_FEATURES else (name, None)


def source_of_features(
    training: TrainingRun, problem_name: str, features: PictureFeatures | None
) -> ProblemSource:
    """Return the problem whose pictures are learned from now, with other features of them, or their pixels.

    Raises
    ------
    NoPicturesError
        If there are no pictures, they are not here, or they are drawn for each epoch.
    """
    base = training.problem_sources.get(base_and_features(problem_name)[0])
    if base is None or not base.input_traits.has_pixels:
        raise NoPicturesError(tr("There are no pictures here. Choose a problem of pictures first."))
    if base.recipe is not None:
        raise NoPicturesError(
            tr("The pictures of {title} are drawn for each epoch. Choose one whose samples stay.").format(
                title=base.title
            )
        )
    if base.missing():
        raise NoPicturesError(
            tr("The pictures of {title} are not here yet. Choose it among the problems first.").format(
                title=base.title
            )
        )
    return base if features is None else picture_source(base, features)
