"""Finds credentials in text: AWS keys, presigned URLs, tokens of known form, private keys.

Pure. What comes out is a kind and a place, never a value. A text is searched for the literals that
every form begins with, and only what follows one is looked at, so that the time is linear in the
text. A form must be whole and stand alone, and look drawn at random: cell ids, hashes, base64
images, placeholders and the example keys of AWS's documentation are none.

Forms as their makers document them: AWS (IAM unique identifiers, Signature Version 4), GitHub,
GitLab, Hugging Face, OpenAI, Anthropic, Slack, Google, npm, PyPI, Stripe, SendGrid, Docker, NVIDIA,
Databricks, DigitalOcean, HashiCorp Vault, Grafana, Tavily, xAI, Linear, Atlassian, Groq, Replicate,
Pinecone, LangSmith, Perplexity, Azure Storage, and RFC 7519 and 7468.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum


class Family(str, Enum):
    """What a secret opens."""

    AWS = "aws"
    TOKEN = "token"  # noqa: S105 # a word, no token
    PRIVATE_KEY = "private-key"
    PRESIGNED = "presigned"


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret's kind in words ("GitHub token") and its place; not its value."""

    family: Family
    kind: str
    start: int
    end: int


_PLACEHOLDERS = re.compile(
    r"example|xxxx|your|placeholder|dummy|fake|redact|change|insert|sample|secret|token|\*\*\*|"
    r"12345|abcde|00000|11111|99999|aaaaa",
    re.IGNORECASE,
)


def _is_mixed(value: str) -> bool:
    """Whether it has small and capital letters and digits; a SHA-1 in hexadecimal has not."""
    tests = (str.islower, str.isupper, str.isdigit)
    mixed = all(any(test(character) for character in value) for test in tests)
    return mixed and _PLACEHOLDERS.search(value) is None


def is_drawn(value: str) -> bool:
    """Whether it may have been drawn at random: neither a placeholder nor a chain of words."""
    words = value.count("-") + value.count("_")
    digits = sum(character.isdigit() for character in value)
    return (
        len(set(value)) >= 8
        and _PLACEHOLDERS.search(value) is None
        and (words < 4 or digits >= words)
    )


def _is_session_token(value: str) -> bool:
    return "EXAMPLE" not in value and len(set(value)) > 20


def _is_web_token(value: str) -> bool:
    return "eyJzdWIiOiIxMjM0NTY3ODkw" not in value  # the example of jwt.io


@dataclass(frozen=True, slots=True)
class _Form:
    """A kind of secret: the literals it begins with, and what it looks like from there on. Group 1,
    where there is one, is the secret itself. `inside` are the characters that must not stand right
    before it; `real` tells a secret from an example."""

    family: Family
    kind: str
    begins: tuple[str, ...]
    pattern: re.Pattern[str]
    inside: str = ""
    real: Callable[[str], bool] = is_drawn


_WORD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"
_BASE64 = _WORD[:-1] + "/+="
_END = r"(?![A-Za-z0-9_])"
_KEY_ID = re.compile(r"(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Za-z0-9/+=_])")
_SECRET_KEY = re.compile(r"(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])")
_NAMED = re.compile(
    r"(?:secret_access_key|SECRET_ACCESS_KEY|[sS]ecretAccessKey)[\"'\]\\\s:=,>]{1,16}"
    r"([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])"
)
_JWT = re.compile(r"eyJ[\w-]{10,4000}\.eyJ[\w-]{10,8000}\.[\w-]{20,2000}")
_PEM = re.compile(
    r"-----BEGIN (?:RSA |EC |DSA |OPENSSH |PGP )?PRIVATE KEY(?: BLOCK)?-----[\s\\nr\"',+]{1,40}"
    r"[A-Za-z0-9+/=]{40}"
)


def _tokens(kind: str, *begins: str, body: str) -> _Form:
    """Tokens that begin with one of these and go on like that, whole words only."""
    heads = "|".join(re.escape(begin) for begin in begins)
    return _Form(Family.TOKEN, kind, begins, re.compile(f"(?:{heads}){body}"), _WORD + "-")


