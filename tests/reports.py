"""Reports made from facts, without asking anybody."""

from __future__ import annotations

from conftest import INSTANCE, fact

from jupyter_sm_guard.judge import judge
from jupyter_sm_guard.model import Evidence, FactValue, Reason, Report
from jupyter_sm_guard.place import Place
from jupyter_sm_guard.policy import Policy

GOOD = {
    "DirectInternetAccess": "Disabled",
    "SubnetId": "subnet-1",
    "RootAccess": "Disabled",
    "PlatformIdentifier": "notebook-al2023-v1",
    "KmsKeyId": "key-1",
    "MinimumInstanceMetadataServiceVersion": "2",
    "NotebookInstanceStatus": "InService",
    "jupyter_server": "2.21.1",
    "jupyterlab": "4.6.6",
}


def report(**facts: FactValue | Reason) -> Report:
    """A notebook instance of which every control passes that applies, but for the facts given."""
    given = {name: fact(value) for name, value in {**GOOD, **facts}.items()}
    return judge(Evidence(INSTANCE, facts=given), Policy(contact="us@example.com"), Place())
