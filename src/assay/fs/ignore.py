"""What `.dvcignore` files leave out of a project.

    rules = IgnoreRules("/project")
    rules.matches("/project/data/a.tmp", is_dir=False)

Files are read when a directory is first asked about, and compiled when a path must be compared:
a project whose files hold only comments pays one failed or empty read per directory. Rules of a
deeper file go before those above it, the last match in a file decides, and nothing below an
ignored directory can be taken back. Always left out: `.git`, `.hg/`, `.dvc/`, and directories
that are projects of their own. Source: spec/data.md §5.
"""

from __future__ import annotations

import os

from assay.errors import AssayError
from assay.fs.reading import read_or_none
from assay.regex import Expression, regex
from assay.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from assay.fs.gitignore import Pattern

IGNORE_FILE = ".dvcignore"

# Not the codec "utf-8-sig": every command would load its module for three bytes.
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_OWN = {".git": ".git", ".dvc": ".dvc/", ".hg": ".hg/"}


def lines_of(data: bytes) -> list[str]:
    """The lines of a `.dvcignore` file."""
    return data.removeprefix(_BYTE_ORDER_MARK).decode("utf-8", "surrogateescape").split("\n")


class Rule(NamedTuple):
    """What decides about a path: `source` is `file:line`, or what stands in its place."""

    source: str
    pattern: str
    negated: bool = False

    def __str__(self) -> str:
        return f"{self.source}:{self.pattern}"


class IgnoreRules:
    """The rules of one project, for one command."""

    __slots__ = ("_folders", "root")

    def __init__(self, root_abs: str) -> None:
        self.root = root_abs
        self._folders: dict[str, _Folder] = {root_abs: _Folder(_read(root_abs, ""), None)}

    def matches(self, path_abs: str, is_dir: bool) -> bool:
        """Whether the path is left out; nothing outside of the project is.

        Costs one dictionary look-up when there are no rules.
        """
        if not is_dir:
            folder, _, name = path_abs.rpartition("/")
            around = self._folders.get(folder)
            if around is not None and not around.files and around.rule is None:
                return name == ".git"
        rule = self.explain(path_abs, is_dir)
        return rule is not None and not rule.negated

    def spares_files(self, folder_abs: str) -> bool:
        """Whether no rules are about what is in the folder: left out are only some names that start
        with a dot, and projects of their own.

        False says nothing.
        """
        around = self._folder(folder_abs)
        return not around.files and not around.is_ignored

    def saw(self, folder_abs: str) -> None:
        """The folder was listed, and nothing in it starts with a dot: nobody has to look there for
        rules, or for a project."""
        if folder_abs not in self._folders:
            above, _, name = folder_abs.rpartition("/")
            around = self._folders.get(above)
            if around is not None and not around.files and around.rule is None and name not in _OWN:
                self._folders[folder_abs] = _NO_RULES

    def explain(self, path_abs: str, is_dir: bool) -> Rule | None:
        """The rule that decides about the path, also one that takes it back; None without any."""
        if is_dir:
            return self._folder(path_abs).rule
        folder, _, name = path_abs.rpartition("/")
        around = self._folders.get(folder) or self._folder(folder)
        if around.is_ignored:
            return around.rule
        if name == ".git":
            return Rule("", _OWN[name])
        return _decisive(around.files, path_abs) if around.files else None

    def against(self, path_abs: str) -> Rule | None:
        """The rule that leaves out what is, or may once be, at the path; None if none does.

        Asks the file system what is there only if there are rules.
        """
        rule = self.explain(path_abs, False)
        if rule is None:
            around = self._folder(path_abs.rpartition("/")[0])
            if around.files and os.path.isdir(path_abs):
                rule = _decisive(around.files, path_abs + "/")
        return None if rule is None or rule.negated else rule

    def _folder(self, path: str) -> _Folder:
        known = self._folders.get(path)
        return self._enter_from_above(path) if known is None else known

    def _enter_from_above(self, path: str) -> _Folder:
        # Each after the one around it, and not by recursion: they may be thousands deep.
        unknown = []
        while path not in self._folders:
            unknown.append(path)
            if not path.startswith(self.root + "/"):
                break
            path = path.rpartition("/")[0]
        for path in reversed(unknown):
            self._folders[path] = self._enter(path)
        return self._folders[unknown[0]]

    def _enter(self, path: str) -> _Folder:
        if not path.startswith(self.root + "/"):
            return _NO_RULES
        parent_path, _, name = path.rpartition("/")
        parent = self._folders[parent_path]
        if parent.is_ignored:
            return parent
        if name in _OWN:
            return _Folder((), Rule("", _OWN[name]))
        rule = _decisive(parent.files, path + "/")
        if rule is not None and not rule.negated:
            return _Folder((), rule)
        relative = path[len(self.root) + 1 :]
        if os.path.isdir(os.path.join(path, ".dvc")):
            return _Folder((), Rule("in sub_repo", relative))
        return _Folder((*_read(path, relative + "/"), *parent.files), rule)


class _Folder(NamedTuple):
    """The files whose rules hold in a directory, the deepest first, and what decides about it."""

    files: tuple[_RuleFile, ...]
    rule: Rule | None

    @property
    def is_ignored(self) -> bool:
        return self.rule is not None and not self.rule.negated


class _RuleFile:
    """The rules of one `.dvcignore`, compiled when first needed."""

    __slots__ = ("_any", "_patterns", "_start", "shown")

    def __init__(self, folder: str, shown: str, patterns: list[tuple[int, Pattern]]) -> None:
        self._start = len(folder) + 1
        self._patterns = patterns
        self._any: Expression[str] | None = None
        self.shown = shown

    def decisive(self, path: str) -> Rule | None:
        """The last rule that matches; `path` is absolute, a directory's ends in a slash."""
        if self._any is None:
            any_of_them = "|".join(pattern.expression for _, pattern in self._patterns)
            self._any = regex(f"(?s){any_of_them}")
        relative = path[self._start :]
        if self._any.fullmatch(relative) is None:
            return None
        for line, pattern in reversed(self._patterns):
            if pattern.matches(relative):
                return Rule(f"{self.shown}:{line}", pattern.text, pattern.negated)
        return None


_NO_RULES = _Folder((), None)


def _decisive(files: tuple[_RuleFile, ...], path: str) -> Rule | None:
    for file in files:
        rule = file.decisive(path)
        if rule is not None:
            return rule
    return None


def _read(folder: str, prefix: str) -> tuple[_RuleFile, ...]:
    """The rule file of a directory, as a tuple that is empty when it says nothing.

    Raises AssayError for one that cannot be read: without its rules too much would be tracked.
    """
    try:
        data = read_or_none(f"{folder}/{IGNORE_FILE}")
    except OSError as error:
        raise AssayError(f"cannot read '{prefix}{IGNORE_FILE}': {error.strerror}") from None
    if not data:
        return ()
    lines = lines_of(data)
    if not any(line.strip() and not line.lstrip().startswith("#") for line in lines):
        return ()
    from assay.fs.gitignore import Pattern  # a project that has just been made has only comments

    parsed = ((number, Pattern.parse(line)) for number, line in enumerate(lines, 1))
    patterns = [(number, pattern) for number, pattern in parsed if pattern is not None]
    return (_RuleFile(folder, prefix + IGNORE_FILE, patterns),) if patterns else ()
