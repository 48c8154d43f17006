"""The data sets that can be downloaded: files, mirrors, hashes, licences; only `data.catalogue` uses it.

Of MNIST the hash of the content is known. Of the others the hashes of the packed files are, as Keras
(Fashion-MNIST) and several independent projects (KMNIST, EMNIST) publish them.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_IMAGES_BYTES = {60_000: 47_040_016, 10_000: 7_840_016}
_LABELS_BYTES = {60_000: 60_008, 10_000: 10_008}
"""Sizes of IDX files of so many images of 28 × 28, and of their labels."""


@dataclass(frozen=True)
class CatalogueFile:
    """One packed file of a data set.

    Attributes
    ----------
    name : str
        The name on the mirrors and in the folder of downloads.
    packed_bytes : int
        Its usual size as it is downloaded.
    content_bytes : int
        Its size when unpacked; a ZIP archive counts as its own content.
    content_sha256 : str
        The SHA-256 of the unpacked content, in hexadecimal: this decides what is accepted. Empty where only
        the hash of the packed file has been published.
    packed_sha256 : str
        That of the file as it is downloaded, which then decides: another packing of the same content is
        refused.
    """

    name: str
    packed_bytes: int
    content_bytes: int
    content_sha256: str
    packed_sha256: str = ""


@dataclass(frozen=True)
class CatalogueEntry:
    """A data set that can be downloaded.

    Attributes
    ----------
    name : str
        The name used on the command line, and the folder below `nnstudio.paths.data_dir`.
    title : str
        The name that people read.
    files : tuple of CatalogueFile
    mirrors : tuple of str
        Addresses that end in a slash, tried in this order.
    licence, credit : str
        Terms of use, and authors.
    """

    name: str
    title: str
    files: tuple[CatalogueFile, ...]
    mirrors: tuple[str, ...]
    licence: str
    credit: str

    @property
    def n_bytes(self) -> int:
        """Return the size of all downloads."""
        return sum(file.packed_bytes for file in self.files)


def _four_files(*packed: tuple[int, str]) -> tuple[CatalogueFile, ...]:
    """Return training images and labels, then test images and labels, named and sized as MNIST's."""
    stems = (
        ("train-images-idx3-ubyte.gz", _IMAGES_BYTES[60_000]),
        ("train-labels-idx1-ubyte.gz", _LABELS_BYTES[60_000]),
        ("t10k-images-idx3-ubyte.gz", _IMAGES_BYTES[10_000]),
        ("t10k-labels-idx1-ubyte.gz", _LABELS_BYTES[10_000]),
    )
    return tuple(
        CatalogueFile(name, packed_bytes, content_bytes, "", packed_sha256)
        for (name, content_bytes), (packed_bytes, packed_sha256) in zip(stems, packed, strict=True)
    )


_MNIST = CatalogueEntry(
    name="mnist",
    title="MNIST handwritten digits",
    files=(
        CatalogueFile(
            "train-images-idx3-ubyte.gz",
            9_912_422,
            47_040_016,
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        ),
        CatalogueFile(
            "train-labels-idx1-ubyte.gz",
            28_881,
            60_008,
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        ),
        CatalogueFile(
            "t10k-images-idx3-ubyte.gz",
            1_648_877,
            7_840_016,
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        ),
        CatalogueFile(
            "t10k-labels-idx1-ubyte.gz",
            4_542,
            10_008,
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ),
    ),
    mirrors=(
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ),
    licence="CC BY-SA 3.0",
    credit="Yann LeCun, Corinna Cortes and Christopher J. C. Burges, from the NIST databases",
)


_FASHION = CatalogueEntry(
    name="fashion-mnist",
    title="Fashion-MNIST articles of clothing",
    files=_four_files(
        (26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
        (29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
        (4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
        (5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
    ),
    mirrors=(
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    ),
    licence="MIT",
    credit="Han Xiao, Kashif Rasul and Roland Vollgraf, Zalando SE",
)

_KMNIST = CatalogueEntry(
    name="kmnist",
    title="Kuzushiji-MNIST cursive Japanese characters",
    files=_four_files(
        (18_165_135, "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4"),
        (29_497, "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17"),
        (3_041_136, "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5"),
        (5_120, "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c"),
    ),
    mirrors=(
        "https://codh.rois.ac.jp/kmnist/dataset/kmnist/",
        "http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
    ),
    licence="CC BY-SA 4.0",
    credit="the Center for Open Data in the Humanities, from the Kuzushiji Dataset of the NIJL and others",
)

_EMNIST = CatalogueEntry(
    name="emnist",
    title="EMNIST handwritten letters and digits",
    files=(
        CatalogueFile(
            "gzip.zip",
            561_753_746,
            561_753_746,
            "",
            "fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e",
        ),
    ),
    mirrors=("https://biometrics.nist.gov/cs_links/EMNIST/",),
    licence="no licence is stated; the NIST databases behind it are works of the US government",
    credit="Gregory Cohen, Saeed Afshar, Jonathan Tapson and André van Schaik, from the NIST databases",
)

CATALOGUE: Mapping[str, CatalogueEntry] = MappingProxyType(
    {entry.name: entry for entry in (_MNIST, _FASHION, _KMNIST, _EMNIST)}
)
"""Every data set that can be fetched, by name."""
