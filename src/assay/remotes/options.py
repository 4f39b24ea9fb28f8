"""What the options of a remote mean to the libraries (spec/data.md §9): pure mappings.

Options are text, as they stand in a configuration file; an absent one leaves the choice to the
library. Names and defaults are DVC's.
"""

from __future__ import annotations

from assay.errors import ConfigError
from assay.typed import Any, Mapping

Options = Mapping[str, str | list[str]]
Arguments = dict[str, Any]

_GRANTS = {
    "grant_full_control": "GrantFullControl",
    "grant_read": "GrantRead",
    "grant_read_acp": "GrantReadACP",
    "grant_write_acp": "GrantWriteACP",
}
_SSH_TIMEOUT_S = 1800
_WEBDAV_TIMEOUT_S = 30
_AZURE_NAMES = (
    *("account_key", "account_name", "client_id", "client_secret", "connection_string"),
    *("sas_token", "tenant_id"),
)
_AZURE_EXCLUDES = (
    "exclude_environment_credential",
    "exclude_managed_identity_credential",
    "exclude_shared_token_cache_credential",
    "exclude_visual_studio_code_credential",
)


def text(options: Options, name: str) -> str | None:
    """An option as it is written."""
    value = options.get(name)
    return ",".join(value) if isinstance(value, list) else value


def flag(options: Options, name: str) -> bool | None:
    """An option that is true or false."""
    value = text(options, name)
    return None if value is None else value.lower() == "true"


def number(options: Options, name: str) -> int | None:
    """An option that is a whole number."""
    value = text(options, name)
    return None if value is None else int(value)


def verify(options: Options) -> bool | str | None:
    """`ssl_verify`: whether to check certificates, or the file of those to trust."""
    value = text(options, "ssl_verify")
    return (
        value
        if value is None or value.lower() not in ("true", "false")
        else flag(options, "ssl_verify")
    )


def s3_arguments(options: Options) -> Arguments:
    """For `s3fs.S3FileSystem`. Raises ConfigError for options that exclude each other."""
    return {
        "key": text(options, "access_key_id"),
        "secret": text(options, "secret_access_key"),
        "token": text(options, "session_token"),
        "profile": text(options, "profile"),
        "anon": flag(options, "allow_anonymous_login"),
        "use_ssl": flag(options, "use_ssl"),
        "client_kwargs": given(
            {
                "region_name": text(options, "region"),
                "endpoint_url": text(options, "endpointurl"),
                "verify": verify(options),
            }
        ),
        "config_kwargs": given(
            {
                "connect_timeout": number(options, "connect_timeout"),
                "read_timeout": number(options, "read_timeout"),
            }
        ),
        "s3_additional_kwargs": given({**_encryption(options), **_rights(options)}),
    }


def s3_environment(options: Options) -> dict[str, str]:
    """Variables that the AWS libraries read, unless the user has set them."""
    found = {
        "AWS_CONFIG_FILE": text(options, "configpath"),
        "AWS_SHARED_CREDENTIALS_FILE": text(options, "credentialpath"),
    }
    return {name: value for name, value in found.items() if value is not None}


def gs_arguments(options: Options) -> Arguments:
    """For `gcsfs.GCSFileSystem`."""
    is_anonymous = flag(options, "allow_anonymous_login")
    return {
        "project": text(options, "projectname"),
        "token": "anon" if is_anonymous else text(options, "credentialpath"),
        "endpoint_url": text(options, "endpointurl"),
        "session_kwargs": {"trust_env": True},
    }


def azure_arguments(options: Options) -> Arguments:
    """For `adlfs.AzureBlobFileSystem`."""
    return {
        **{name: text(options, name) for name in _AZURE_NAMES},
        **{name: flag(options, name) for name in _AZURE_EXCLUDES},
        "anon": flag(options, "allow_anonymous_login"),
        "timeout": number(options, "timeout"),
        "connection_timeout": number(options, "connection_timeout"),
        "read_timeout": number(options, "read_timeout"),
    }


def ssh_arguments(options: Options) -> Arguments:
    """For `sshfs.SSHFileSystem`, besides host, user, port and secrets."""
    keyfile = text(options, "keyfile")
    return {
        "client_keys": None if keyfile is None else [keyfile],
        "timeout": number(options, "timeout") or _SSH_TIMEOUT_S,
        "max_sessions": number(options, "max_sessions"),
        "gss_auth": flag(options, "gss_auth") or False,
        "agent_path": "" if flag(options, "allow_agent") is False else None,
    }


def webdav_arguments(options: Options) -> Arguments:
    """For `webdav4.fsspec.WebdavFileSystem`, besides address and credentials."""
    certificate, key = text(options, "cert_path"), text(options, "key_path")
    trusted = verify(options)
    return {
        "cert": (certificate, key) if certificate and key else certificate,
        "verify": True if trusted is None else trusted,
        "timeout": number(options, "timeout") or _WEBDAV_TIMEOUT_S,
    }


def given(arguments: Arguments) -> Arguments:
    """The arguments that say something."""
    return {name: value for name, value in arguments.items() if value is not None and value != {}}


def _encryption(options: Options) -> Arguments:
    customer_key = text(options, "sse_customer_key")
    kms_key = text(options, "sse_kms_key_id")
    if customer_key and kms_key:
        raise _exclusive("`sse_kms_key_id` and `sse_customer_key`")
    algorithm = text(options, "sse_customer_algorithm") or ("AES256" if customer_key else None)
    found: Arguments = {
        "ServerSideEncryption": text(options, "sse"),
        "SSEKMSKeyId": kms_key,
        "SSECustomerAlgorithm": algorithm,
    }
    if customer_key:
        from base64 import b64decode  # only for that option

        found["SSECustomerKey"] = b64decode(customer_key)
    return found


def _rights(options: Options) -> Arguments:
    grants = {key: text(options, option) for option, key in _GRANTS.items()}
    if text(options, "acl") and any(grants.values()):
        raise _exclusive("`acl` and `grant_*`")
    return {"ACL": text(options, "acl"), **grants}


def _exclusive(names: str) -> ConfigError:
    return ConfigError(f"config file error: {names} AWS S3 config options are mutually exclusive")
