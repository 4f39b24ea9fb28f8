"""`--pull`: what a run lacks comes from the remotes (spec/pipelines.md §5.3, §5.6)."""

from __future__ import annotations

from assay.data.checkout import CheckoutOptions, checkout
from assay.data.fetch import fetch
from assay.data.transfer import Request
from assay.data.used import stage_objects, used_objects
from assay.errors import AssayError, Interrupted
from assay.pipeline.model import Stage
from assay.pipeline.records import Entry
from assay.pipeline.targets import Found
from assay.pipeline.workbench import Workbench


class Fetcher:
    """Brings data for the stages of one run. Failures are told and do not end the run.

    Whoever remembers what is in workspace and cache must look again after each call.
    """

    __slots__ = ("_bench", "_request")

    def __init__(self, bench: Workbench, request: Request | None = None) -> None:
        self._bench = bench
        self._request = request or Request()

    def pull_run_cache(self) -> None:
        """Bring all recorded runs of the remote."""
        try:
            self._remote()
            fetch(self._bench, (), self._request._replace(run_cache=True))
        except Interrupted:
            raise
        except AssayError as error:
            self._bench.console.warning(f"Failed to pull run cache: {error.chain()}")

    def pull_stage_outputs(self, stage: Stage) -> bool:
        """Bring what was recorded for the outputs of `stage` and put it into the workspace.

        Whether all of it is there now.
        """
        address = self._bench.addresses.stage(stage)
        shown = f"stage: '{address}'"
        self._bench.console.info(f"Pulling data for {shown}")
        if self._pull(Found(stage)):
            return True
        self._bench.console.info(f"Unable to pull data for {shown}")
        return False

    def pull_missing_dependencies(self, stage: Stage) -> None:
        """Bring what `stage` reads and the workspace lacks, as far as other stages recorded it."""
        graph, workspace = self._bench.graph, self._bench.workspace
        for dependency in stage.dependencies:
            location = dependency.location
            if "://" in location or workspace.exists(location):
                continue
            owner = graph.owners.exact(location) or graph.owners.around(location)
            owners = [owner] if owner else [key for _, key in graph.owners.inside(location)]
            for key in owners:
                self._pull(Found(graph.stages[key], location if owner else None))

    def fetch_outputs(self, stage: Stage, entry: Entry) -> None:
        """Bring the objects that a recorded run of `stage` mentions into the cache."""
        objects = stage_objects(stage, entry).objects
        try:
            fetch(self._bench, objects, self._request)
        except Interrupted:
            raise
        except AssayError as error:
            self._bench.console.warning(error.chain())

    def _pull(self, found: Found) -> bool:
        used = used_objects(self._bench.pipeline, [found])
        try:
            if any(one.remote is None for one in used.objects):
                self._remote()
            fetch(self._bench, used.objects, self._request)
            report = checkout(self._bench, [found], CheckoutOptions())
        except Interrupted:
            raise
        except AssayError as error:
            self._bench.console.detail(error.chain())
            return False
        return not report.failed

    def _remote(self) -> str:
        """The remote that is meant. Raises ConfigError without one."""
        return self._request.remote or self._bench.project.config.default_remote("pull")
