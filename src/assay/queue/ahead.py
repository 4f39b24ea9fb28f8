"""What a process that forks for each attempt loads before, once for all."""

from __future__ import annotations

import gc

from assay import regex
from assay.git.object_files import object_name
from assay.modules import load
from assay.store.hashes import md5_bytes, sha256_text
from assay.typed import Iterable

_NEEDED = (
    *("bisect", "zlib", "assay.sqlite"),
    *("assay.formats.configobj", "assay.formats.yaml_read", "assay.formats.yaml_write"),
    *("assay.formats.yaml_blocks", "assay.fs.rwlock", "assay.git.index_file"),
    *("assay.git.loose_refs", "assay.signals", "assay.store.gather"),
    *("assay.pipeline.definitions", "assay.pipeline.running.execute"),
    *("assay.pipeline.running.single_flight", "assay.pipeline.running.tools"),
    *("assay.pipeline.running.update", "assay.pipeline.templating"),
)


def import_ahead(more: Iterable[str] = ()) -> None:
    """Import what nearly every attempt needs, and the modules in `more`."""
    for name in (*_NEEDED, *more):
        load(name)
    # Which of several modules these use, is their matter.
    sha256_text(md5_bytes(b""))
    object_name(b"")
    regex.make_ready()
    # What is here now stays: looking at it for garbage would copy its pages in each fork.
    gc.freeze()
