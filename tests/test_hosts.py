"""Which hosts stand on the public internet."""

from __future__ import annotations

import pytest

from jupyter_sm_guard.hosts import host_of, is_public, is_well_known

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://example.com/x?y#z", "example.com"),
        ("HTTP://Example.COM:8080", "example.com"),
        ("https://joe:secret@example.com/x", "example.com"),
        ("git+https://github.com/o/r.git", "github.com"),
        ("git@github.com:o/r.git", "github.com"),
        ("example.com/x", "example.com"),
        ("https://\ufffd/x", None),
        ("https://\ufffd.example.com", None),
        ("https://[::1]:8443/x", "::1"),
        ("ssh://git@[2001:DB8::1]/x", "2001:db8::1"),
        ("[extra]", None),
        ("/tmp/x", None),
        ("", None),
    ],
)
def test_the_host_of_an_address(text: str, expected: str | None) -> None:
    assert host_of(text) == expected


@pytest.mark.parametrize(
    ("name", "public"),
    [
        ("example.com", True),
        ("8.8.8.8", True),
        ("public.ecr.aws", True),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("172.32.0.1", True),
        ("169.254.169.254", False),
        ("localhost", False),
        ("::1", False),
        ("::ffff:10.0.0.1", False),
        ("nexus", False),
        ("nexus.corp", False),
        ("packages.internal", False),
        ("bucket.s3.eu-west-1.amazonaws.com", False),
        ("x.notebook.us-east-1.sagemaker.aws", False),
        (None, False),
    ],
)
def test_what_is_reached_over_the_internet(name: str | None, public: bool) -> None:
    assert is_public(name) is public


def test_public_registries_are_no_company_s_own() -> None:
    assert is_well_known("pypi.org")
    assert is_well_known("files.pythonhosted.org")
    assert not is_well_known("notpypi.org")
    assert not is_well_known("nexus.example.com")
    assert not is_well_known(None)
