"""The Jupyter server should have no known security advisory

## What it checks
The versions of jupyter_server and JupyterLab in the environment that the guard is asked from (the
panel's is the Jupyter server's own; a kernel may have another), against the security
advisories that this version of the guard knows. A version with one fails. Where none is known the
control does not apply: the machine's own word proves no more than that.

## Why it matters
The Jupyter server is what stands between the network and a shell with the instance's role. Its
advisories are public, and so are ways to use them.

## How to fix
SageMaker brings its own Jupyter, and lays it anew at every start: stop and start the instance, or
move it to the newest platform. Where that is not new enough, a lifecycle configuration can upgrade
the packages in JupyterSystemEnv.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..model import Evidence, Example, Known, Reason, Severity, Status, Step, Unknown, Verdict
from . import own_control, unknown

ADVISORIES_AS_OF = "2026-11-09"
"""When the list was last compared with the GitHub advisories of jupyter-server and jupyterlab."""

PACKAGES = ("jupyter_server", "jupyterlab")


@dataclass(frozen=True)
class Advisory:
    """`affected` is in the form of PEP 440's version specifiers, alternatives between `|`."""

    package: str
    id: str
    affected: str
    what: str


ADVISORIES = (
    Advisory(
        "jupyter_server",
        "CVE-2026-35397",
        "<2.18.0",
        "files beside the served folder could be reached",
    ),
    Advisory(
        "jupyter_server",
        "CVE-2026-40934",
        "<2.18.0",
        "cookies stayed valid after a change of the password",
    ),
    Advisory(
        "jupyterlab",
        "GHSA-h5v5-8746-g7mm",
        ">=4.1,<4.5.10|>=4.6.0,<4.6.2",
        "locked extensions could be unlocked",
    ),
    Advisory(
        "jupyterlab",
        "GHSA-vmhf-c436-hxj4",
        ">=4.0,<4.5.9",
        "an extension's homepage could run a script",
    ),
)


def judge(evidence: Evidence) -> Verdict:
    """Any version with an advisory fails; a version that is not known leaves it open."""
    found, missing, versions = [], None, []
    for package in PACKAGES:
        fact = evidence.fact(package)
        if isinstance(fact, Unknown):
            missing = missing or fact
        elif fact.value is not None:
            versions.append(f"{package} {fact.value}")
            known = _known(package, str(fact.value))
            if known is None:
                missing = missing or _no_version(package, fact)
            found += known or []
    if found:
        return Verdict(Status.FAILED, "; ".join(found))
    if missing is not None:
        return unknown(missing)
    if not versions:
        because = "there is no Jupyter in the environment that this was asked from"
        return Verdict(Status.UNKNOWN, because, Reason.FIELD_MISSING)
    seen = " and ".join(versions)
    because = f"no advisory is known about {seen} (list of {ADVISORIES_AS_OF})"
    return Verdict(Status.NOT_APPLICABLE, because)


def _known(package: str, version: str) -> list[str] | None:
    """The advisories on that version, in words; None when it is no version (PEP 440)."""
    from packaging.specifiers import SpecifierSet
    from packaging.version import InvalidVersion, Version

    try:
        parsed = Version(version)
    except InvalidVersion:
        return None
    return [
        f"{package} {version} has {advisory.id}: {advisory.what}"
        for advisory in ADVISORIES
        if advisory.package == package
        and any(SpecifierSet(part).contains(parsed, True) for part in advisory.affected.split("|"))
    ]


def _no_version(package: str, fact: Known) -> Unknown:
    return Unknown(Reason.UNKNOWN_VALUE, f"{package} names no version", fact.source)


CONTROL = own_control(
    __doc__,
    name="jupyter-advisories",
    severity=Severity.LOW,
    category="Detect > Vulnerability, patch, and version management",
    resource_type="AWS::SageMaker::NotebookInstance",
    config_rule="",
    docs="https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-software-updates.html",
    steps=(
        Step(
            "Save your work, then stop the instance, from another machine, and start it again: "
            "SageMaker then lays the newest Jupyter of its platform.",
            "aws sagemaker stop-notebook-instance --notebook-instance-name {name} "
            "--region {region}",
        ),
        Step(
            "If it stays, ask your admin for a newer platform, or for an upgrade of Jupyter in "
            "the lifecycle configuration."
        ),
    ),
    facts=PACKAGES,
    judge=judge,
    examples=(
        Example({"jupyter_server": "2.21.1", "jupyterlab": "4.6.6"}, Status.NOT_APPLICABLE),
        Example({"jupyter_server": "2.17.0", "jupyterlab": "4.6.6"}, Status.FAILED),
        Example({"jupyter_server": "2.21.1", "jupyterlab": "4.5.9"}, Status.FAILED),
        Example({"jupyter_server": "2.21.1", "jupyterlab": None}, Status.NOT_APPLICABLE),
        Example({"jupyter_server": None, "jupyterlab": None}, Status.UNKNOWN, Reason.FIELD_MISSING),
        Example(
            {"jupyter_server": "2.21.1", "jupyterlab": "?"}, Status.UNKNOWN, Reason.UNKNOWN_VALUE
        ),
        Example(
            {"jupyter_server": Reason.TIMEOUT, "jupyterlab": "4.6.6"},
            Status.UNKNOWN,
            Reason.TIMEOUT,
        ),
        Example({"jupyter_server": Reason.TIMEOUT, "jupyterlab": "4.5.9"}, Status.FAILED),
    ),
)
