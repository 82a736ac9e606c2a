"""A program on the instance is shared with the whole internet

## What it checks
`launch(share=True)` of Gradio, ngrok, cloudflared, localtunnel, and reverse tunnels over `ssh` to
public relays, in Python and shell.

## Why it matters
Everybody who has or guesses the address gets at the program, with no login and past the network's
controls; a demo that runs code or reads files does so with your role.

## How to fix
Open it through Jupyter's own proxy (`/proxy/7860/`), which asks for the instance's login, or deploy
it behind an authentication.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Severity
from ..names import PythonCell
from ..shell import Command, Script, Word
from . import Edit, Fix, Match, example, rule

_MESSAGE = "everybody on the internet can reach this program"
_CALLS = frozenset(
    ("pyngrok.ngrok.connect", "ngrok.connect", "ngrok.forward", "flask_ngrok.run_with_ngrok",
     "flask_cloudflared.run_with_cloudflared")
)  # fmt: skip
_RELAYS = ("serveo.net", "localhost.run", "pinggy.io")


def _python(cell: PythonCell) -> Iterator[Match]:
    for call in cell.calls():
        share = call.keywords.get("share")
        is_launch = call.method == "launch" and call.receiver.kind != "object"
        if is_launch and share is not None and share.is_constant(True):
            literal = cell.text[share.start : share.end] == "True"
            fix = Fix("don't share it", (Edit(share.start, share.end, "False"),))
            yield Match(share.start, share.end, _MESSAGE, fix=fix if literal else None)
        elif call.is_named(_CALLS):
            yield Match(call.start, call.end, _MESSAGE)


def _shell(script: Script) -> Iterator[Match]:
    for command in script.commands:
        if command.words and _is_tunnel(command):
            word: Word = command.program
            yield Match(word.start, word.end, _MESSAGE)


def _is_tunnel(command: Command) -> bool:
    texts = command.texts()
    if command.name == "ngrok":
        return bool({"http", "tcp", "start", "tls"} & set(texts))
    if command.name == "cloudflared":
        return "tunnel" in texts
    if command.name in ("lt", "localtunnel"):
        return any(text.startswith(("--port", "-p")) for text in texts)
    if command.name == "npx":
        return any(text.startswith("localtunnel") for text in texts)
    return command.name == "ssh" and any(text.endswith(_RELAYS) for text in texts)


RULE = rule(
    __doc__,
    name="public-tunnel",
    severity=Severity.MEDIUM,
    group="exposure",
    triggers=(
        "share=",
        "share =",
        "'share'",
        '"share"',
        "ngrok",
        "cloudflared",
        "localtunnel",
        "lt -",
        *_RELAYS,
    ),
    python=_python,
    shell=_shell,
    good=(
        "demo.launch(share=False)\ndemo.launch()",
        "sns.subplots(share=True)",
        "class World:\n    def launch(self, share): ...\nWorld().launch(share=True)",
        "!pip install ngrok pyngrok\n!ngrok version",
        "!ssh -R 80:localhost:80 me@server.internal",
    ),
    bad=(
        "import gradio as gr\ngr.Interface(f, 'image', 'label').launch(share=«True»)",
        "interface.launch(debug=True, share=«True»)",
        "from pyngrok import ngrok\nurl = «ngrok.connect(8501)»",
        "!«ngrok» http 8501 &",
        "%%bash\n«npx» localtunnel --port 8501\n«cloudflared» tunnel --url http://localhost:80",
        example("«ssh» -R 80:localhost:8080 serveo.net", file="x.sh"),
    ),
)
