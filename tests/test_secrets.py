"""Secrets in text: what is one, what only looks like one, and that no value comes out.

The secrets here are made of random characters when the tests run: none stands in this file.
"""

from __future__ import annotations

import base64
import random
import string
import sys
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_sm_guard import secrets
from jupyter_sm_guard.secrets import Family, Secret, find, is_placeholder

pytestmark = pytest.mark.unit

DRAW = random.Random(7)
ALNUM = string.ascii_letters + string.digits


def drawn(length: int, alphabet: str = ALNUM) -> str:
    """Characters at random, capital and small letters and digits among them where there are any."""
    text = "".join(DRAW.choice(alphabet) for _ in range(length))
    return "aK4" + text[3:] if alphabet == ALNUM else text


KEY_ID = "AKIA" + drawn(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
KEY = drawn(40)
HEX = "0123456789abcdef"
SIGNED = (
    "https://bucket.s3.amazonaws.com/data.csv?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
    f"{KEY_ID}%2F20260101%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Signature=" + drawn(64, HEX)
)
WEB_TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJ" + drawn(30) + "." + drawn(43)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (KEY_ID, "AWS access key id"),
        (KEY_ID.replace("AKIA", "ASIA"), "AWS access key id"),
        (f"aws_secret_access_key = «{KEY}»", "AWS secret access key"),
        (f'os.environ["AWS_SECRET_ACCESS_KEY"] = "«{KEY}»"', "AWS secret access key"),
        (f'{{"SecretAccessKey": "«{KEY}»"}}', "AWS secret access key"),
        (f"aws configure set aws_secret_access_key «{KEY}»", "AWS secret access key"),
        ("IQoJb3JpZ2lu" + drawn(200), "AWS session token"),
        ("ghp_" + drawn(36), "GitHub token"),
        ("github_pat_" + drawn(82), "GitHub token"),
        ("glpat-" + drawn(20), "GitLab token"),
        ("hf_" + drawn(34, string.ascii_letters), "Hugging Face token"),
        ("sk-ant-api03-" + drawn(90), "Anthropic key"),
        ("sk-proj-" + drawn(80), "OpenAI key"),
        ("sk-" + drawn(48), "OpenAI-style key"),
        ("xoxb-123" + drawn(40), "Slack token"),
        (f"hooks.slack.com/services/T0{drawn(8)}/B0{drawn(8)}/{drawn(24)}", "Slack webhook"),
        ("AIza" + drawn(35), "Google API key"),
        ("nvapi-" + drawn(64), "NVIDIA key"),
        (WEB_TOKEN, "JSON web token"),
        ("-----BEGIN RSA PRIVATE KEY-----\n" + drawn(64), "private key"),
        (SIGNED, "presigned URL"),
        ("https://nb.notebook.us-east-1.sagemaker.aws?authToken=" + drawn(60), "presigned URL"),
        (f"https://x.s3.amazonaws.com/y?AWSAccessKeyId=a&Signature={drawn(28)}", "presigned URL"),
    ],
)
def test_a_secret_is_found_where_it_stands(text: str, kind: str) -> None:
    marked = text if "«" in text else f"«{text}»"
    written = f'x = "{marked}"  # é\n'
    plain = written.replace("«", "").replace("»", "")
    (secret,) = find(plain)
    assert secret.kind == kind
    assert secret.start == written.index("«")
    if secret.family is not Family.PRIVATE_KEY:
        assert secret.end == written.index("»") - 1
    assert any(literal in plain for literal in secrets.LITERALS[secret.family])


def test_a_secret_key_beside_its_id_needs_no_name() -> None:
    text = f'ID = "{KEY_ID}"\nOTHER = "{KEY}"'
    assert [secret.kind for secret in find(text)] == ["AWS access key id", "AWS secret access key"]


@pytest.mark.parametrize(
    "text",
    [
        "AKIA" + "IOSFODNN7EXAMPLE",
        "AKIA" + "I44QH8DHBEXAMPLE",
        "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "AKIA" + "X" * 16,
        "data:image/png;base64," + base64.b64encode(DRAW.randbytes(3000)).decode(),
        "a" + KEY_ID,
        KEY_ID + "A",
        "aws_secret_access_key = YOUR_SECRET_ACCESS_KEY_GOES_HERE_PLEASE_",
        "secret_access_key=" + drawn(40, HEX),
        'aws_secret_access_key=credentials["SecretAccessKey"]',
        "hf_" + "x" * 34,
        "hf_model_name_or_path_of_the_model_that_is_trained",
        "sk-learn-inference-pipeline-with-batch-transform-2024",
        "task-" + drawn(40),
        "ghp_" + "abcdefghijklmnopqrstuvwxyz0123456789",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0." + drawn(43),
        "-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN PUBLIC KEY-----\n" + drawn(64),
        "https://bucket.s3.amazonaws.com/x?X-Amz-Signature=<signature>",
        SIGNED.replace(KEY_ID, "AKIA" + "IOSFODNN7EXAMPLE"),
        "sha256:" + drawn(64, HEX),
        str(uuid.UUID(int=DRAW.getrandbits(128))),
        "arn:aws:iam::123456789012:role/service-role/AmazonSageMaker-ExecutionRole",
    ],
)
def test_what_only_looks_like_a_secret_is_none(text: str) -> None:
    assert find(f'x = "{text}"') == ()


def test_of_secrets_in_each_other_the_outer_one_is_found() -> None:
    assert [secret.family for secret in find(SIGNED)] == [Family.PRESIGNED]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", True),
        ("YOUR_ACCESS_KEY", True),
        ("<paste it here>", True),
        ("{token}", True),
        ("$TOKEN", True),
        ("xxxxxxxx", True),
        ("...token...", True),
        ("Tr0ub4dor&3", False),
        (KEY, False),
    ],
)
def test_placeholders(value: str, expected: bool) -> None:
    assert is_placeholder(value) is expected


def test_a_secret_s_value_is_not_in_what_comes_out() -> None:
    (secret,) = find(KEY_ID)
    assert secret == Secret(Family.AWS, "AWS access key id", 0, 20)
    assert KEY_ID[4:] not in repr(secret)


@given(st.text(st.sampled_from('AKIASghp_eyJ.-sk/:X=\n" 7q'), max_size=80))
def test_nothing_makes_it_raise_and_places_are_in_order(text: str) -> None:
    places = [(secret.start, secret.end) for secret in find(text)]
    assert places == sorted(places)
    assert all(0 <= start < end <= len(text) for start, end in places)


BAIT = (
    "AKIA", "eyJ", "eyJaaaaaaaaaa.", "eyJaaaaaaaaaa.eyJ", "https://", "https://a?authToken=", "SG.",
    "X-Amz-Signature=", "-----BEGIN ", "sk-", "IQoJb3JpZ2lu", "secretAccessKey ",
)  # fmt: skip


@pytest.mark.parametrize("bait", BAIT)
def test_the_work_is_bounded_whatever_stands_in_the_text(bait: str) -> None:
    """Counted in steps of Python; what one step's pattern looks at is bounded by the pattern."""
    few, many = (steps(bait * (size // len(bait))) for size in (2000, 8000))
    assert many <= 4.4 * few + 400


def steps(text: str) -> int:
    """The lines of Python that finding secrets takes."""
    count = 0

    def trace(frame: object, event: str, argument: object) -> object:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)  # type: ignore[arg-type]
    try:
        find(text)
    finally:
        sys.settrace(before)
    return count
