"""Templates of dvc.yaml: variables, `${…}` and the stages that `foreach` and `matrix` stand for.

In: the parsed mapping of one dvc.yaml that passed the schema. Out: the same as plain data, with no
template left. Nothing here reads a file by itself or knows where files come from; what a stage is,
is none of its business either. Source of all rules: spec/pipelines.md §3.
"""

from assay.pipeline.templating.resolve import Resolved, check_default_variables, resolve
from assay.pipeline.templating.unpack import ParsingOptions
from assay.pipeline.templating.variables import VariableFiles

__all__ = [
    "ParsingOptions",
    "Resolved",
    "VariableFiles",
    "check_default_variables",
    "resolve",
]
