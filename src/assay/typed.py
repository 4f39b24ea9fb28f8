"""What the code needs of `typing` and `collections.abc`, without loading them.

`typing` and the records that its NamedTuple makes were a fifth of what `status` costs: each record
compiles its annotations and a constructor while its module is imported, used or not. Type checkers
see the real thing; the program gets records that behave the same and compile nothing. The types of
containers come from where Python has them since its start, without all of `collections`.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import (
        Callable,
        Collection,
        Container,
        Generator,
        Iterable,
        Iterator,
        Mapping,
        MutableMapping,
        Sequence,
        Set,
    )
    from typing import (
        IO,
        Any,
        AnyStr,
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
    from _collections import _tuplegetter
    from _collections_abc import (
        Callable,
        Collection,
        Container,
        Generator,
        Iterable,
        Iterator,
        Mapping,
        MutableMapping,
        Sequence,
        Set,
    )

    IO = Any = AnyStr = BinaryIO = NoReturn = TextIO = TypeGuard = object

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

    _new = tuple.__new__

    # By number of fields. To compile one takes as long as to load a module; these are compiled with
    # this file, and only get other names for what they take.
    _CONSTRUCTORS = (
        lambda _cls: _new(_cls, ()),
        lambda _cls, a: _new(_cls, (a,)),
        lambda _cls, a, b: _new(_cls, (a, b)),
        lambda _cls, a, b, c: _new(_cls, (a, b, c)),
        lambda _cls, a, b, c, d: _new(_cls, (a, b, c, d)),
        lambda _cls, a, b, c, d, e: _new(_cls, (a, b, c, d, e)),
        lambda _cls, a, b, c, d, e, f: _new(_cls, (a, b, c, d, e, f)),
        lambda _cls, a, b, c, d, e, f, g: _new(_cls, (a, b, c, d, e, f, g)),
        lambda _cls, a, b, c, d, e, f, g, h: _new(_cls, (a, b, c, d, e, f, g, h)),
        lambda _cls, a, b, c, d, e, f, g, h, i: _new(_cls, (a, b, c, d, e, f, g, h, i)),
        lambda _cls, a, b, c, d, e, f, g, h, i, j: _new(_cls, (a, b, c, d, e, f, g, h, i, j)),
        lambda _cls, a, b, c, d, e, f, g, h, i, j, k: _new(_cls, (a, b, c, d, e, f, g, h, i, j, k)),
        lambda _cls, a, b, c, d, e, f, g, h, i, j, k, m: _new(
            _cls, (a, b, c, d, e, f, g, h, i, j, k, m)
        ),
        lambda _cls, a, b, c, d, e, f, g, h, i, j, k, m, n: _new(
            _cls, (a, b, c, d, e, f, g, h, i, j, k, m, n)
        ),
        lambda _cls, a, b, c, d, e, f, g, h, i, j, k, m, n, o: _new(
            _cls, (a, b, c, d, e, f, g, h, i, j, k, m, n, o)
        ),
        lambda _cls, a, b, c, d, e, f, g, h, i, j, k, m, n, o, p: _new(
            _cls, (a, b, c, d, e, f, g, h, i, j, k, m, n, o, p)
        ),
    )

    def _constructor(fields, defaults):
        template = _CONSTRUCTORS[len(fields)]
        code = template.__code__.replace(co_varnames=("_cls", *fields))
        return type(template)(code, template.__globals__, "__new__", defaults)

    class _RecordType(type):
        """Turns the annotations of a class body into the fields of a tuple."""

        def __new__(cls, name, bases, body):
            fields = tuple(body.get("__annotations__", ()))
            defaults = tuple(body.pop(field) for field in fields if field in body)
            for place, field in enumerate(fields):
                body[field] = _tuplegetter(place, field)
            body |= {"__slots__": (), "_fields": fields, "__match_args__": fields}
            body["__new__"] = _constructor(fields, defaults)
            body["_field_defaults"] = dict(
                zip(fields[len(fields) - len(defaults) :], defaults, strict=True)
            )
            return super().__new__(cls, name, bases, body)

    class NamedTuple(tuple, metaclass=_RecordType):
        """A tuple whose places have names, as `typing.NamedTuple`."""

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


__all__ = [
    "IO",
    "TYPE_CHECKING",
    "Any",
    "AnyStr",
    "BinaryIO",
    "Callable",
    "Collection",
    "Container",
    "Generator",
    "Generic",
    "Iterable",
    "Iterator",
    "Mapping",
    "MutableMapping",
    "NamedTuple",
    "NoReturn",
    "Protocol",
    "Sequence",
    "Set",
    "TextIO",
    "TypeGuard",
    "TypeVar",
]
