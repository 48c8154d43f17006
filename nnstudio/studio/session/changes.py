"""What changed between two frames."""

from dataclasses import dataclass, fields


@dataclass
class Changes:
    """What is new since the last frame."""

    network: bool = False
    weights: bool = False
    reading: bool = False
    progress: bool = False
    selection: bool = False
    results: bool = False
    checkpoint: bool = False
    """The user moved to another checkpoint while training rests: it is shown at once."""

    @classmethod
    def all(cls) -> "Changes":
        """Return what has changed for a panel that shows nothing yet: everything."""
        return cls(*(True for _ in fields(cls)))

    def __bool__(self) -> bool:
        return any(vars(self).values())
