"""How a remote with a URL is opened: which library, with which arguments, and what it can do.

The libraries are extras: a plain installation has none of them, and each is imported when a remote
of its kind is opened.
"""

from __future__ import annotations

import os

from assay.errors import AssayError, ConfigError, UnexpectedError
from assay.remotes.opened import Opened
from assay.remotes.options import (
    Options,
    azure_arguments,
    flag,
    given,
    gs_arguments,
    s3_arguments,
    s3_environment,
    ssh_arguments,
    text,
    webdav_arguments,
)
from assay.remotes.passwords import secret
from assay.typed import Any, Callable, Mapping, NamedTuple

_TRIED_THERE = ()
"""The library itself tries again, for a minute: it must not be five."""


class Scheme(NamedTuple):
    """The library, the extra that brings it, and how it is used."""

    library: str
    extra: str
    open: Callable[[str, Options], Opened]


def _open_s3(url: str, options: Options) -> Opened:
    from s3fs import S3FileSystem

    for name, value in s3_environment(options).items():
        os.environ.setdefault(name, value)
    arguments = {**s3_arguments(options), **_versions(options)}
    return Opened(_new(S3FileSystem, arguments), _bucket_path(url))


def _open_gs(url: str, options: Options) -> Opened:
    # The library's other class asks which kind each bucket is, by a protocol that many places do
    # not let through: a minute of silence, and a second for loading what speaks it.
    os.environ.setdefault("GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT", "false")
    from gcsfs import core

    arguments = {**gs_arguments(options), **_versions(options)}
    return Opened(_new(core.GCSFileSystem, arguments), _bucket_path(url), delays_s=_TRIED_THERE)


def _open_azure(url: str, options: Options) -> Opened:
    from adlfs import AzureBlobFileSystem

    arguments = {**azure_arguments(options), **_versions(options)}
    filesystem = _new(AzureBlobFileSystem, arguments)
    return Opened(filesystem, _bucket_path(url), delays_s=_TRIED_THERE)


def _open_ssh(url: str, options: Options) -> Opened:
    from urllib.parse import unquote, urlsplit

    from asyncssh import HostKeyNotVerifiable
    from sshfs import SSHFileSystem

    parts = urlsplit(url)
    user = text(options, "user") or parts.username
    port = text(options, "port") or parts.port
    whom = f"{user}@{parts.hostname}" if user else str(parts.hostname)
    arguments = {
        **ssh_arguments(options),
        "host": parts.hostname,
        "username": user,
        "port": None if port is None else int(port),
        "password": secret(options, "password", whom),
        "passphrase": secret(options, "passphrase", whom),
    }
    # The library trusts any host by default: a password or data could go to the wrong one.
    arguments["known_hosts"] = ()
    try:
        filesystem = SSHFileSystem(**given(arguments), skip_instance_cache=True)
    except HostKeyNotVerifiable as error:
        raise AssayError(
            f"the host '{parts.hostname}' is not known: {error}",
            hint=f"connect once with `ssh {whom}`, which shows its key and remembers it",
        ) from None
    return Opened(filesystem, unquote(parts.path).rstrip("/"), rename=filesystem.mv)


def _open_webdav(url: str, options: Options) -> Opened:
    from urllib.parse import urlsplit, urlunsplit

    from webdav4.fsspec import WebdavFileSystem

    parts = urlsplit(url)
    scheme = parts.scheme.replace("webdav", "http")
    user = text(options, "user") or parts.username
    place = parts.netloc.rpartition("@")[2]
    base_url = urlunsplit((scheme, place, "", "", ""))
    headers, auth = {}, None
    token = text(options, "token") or _token_of_command(options)
    header = text(options, "custom_auth_header")
    password = secret(options, "password", f"{user}@{place}" if user else place)
    if token:
        headers["Authorization"] = f"Bearer {token}"
    elif header and password:
        headers[header] = password
    elif user:
        auth = (user, password or "")
    filesystem = WebdavFileSystem(
        base_url, auth=auth, headers=headers, **given(webdav_arguments(options))
    )

    def rename(temporary: str, path: str) -> None:
        filesystem.client.move(temporary, path, overwrite=True)

    return Opened(filesystem, parts.path.strip("/"), rename=rename)


def _open_http(url: str, options: Options) -> Opened:
    from assay.remotes.http import open_http

    return open_http(url, options)


SCHEMES: Mapping[str, Scheme] = {
    "s3": Scheme("s3fs", "s3", _open_s3),
    "gs": Scheme("gcsfs", "gs", _open_gs),
    "azure": Scheme("adlfs", "azure", _open_azure),
    "ssh": Scheme("sshfs", "ssh", _open_ssh),
    "webdav": Scheme("webdav4", "webdav", _open_webdav),
    "webdavs": Scheme("webdav4", "webdav", _open_webdav),
    "http": Scheme("aiohttp", "http", _open_http),
    "https": Scheme("aiohttp", "http", _open_http),
}


_LOGGERS = {"adlfs": ("azure",), "s3fs": ("aiobotocore", "botocore"), "webdav4": ("httpx",)}
"""What else the libraries of a scheme log as, besides their own names."""


def _new(kind: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
    # Listings of a remote change while we look: nothing of theirs may be remembered.
    return kind(**given(dict(arguments)), use_listings_cache=False, skip_instance_cache=True)


def _versions(options: Options) -> dict[str, Any]:
    return {"version_aware": flag(options, "version_aware")}


def _bucket_path(url: str) -> str:
    return url.partition("://")[2].strip("/")


def _token_of_command(options: Options) -> str | None:
    """What `bearer_token_command` prints."""
    command = text(options, "bearer_token_command")
    if command is None:
        return None
    import subprocess  # only for that option

    done = subprocess.run(command, shell=True, capture_output=True, encoding="utf-8", check=False)
    if done.returncode != 0:
        raise ConfigError(f"`{command}`, which should print a token, exited with {done.returncode}")
    return done.stdout.strip()


def _keep_quiet(library: str) -> None:
    """What goes wrong is told once and by us: no tracebacks of a library between our lines."""
    import logging  # libraries for URLs load it anyhow

    for name in (library, *_LOGGERS.get(library, ())):
        logging.getLogger(name).addHandler(logging.NullHandler())


def open_url(scheme: Scheme, url: str, options: Options, *, called: str) -> Opened:
    """What is at `url`; `called` names it in errors.

    Raises UnexpectedError without the scheme's library, or whatever that makes of a host, a key, a
    password.
    """
    try:
        _keep_quiet(scheme.library)
        return scheme.open(url, options)
    except ImportError as error:
        raise UnexpectedError(
            f"{scheme.extra} is supported, but requires '{scheme.library}' to be installed: "
            f"{error}",
            hint=f"pip install 'assay[{scheme.extra}]'",
        ) from None
    except AssayError:
        raise
    except Exception as error:
        words = str(error) or type(error).__name__
        raise UnexpectedError(f"cannot open {called}: {words}") from None
