"""HTTP remotes: files can be asked for, brought and sent, but not listed."""

from __future__ import annotations

import functools

from assay.errors import ConfigError
from assay.remotes.opened import Opened
from assay.remotes.options import Options, number, text, verify
from assay.remotes.passwords import secret
from assay.typed import Any

_TIMEOUT_S = 60
_ABSENT = (404, 410)
_NO_HEAD = (405, 501)


def open_http(url: str, options: Options) -> Opened:
    """The file system of fsspec, with sessions made from our options."""
    from fsspec.implementations.http import HTTPFileSystem

    filesystem = HTTPFileSystem(
        get_client=functools.partial(_session, options, _credentials(url, options)),
        use_listings_cache=False,
        skip_instance_cache=True,
    )
    return Opened(
        filesystem,
        url.rstrip("/"),
        exists=functools.partial(_exists, filesystem),
        can_list=False,
        upload_options={"method": (text(options, "method") or "POST").lower()},
    )


def _credentials(url: str, options: Options) -> tuple[str, str] | dict[str, str] | None:
    """User and password, or the header that stands for them. Raises ConfigError."""
    method = text(options, "auth")
    if method is None:
        return None
    user, header = text(options, "user"), text(options, "custom_auth_header")
    password = secret(options, "password", f"{user} at {url}" if user else url)
    if method == "basic" and user is not None and password is not None:
        return user, password
    if method == "custom" and header is not None and password is not None:
        return {header: password}
    other = "user" if method == "basic" else "custom_auth_header"
    raise ConfigError(f"HTTP '{method}' authentication requires both '{other}' and 'password'")


async def _session(
    options: Options, credentials: tuple[str, str] | dict[str, str] | None, **_: Any
) -> Any:
    import aiohttp

    timeout = aiohttp.ClientTimeout(
        total=None,  # large files take as long as they take
        connect=number(options, "connect_timeout") or _TIMEOUT_S,
        sock_connect=number(options, "connect_timeout") or _TIMEOUT_S,
        sock_read=number(options, "read_timeout") or _TIMEOUT_S,
    )
    return aiohttp.ClientSession(
        auth=aiohttp.BasicAuth(*credentials) if isinstance(credentials, tuple) else None,
        headers=credentials if isinstance(credentials, dict) else None,
        connector=aiohttp.TCPConnector(ssl=_trust(options)),
        timeout=timeout,
        trust_env=True,
    )


def _trust(options: Options) -> Any:
    trusted = verify(options)
    if not isinstance(trusted, str):
        return trusted is not False
    import ssl

    return ssl.create_default_context(cafile=trusted)


def _exists(filesystem: Any, url: str) -> bool:
    """Whether the server has the file; unlike fsspec's own, an unreachable server is an error."""
    from fsspec.asyn import sync

    return bool(sync(filesystem.loop, _ask, filesystem, url))


async def _ask(filesystem: Any, url: str) -> bool:
    session = await filesystem.set_session()
    async with session.head(url, allow_redirects=True) as response:
        if response.status not in _NO_HEAD:
            return _is_there(response)
    async with session.get(url) as response:
        return _is_there(response)


def _is_there(response: Any) -> bool:
    if response.status in _ABSENT:
        return False
    response.raise_for_status()
    return True
