"""The program: understand the command line, run one command, turn errors into text and a code.

The only place that prints errors. `--version` and `--help` are answered before anything else is
imported.
"""

from __future__ import annotations

import codecs
import gc
import io
import os
import sys

from assay import DVC_VERSION

TYPE_CHECKING = False  # importing typing for its constant would cost a third of `--version`
if TYPE_CHECKING:
    from assay.cli.command_line import Globals
    from assay.errors import AssayError
    from assay.typed import Sequence
    from assay.ui.console import Console

_ANY_TEXT = "any text"
_PIPE_CLOSED = 141
_DRAWN = str.maketrans("─│═…├└┌┐┘┤┬┴┼", "-|=." + "+" * 9)
_SUPPORT = """
Having any troubles? Hit us up at https://dvc.org/support, we are always happy to help!"""


def main(words: Sequence[str] | None = None) -> int:
    """Run the command line `words` (by default the process's own); the exit code."""
    words = sys.argv[1:] if words is None else words
    program = os.path.basename(sys.argv[0]) or "assay"
    if program == "__main__.py":
        program = "assay"
    _prepare_streams()
    sys.unraisablehook = _hear_interrupts
    try:
        answered = _answer_at_once(program, words)
        return _run(program, words) if answered is None else answered
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # nothing more to say, also at exit
        return _PIPE_CLOSED
    except KeyboardInterrupt:  # while modules were loaded
        return 252
    except OSError as error:
        return _cannot_print(error)


def entry_point() -> None:
    """The installed command: `main`, then gone without the interpreter's long farewell (3 ms)."""
    code = main()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        code = _PIPE_CLOSED
    except OSError as error:
        code = _cannot_print(error)
    os._exit(code)


def _prepare_streams() -> None:
    """Streams that are there, and that take any text.

    A closed one becomes /dev/null: its number must not go to a file that we open, for the stage's
    command would write into that.
    """
    while None in (sys.stdin, sys.stdout, sys.stderr):
        number = os.open(os.devnull, os.O_RDWR)  # the lowest number that is free
        os.set_inheritable(number, True)
        stream = open(number, "w" if number else "r", encoding="utf-8", closefd=False)  # noqa: SIM115
        setattr(sys, ("stdin", "stdout", "stderr")[number], stream)
    codecs.register_error(_ANY_TEXT, _spelled)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors=_ANY_TEXT)


def _hear_interrupts(problem: sys.UnraisableHookArgs) -> None:
    """Python drops what is raised in a callback of its own, Ctrl-C included: press it again."""
    if problem.exc_type is KeyboardInterrupt:
        import _thread

        _thread.start_new_thread(_thread.interrupt_main, ())  # here it would be dropped as well
    else:
        sys.__unraisablehook__(problem)


def _spelled(error: UnicodeError) -> tuple[str | bytes, int]:
    """A file name that is no text comes out as its bytes; what the encoding lacks, in ASCII."""
    assert isinstance(error, UnicodeEncodeError)
    try:
        return codecs.lookup_error("surrogateescape")(error)
    except UnicodeError:
        pass
    drawn = error.object[error.start : error.end].translate(_DRAWN)
    return drawn.encode("ascii", "backslashreplace").decode("ascii"), error.end


def _cannot_print(error: OSError) -> int:
    """stdout goes to a full disk or a dead terminal."""
    try:
        sys.stderr.write(f"ERROR: cannot write the output: {error.strerror}\n")
        sys.stderr.flush()
    except OSError:
        pass
    return 255


def _answer_at_once(program: str, words: Sequence[str]) -> int | None:
    if list(words) in (["--version"], ["-V"]):
        sys.stdout.write(DVC_VERSION + "\n")
    elif list(words) in (["--help"], ["-h"]):
        from assay.cli.help import top_help

        sys.stdout.write(top_help(program) + "\n")
    else:
        return None
    return 0


def _run(program: str, words: Sequence[str]) -> int:
    from assay.modules import find_nearby

    find_nearby("assay")  # the first of a hundred
    from assay.cli.command_line import parse, split_globals
    from assay.cli.misuse import Contradiction, Misused, ShowHelp
    from assay.errors import AssayError
    from assay.ui.console import Console

    gc.disable()  # a command lives for milliseconds and makes few cycles
    console = Console()
    try:
        options, rest = split_globals(words)
        if options.help or options.version:
            return _answer_at_once(program, ["--help" if options.help else "--version"]) or 0
        call = parse(program, rest)
    except ShowHelp as page:
        sys.stdout.write(f"{page}\n")
        return 0
    except Contradiction as error:
        sys.stderr.write(f"usage: {program} [-q | -v]\n{program}: error: {error}\n")
        return error.exit_code
    except Misused as error:
        sys.stdout.write(error.help_text.rstrip("\n") + "\n")
        console.error(error.message)
        return error.exit_code
    quiet = options.quiet + call.arguments.quiet
    verbose = options.verbose + call.arguments.verbose
    console.level = verbose - quiet
    try:
        return _call(program, call.module, call.function, call.arguments, options, console)
    except AssayError as error:
        return _report(error, console)
    except KeyboardInterrupt:
        console.error("interrupted by the user")
        return 252
    except BrokenPipeError:
        raise
    except Exception as error:
        return _report_unforeseen(error, console)


def _call(
    program: str,
    module: str,
    function: str,
    arguments: object,
    options: Globals,
    console: Console,
) -> int:
    from assay.cli.session import Session
    from assay.errors import AssayError

    try:
        directory = os.getcwd()
    except FileNotFoundError:
        raise AssayError(
            "the current directory does not exist any more", hint="go to another one with `cd`"
        ) from None
    if options.directory is not None:
        directory = os.path.join(directory, options.directory)
        os.chdir(directory)
    session = Session(
        console,
        program=program,
        directory=directory,
        environ=os.environ,
        wait_for_lock=options.wait_for_lock,
    )
    code = getattr(sys.modules[module], function)(arguments, session)
    sys.stdout.flush()
    return int(code)


def _report(error: AssayError, console: Console) -> int:
    from assay.errors import ConfigError, FileProblem, UnexpectedError

    console.detail(_traceback() if console.level > 0 else "")
    if isinstance(error, FileProblem):
        console.note(error.message)
    elif isinstance(error, ConfigError):
        console.error(f"configuration error - {error.chain()}")
    else:
        console.error(error.chain())
    if isinstance(error, UnexpectedError):
        console.note(_SUPPORT)
    if error.hint:
        console.note(f"hint: {error.hint}")
    return error.exit_code


def _report_unforeseen(error: Exception, console: Console) -> int:
    """What no command caught: the system's refusal, or a mistake of ours with `-v`'s traceback."""
    if isinstance(error, OSError):
        from assay.fs.refusal import refusal

        refused = refusal(error)
        if refused is not None:
            return _report(refused, console)
    if isinstance(error, RecursionError):
        return _report(_too_deep(), console)
    console.error(f"unexpected error - {error or type(error).__name__}")
    console.note(_SUPPORT)
    if console.level > 0:
        console.note(_traceback())
    return 255


def _too_deep() -> AssayError:
    from assay.errors import AssayError

    return AssayError(
        "folders, or what a file holds, are nested too deeply",
        hint="`-v` shows where; a thousand levels are too many",
    )


def _traceback() -> str:
    import traceback

    return traceback.format_exc()
