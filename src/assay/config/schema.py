"""Which options exist and what they may hold, as tables. Source: spec/data.md §9, DVC 3.67.1.

Every problem has the text that DVC gives it: other programs show and match it.
"""

from __future__ import annotations

from assay.config.levels import Options, Sections, Value, split_section
from assay.typed import Callable, Iterator, Mapping, NamedTuple

Check = Callable[[Value], str]
"""What is wrong with a value, in DVC's words; empty if nothing."""

Table = Mapping[str, Check]

LINK_KINDS = frozenset({"reflink", "hardlink", "symlink", "copy"})


class Problem(NamedTuple):
    """An option that cannot be: what the user reads, and where it stands."""

    text: str
    section: str
    option: str


def problems(sections: Sections) -> Iterator[Problem]:
    """All that is wrong, in the order of the sections."""
    for section, options in sections.items():
        kind, name = split_section(section)
        place = f"data['{kind}']" + (f"['{name}']" if name else "")
        if kind == "feature":  # DVC takes whatever is there
            continue
        if kind == "remote" and name:
            yield from _remote_problems(section, options, place)
        elif (table := NAMED.get(kind) if name else PLAIN.get(kind)) is not None:
            yield from _option_problems(section, options, table, place)
        else:
            yield Problem(f"extra keys not allowed @ {place}", section, "")


def _remote_problems(section: str, options: Options, place: str) -> Iterator[Problem]:
    url = options.get("url")
    if not isinstance(url, str):
        expected = "expected str" if url is not None else "expected 'url'"
        yield Problem(f"{expected} for dictionary value @ {place}", section, "url")
        return
    scheme = url.partition("://")[0].lower() if "://" in url else ""
    if scheme == "remote":  # its options depend on the remote it leads to
        return
    table = REMOTES.get(scheme)
    if table is None:
        text = f"Unsupported URL type {scheme}:// for dictionary value @ {place}"
        yield Problem(text, section, "url")
    else:
        yield from _option_problems(section, options, table, place)


def _option_problems(section: str, options: Options, table: Table, place: str) -> Iterator[Problem]:
    for option, value in options.items():
        check = table.get(option)
        if check is None:
            yield Problem(f"extra keys not allowed @ {place}['{option}']", section, option)
        elif wrong := check(value):
            text = f"{wrong} for dictionary value @ {place}['{option}']"
            yield Problem(text, section, option)
    if section == "hydra" and {"config_dir", "config_module"} <= options.keys():
        yield Problem(
            "two or more values in the same group of exclusion 'config_source' "
            f"@ {place}[<config_source>]",
            section,
            "config_module",
        )


def text(value: Value) -> str:
    """Any text, but no list."""
    return "" if isinstance(value, str) else "expected str"


def flag(value: Value) -> str:
    """`true` or `false`, in any case."""
    return "" if str(value).lower() in ("true", "false") else "expected true or false"


def integer(lowest: int | None = None, highest: int | None = None) -> Check:
    """A whole number within limits."""
    return _number(int, "expected int", lowest, highest)


def real(lowest: int | None = None) -> Check:
    """A number from a limit up."""
    return _number(float, "expected float", lowest, None)


def one_of(*words: str) -> Check:
    """One of a few words, in any case."""

    def check(value: Value) -> str:
        return "" if str(value).lower() in words else f"expected one of {', '.join(words)}"

    return check


def link_kinds(value: Value) -> str:
    """Kinds of links, as a list or between commas."""
    kinds = value if isinstance(value, list) else value.split(",")
    unknown = sorted({kind.strip() for kind in kinds} - LINK_KINDS)
    return f"Unsupported cache type(s): {', '.join(unknown)}" if unknown or not kinds else ""


def never(kind: str) -> Check:
    """A kind that a file cannot hold: DVC refuses every value, so setting one would stop it."""
    return lambda value: f"expected {kind}"


def _number(
    convert: Callable[[str], float], expected: str, lowest: int | None, highest: int | None
) -> Check:
    def check(value: Value) -> str:
        try:
            number = convert(str(value))
        except ValueError:
            return expected
        if lowest is not None and number < lowest:
            return f"value must be at least {lowest}"
        if highest is not None and number > highest:
            return f"value must be at most {highest}"
        return ""

    return check


def _all(check: Check, names: str) -> Table:
    return dict.fromkeys(names.split(), check)


