"""A presigned URL is shown as the result of a cell

## What it checks
A call that makes a presigned URL (`generate_presigned_url`, `create_presigned_domain_url`,
`create_presigned_notebook_instance_url`, `create_presigned_mlflow_tracking_server_url`) as the last
expression of a cell or in `print` and `display`, also within a text or as a link, and `aws s3
presign` whose output nothing takes.

## Why it matters
The URL is saved in the notebook's file. Until it expires, whoever reads that acts with the
permissions of whoever made it.

## How to fix
Keep the URL in a variable and hand that on. Where a person is to click it, make its expiry short
and clear the output afterwards.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..model import Severity
from ..names import PythonCell
from ..shell import Script
from . import Match, rule

_MAKERS = (
    "generate_presigned_url",
    "create_presigned_domain_url",
    "create_presigned_notebook_instance_url",
    "create_presigned_mlflow_tracking_server_url",
)
_SHOWING = frozenset(("builtins.print", "IPython.display.display"))
_IN_NOTEBOOKS = ("display",)
"""What IPython puts among the builtins."""
_RICH = ("HTML", "Markdown")
_KEY = "AuthorizedUrl"
_MESSAGE = "this URL, which opens without a login, is saved in the notebook"


def _python(cell: PythonCell) -> Iterator[Match]:
    shown: list[ast.expr] = []
    last = cell.tree.body[-1] if cell.tree.body else None
    if isinstance(last, ast.Expr) and not cell.text.rstrip().endswith(";"):
        shown.append(last.value)
    for call in cell.calls():
        function = call.node.func
        is_display = isinstance(function, ast.Name) and function.id in _IN_NOTEBOOKS
        if is_display or call.is_named(_SHOWING):
            shown.extend(call.node.args)
    for node in (part for whole in shown for part in _parts(whole)):
        if _is_url(node) or _is_set_to_url(cell, node) or _is_made(cell, node):
            yield Match(*cell.span(node), _MESSAGE)


def _parts(node: ast.expr) -> Iterator[ast.expr]:
    """What is shown of an expression: itself, or what a text or a link is put together from."""
    waiting = [node]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, ast.JoinedStr):
            pieces = (part for part in inner.values if isinstance(part, ast.FormattedValue))
            waiting += [part.value for part in pieces]
        elif isinstance(inner, ast.BinOp):
            waiting += [inner.left, inner.right]
        elif isinstance(inner, ast.Tuple):
            waiting += inner.elts
        elif isinstance(inner, ast.Call) and _is_rich(inner.func):
            waiting += inner.args
        else:
            yield inner


def _is_rich(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute):
        is_format = function.attr == "format" and isinstance(function.value, ast.Constant)
        return is_format or function.attr in _RICH
    return isinstance(function, ast.Name) and function.id in _RICH


def _is_url(node: ast.expr) -> bool:
    """Whether an expression calls a maker: `client.make(…)`, `client.make(…)["AuthorizedUrl"]`."""
    node = _answer(node)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    return node.func.attr in _MAKERS


def _answer(node: ast.expr) -> ast.expr:
    """The answer that a URL is looked up in: `answer[…]`, `answer.get("AuthorizedUrl")`."""
    if isinstance(node, ast.Subscript):
        return node.value
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        key = node.args[0]
        if node.func.attr == "get" and isinstance(key, ast.Constant) and key.value == _KEY:
            return node.func.value
    return node


def _is_set_to_url(cell: PythonCell, node: ast.expr) -> bool:
    """Whether it is a name, or an entry of one, that this cell sets to what a maker gives."""
    node = _answer(node)
    if not isinstance(node, ast.Name):
        return False
    values = [
        inner.value
        for inner in cell.nodes(ast.Assign)
        for target in inner.targets
        if isinstance(target, ast.Name) and target.id == node.id
    ]
    return bool(values) and _is_url(values[-1])


def _is_made(cell: PythonCell, node: ast.expr) -> bool:
    """Whether it is what a function of the notebook gives that calls a maker."""
    name = cell.value(_answer(node)).name or ""
    return name.endswith(tuple(f".{maker}" for maker in _MAKERS))


def _shell(script: Script) -> Iterator[Match]:
    if script.taken:
        return
    taken = {id(command.reads) for command in script.commands}
    taken |= {id(inner) for command in script.commands for inner in command.nested}
    for command in script.commands:
        is_presign = command.name == "aws" and {"s3", "presign"} <= set(command.texts())
        if is_presign and id(command) not in taken and not command.redirections:
            yield Match(command.program.start, command.end, _MESSAGE)


RULE = rule(
    __doc__,
    name="presigned-url-shown",
    severity=Severity.LOW,
    group="secret",
    triggers=(*_MAKERS, "presign"),
    written=False,
    shown=True,
    python=_python,
    in_python=_MAKERS,
    local=True,
    shell=_shell,
    good=(
        "url = s3.generate_presigned_url('get_object', Params=p)",
        "a = sm.create_presigned_domain_url(DomainId=d)\nrequests.get(a['AuthorizedUrl'])",
        "s3.generate_presigned_url('get_object', Params=p);",
        "!curl -o x $(aws s3 presign s3://b/x)",
        "!aws s3 presign s3://b/x > url.txt",
        "url = !aws s3 presign s3://b/x",
        "import subprocess\nurl = subprocess.check_output(['aws', 's3', 'presign', 's3://b/x'])\n"
        "url = subprocess.getoutput('aws s3 presign s3://b/x')",
        "%%bash --out url\naws s3 presign s3://b/x",
        "%%script --out url bash\naws s3 presign s3://b/x",
        "%%capture url\n!aws s3 presign s3://b/x",
        "%%capture\nprint(s3.generate_presigned_url('get_object', Params=p))",
        "url = s3.generate_presigned_url('get_object', Params=p)\nprint(f'{len(url)} characters')",
    ),
    bad=(
        "«sm.create_presigned_mlflow_tracking_server_url(TrackingServerName=n)['AuthorizedUrl']»",
        "url = s3.generate_presigned_url('get_object', Params=p)\n«url»",
        "answer = sm.create_presigned_domain_url(DomainId=d)\nprint(«answer['AuthorizedUrl']»)",
        "url = s3.generate_presigned_url('get_object', Params=p)\nprint(f'open {«url»}')",
        "print('link: ' + «s3.generate_presigned_url('get_object', Params=p)»)",
        "print('%s: %s' % (key, «s3.generate_presigned_url('get_object', Params=p)»))",
        "print(«sm.create_presigned_domain_url(DomainId=d).get('AuthorizedUrl')»)",
        "url = s3.generate_presigned_url('get_object', Params=p)\ndisplay(«url»)\n"
        "HTML('<a href=\"{}\">data</a>'.format(«url»))",
        "!«aws s3 presign s3://b/x --expires-in 60»",
        "%%capture --no-stdout\nprint(«s3.generate_presigned_url('get_object', Params=p)»)",
    ),
)
