"""Rules about one parameter of a request, as declarations: operation, path, values.

A value that is explicitly insecure is a finding. One that is missing is a finding in the strict
profile only, except where a declaration says otherwise. One that can't be known is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from .requests import Request, kebab, snake
from .rule import Edit, Fix, Match, Related, Rule, rule
from .values import Value

When = Callable[[Request], bool | None]
"""Whether a setting matters for a request; None where that can't be known."""


def always(request: Request) -> bool | None:
    """The setting matters for every such request."""
    del request
    return True


@dataclass(frozen=True)
class Setting:
    """One parameter. `insecure` are its values that are findings; where `words` is not empty, so is
    every other constant that is not among them: AWS refuses it. `missing` is `strict`, `default`
    or `never`: the profile in which leaving it out is a finding. `secure` is what a fix writes.
    `when_given` is a structure without which the setting has no meaning."""

    operation: str
    path: str
    insecure: tuple[str | bool | int, ...] = ()
    words: tuple[str, ...] = ()
    missing: str = "strict"
    secure: str | bool | None = None
    safe: bool = False
    when: When = always
    fixable: When = always
    when_given: str = ""

    @property
    def name(self) -> str:
        """The parameter's own name."""
        return self.path.rpartition(".")[2]


def setting_rule(doc: str | None, *settings: Setting, means: str, **data: object) -> Rule:
    """A rule about settings; `means` ends its messages: what the finding comes to."""
    operations = {setting.operation for setting in settings}
    names = {setting.name for setting in settings}
    makes = tuple(sorted({"sagemaker", *map(snake, operations), *_resources(operations)}))
    written = tuple(sorted({form for name in names for form in (name, snake(name), kebab(name))}))
    always_fires = any(setting.missing == "default" for setting in settings)

    def check(request: Request) -> Iterator[Match]:
        for setting in settings:
            if setting.operation == request.operation:
                yield from _look(setting, request, means)

    operation_words = tuple(sorted({f(o) for o in operations for f in (snake, kebab)}))
    data.setdefault("triggers", (*operation_words, *_resources(operations))
                    if always_fires else (*written, *_aliases(names)))  # fmt: skip
    data.setdefault("also", () if always_fires else makes)
    data.setdefault("strict_triggers", makes)
    return rule(doc, group="resource", request=check, settings=settings, **data)


def _resources(operations: set[str]) -> tuple[str, ...]:
    """The low-level resources' names, for requests made with them."""
    return tuple(sorted(o.removeprefix("Create") for o in operations if o.startswith("Create")))


def _aliases(names: set[str]) -> tuple[str, ...]:
    """How the SDK's arguments spell a parameter where that differs from the API."""
    return tuple(sorted({alias for name in names for alias in _SPELLINGS.get(name, ())}))


_SPELLINGS = {
    "EnableInterContainerTrafficEncryption": (
        "encrypt_inter_container_traffic", "enable_inter_container_traffic_encryption",
    ),
    "EnableNetworkIsolation": ("NetworkConfig",),  # which takes it without a name
    "VolumeKmsKeyId": ("volume_kms_key",),
    "KmsKeyId": ("output_kms_key", "kms_key"),
    "VpcConfig": ("subnets", "vpc_config"),
    "RepositoryAccessMode": ("image_config",),
    "InitialInstanceCount": ("initial_instance_count",),
}  # fmt: skip


def _look(setting: Setting, request: Request, means: str) -> Iterator[Match]:
    matters = setting.when(request)
    if matters is False or not _is_given(setting, request):
        return
    if (
        request.maker is not None
        and setting.path in request.maker.secure
        and not any(request.get(setting.path))
    ):
        return
    for value in request.get(setting.path):
        found = _judged(setting, request, value, means)
        if found is None:
            continue
        if matters is None and not found.unknown:
            found = Match(found.start, found.end, f"{found.message}, where it matters",
                          unknown=True, strict=found.strict)  # fmt: skip
        yield found
        return  # one finding a request and setting


def _is_given(setting: Setting, request: Request) -> bool:
    return not setting.when_given or request.one(setting.when_given) is not None


def _judged(setting: Setting, request: Request, value: Value | None, means: str) -> Match | None:
    name = _spelled(setting, request)
    place = request.start, request.end
    if value is None or value.is_constant(""):
        return _missing(setting, request, value, means)
    if not value.known:
        return Match(*place, f"{name} {value.why}", unknown=True, extent=request.extent)
    if value.kind != "constant":
        return None
    if setting.words and type(value.constant) is int:  # the CLI's short form has no quotes
        value = replace(value, constant=str(value.constant))
    insecure = any(value.is_constant(bad) for bad in setting.insecure)
    nonsense = bool(setting.words) and value.constant not in setting.words
    if not insecure and not nonsense:
        return None
    what = repr(value.constant)
    message = f"{name} is {what}: {means}"
    if nonsense:
        message = f"{name} is {what}, which AWS does not know; use {' or '.join(setting.words)}"
    return Match(*place, message, likely=request.likely, extent=request.extent,
                 fix=None if nonsense else _replacement(setting, request, value),
                 related=tuple(_came_from(request, value, name)))  # fmt: skip


