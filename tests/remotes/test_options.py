"""What options of a configuration become: the same arguments that DVC's plugins give."""

from __future__ import annotations

import pytest

from assay.errors import AssayError, ConfigError, UnexpectedError
from assay.remotes import options as mapping
from assay.remotes.connect import connect
from assay.remotes.local import LocalRemote


def test_s3_options() -> None:
    found = mapping.s3_arguments(
        {
            "access_key_id": "AK",
            "secret_access_key": "SK",
            "session_token": "T",
            "profile": "work",
            "region": "eu",
            "endpointurl": "http://host",
            "ssl_verify": "false",
            "use_ssl": "False",
            "allow_anonymous_login": "true",
            "read_timeout": "3",
            "sse": "aws:kms",
            "sse_kms_key_id": "K",
            "grant_read": "id=1",
        }
    )
    assert found == {
        "key": "AK",
        "secret": "SK",
        "token": "T",
        "profile": "work",
        "anon": True,
        "use_ssl": False,
        "client_kwargs": {"region_name": "eu", "endpoint_url": "http://host", "verify": False},
        "config_kwargs": {"read_timeout": 3},
        "s3_additional_kwargs": {
            "ServerSideEncryption": "aws:kms",
            "SSEKMSKeyId": "K",
            "GrantRead": "id=1",
        },
    }


def test_nothing_said_is_nothing_passed_on() -> None:
    assert mapping.given(mapping.s3_arguments({})) == {}
    assert mapping.given(mapping.azure_arguments({})) == {}


def test_a_customer_key_is_bytes_and_names_its_algorithm() -> None:
    found = mapping.s3_arguments({"sse_customer_key": "a2V5"})["s3_additional_kwargs"]
    assert found == {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": b"key"}


@pytest.mark.parametrize(
    "options",
    [{"acl": "private", "grant_read": "x"}, {"sse_customer_key": "a", "sse_kms_key_id": "b"}],
)
def test_options_that_exclude_each_other(options: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="mutually exclusive"):
        mapping.s3_arguments(options)


@pytest.mark.parametrize(
    ("value", "expected"), [("true", True), ("False", False), ("/ca.pem", "/ca.pem")]
)
def test_certificates_are_checked_not_checked_or_checked_against_a_file(
    value: str, expected: object
) -> None:
    assert mapping.verify({"ssl_verify": value}) == expected


def test_gs_ssh_azure_and_webdav_options() -> None:
    assert mapping.gs_arguments({"allow_anonymous_login": "true"})["token"] == "anon"
    assert mapping.gs_arguments({"credentialpath": "/key.json"})["token"] == "/key.json"
    ssh = mapping.ssh_arguments({"keyfile": "/key", "allow_agent": "false"})
    assert (ssh["client_keys"], ssh["agent_path"]) == (["/key"], "")
    assert mapping.azure_arguments({"sas_token": "s"})["sas_token"] == "s"
    webdav = mapping.webdav_arguments({"cert_path": "/c", "key_path": "/k", "timeout": "7"})
    assert webdav == {"cert": ("/c", "/k"), "verify": True, "timeout": 7}


def test_a_path_is_a_local_remote_with_its_options() -> None:
    remote = connect("there", {"url": "/data", "jobs": "3", "shared": "group"})
    assert isinstance(remote, LocalRemote)
    assert (remote.folder, remote.name, remote.jobs, remote.shared) == ("/data", "there", 3, True)


def test_a_library_that_is_not_installed_is_named_with_the_extra_that_brings_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "gcsfs", None)
    with pytest.raises(UnexpectedError, match="gs is supported, but requires 'gcsfs'") as caught:
        connect("there", {"url": "gs://bucket"})
    assert caught.value.hint == "pip install 'assay[gs]'"


@pytest.mark.parametrize("url", ["oss://bucket", "hdfs://host/path"])
def test_kinds_that_are_not_supported(url: str) -> None:
    with pytest.raises(AssayError, match="not supported"):
        connect("there", {"url": url})


@pytest.mark.parametrize("layout", ["worktree", "version_aware"])
def test_layouts_that_are_not_supported(layout: str) -> None:
    with pytest.raises(AssayError, match=layout):
        connect("there", {"url": "/data", layout: "true"})
