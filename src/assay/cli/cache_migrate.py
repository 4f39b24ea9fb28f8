"""`cache migrate`: bring a cache of DVC 2.x into the form of DVC 3."""

from __future__ import annotations

import argparse

from assay.cli.session import Session
from assay.pipeline.migrate import legacy_stages, migrate_records, shown_files
from assay.pipeline.tracking import Tracker
from assay.pipeline.workbench import Workbench, open_workbench
from assay.pipeline.workspace import Workspace
from assay.store.migrate import Migration

_NO_FILES = "No DVC files in the repo to migrate to the 3.0 format."


def migrate_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add = parser.add_argument
    add("--dvc-files", action="store_true", help="also rewrite .dvc files and dvc.lock")
    add("--dry", action="store_true", help="only say what would be done")


def migrate(arguments: argparse.Namespace, session: Session) -> int:
    """Give old objects their new names, then the records that name them."""
    workspace = Workspace(session.project)
    migration = Migration(workspace.legacy_cache, workspace.cache)
    objects = migration.objects()
    if arguments.dry:
        session.console.info(
            f"{len(objects)} files will be re-hashed and migrated to the DVC 3.0 cache location."
        )
    else:
        for object_id in objects:
            if migration.migrate(object_id) is None:
                path = workspace.legacy_cache.path(object_id)
                session.console.warning(f"'{path}' is damaged and stays where it is")
        session.console.info(f"Migrated {migration.new_objects} files to DVC 3.0 cache location.")
    if arguments.dvc_files:
        bench = open_workbench(session.project, session.addresses, session.console)
        _migrate_files(bench, migration, session, dry=arguments.dry)
    return 0


def _migrate_files(bench: Workbench, migration: Migration, session: Session, *, dry: bool) -> None:
    stages = legacy_stages(bench)
    if not stages:
        session.console.info(_NO_FILES)
    elif dry:
        names = "".join(f"\n\t{name}" for name in shown_files(bench, stages))
        session.console.info(
            f"Entries in following DVC files will be migrated to the 3.0 format:{names}"
        )
    else:
        tracker = Tracker(session.project, session.addresses, session.console)
        migrate_records(bench, stages, migration, tracker)
        tracker.finish()
