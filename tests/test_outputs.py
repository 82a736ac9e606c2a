"""The forms of a report: each is complete, and no text in a report can take one over."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from enum import Enum
from html.parser import HTMLParser
from typing import Any

import mistune
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reports import report

from jupyter_sm_guard import catalog
from jupyter_sm_guard.commands.check import FORMATS
from jupyter_sm_guard.model import IntegrityFlag, Reason, Report, Waiver, rfc3339, utc_now
from jupyter_sm_guard.outputs import LONGEST, Display, plain

pytestmark = [pytest.mark.unit, pytest.mark.floor]


def shown(name: str, made: Report) -> str:
    return catalog.outputs()[name].render(made, Display())


CORPUS = [
    "<script>window.__xss=1</script>",
    "</style></pre></code></details><img src=x onerror=window.__xss=1>",
    "\"'><svg/onload=alert(1)> autofocus",
    "javascript:alert(1) data:text/html,x",
    "&lt;b&gt; &#60;i&#62; &amp;",
    "<!-- x --> <![CDATA[x]]> <?php ?> <b",
    "[click](https://evil.example) ![x](https://evil.example/x.png)",
    "[a]: https://evil.example 'x'\n[a] <https://evil.example> www.evil.example",
    "a@evil.example @everyone #1 !2 $x$ $$y$$ :tada: ~~s~~ ==m== ^s^ ~s~",
    "# h\n## h\n- x\n* x\n+ x\n1. x\n1) x\n> q\n---\n***\n===\n\tcode\n    code",
    *("- x", "2) x", "> x", "***", "---", "    x", "|", "||", "-", "1.", "`", "[^1]: x"),
    "```\n~~~\n````\n<b>x</b>",
    "``` sh\nx\n```",
    "a `b` ``c`` *d* __e__ \\*f\\* \\",
    "`@|x` a|@b` \\|@c @`|`@ @\\`<b>`",
    "a|@b |@x www.a|b https://x|y",
    "a | b || c \\| d \\\\| e |\n|---|---|\n| x | y |",
    "\x1b[2J\x1b]0;title\x07\r\x00\x7f\x9b31m",
    "\u202egnp.exe\u2066\u200b\u200d\ufeff\u2028\u2029\u00ad",
    "Bcc: evil@example.com\nSubject: other\n\nTo: x",
    "x" * 5000,
    "",
]
TEXTS = st.one_of(
    st.sampled_from(CORPUS),
    st.lists(st.sampled_from([*CORPUS, " ", "\n", "a"]), max_size=4).map("".join),
    st.text(st.sampled_from("`|\\<>&[]()!*_~#@:./=-+$^{}'\" \n\tax1"), max_size=30),
    st.text(max_size=30),
)


def with_everywhere(value: Any, text: str) -> Any:
    """The same object with `text` in place of every text in it."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return text
    if isinstance(value, tuple):
        return tuple(with_everywhere(item, text) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {f.name: with_everywhere(getattr(value, f.name), text) for f in fields(value)}
        return replace(value, **changed)
    return value


def everything() -> Report:
    """A report with all that one can have."""
    made = report(DirectInternetAccess="Enabled", RootAccess=Reason.FIELD_MISSING, KmsKeyId=None)
    waiver = Waiver("owner", "reason", utc_now() + timedelta(days=1))
    return replace(
        made,
        integrity=(IntegrityFlag("a", "b"),),
        turned_off=("SageMaker.9",),
        findings=tuple(replace(f, waiver=waiver) for f in made.findings),
    )


EVERYTHING = everything()


def full(text: str) -> Report:
    """The same with `text` for every text in it."""
    made: Report = with_everywhere(EVERYTHING, text)
    return made


class Structure(HTMLParser):
    """Every tag and attribute of a page, but for the tags it is to leave out."""

    def __init__(self, page: str, without: tuple[str, ...] = ()):
        super().__init__()
        self.found: list[object] = []
        self.without = without
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.without:
            self.found.append((tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.without:
            self.found.append(f"/{tag}")

    def handle_comment(self, data: str) -> None:
        self.found.append(data)

    handle_decl = unknown_decl = handle_pi = handle_comment


to_html = mistune.create_markdown(
    escape=False,
    plugins=["url", "table", "strikethrough", "footnotes", "task_lists", "def_list", "math",
             "mark", "insert", "superscript", "subscript", "abbr", "spoiler"],
)  # fmt: skip


def html_of_markdown(made: Report) -> list[object]:
    return Structure(str(to_html(shown("markdown", made))), without=("code",)).found


HARMLESS_HTML = Structure(shown("html", full("x"))).found
HARMLESS_MARKDOWN = html_of_markdown(full("x"))


def assert_harmless(text: str) -> None:
    """Pages with it are made of what they are made of without it."""
    page = shown("html", full(text))
    assert page.isascii()
    assert Structure(page).found == HARMLESS_HTML
    assert html_of_markdown(full(text)) == HARMLESS_MARKDOWN


@pytest.mark.parametrize("text", CORPUS)
def test_no_known_trick_changes_what_a_page_is_made_of(text: str) -> None:
    assert_harmless(text)


@given(TEXTS)
@settings(max_examples=60, deadline=None)
def test_no_text_changes_what_a_page_is_made_of(text: str) -> None:
    assert_harmless(text)


@pytest.mark.parametrize(
    "word",
    [
        *("https://evil.example", "www.1", "evil.example", "a@evil.example", "@all"),
        *("#1", "!2", "group/project~label", "$x$", ":tada:"),
    ],
)
def test_what_sites_make_links_and_mentions_of_is_code(word: str) -> None:
    page = str(to_html(shown("markdown", full(f"see {word} now"))))
    assert f"<code>{word}</code>" in page
    outside = re.sub(r"<pre>.*?</pre>|<code>.*?</code>", "", page, flags=re.DOTALL)
    assert word not in outside


@given(TEXTS, st.sampled_from([name for name in FORMATS if name != "json"]))
@settings(max_examples=60, deadline=None)
def test_no_text_is_longer_than_it_may_or_misleads_its_reader(text: str, name: str) -> None:
    written = shown(name, full(text))
    odd = {c for c in written if unicodedata.category(c)[0] == "C" or c in "\u2028\u2029"}
    assert odd <= {"\n"}
    assert "x" * (LONGEST + 1) not in written


@given(TEXTS)
@settings(max_examples=60, deadline=None)
def test_a_message_has_one_subject_and_one_addressee(text: str) -> None:
    lines = shown("ask", full(text)).splitlines()
    assert [line for line in lines if line.startswith(("To:", "Bcc:"))] == lines[:1]
    assert [line for line in lines if line.startswith("Subject:")] == lines[1:2]


def test_only_aws_s_documentation_becomes_a_link() -> None:
    made = report(DirectInternetAccess="Enabled")
    assert made.findings[0].docs in shown("html", made)
    assert f"<{made.findings[0].docs}>" in shown("markdown", made)
    for evil in ("https://evil.example", made.findings[0].docs + "\"onclick='x'"):
        findings = tuple(replace(f, docs=evil) for f in made.findings)
        assert "href" not in shown("html", replace(made, findings=findings))
        assert "<http" not in shown("markdown", replace(made, findings=findings))


def test_each_is_complete() -> None:
    made = report(DirectInternetAccess="Enabled", RootAccess=Reason.MISSING_PERMISSION)
    for name in ("html", "markdown"):
        written = shown(name, made).replace("&quot;", '"').replace("\\", "")
        for finding in made.findings:
            assert finding.check in written
            assert finding.status.value in written
            assert finding.title in written
            assert all(row.fact in written for row in finding.evidence)
            assert all((step.command or "") in written for step in finding.steps)
        assert "MISSING_PERMISSION" in written
        assert "request-1" in written
        assert rfc3339(made.observed_at) in written
        assert "us@example.com" in written


def test_a_message_asks_for_what_is_not_in_order_only() -> None:
    made = report(DirectInternetAccess="Enabled", KmsKeyId=None)
    message = shown("ask", made)
    assert message.startswith("To: us@example.com\nSubject: notebook instance Team-NB: 2 failed\n")
    assert "SageMaker.3" not in message
    assert "what would help: as for SageMaker.1" in message
    assert "describe-notebook-instance --notebook-instance-name Team-NB" in message
    assert "nothing to ask for" in shown("ask", report())
    assert not shown("ask", replace(made, contact=None)).startswith("To:")


def test_one_finding_alone_reads_well() -> None:
    made = report(DirectInternetAccess="Enabled", KmsKeyId=None)
    one = replace(made, findings=tuple(f for f in made.findings if f.check == "SageMaker.21"))
    message = shown("ask", one)
    assert "Subject: notebook instance Team-NB: SageMaker.21 failed" in message
    assert "create-notebook-instance" in message, "not told to look at another finding"
    assert shown("markdown", one).count("\n## ") == 1
    assert "<details open>" in shown("html", one)


def test_a_name_in_a_command_stays_one_word() -> None:
    made = report(DirectInternetAccess="Enabled")
    evil = replace(made, resource=replace(made.resource, name="x; rm -rf ~"))
    assert "--notebook-instance-name 'x; rm -rf ~' --region" in shown("ask", evil)


def test_the_command_line_offers_what_the_drawer_holds() -> None:
    assert sorted(FORMATS) == sorted(catalog.outputs())


def test_long_texts_are_cut_where_it_shows() -> None:
    assert plain("x" * 5000) == "x" * LONGEST + "…"
