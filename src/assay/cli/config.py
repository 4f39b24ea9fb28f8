"""`config`: get, set, unset and list options."""

from __future__ import annotations

from assay.cli.config_level import DEFAULT_LEVEL, add_level, as_written, levels_of, read, save
from assay.cli.options import Arguments, Options, Unfit
from assay.cli.session import Session
from assay.config import Config, Level, named_section
from assay.config.edit import Editor, require
from assay.config.levels import Sections, split_section
from assay.errors import AssayError

EXAMPLES = {
    "config": "examples:\n"
    "  dvc config core.autostage true\n"
    "  dvc config --local remote.store.user ada"
}

_SHAPE = "name argument should look like remote.name.option or db.name.option or section.option"


def config_arguments(options: Options) -> None:
    """Declare the options of `config`."""
    add_level(options)
    option = options.add_argument
    option("-u", "--unset", action="store_true", help="unset the option")
    option("-l", "--list", action="store_true", help="list all options that are set")
    option("--show-origin", action="store_true", help="show the file that each value is from")
    option("name", nargs="?", type=_section_and_option, help="section.option or remote.name.option")
    option("value", nargs="?", help="new value")


def config(arguments: Arguments, session: Session) -> int:
    """Do one thing to one option, or list all."""
    _refuse_contradictions(arguments)
    settings = read(session)
    if arguments.list:
        _list(levels_of(settings, arguments.level), session, show_origin=arguments.show_origin)
    elif arguments.unset or arguments.value is not None:
        _change(arguments, Editor(settings), session)
    else:
        _show(arguments, settings, session)
    return 0


def _refuse_contradictions(arguments: Arguments) -> None:
    changes = arguments.unset or arguments.value is not None
    if arguments.list and (changes or arguments.name):
        raise _misuse(
            "-l/--list can't be used together with any of these options: -u/--unset, name, value"
        )
    if not arguments.list and arguments.name is None:
        raise _misuse("name argument is required")
    if arguments.show_origin and changes:
        raise _misuse(
            "--show-origin can't be used together with any of these options: -u/--unset, value"
        )


def _misuse(message: str) -> AssayError:
    return AssayError(message, exit_code=1)


def _section_and_option(name: str) -> tuple[str, str]:
    """`remote.store.url` as `remote "store"` and `url`."""
    match name.lower().split("."):
        case [section, option] if section and option:
            return section, option
        case ["remote" | "db" as kind, title, option] if title and option:
            return named_section(kind, title), option
    raise Unfit(_SHAPE)


def _list(levels: tuple[Level, ...], session: Session, *, show_origin: bool) -> None:
    for level in levels:
        for section, options in _named_first(level.sections).items():
            title = ".".join(part for part in split_section(section) if part)
            for option, value in options.items():
                origin = f"{level.shown}\t" if show_origin else ""
                session.console.result(f"{origin}{title}.{option}={value}")


def _named_first(sections: Sections) -> Sections:
    return dict(sorted(sections.items(), key=lambda item: not split_section(item[0])[1]))


def _change(arguments: Arguments, editor: Editor, session: Session) -> None:
    level = editor.level(arguments.level or DEFAULT_LEVEL)
    section, option = arguments.name
    if arguments.unset and named_section(section, option) in level.written:
        editor.remove_remote(level.name, option)  # `-u remote.store`: all of it
    elif arguments.unset:
        editor.unset(level.name, section, option=option)
    else:
        value = as_written(arguments.value, section, option, file=level.path, session=session)
        editor.set(level.name, section, option=option, value=value)
    save(editor, session)


def _show(arguments: Arguments, settings: Config, session: Session) -> None:
    section, option = arguments.name
    if arguments.level:
        origin: Level | None = Editor(settings).level(arguments.level)
    else:
        origin = settings.origin(section, option)
    if origin is None:
        return
    value = require(origin.sections, section, option)
    session.console.result(f"{origin.shown}\t{value}" if arguments.show_origin else str(value))
