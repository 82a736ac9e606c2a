"""Shell text as commands: what a shell would start, and where it stands."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_sm_guard.shell import UNKNOWN, Command, Script, Word, argv, parse

pytestmark = pytest.mark.unit

ANYTHING = st.text(st.sampled_from("ab1 \t\r\n'\"\\$`{}()<>|&;#=-EO\ufffd\x00é"), max_size=60)


def said(text: str, *, interpolated: bool = False) -> list[str]:
    """Each command in one line: wrappers in brackets, then its words; `?` for what is unknown."""
    return [one(command) for command in parse(text, interpolated=interpolated)]


def one(command: Command) -> str:
    wrappers = [f"[{' '.join([w.name, *(a.text for a in w.arguments)])}]" for w in command.wrappers]
    words = [word.text.replace(UNKNOWN, "?") for word in (*command.assignments, *command.words)]
    return " ".join([*wrappers, *words])


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("ls -l 'a b' \"c d\" e\\ f", ["ls -l a b c d e f"]),
        ("a; b && c || d & e\nf", ["a", "b", "c", "d", "e", "f"]),
        ("a 2>&1 >out 3< in &>> log b", ["a b"]),
        ("a # b; c\n#d\ne#f", ["a", "e#f"]),
        ("pip install \\\n  x \\\r\n  y\r\n ls\r\n", ["pip install x y", "ls"]),
        ("it''s 'not' $'a\\'b' $\"c\"", ["its not a'b $c"]),
        ("echo $x ${y:-z} $((1)) pre$?post", ["echo ? ? ? pre?post", "1"]),
        ("echo '$x' \"$x\" \\$x", ["echo $x ? $x"]),
        ("if ! a; then b; elif c; then d; else e; fi", ["a", "b", "c", "d", "e"]),
        ("for f in a b; do c $f; done", ["c ?"]),
        ("while a; do b; done < f", ["a", "b"]),
        ("case $x in a|sudo) b;; *) c;; esac; d", ["b", "c", "d"]),
        ("case $x in\n a)\n b\n;;\n c) d\nesac\ne", ["b", "d", "e"]),
        ("f() { a; }\nfunction g { b; }; A=(sudo x); c", ["a", "b", "c"]),
        ("(a; b) | c", ["a", "b", "c"]),
        ("A=1 B='x y' c", ["A=1 B=x y c"]),
        ("sudo -E -u joe -- a -b", ["[sudo -E -u joe --] a -b"]),
        ("sudo -nu joe A=1 a", ["[sudo -nu joe] A=1 a"]),
        (
            "env -i A=1 nice -n 5 timeout -s9 5 nohup a",
            "[env -i] [nice -n 5] [timeout -s9 5] [nohup] A=1 a",
        ),
        ("find . | xargs -I {} -n1 rm {}", ["find .", "[xargs -I {} -n1] rm {}"]),
        (
            "sudo bash -lc 'a; b \"c d\"'",
            ['[sudo] bash -lc a; b "c d"', "[sudo] a", "[sudo] b c d"],
        ),
        ("bash -c \"bash -c 'a b'\"", ["bash -c bash -c 'a b'", "bash -c a b", "a b"]),
        ("conda run -n x pip y", ["[conda run -n x] pip y"]),
        ("conda run", ["conda run"]),
        ("su - joe -c 'a b'", ["su - joe -c a b", "a b"]),
        ("if command -v sudo; then command a; fi", ["command -v sudo", "[command] a"]),
        ("eval 'a b'", ["[eval] a b"]),
        (
            "sudo -iu joe <<'END'\na\nb\nEND\nc",
            ["[sudo -iu joe]", "[sudo -iu joe] a", "[sudo -iu joe] b", "c"],
        ),
        ("bash -s <<-E\n\ta\n\tE\nb", ["bash -s", "a", "b"]),
        ("cat > f <<E\nsudo a\nE\nb", ["cat", "b"]),
        ("cat <<A <<B\nsudo a\nA\nsudo b\nB\nc", ["cat", "c"]),
        ("cat <<E\nnever closed", ["cat"]),
        ("sh <<< 'a b'", ["sh", "a b"]),
        ("bash script.sh <<E\na\nE", ["bash script.sh"]),
        ('a $(b `c d`) "$(e)" <(f)', ["a ? ? ?", "b ?", "c d", "e", "f"]),
        ("a |\n b", ["a", "b"]),
        ("docker run x sudo y", ["docker run x sudo y"]),
        ("", []),
    ],
)
def test_commands_of(text: str, commands: list[str] | str) -> None:
    assert said(text) == ([commands] if isinstance(commands, str) else commands)


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("pip install {pkg} --index-url {a['x']}", ["pip install ? --index-url ?"]),
        ('a {f("b c")}/d \'{e}\' "{g}"', ["a ?/d ? ?"]),
        ("a {} {{x '{\"k\": [1]}'", ['a {} {{x {"k": [1]}']),
        ("a {never", ["a {never"]),
        ("a [{X=1,Y=[{Z=2}]}] {f(x=1)}", ["a [{X=1,Y=[{Z=2}]}] ?"]),
    ],
)
def test_braces_of_ipython_are_unknown(text: str, commands: list[str]) -> None:
    assert said(text, interpolated=True) == commands


def test_braces_of_a_shell_are_text() -> None:
    assert said("awk '{print}' {a,b}") == ["awk {print} {a,b}"]


@pytest.mark.parametrize(
    ("text", "name", "arguments"),
    [
        ("/usr/bin/curl -k x", "curl", ["-k", "x"]),
        ("python3.11 -u -m pip install x", "pip", ["install", "x"]),
        ("$PYTHON -m pip install x", "pip", ["install", "x"]),
        ("python pip.py -m x", "python", ["pip.py", "-m", "x"]),
        ("$x y", "", ["y"]),
        ("A=1", "", []),
    ],
)
def test_the_name_of_a_program(text: str, name: str, arguments: list[str]) -> None:
    (command,) = parse(text)
    assert (command.name, command.texts()) == (name, arguments)


def test_variables_by_their_names() -> None:
    (command,) = parse("echo $A/${B:-c} {d}", interpolated=True)
    assert [word.names for word in command.arguments] == [("$A", "${B:-c}"), ("{d}",)]


def test_pipes_and_substitutions_are_linked() -> None:
    curl, shell = parse("curl x |& sudo sh")
    assert shell.reads is curl
    assert curl.reads is None
    by_group = list(parse("{ a; b; } | c"))
    assert by_group[2].reads is by_group[1]
    outer, inner = parse('bash -c "$(curl x)"')
    assert outer.nested == (inner,)


def test_redirections_and_here_documents() -> None:
    (command,) = parse("cat >> 'a b' <<END\nx $y\nEND\n")
    assert [(r.operator, r.target.text) for r in command.redirections] == [
        (">>", "a b"),
        ("<<", "x $y\n"),
    ]


def test_an_option_of_a_wrapper() -> None:
    for text in ("sudo -u joe a", "sudo -ujoe a", "sudo -E --user=joe a", "sudo --user joe a"):
        (command,) = parse(text)
        assert command.wrappers[0].value("-u", "--user") == "joe"
    (command,) = parse("sudo a")
    assert command.wrappers[0].value("-u", "--user") is None


@pytest.mark.parametrize("text", ["a; b 'c", 'a\nb "c', "a; $(b", "a & `b", "a; b $(c <(d)"])
def test_what_is_before_a_break_is_read(text: str) -> None:
    script = parse(text)
    assert said(text)[0] == "a"
    assert script.broken is not None
    assert text[script.broken] in "'\"(`"


def test_a_list_of_arguments_is_a_command_line() -> None:
    words = [Word(text, 7, 9) for text in ("sudo", "bash", "-c", "a b")]
    assert [one(command) for command in argv(words)] == ["[sudo] bash -c a b", "[sudo] a b"]
    assert argv([]) == ()


# --- laws ----------------------------------------------------------------------------------------


@given(ANYTHING, st.booleans(), st.integers(0, 9))
def test_every_word_stands_where_it_says(text: str, interpolated: bool, offset: int) -> None:
    script = parse(text, interpolated=interpolated, offset=offset)
    assert [command.start for command in script] == sorted(command.start for command in script)
    for command in script:
        assert offset <= command.start <= command.end <= offset + len(text)
        for word in (*command.words, *command.assignments, *(w.word for w in command.wrappers)):
            assert offset <= word.start <= word.end <= offset + len(text)
            places = word.places()
            assert places == sorted(places)
            for index, character in enumerate(word.text):
                assert word.place(index) == places[index]
                assert character == UNKNOWN or text[places[index] - offset] == character


@given(st.lists(st.text(st.sampled_from("ab '\"$\\`{|;#\n("), min_size=1, max_size=5), min_size=1))
def test_what_is_quoted_comes_out_as_it_was(words: list[str]) -> None:
    quoted = "run " + " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)
    (command,) = parse(quoted)
    assert command.texts() == words


BAIT = ("{", "$(", "`", "'", '"', "${", "<<E\n", "(", "$((", "{a", "a=(", "case x in ", "\\\n",
        "sudo ", "bash -c '", "|", "a ", "# ", "$(bash -c '")  # fmt: skip


@pytest.mark.parametrize("bait", BAIT)
def test_the_work_grows_no_faster_than_the_text(bait: str) -> None:
    few, many = (steps(bait * (size // len(bait))) for size in (600, 2400))
    assert many <= 4.4 * few + 400


def steps(text: str) -> int:
    """The lines of Python that parsing the text takes: a clock would tell of the machine."""
    count = 0

    def trace(frame: object, event: str, argument: object) -> object:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)  # type: ignore[arg-type]
    try:
        assert isinstance(parse(text, interpolated=True), Script)
    finally:
        sys.settrace(before)
    return count