_CACHE: Table = {
    "type": link_kinds,
    "shared": one_of("group"),
    **_all(flag, "protected slow_link_warning verify"),
}
_BASE: Table = {
    "url": text,
    **_all(integer(1), "checksum_jobs jobs"),
    **_all(flag, "no_traverse version_aware worktree"),
}
_REMOTE: Table = {**_BASE, "verify": flag}
_HTTP: Table = {
    **_REMOTE,
    "auth": one_of("basic", "digest", "custom"),
    **_all(text, "custom_auth_header method password ssl_verify user"),
    **_all(real(0), "connect_timeout read_timeout"),
    "ask_password": flag,
}
_WEBDAV: Table = {
    **_REMOTE,
    **_all(text, "bearer_token_command cert_path custom_auth_header key_path password"),
    **_all(text, "ssl_verify token user"),
    "ask_password": flag,
    "timeout": integer(),
}

PLAIN: Mapping[str, Table] = {
    "core": {
        **_all(text, "machine remote site_cache_dir"),
        **_all(flag, "analytics autostage check_update experiments hardlink_lock"),
        **_all(flag, "interactive no_scm"),
        "checksum_jobs": integer(1),
    },
    "cache": {**_CACHE, **_all(text, "azure dir gs hdfs local s3 ssh webhdfs")},
    "state": {"dir": text, "row_limit": integer(1), "row_cleanup_quota": integer(0, 100)},
    "index": {"dir": text},
    "plots": {**_all(text, "html_template out_dir"), "auto_open": flag},
    "exp": {
        **_all(text, "code data git_remote live metrics models params plots"),
        "auto_push": flag,
    },
    "parsing": {
        "bool": one_of("store_true", "boolean_optional"),
        "list": one_of("nargs", "append"),
    },
    "hydra": {**_all(text, "config_dir config_module config_name plugins_path"), "enabled": flag},
    "studio": {**_all(text, "repo_url token url"), "offline": flag},
}
"""Sections that there is one of."""

NAMED: Mapping[str, Table] = {
    "db": _all(text, "password url username"),
    "machine": {
        "cloud": one_of("aws", "azure"),
        "region": one_of("us-west", "us-east", "eu-west", "eu-north"),
        **_all(text, "image instance_gpu instance_type setup_script ssh_private startup_script"),
        "instance_hdd_size": integer(),
        "spot": flag,
        "spot_price": real(),
    },
}
"""Sections with a name, but for remotes."""

REMOTES: Mapping[str, Table] = {
    "": {**_REMOTE, **_CACHE},
    "file": {**_REMOTE, **_CACHE},
    "s3": {
        **_REMOTE,
        **_all(text, "access_key_id acl configpath credentialpath endpointurl profile region"),
        **_all(text, "grant_full_control grant_read grant_read_acp grant_write_acp"),
        **_all(text, "secret_access_key session_token sse sse_customer_algorithm"),
        **_all(text, "sse_customer_key sse_kms_key_id ssl_verify"),
        **_all(flag, "allow_anonymous_login listobjects use_ssl"),
        "cache_regions": never("bool"),
        **_all(integer(), "connect_timeout read_timeout"),
    },
    "gs": {
        **_REMOTE,
        **_all(text, "credentialpath endpointurl projectname"),
        "allow_anonymous_login": flag,
    },
    "ssh": {
        **_REMOTE,
        "type": link_kinds,
        **_all(text, "keyfile passphrase password user"),
        **_all(flag, "allow_agent ask_passphrase ask_password gss_auth"),
        **_all(integer(), "max_sessions port timeout"),
    },
    "hdfs": {**_BASE, **_all(text, "kerb_ticket user"), "replication": never("int")},
    "webhdfs": {
        **_REMOTE,
        **_all(text, "data_proxy_target kerberos_principal password proxy_to ssl_verify"),
        **_all(text, "token user"),
        **_all(flag, "kerberos use_https"),
    },
    "azure": {
        **_REMOTE,
        **_all(text, "account_key account_name client_id client_secret connection_string"),
        **_all(text, "sas_token tenant_id"),
        **_all(flag, "allow_anonymous_login exclude_environment_credential"),
        **_all(flag, "exclude_managed_identity_credential exclude_shared_token_cache_credential"),
        "exclude_visual_studio_code_credential": flag,
        **_all(integer(), "connection_timeout read_timeout timeout"),
    },
    "oss": {**_REMOTE, **_all(text, "oss_endpoint oss_key_id oss_key_secret")},
    "gdrive": {
        **_REMOTE,
        **_all(text, "gdrive_client_id gdrive_client_secret profile"),
        **_all(text, "gdrive_service_account_json_file_path gdrive_service_account_user_email"),
        "gdrive_user_credentials_file": text,
        **_all(flag, "gdrive_acknowledge_abuse gdrive_trash_only gdrive_use_service_account"),
    },
    "http": _HTTP,
    "https": _HTTP,
    "webdav": _WEBDAV,
    "webdavs": _WEBDAV,
}
"""Options of remotes by the scheme of their URL; "" is a local directory."""
