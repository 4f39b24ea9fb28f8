"""Certificates of an authority of one's own, made by OpenSSL."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import NamedTuple


class Certificates(NamedTuple):
    """Files in PEM format: the authority, and what it has signed for everybody in a cluster."""

    authority: Path
    certificate: Path
    key: Path


def certificates(folder: Path) -> Certificates:
    """New ones in `folder`, good for a day."""
    made = Certificates(folder / "ca.pem", folder / "cert.pem", folder / "key.pem")
    authority_key, request = folder / "ca-key.pem", folder / "request.pem"
    new_key = ["-newkey", "rsa:2048", "-nodes", "-subj"]
    _openssl(
        *("req", "-x509", "-days", "1", *new_key, "/CN=authority"),
        *("-keyout", authority_key, "-out", made.authority),
    )
    _openssl("req", *new_key, "/CN=cluster", "-keyout", made.key, "-out", request)
    _openssl(
        *("x509", "-req", "-days", "1", "-in", request, "-out", made.certificate),
        *("-CA", made.authority, "-CAkey", authority_key, "-CAcreateserial"),
    )
    return made


def _openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)
