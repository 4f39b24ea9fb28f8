"""Passwords of remotes: from the configuration, or asked for when it says so."""

from __future__ import annotations

from assay.remotes.options import Options, flag, text


def secret(options: Options, name: str, whom: str) -> str | None:
    """The `password` or `passphrase` of an account; None if nobody gave one."""
    given = text(options, name)
    if given is not None or not flag(options, f"ask_{name}"):
        return given
    from getpass import getpass  # only for those who want to be asked

    try:
        return getpass(f"Enter a {name} for {whom}:\n")
    except EOFError:
        return None
