"""The last line of defence before a text leaves the program: what looks like a secret is masked.

Nothing here is meant to be needed: no source reads a secret, and no message repeats what it was
given. What a file, a variable or an answer holds against all expectation is caught here.
"""

from __future__ import annotations

import re

MASK = "***"

_VALUE = r"[^\s\"'&,;<>(){}\[\]]+"
_WORDS = (
    r"(?:pass(?:word|wd)|secret|token|signature|credential|api[_-]?key"
    r"|access[ _-]?key(?:[_-]?id)?|secret[ _-]?key)"
)
_PATTERNS = tuple(
    (re.compile(pattern), kept + MASK)
    for pattern, kept in (
        # a private key, as far as its end
        (r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?:[^-]|-(?!-))*", r""),
        # Authorization: … as far as the line goes, and its schemes without it
        (r"(?i)(\bauthorization\b[\"']?\s{0,9}[:=]\s{0,9}[\"']?)[^\r\n\"']+", r"\1"),
        (r"(\b[Bb]earer\s)\s{0,9}[\w.~+/=-]{12,}", r"\1"),
        (r"(\bBasic\s)\s{0,9}(?=[A-Za-z+/]{0,200}[0-9=])[\w+/=]{12,}", r"\1"),
        # a presigned URL or signed header: X-Amz-Signature, -Credential, -Security-Token
        (rf"(?i)(\bx-amz-[a-z-]{{1,40}}[\"']?(?:\s{{0,9}}[:=]\s{{0,9}}|%3d)[\"']?){_VALUE}", r"\1"),
        # user:password@ in a URL, or a token in its place
        (r"(://)[^\s/\"'<>]*(?=@)", r"\1"),
        # NAME=value, and name: value where the name leaves no doubt
        (rf"(?i)({_WORDS}[\"']?\s{{0,9}}=\s{{0,9}}[\"']?){_VALUE}", r"\1"),
        (rf"(?i)((?:[_-]|\bauth|\bpass){_WORDS}[\"']?\s{{0,9}}:\s{{0,9}}[\"']?){_VALUE}", r"\1"),
        (rf"(?i)({_WORDS}[\"']\s{{0,9}}:\s{{0,9}}[\"']?){_VALUE}", r"\1"),
        (rf"(?i)(passw(?:or)?d\s{{0,9}}:\s{{0,9}}){_VALUE}", r"\1"),
        (rf"(?i)({_WORDS}\W{{1,5}})[\w./+=-]{{24,}}", r"\1"),
        # what is a credential wherever it stands
        (r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}", r""),
        (r"\b(?:IQoJ|FwoG|FQoG|AQoD)[\w/+=-]{12,}", r""),
        (r"\b(?:gh[opsur]|hf|npm)_[A-Za-z0-9]{16,}", r""),
        (r"\b(?:github_pat_|glpat-|pypi-|xox[abprs]-|sk-)[\w-]{16,}", r""),
        (r"\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?", r""),
    )
)


def redacted(text: str) -> str:
    """The text with what looks like a secret masked; the same text where there is none.

    Masked are AWS key ids, secret keys and passwords behind such words, session tokens, the
    parameters of presigned URLs, Authorization headers, users and passwords in URLs, private keys,
    and tokens that their makers mark (GitHub, GitLab, Hugging Face, PyPI, npm, Slack, JWT).
    """
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text
