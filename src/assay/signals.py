"""What the code needs of `signal`, without loading it.

`signal` is a shell around a part of the interpreter that is always there: it makes an enumeration
of every number, and that takes longer than to load ten modules of ours. Here numbers are numbers.
Type checkers see the real thing.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from signal import (
        SIG_BLOCK,
        SIG_DFL,
        SIG_IGN,
        SIG_UNBLOCK,
        SIGHUP,
        SIGINT,
        SIGKILL,
        SIGQUIT,
        SIGTERM,
        default_int_handler,
        getsignal,
        pthread_sigmask,
        signal,
    )
else:
    from _signal import (
        SIG_BLOCK,
        SIG_DFL,
        SIG_IGN,
        SIG_UNBLOCK,
        SIGHUP,
        SIGINT,
        SIGKILL,
        SIGQUIT,
        SIGTERM,
        default_int_handler,
        getsignal,
        pthread_sigmask,
        signal,
    )

__all__ = [
    "SIGHUP",
    "SIGINT",
    "SIGKILL",
    "SIGQUIT",
    "SIGTERM",
    "SIG_BLOCK",
    "SIG_DFL",
    "SIG_IGN",
    "SIG_UNBLOCK",
    "default_int_handler",
    "getsignal",
    "pthread_sigmask",
    "signal",
]
