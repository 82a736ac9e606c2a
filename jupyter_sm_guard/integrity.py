"""What on this machine lessens the worth of a report: overrides that the user can set.

Read by the parent process, like the metadata file: it is about the environment and the files of
this very process, which the collector's child does not have. Nothing is changed or asked.

`flags` go into every report, and pages then show even a pass with a notice; so they name only what
an ordinary setup does not have. `remarks` are for the doctor alone: a proxy and a CA bundle are how
many networks are, an environment that its user may write to is how notebook instances are, and the
guard's answers depend on neither of the first two.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterable
from pathlib import Path

from . import metadata
from .host import Host, Unreadable
from .model import IntegrityFlag
from .place import Place
from .policy.files import distrust
from .redaction import redacted

SERVICES = frozenset({"sagemaker", "sts", "securityhub", "config_service", "iam", "ec2"})
"""AWS services whose answers a report may rest on, as the settings of endpoints name them (AWS SDKs
and Tools reference guide, "Service-specific endpoints")."""

_MODELS = SERVICES | {"config", "endpoints.json", "partitions.json", "_retry.json"}
"""What in a folder of botocore's data changes how those are asked."""

_LINE = re.compile(r"(\s*)([\w.-]{1,80})\s*=\s*(.{0,1000})")

Found = Iterable[tuple[str, str]]  # the names of flags and their details


def flags(place: Place) -> tuple[IntegrityFlag, ...]:
    """What a reader of the report has to know; none where a folder stands in for this machine.

    Never raises: what can't be looked at is a flag as well, `integrity_unknown`."""
    return _all(place, (_endpoints, _models, _metadata_service, _jupyter, _metadata_file))


def flags_for_all(place: Place) -> tuple[IntegrityFlag, ...]:
    """The same for a report that is nobody's in particular: what any user but root can change."""
    return _all(place, (_metadata_file_of_others,))


def remarks(place: Place) -> tuple[IntegrityFlag, ...]:
    """What is usual on many machines and yet worth a line when something is looked into."""
    return _all(place, (_authorities, _proxies, _package))


def _all(place: Place, looks: tuple[Callable[[], Found], ...]) -> tuple[IntegrityFlag, ...]:
    if place.root is not None:
        return ()
    found: list[tuple[str, str]] = []
    for look in looks:
        try:
            found += look()
        except Exception as error:  # noqa: BLE001  # it must neither end a check nor pass unseen
            what = look.__name__.strip("_").replace("_", " ")
            detail = f"overrides could not be looked for ({what}: {type(error).__name__})"
            found.append(("integrity_unknown", detail))
    return tuple(IntegrityFlag(name, redacted(detail)) for name, detail in found)


def _is_set(*names: str) -> list[str]:
    """Those of the environment variables that hold something; what, is nobody's business."""
    return [name for name in names if os.environ.get(name)]


def _endpoints() -> Found:
    names = ["AWS_ENDPOINT_URL", *(f"AWS_ENDPOINT_URL_{s.upper()}" for s in sorted(SERVICES))]
    where = _is_set(*names)
    where += _in_config("endpoint_url")
    if where:
        says = "other AWS tools here ask what is set there; the guard does not use it"
        yield "user_endpoint", f"{_listed(where)}: {says}"


def _models() -> Found:
    where = _is_set("AWS_DATA_PATH")
    folder = Path(os.path.expanduser("~/.aws/models"))
    if any(os.path.lexists(folder / name) for name in _MODELS):
        where.append(f"a model in {folder}")
    if where:
        says = "other AWS tools here ask AWS in the ways told there; the guard does not use them"
        yield "user_data_path", f"{_listed(where)}: {says}"


def _metadata_service() -> Found:
    for name in _is_set("AWS_EC2_METADATA_SERVICE_ENDPOINT"):
        says = "other AWS tools here take credentials from that address; the guard does not use it"
        yield "user_metadata_endpoint", f"{name} is set: {says}"


def _authorities() -> Found:
    variables = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
    where = _is_set(*variables)
    where += _in_config("ca_bundle")
    if where:
        says = "the guard does not use it, only a CA bundle of the policy (aws.ca_bundle)"
        yield "user_ca", f"{_listed(where)}: {says}"


def _proxies() -> Found:
    names = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY")
    where = _is_set(*(form for name in names for form in (name, name.lower())))
    if where:
        says = "the guard's own calls do not use it, only a proxy of the policy (aws.proxy)"
        yield "user_proxy", f"{_listed(where)}: {says}"


