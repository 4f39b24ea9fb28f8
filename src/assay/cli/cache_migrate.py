"""`cache migrate`: bring a cache of DVC 2.x into the form of DVC 3."""

from __future__ import annotations

from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.data.migrate import legacy_stages, migrate_records, shown_files
from assay.pipeline.tracking import Tracker
from assay.pipeline.workbench import open_workbench
from assay.pipeline.workspace import Workspace
from assay.store.guard import CacheGuard
from assay.store.migrate import Migration
from assay.ui.console import Console

EXAMPLES = {
    "cache migrate": """\
example:
  dvc cache migrate --dvc-files        # the cache, and the .dvc files that point into it""",
}

_NO_FILES = "No DVC files in the repo to migrate to the 3.0 format."


def migrate_arguments(options: Options) -> None:
    """Declare the options."""
    add = options.add_argument
    add("--dvc-files", action="store_true", help="also rewrite .dvc files and dvc.lock")
    add("--dry", action="store_true", help="only say what would be done")


def migrate(arguments: Arguments, session: Session) -> int:
    """Give old objects their new names, then the records that name them."""
    workspace = Workspace(session.project)
    migration = Migration(workspace.legacy_cache, workspace.cache)
    if arguments.dry:
        _plan(migration, session, files=arguments.dvc_files)
        return 0
    # One guard over both: until a record names them, new objects look like garbage.
    with CacheGuard(workspace.cache.top, alone=False, tell=session.console.info):
        _migrate_objects(workspace, migration, session.console)
        if arguments.dvc_files:
            _migrate_files(migration, session)
    return 0


def _plan(migration: Migration, session: Session, *, files: bool) -> None:
    console = session.console
    count = len(migration.objects())
    console.info(f"{count} files will be re-hashed and migrated to the DVC 3.0 cache location.")
    if not files:
        return
    bench = open_workbench(session.project, session.addresses, console)
    names = shown_files(bench, legacy_stages(bench))
    title = "Entries in following DVC files will be migrated to the 3.0 format:"
    console.info("\n\t".join([title, *names]) if names else _NO_FILES)


def _migrate_objects(workspace: Workspace, migration: Migration, console: Console) -> None:
    for object_id in migration.objects():
        if migration.migrate(object_id) is None:
            path = workspace.legacy_cache.path(object_id)
            console.warning(f"'{path}' is damaged and stays where it is")
    console.info(f"Migrated {migration.new_objects} files to DVC 3.0 cache location.")


def _migrate_files(migration: Migration, session: Session) -> None:
    bench = open_workbench(session.project, session.addresses, session.console)
    stages = legacy_stages(bench)
    if not stages:
        session.console.info(_NO_FILES)
    tracker = Tracker(session.project, session.addresses, session.console)
    migrate_records(bench, stages, migration, tracker)
    tracker.finish()
