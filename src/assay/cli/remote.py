"""`remote add`, `default`, `list`, `modify`, `remove` and `rename`."""

from __future__ import annotations

from assay.cli.config_level import DEFAULT_LEVEL, add_level, as_written, only, read, save
from assay.cli.options import Arguments, Options, Unfit
from assay.cli.session import Session
from assay.config import LEVELS, Config, named_section
from assay.config.edit import Editor
from assay.errors import ConfigError, UsageError

EXAMPLES = {
    "remote add": "example:\n  dvc remote add -d store s3://bucket/folder",
    "remote modify": "example:\n  dvc remote modify --local store password secret",
    "remote default": """\
examples:
  dvc remote default store
  dvc remote default                   # which one is it?""",
    "remote list": "example:\n  dvc remote list",
    "remote remove": "example:\n  dvc remote remove store",
    "remote rename": "example:\n  dvc remote rename store archive",
}


def add_arguments(options: Options) -> None:
    """Declare the options of `remote add`."""
    add_level(options)
    option = options.add_argument
    option("-d", "--default", action="store_true", help="make it the default remote")
    option("-f", "--force", action="store_true", help="replace a remote of that name")
    option("name", type=_name, help="name of the remote")
    option("url", help="where it is: s3://…, ssh://…, a directory, …")


def add(arguments: Arguments, session: Session) -> int:
    """Add a remote to one file."""
    editor = Editor(read(session))
    level = editor.level(arguments.level or DEFAULT_LEVEL)
    section = named_section("remote", arguments.name)
    if section in level.written and not arguments.force:
        raise ConfigError(
            f"config file error: remote '{arguments.name}' already exists. "
            "Use `-f|--force` to overwrite it."
        )
    url = as_written(arguments.url, section, "url", file=level.path, session=session)
    editor.put(level.name, section, {"url": url})
    if arguments.default:
        session.console.info(f"Setting '{arguments.name}' as a default remote.")
        editor.set(level.name, "core", option="remote", value=arguments.name)
    save(editor, session)
    return 0


def default_arguments(options: Options) -> None:
    """Declare the options of `remote default`."""
    add_level(options)
    options.add_argument("-u", "--unset", action="store_true", help="have no default remote")
    options.add_argument("name", nargs="?", type=_name, help="remote to use by default")


def default(arguments: Arguments, session: Session) -> int:
    """Show, set or unset the default remote."""
    config = read(session)
    if not arguments.unset and arguments.name is None:
        return _show_default(only(config, arguments.level), session)
    editor = Editor(config)
    level = editor.level(arguments.level or DEFAULT_LEVEL)
    if arguments.unset:
        if "remote" in level.written.get("core", {}):
            editor.unset(level.name, "core", option="remote")
    elif arguments.name in config.remotes:
        editor.set(level.name, "core", option="remote", value=arguments.name)
    else:
        raise ConfigError("config file error: default remote must be present in remote list.")
    save(editor, session)
    return 0


def _show_default(config: Config, session: Session) -> int:
    name = config.get("core", "remote")
    session.console.result(name or "No default remote set")
    return 0 if name else 1


def modify_arguments(options: Options) -> None:
    """Declare the options of `remote modify`."""
    add_level(options)
    option = options.add_argument
    option("-u", "--unset", action="store_true", help="unset the option")
    option("name", type=_name, help="name of the remote")
    option("option", help="name of the option")
    option("value", nargs="?", help="new value")


def modify(arguments: Arguments, session: Session) -> int:
    """Set or unset an option of a remote that this file or a weaker one has."""
    config = read(session)
    editor = Editor(config)
    level = editor.level(arguments.level or DEFAULT_LEVEL)
    weaker = config.levels[: LEVELS.index(level.name) + 1]
    if arguments.name not in Config(weaker, config.dvc_dir).remotes:
        raise ConfigError(f"config file error: remote '{arguments.name}' doesn't exist.")
    section, option = named_section("remote", arguments.name), arguments.option.lower()
    if arguments.unset:
        if option in level.written.get(section, {}):
            editor.unset(level.name, section, option=option)
    elif arguments.value is None:
        raise UsageError("the following arguments are required: value")
    else:
        value = as_written(arguments.value, section, option, file=level.path, session=session)
        editor.set(level.name, section, option=option, value=value)
    save(editor, session)
    return 0


def list_arguments(options: Options) -> None:
    """Declare the options of `remote list`."""
    add_level(options)


def list_(arguments: Arguments, session: Session) -> int:
    """Print name and URL of each remote, and which is the default."""
    config = only(read(session), arguments.level)
    preferred = (config.get("core", "remote") or "").lower()
    for name, options in config.remotes.items():
        if "url" in options:
            row = f"{name}\t{options['url']}" + ("\t(default)" if name == preferred else "")
            session.console.result(row.expandtabs())
    return 0


def remove_arguments(options: Options) -> None:
    """Declare the options of `remote remove`."""
    add_level(options)
    options.add_argument("name", type=_name, help="remote to remove")


def remove(arguments: Arguments, session: Session) -> int:
    """Remove a remote from one file, and its use as default."""
    editor = Editor(read(session))
    editor.remove_remote(arguments.level or DEFAULT_LEVEL, arguments.name)
    save(editor, session)
    return 0


def rename_arguments(options: Options) -> None:
    """Declare the options of `remote rename`."""
    add_level(options)
    options.add_argument("name", type=_name, help="remote to rename")
    options.add_argument("new", type=_name, help="its new name")


def rename(arguments: Arguments, session: Session) -> int:
    """Rename a remote in one file, and its use as default."""
    editor = Editor(read(session))
    editor.rename_remote(arguments.level or DEFAULT_LEVEL, arguments.name, new=arguments.new)
    save(editor, session)
    return 0


def _name(text: str) -> str:
    if not text.strip():
        raise Unfit("a remote needs a name")
    return text.lower()
