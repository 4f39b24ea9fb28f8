"""What the code needs of `typing`, without loading it.

`typing` and the records that its NamedTuple makes were a fifth of what `status` costs: each record
compiles its annotations and a constructor while its module is imported, used or not. Type checkers
see the real thing; the program gets records that behave the same and compile when first made.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import (
        IO,
        Any,
        BinaryIO,
        Generic,
        NamedTuple,
        NoReturn,
        Protocol,
        TextIO,
        TypeGuard,
        TypeVar,
    )
else:
    from collections import _tuplegetter

    IO = Any = BinaryIO = NoReturn = TextIO = TypeGuard = object

    class Protocol:
        """What an argument must be able to do; only type checkers look."""

    class Generic:
        """A class with a type to be filled in; only type checkers do."""

        __slots__ = ()

        def __class_getitem__(cls, _):
            return cls

    class TypeVar:
        """A type to be filled in; only type checkers do."""

        def __init__(self, name, *constraints, **options):
            self.__name__ = name

    class _RecordType(type):
        """Turns the annotations of a class body into the fields of a tuple."""

        def __new__(cls, name, bases, body):
            fields = tuple(body.get("__annotations__", ()))
            defaults = tuple(body.pop(field) for field in fields if field in body)
            for place, field in enumerate(fields):
                body[field] = _tuplegetter(place, field)
            body |= {"__slots__": (), "_fields": fields, "__match_args__": fields}
            body["_field_defaults"] = dict(
                zip(fields[len(fields) - len(defaults) :], defaults, strict=True)
            )
            return super().__new__(cls, name, bases, body)

    def _constructor(record):
        arguments = ", ".join(record._fields)
        make = eval(
            f"lambda _cls, {arguments}: _new(_cls, ({arguments},))", {"_new": tuple.__new__}
        )
        make.__defaults__ = tuple(record._field_defaults.values())
        record.__new__ = make
        return make

    class NamedTuple(tuple, metaclass=_RecordType):
        """A tuple whose places have names, as `typing.NamedTuple`."""

        def __new__(cls, *values, **named):
            """The first record of a class: give the class its constructor, and call that."""
            return _constructor(cls)(cls, *values, **named)

        # Thousands at a time cost a tenth of what calling the class does; nobody counts the values.
        _make = classmethod(tuple.__new__)

        def _replace(self, /, **changes):
            made = type(self)(*map(changes.pop, self._fields, self))
            if changes:
                raise TypeError(f"{type(self).__name__} has no field called {[*changes]}")
            return made

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self):
            shown = ", ".join(f"{field}={value!r}" for field, value in self._asdict().items())
            return f"{type(self).__name__}({shown})"

        def __getnewargs__(self):
            return tuple(self)


def make_ready() -> None:
    """Compile the constructors of all records that are loaded, before a process forks."""
    if not TYPE_CHECKING:
        for record in NamedTuple.__subclasses__():
            if "__new__" not in vars(record):
                _constructor(record)


__all__ = [
    "IO",
    "TYPE_CHECKING",
    "Any",
    "BinaryIO",
    "Generic",
    "NamedTuple",
    "NoReturn",
    "Protocol",
    "TextIO",
    "TypeGuard",
    "TypeVar",
    "make_ready",
]