_FORMS = (
    _Form(Family.AWS, "AWS access key id", ("AKIA", "ASIA"), _KEY_ID, _BASE64 + "_"),
    _Form(
        Family.AWS,
        "AWS secret access key",
        ("secret_access_key", "SECRET_ACCESS_KEY", "SecretAccessKey", "secretAccessKey"),
        _NAMED,
        real=_is_mixed,
    ),
    _Form(
        Family.AWS,
        "AWS session token",
        ("FwoGZXIvYXdz", "FQoGZXIvYXdz", "IQoJb3JpZ2lu"),
        re.compile(r"[A-Za-z0-9/+=%]{100,4000}"),
        _BASE64,
        _is_session_token,
    ),
    _Form(Family.PRIVATE_KEY, "private key", ("-----BEGIN",), _PEM, real=lambda _: True),
    _Form(Family.TOKEN, "JSON web token", ("eyJ",), _JWT, _WORD + "-.", _is_web_token),
    _tokens("Amazon Bedrock API key", "ABSKQmVkcm9ja0FQSUtleS", body=r"[A-Za-z0-9+/=]{80,280}"),
    _tokens("GitHub token", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", body="[A-Za-z0-9]{36}" + _END),
    _tokens("GitHub token", "github_pat_", body=r"\w{60,90}" + _END),
    _tokens("GitLab token", "glpat-", body=r"[\w-]{20,64}"),
    _tokens("Hugging Face token", "hf_", "api_org_", body="[A-Za-z0-9]{34,40}" + _END),
    _tokens("Anthropic key", "sk-ant-", body=r"[\w-]{60,160}"),
    _tokens("OpenAI key", "sk-proj-", "sk-svcacct-", "sk-admin-", body=r"[\w-]{40,200}"),
    _tokens("OpenAI-style key", "sk-or-v1-", "sk-", body=r"[A-Za-z0-9]{32,64}(?![\w-])"),
    _tokens("Slack token", "xoxa-", "xoxb-", "xoxp-", "xoxr-", "xoxs-", body=r"\d[\w-]{24,200}"),
    _Form(
        Family.TOKEN,
        "Slack webhook",
        ("hooks.slack.com/services/",),
        re.compile(r"hooks\.slack\.com/services/T\w{6,12}/B\w{6,12}/\w{20,30}"),
    ),
    _tokens("Google API key", "AIza", body=r"[\w-]{35}(?![\w-])"),
    _tokens("npm token", "npm_", body="[A-Za-z0-9]{36}" + _END),
    _tokens("PyPI token", "pypi-AgEIcHlwaS5vcmc", body=r"[\w-]{50,300}"),
    _tokens("Stripe key", "sk_live_", "rk_live_", body="[A-Za-z0-9]{24,120}" + _END),
    _tokens("SendGrid key", "SG.", body=r"[\w-]{22}\.[\w-]{43}(?![\w-])"),
    _tokens("Docker token", "dckr_pat_", body=r"[\w-]{27}(?![\w-])"),
    _tokens("NVIDIA key", "nvapi-", body=r"[\w-]{60,80}"),
    _tokens("Databricks token", "dapi", body=r"[0-9a-f]{32}(?:-\d)?" + _END),
    _tokens("Groq key", "gsk_", body="[A-Za-z0-9]{52}" + _END),
    _tokens("Replicate token", "r8_", body="[A-Za-z0-9]{37}" + _END),
    _tokens("Pinecone key", "pcsk_", body=r"\w{50,90}" + _END),
    _tokens("LangSmith key", "lsv2_pt_", "lsv2_sk_", body="[0-9a-f]{32}_[0-9a-f]{10}" + _END),
    _tokens("DigitalOcean token", "dop_v1_", body="[0-9a-f]{64}" + _END),
    _tokens("HashiCorp Vault token", "hvs.", body=r"[\w-]{24,200}"),
    _tokens("Grafana token", "glsa_", body="[A-Za-z0-9]{32}_[0-9a-fA-F]{8}" + _END),
    _tokens("Tavily key", "tvly-", body=r"[\w-]{32,60}"),
    _tokens("xAI key", "xai-", body="[A-Za-z0-9]{70,90}" + _END),
    _tokens("Linear key", "lin_api_", body="[A-Za-z0-9]{40}" + _END),
    _tokens("Atlassian token", "ATATT3", body=r"[\w=-]{100,220}"),
    _tokens("Perplexity key", "pplx-", body="[A-Za-z0-9]{48}" + _END),
    _Form(
        Family.TOKEN,
        "Azure storage key",
        ("AccountKey=",),
        re.compile(r"AccountKey=([A-Za-z0-9+/]{86}==)"),
    ),
)

_URL = re.compile(r"https?://[^\s\"'<>`\\)]{1,12000}")
_SIGNATURE = re.compile(r"X-Amz-Signature=[0-9a-f]{64}|[?&]Signature=[A-Za-z0-9%/+]{27,60}")
_AUTH = re.compile(r"(?:authToken|/auth\?token)=[\w.-]{40,8000}")
_PRESIGNED = ("X-Amz-Signature=", "AWSAccessKeyId=", "authToken=", "/auth?token=")

LITERALS: dict[Family, tuple[str, ...]] = {
    **{
        family: tuple(sorted({b for form in _FORMS if form.family is family for b in form.begins}))
        for family in (Family.AWS, Family.TOKEN, Family.PRIVATE_KEY)
    },
    Family.PRESIGNED: _PRESIGNED,
}
"""Of each family, the literals of which one stands wherever `find` finds something."""


_COLOUR = re.compile(r"\x1b\[[\d;]{0,20}m")


def find(text: str) -> tuple[Secret, ...]:
    """The secrets in a text by their place; none lies in another. Linear in the text."""
    if "\x1b" in text:  # a terminal's colour code is no part of a word, though it ends in a letter
        text = _COLOUR.sub(lambda code: " " * len(code[0]), text)
    found = list(_presigned(text))
    for form in _FORMS:
        for begin in form.begins:
            if begin in text:
                found.extend(_of_form(text, form, begin))
    found.sort(key=lambda secret: (secret.start, -secret.end))
    kept: list[Secret] = []
    for secret in found:
        if not kept or secret.start >= kept[-1].end:
            kept.append(secret)
    return tuple(kept)


def is_placeholder(value: str) -> bool:
    """Whether a value is a stand-in for a secret: empty, a word in brackets, EXAMPLE, xxxx."""
    value = value.strip()
    return (
        len(value) < 6
        or value[0] in "<{[$*.("
        or _PLACEHOLDERS.search(value) is not None
        or len(set(value)) < 5
    )


def _of_form(text: str, form: _Form, begin: str) -> Iterator[Secret]:
    index = text.find(begin)
    while index >= 0:
        match = None
        if index == 0 or text[index - 1] not in form.inside:
            match = form.pattern.match(text, index)
        if match is not None:
            group = match.lastindex or 0
            if form.real(match[group]):
                yield Secret(form.family, form.kind, match.start(group), match.end(group))
                if form.pattern is _KEY_ID:
                    yield from _secret_beside(text, match.end())
        index = text.find(begin, index + len(begin))


def _secret_beside(text: str, end: int) -> Iterator[Secret]:
    """A secret access key shortly behind a key id, whatever it is called."""
    match = _SECRET_KEY.search(text, end, min(end + 160, len(text)))
    if match is not None and _is_mixed(match[0]):
        yield Secret(Family.AWS, "AWS secret access key", match.start(), match.end())


def _presigned(text: str) -> Iterator[Secret]:
    """URLs that carry their own authorisation, whole."""
    if any(literal in text for literal in _PRESIGNED):
        for match in _URL.finditer(text):
            if _is_presigned(match[0]):
                yield Secret(Family.PRESIGNED, "presigned URL", match.start(), match.end())


def _is_presigned(url: str) -> bool:
    if "EXAMPLE" in url:
        return False
    if _AUTH.search(url):
        return ".sagemaker." in url or ".app.aws" in url
    return any(literal in url for literal in _PRESIGNED) and _SIGNATURE.search(url) is not None