def _listed(where: list[str]) -> str:
    return f"{' and '.join(where)} {'are' if len(where) > 1 else 'is'} set"


def _in_config(key: str) -> list[str]:
    path = os.environ.get("AWS_CONFIG_FILE") or os.path.expanduser("~/.aws/config")
    return [f"{key} in {path}"] if _sets(path, key) else []


def _sets(path: str, key: str) -> bool:
    """Whether AWS's configuration file sets `key` for the profile in use, or in a `services`
    section for a service that the guard asks. A file that can't be read sets nothing for anyone."""
    try:
        content = Host().read(os.path.abspath(os.path.expanduser(path))) or b""
    except Unreadable:
        return False
    profile = os.environ.get("AWS_PROFILE") or os.environ.get("AWS_DEFAULT_PROFILE") or "default"
    section, service = "", ""
    for line in content.decode("utf-8", "replace").splitlines():
        if line.startswith("["):
            section, service = " ".join(line.strip().strip("[]").split()), ""
            continue
        match = _LINE.match(line)
        if match is None:
            continue
        indent, name, value = match.groups()
        if not indent:
            service = name if not value.strip() else ""
        is_ours = service in SERVICES if indent else section in (profile, f"profile {profile}")
        if name == key and is_ours and (not indent or section.startswith("services ")):
            return True
    return False


def _jupyter() -> Found:
    """Which extension Jupyter loads, by the files that it reads itself."""
    from .installation import browser_half, server_half
    from .installation.files import Reader

    reader = Reader()
    decider = server_half.look(reader).decider
    if decider is not None and decider.says != "enabled" and _is_users(decider.level, decider.path):
        says = "turns the guard off in the Jupyter server, so JupyterLab shows nothing of a report"
        yield "user_config_disables", f"{decider.path} {says}"
    half = browser_half.look(reader)
    for statement in half.disabled:
        is_all = statement.about in browser_half.WHOLE
        if is_all and _is_users(statement.level, statement.path):
            says = "turns the guard off in JupyterLab, which then shows nothing of a report"
            yield "user_config_disables", f"{statement.path} {says}"
    if half.served is not None and half.hidden is not None:
        says = "is shown in place of this environment's; what JupyterLab shows need not be a report"
        yield "labextension_shadowed", f"{half.served.path} {says} of the guard"


def _is_users(level: str, path: str) -> bool:
    """Whether it is the user's own doing; what an admin laid down is a decision, no override."""
    return level in ("user", "other") and (os.geteuid() == 0 or _is_writable(Path(path)))


def _metadata_file() -> Found:
    path = Path(metadata.PATH)
    if os.geteuid() == 0 or not os.path.lexists(path.parent):
        return
    places = dict.fromkeys((path, *path.parents, path.resolve(), *path.resolve().parents))
    writable = next((place for place in places if _is_writable(place)), None)
    if writable is not None:
        says = "can be written by this user, so which machine this is rests on this user's word"
        yield "metadata_writable", f"{writable} {says}"


def _metadata_file_of_others() -> Found:
    path = Path(metadata.PATH)
    if not os.path.lexists(path):
        return
    for part in dict.fromkeys((path, *path.parents, path.resolve(), *path.resolve().parents)):
        problem = distrust(os.lstat(part)) if not part.is_symlink() else None
        if problem is not None:
            says = "so which machine this is rests on somebody else's word"
            yield "metadata_writable", f"{part} {problem}, {says}"
            return


def _package() -> Found:
    package = Path(__file__).resolve().parent
    writable = [place for place in (package, package.parent) if _is_writable(place)]
    if os.geteuid() != 0 and writable:
        says = "can be written by this user, which is usual where an environment is one's own"
        yield "package_writable", f"{writable[0]}, with the guard's own code, {says}"


def _is_writable(path: Path) -> bool:
    """Whether this user can change a file, or what lies in a folder by which name; owners can,
    whatever the mode says, and in a folder like /tmp only they. For root it means nothing."""
    try:
        about = os.stat(path)
        if os.statvfs(path).f_flag & os.ST_RDONLY:
            return False
        if about.st_uid == os.geteuid():
            return True
        is_shared = stat.S_ISDIR(about.st_mode) and bool(about.st_mode & stat.S_ISVTX)
        return not is_shared and os.access(path, os.W_OK, effective_ids=True)
    except OSError:
        return False