def _missing(setting: Setting, request: Request, value: Value | None, means: str) -> Match | None:
    """What comes of a parameter that is not given, or empty."""
    name = _spelled(setting, request)
    place = request.start, request.end
    replaces = request.operation.startswith("Create") or setting.when_given
    if setting.missing == "never" or not replaces:
        return None
    try:
        default = request.default(setting.path)
    except KeyError:
        message = f"{name} may come from the SDK's defaults file, which can't be read"
        return Match(*place, message, unknown=True, extent=request.extent)
    if any(default is bad for bad in setting.insecure):
        message = f"{name} is {default!r} in the SDK's defaults file: {means}"
        return Match(*place, message, strict=True, extent=request.extent)
    if default is not None:
        return None
    strict = setting.missing == "strict"
    what = "is empty" if value is not None else "is not set"
    return Match(*place, f"{name} {what}: {means}", strict=strict, likely=request.likely,
                 fix=_insertion(setting, request), extent=request.extent)  # fmt: skip


def _spelled(setting: Setting, request: Request) -> str:
    """The parameter as one writes it there."""
    if request.via == "shell":
        head, dot, rest = setting.path.partition(".")
        return f"--{kebab(head)}{dot}{rest.replace('.[]', '')}"
    if request.maker is not None:
        every = [request.maker.arguments, *request.maker.nested.values()]
        for arguments in every:
            for name, path in arguments.items():
                if path == setting.path:
                    return name
    if request.via == "resource":
        return ".".join(snake(part) for part in setting.path.split(".") if part != "[]")
    return setting.path.replace(".[]", "[]")


def _came_from(request: Request, value: Value, name: str) -> Iterator[Related]:
    origin = value.origin
    if origin is None:
        return
    inside = origin.cell == request.cell and request.start <= origin.start < request.extent
    message = f"{name} is set here" if inside else f"the value of {name} comes from here"
    yield Related(origin.cell, origin.start, origin.end, message)


def _replacement(setting: Setting, request: Request, value: Value) -> Fix | None:
    if setting.secure is None or setting.fixable(request) is not True:
        return None
    if request.via == "shell":
        is_word = isinstance(setting.secure, str) and "." not in setting.path
        if not is_word or value.start == value.end:
            return None
        edit = Edit(value.start, value.end, str(setting.secure))
        return Fix(f"write {setting.secure}", (edit,), safe=setting.safe)
    origin = value.origin
    if origin is None:
        return None
    inside = origin.cell == request.cell and request.start <= origin.start < request.extent
    if not inside or request.call is None:
        return None
    written = request.call.cell.text[origin.start : origin.end]
    if written.strip("'\"") != str(value.constant):  # what makes the value, not the value
        return None
    new = f'"{setting.secure}"' if isinstance(setting.secure, str) else repr(setting.secure)
    edit = Edit(origin.start, origin.end, new)
    return Fix(f"write {new}", (edit,), safe=setting.safe)


def _insertion(setting: Setting, request: Request) -> Fix | None:
    """Add the argument at the call's end, where one keyword argument is all it takes."""
    call = request.call
    if call is None or setting.secure is None or call.open or setting.fixable(request) is not True:
        return None
    name = _spelled(setting, request)
    is_argument = request.maker is None or name in request.maker.arguments
    if "." in name or not is_argument or not (call.arguments or call.keywords):
        return None
    last = call.cell.text[: call.end - 1].rstrip()
    comma = "" if last.endswith(",") else ","
    new = f'"{setting.secure}"' if isinstance(setting.secure, str) else repr(setting.secure)
    if "#" in last.rpartition("\n")[2]:  # a comment would swallow it
        return None
    edit = Edit(len(last), len(last), f"{comma} {name}={new}")
    return Fix(f"add {name}={new}", (edit,), safe=setting.safe)


def several_instances(path: str) -> When:
    """Traffic between containers exists from two instances on. Of several jobs one is enough."""

    def matters(request: Request) -> bool | None:
        counts = [count.constant if count is not None else None for count in request.get(path)]
        if any(type(count) is int and count >= 2 for count in counts):
            return True
        return False if all(type(count) is int for count in counts) else None

    return matters


_LOCAL_STORAGE = ("p4d", "p4de", "p5", "p5e", "p5en", "p6", "trn1", "trn1n", "trn2", "g4dn", "g5",
                  "g6", "g6e")  # fmt: skip
_LOCAL_STORAGE_ENDS = ("d", "dn", "gd", "idn")


def encrypted_volume(path: str) -> When:
    """Instance types with local storage take no `VolumeKmsKeyId`: their disks are encrypted by a
    module of their own, and AWS refuses the parameter."""

    def matters(request: Request) -> bool | None:
        return _takes_key(request.one(path))

    return matters


def _takes_key(kind: Value | None) -> bool | None:
    if kind is None or kind.text is None:
        return True if kind is None else None
    family = kind.text.split(".")[1] if kind.text.count(".") >= 2 else ""
    return family not in _LOCAL_STORAGE and not family.endswith(_LOCAL_STORAGE_ENDS)


def attaches_storage(request: Request) -> bool | None:
    """Whether an endpoint has a variant whose instances have volumes that take a key."""
    if any(request.get("ProductionVariants.[].ServerlessConfig")):
        return False
    answers = [_takes_key(kind) for kind in request.get("ProductionVariants.[].InstanceType")]
    return True if True in answers else None if None in answers else False


def has_subnet(request: Request) -> bool | None:
    """Whether a notebook instance gets a subnet, without which AWS refuses some settings."""
    subnet = request.one("SubnetId")
    return subnet is not None and not subnet.is_constant("")
