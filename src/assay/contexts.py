"""What the code needs of `contextlib`, without loading it.

`contextlib` brings `collections` and `functools` with it, which takes a third of Python's own
start. Type checkers see the real thing; the program gets the same behaviour in a few lines, which a
test holds against the original.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
else:
    AbstractContextManager = object

    def contextmanager(function):
        """Make a function with one `yield` a context: what stands around it is enter and exit."""

        def entered(*args, **kwargs):
            return _Generated(function(*args, **kwargs))

        entered.__wrapped__ = function
        entered.__name__, entered.__doc__ = function.__name__, function.__doc__
        return entered

    class _Generated:
        """A context around the `yield` of a generator."""

        __slots__ = ("_steps",)

        def __init__(self, steps):
            self._steps = steps

        def __enter__(self):
            for value in self._steps:
                return value
            raise RuntimeError("a context without a yield")

        def __exit__(self, kind, error, trace):
            try:
                if error is None:
                    next(self._steps)
                else:
                    self._steps.throw(error)
            except BaseException as raised:
                if error is not None and (raised is error or _is_wrapped(raised, error)):
                    error.__traceback__ = trace
                    return False
                if isinstance(raised, StopIteration):
                    return error is not None  # what came after the `yield` has dealt with it
                raise
            self._steps.close()
            raise RuntimeError("a context with a second yield")

    def _is_wrapped(raised, error):
        """Whether Python has put a StopIteration that went through a generator into another one."""
        return (
            isinstance(error, StopIteration)
            and isinstance(raised, RuntimeError)
            and raised.__cause__ is error
        )

    class nullcontext:  # its name in contextlib
        """Does nothing; `with` gets `value`."""

        __slots__ = ("_value",)

        def __init__(self, value=None):
            self._value = value

        def __enter__(self):
            return self._value

        def __exit__(self, *_):
            return None

    class ExitStack:
        """Contexts that are left together, the last one first."""

        __slots__ = ("_held",)

        def __init__(self):
            self._held = []

        def enter_context(self, context):
            """Enter one; what `with` would get."""
            entered = context.__enter__()
            self._held.append(context)
            return entered

        def pop_all(self):
            """Another stack that holds them now."""
            other = ExitStack()
            other._held, self._held = self._held, []
            return other

        def close(self):
            """Leave all of them now."""
            self.__exit__(None, None, None)

        def __enter__(self):
            return self

        def __exit__(self, kind, error, trace):
            return _leave(self._held, kind, error, trace)

    def _leave(held, kind, error, trace):
        """Leave what is held as nested `with` statements do; whether the error was dealt with."""
        if not held:
            return False
        context = held.pop()
        try:
            is_settled = context.__exit__(kind, error, trace)
        except BaseException as raised:
            # For those around it this one counts from now on.
            if not _leave(held, type(raised), raised, raised.__traceback__):
                raise
            return True
        if error is None or is_settled:
            _leave(held, None, None, None)
            return error is not None
        return _leave(held, kind, error, trace)


__all__ = ["AbstractContextManager", "ExitStack", "contextmanager", "nullcontext"]
