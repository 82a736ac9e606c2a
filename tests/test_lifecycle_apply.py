"""A lifecycle configuration applied, shown and removed against the simulated SageMaker: what was
changed is said, whatever AWS answers, and nothing is changed that was not shown."""

from __future__ import annotations

import base64
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from faults.server import Connection, Server, fails, shows
from jupyter import waiting

from jupyter_sm_guard.aws.admin import Admin, Refused
from jupyter_sm_guard.demo import REGION
from jupyter_sm_guard.demo.aws import EmbeddedAws
from jupyter_sm_guard.demo.behaviour import Behaviour
from jupyter_sm_guard.demo.messages import invalid
from jupyter_sm_guard.lifecycle.apply import instances_of, perform, upload
from jupyter_sm_guard.lifecycle.plan import to_apply
from jupyter_sm_guard.lifecycle.render import Wanted, render

HERE = Path(__file__).resolve().parent.parent
COMMAND = str(Path(sys.executable).parent / "jupyter-sm-guard")
WANTED = Wanted("jupyter_sm_guard-0.1.0-py3-none-any.whl", "a" * 64, "s3://bucket/guard")
ROLE = "arn:aws:iam::111122223333:role/service-role/AmazonSageMaker-ExecutionRole"
CHANGES = ("Create", "Update", "Delete", "Put")


def hang_up(connection: Connection) -> None:
    """Answer nothing and close."""


@dataclass
class Account:
    """A simulated account with notebook instances, and the command as an admin runs it there."""

    aws: EmbeddedAws
    folder: Path

    def run(
        self, *arguments: str, at_its_address: bool = True, **environment: str
    ) -> tuple[int, str]:
        own = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
        base = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LC_ALL": "C.UTF-8"}
        place = {} if at_its_address else {"AWS_ENDPOINT_URL": self.aws.url}
        done = subprocess.run(
            [COMMAND, *arguments, *(("--endpoint-url", self.aws.url) if at_its_address else ())],
            env={**base, **own, "AWS_DEFAULT_REGION": REGION, **place, **environment},
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        return done.returncode, done.stdout

    def lifecycle(self, *arguments: str) -> tuple[int, str]:
        return self.run("lifecycle", *arguments)

    def apply(self, *arguments: str, **changes: Any) -> tuple[int, str]:
        script = self.folder / "on-start.sh"
        script.write_text(render(Wanted(**{**WANTED.__dict__, **changes})).text)
        return self.lifecycle("apply", "--name", "guard", "--script", str(script), *arguments)

    def instance(self, name: str, stopped: bool = True, **settings: Any) -> None:
        client = self.aws.client("sagemaker")
        given = {"InstanceType": "ml.t3.medium", "RoleArn": ROLE, **settings}
        client.create_notebook_instance(NotebookInstanceName=name, **given)
        if stopped:
            client.stop_notebook_instance(NotebookInstanceName=name)

    def config(self, name: str, text: str) -> None:
        content = base64.b64encode(text.encode()).decode()
        self.aws.client("sagemaker").create_notebook_instance_lifecycle_config(
            NotebookInstanceLifecycleConfigName=name, OnStart=[{"Content": content}]
        )

    def attached(self, name: str) -> str | None:
        found = self.aws.client("sagemaker").describe_notebook_instance(NotebookInstanceName=name)
        return found.get("NotebookInstanceLifecycleConfigName")

    def script(self, name: str = "guard") -> str | None:
        client = self.aws.client("sagemaker")
        try:
            found = client.describe_notebook_instance_lifecycle_config(
                NotebookInstanceLifecycleConfigName=name
            )
        except client.exceptions.ClientError:
            return None
        return base64.b64decode(found["OnStart"][0]["Content"]).decode()

    @property
    def changes(self) -> int:
        return sum(n for what, n in self.aws.requests.items() if what.startswith(CHANGES))


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    with EmbeddedAws() as aws:
        yield Account(aws, tmp_path)


def test_nothing_is_changed_without_yes_and_all_that_was_shown_with_it(account: Account) -> None:
    account.instance("Ann", RootAccess="Disabled")
    account.instance("Bob", stopped=False)
    before = account.changes
    code, shown = account.apply("--instance", "Ann", "--instance", "Bob")
    assert code == 1, "Bob can't be changed now"
    assert account.changes == before
    assert "+ guard: create it with the script (" in shown
    assert "+ Ann: attach guard; it runs when the instance starts" in shown
    assert "✘ Bob: is InService, and AWS changes a lifecycle configuration only while" in shown
    assert "aws sagemaker stop-notebook-instance --notebook-instance-name Bob" in shown
    assert "nothing was changed; to do it, give --yes" in shown

    code, told = account.apply("--instance", "Ann", "--instance", "Bob", "--yes")
    assert code == 1
    assert "2 of 2 done" in told
    assert (account.attached("Ann"), account.attached("Bob")) == ("guard", None)
    assert account.script() == (account.folder / "on-start.sh").read_text()

    account.aws.client("sagemaker").stop_notebook_instance(NotebookInstanceName="Bob")
    code, told = account.apply("--instance", "Ann", "--instance", "Bob", "--yes")
    assert (code, account.attached("Bob")) == (0, "guard")
    assert "= guard has this script already" in told
    assert "= Ann has guard already" in told

    code, status = account.lifecycle("status", "--name", "guard")
    assert code == 0
    assert "guard's, start script SHA-256" in status
    assert "Ann: has it (Stopped)" in status

    code, told = account.apply("--yes", seconds=60)
    assert code == 0
    assert "every instance that has it runs that from its next start on" in told
    assert "ALLOWED=60\n" in (account.script() or "")

    code, told = account.lifecycle("remove", "--name", "guard", "--instance", "Ann", "--yes")
    assert (code, account.attached("Ann"), account.attached("Bob")) == (0, None, "guard")
    assert "= guard stays, for Bob" in told
    code, told = account.lifecycle("remove", "--name", "guard", "--yes")
    assert (code, account.attached("Bob"), account.script()) == (0, None, None)
    code, told = account.lifecycle("remove", "--name", "guard", "--yes")
    assert (code, "there is no lifecycle configuration guard" in told) == (0, True)


def test_what_is_somebody_else_s_is_left_alone(account: Account) -> None:
    account.config("guard", "#!/bin/bash\necho theirs\n")
    account.config("other", "#!/bin/bash\necho other\n")
    account.instance("Ann", LifecycleConfigName="other")
    before = account.changes
    code, told = account.apply("--yes")
    assert (code, account.changes) == (1, before)
    assert "of that name exists and is not the guard's alone" in told
    assert "give another --name" in told
    code, told = account.lifecycle("remove", "--name", "guard", "--yes")
    assert (code, account.changes) == (1, before)
    code, told = account.lifecycle("status", "--name", "guard")
    assert "not the guard's" in told

    script = str(account.folder / "on-start.sh")
    mine = ("apply", "--name", "mine", "--script", script, "--instance", "Ann", "--yes")
    code, told = account.lifecycle(*mine)
    assert (code, account.attached("Ann")) == (1, "other")
    assert "has the lifecycle configuration other, and an instance can have one only" in told
    code, told = account.lifecycle(*mine, "--replace")
    assert (code, account.attached("Ann")) == (0, "mine")
    assert account.script("other") == "#!/bin/bash\necho other\n"


@pytest.mark.parametrize("theirs_first", [True, False])
def test_what_somebody_has_added_theirs_to_is_left_alone(
    account: Account, theirs_first: bool
) -> None:
    """As the guide has it done where an instance has another configuration already."""
    ours = render(WANTED).text
    both = f"#!/bin/bash\necho theirs\n{ours}" if theirs_first else f"{ours}echo theirs\n"
    account.config("both", both)
    account.instance("Ann", LifecycleConfigName="both")
    before = account.changes
    (account.folder / "both.sh").write_text(both)
    (account.folder / "ours.sh").write_text(ours)
    code, told = account.lifecycle("apply", "--name", "both", "--script", "ours.sh", "--yes")
    assert (code, "exists and is not the guard's alone" in told) == (1, True)
    code, told = account.lifecycle("remove", "--name", "both", "--yes")
    assert (code, "is not the guard's alone, so it is left as it is" in told) == (1, True)
    code, told = account.lifecycle("apply", "--name", "new", "--script", "both.sh", "--yes")
    assert (code, "is not what `lifecycle render` made, and nothing else" in told) == (2, True)
    assert "not the guard's alone, start" in account.lifecycle("status", "--name", "both")[1]
    assert (account.script("both"), account.changes) == (both, before)


DENIED = "ask for sagemaker:"
AGAIN = "run the same command again in a minute: it goes on where it stopped"


@pytest.mark.parametrize(
    ("operation", "behaviour", "says", "remedy", "changed"),
    [
        ("CreateNotebookInstanceLifecycleConfig", "deny", "AWS does not allow", DENIED, 0),
        ("CreateNotebookInstanceLifecycleConfig", "throttle", "AWS throttled", AGAIN, 0),
        ("CreateNotebookInstanceLifecycleConfig", "error", "AWS failed", AGAIN, 0),
        ("UpdateNotebookInstance", "deny", "AWS does not allow", DENIED, 1),
        ("UpdateNotebookInstance", "throttle", "AWS throttled", AGAIN, 1),
        ("UpdateNotebookInstance", "expired", "have expired", "log in again", 1),
    ],
)
def test_what_fails_half_way_says_what_is_changed_and_what_is_not(
    account: Account, operation: str, behaviour: str, says: str, remedy: str, changed: int
) -> None:
    account.instance("Ann")
    account.instance("Bob")
    account.aws.behave(operation, Behaviour(behaviour))
    code, told = account.apply("--instance", "Ann", "--instance", "Bob", "--yes")
    assert code == 1
    assert says in told
    assert remedy in told
    assert f"{changed} of 3 done; what is done stays" in told
    assert (account.script() is not None) == bool(changed)
    assert told.count("not tried, since it needs the above") == (0 if changed else 2)
    assert (account.attached("Ann"), account.attached("Bob")) == (None, None)

    account.aws.behave_well()
    code, told = account.apply("--instance", "Ann", "--instance", "Bob", "--yes")
    assert (code, account.attached("Ann"), account.attached("Bob")) == (0, "guard", "guard")
    assert f"{3 - changed} of {3 - changed} done" in told


def test_the_third_of_five_that_fails_leaves_the_others_be(account: Account) -> None:
    names = ["nb-1", "nb-2", "nb-3", "nb-4", "nb-5"]
    for name in names:
        account.instance(name)
    given = [word for name in names for word in ("--instance", name)]
    update = account.aws._instances._special["UpdateNotebookInstance"]

    def fails_once(call: Any, parameters: Any) -> Any:
        if parameters["NotebookInstanceName"] != "nb-3":
            return update(call, parameters)
        return invalid("Status (Updating) not in ([Stopped, Failed]). Unable to transition")

    account.aws._instances._special["UpdateNotebookInstance"] = fails_once
    code, told = account.apply(*given, "--yes")
    assert code == 1
    assert "nb-3: attach guard; it runs when the instance starts: not done: the instance" in told
    assert "it will be, by itself; run the same command again in a minute" in told
    assert told.endswith(
        "5 of 6 done; what is done stays, and the same command goes on from there\n"
    )
    assert [account.attached(name) for name in names] == ["guard", "guard", None, "guard", "guard"]
    account.aws._instances._special["UpdateNotebookInstance"] = update
    code, told = account.apply(*given, "--yes")
    assert (code, told.endswith("1 of 1 done\n")) == (0, True)
    assert {account.attached(name) for name in names} == {"guard"}


def test_an_interruption_says_what_was_done_and_what_may_be(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    account.instance("Ann")
    account.instance("Bob")
    account.aws.behave("UpdateNotebookInstance", Behaviour.HANG)
    script = account.folder / "on-start.sh"
    script.write_text(render(WANTED).text)
    line = ["lifecycle", "apply", "--name", "guard", "--script", str(script), "--yes"]
    line += ["--instance", "Ann", "--instance", "Bob", "--endpoint-url", account.aws.url]
    with subprocess.Popen(
        [COMMAND, *line, "--region", REGION], stdout=subprocess.PIPE, text=True
    ) as process:
        for _ in waiting(60):
            if account.aws.requests["UpdateNotebookInstance"]:
                break
        process.send_signal(signal.SIGINT)
        told, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "✔ guard: create it with the script (" in told
    maybe = "? Ann: attach guard; it runs when the instance starts: interrupted while AWS was asked"
    assert f"{maybe}, so it may be done or not" in told
    assert told.endswith(
        "1 of 3 done; what is done stays, and the same command goes on from there\n"
    )


@pytest.mark.parametrize(
    ("status", "first"),
    [
        ("InService", "have its users save their work, then: aws sagemaker stop-notebook-instance"),
        ("Pending", "it starts; when it is InService: aws sagemaker stop-notebook-instance"),
        ("Stopping", "wait for it: aws sagemaker wait notebook-instance-stopped --note"),
        ("Updating", "wait for it: aws sagemaker wait notebook-instance-stopped --note"),
        ("Deleting", "leave it out: it goes away"),
    ],
)
def test_an_instance_that_can_t_be_changed_now_comes_with_what_to_do_first(
    account: Account, status: str, first: str
) -> None:
    account.instance("Ann", stopped=False)
    account.aws.update("Ann", NotebookInstanceStatus=status)
    code, told = account.apply("--instance", "Ann", "--yes")
    assert (code, account.attached("Ann")) == (1, None)
    assert f"Ann: is {status}, and AWS changes" in told
    assert first in told


def test_what_is_still_attached_is_not_deleted(account: Account) -> None:
    account.instance("Ann")
    account.apply("--instance", "Ann", "--yes")
    account.aws.behave("UpdateNotebookInstance", Behaviour.DENY)
    code, told = account.lifecycle("remove", "--name", "guard", "--yes")
    assert code == 1
    assert "guard: delete it: not tried, since it needs the above" in told
    assert account.script() is not None
    account.aws.behave_well()
    account.aws.client("sagemaker").start_notebook_instance(NotebookInstanceName="Ann")
    code, told = account.lifecycle("remove", "--name", "guard", "--yes")
    assert (code, "stays while an instance has it" in told) == (1, True)


@pytest.mark.parametrize(
    ("operation", "behaviour", "says"),
    [
        ("DescribeNotebookInstance", "deny", "notebook instance Ann: AWS does not allow"),
        ("DescribeNotebookInstance", "expired", "the AWS credentials have expired; log in again"),
        ("DescribeNotebookInstanceLifecycleConfig", "throttle", "AWS throttled"),
    ],
)
def test_what_can_t_be_seen_is_one_line_and_changes_nothing(
    account: Account, operation: str, behaviour: str, says: str
) -> None:
    account.instance("Ann")
    account.aws.behave(operation, Behaviour(behaviour))
    before = account.changes
    code, told = account.apply("--instance", "Ann", "--yes")
    assert (code, account.changes, told.count("\n")) == (2, before, 1)
    assert says in told
    assert told.startswith("jupyter-sm-guard: nothing was changed: ")


def test_wrong_use_is_one_line_with_a_remedy(account: Account) -> None:
    code, told = account.apply("--instance", "nobody", "--yes")
    assert (code, told.count("\n")) == (2, 1)
    assert "nobody: AWS knows no such thing" in told
    bad = account.folder / "bad.sh"
    bad.write_text("#!/bin/bash\nset -e\nexit 0\n")
    code, told = account.lifecycle("apply", "--name", "x", "--script", str(bad))
    assert (code, "bad.sh: line 2: with `set -e`" in told) == (2, True)
    bad.write_text("#!/bin/bash\nexport PATH=/bin\nexit 0\n")
    code, told = account.lifecycle("apply", "--name", "x", "--script", str(bad))
    assert (code, "is not what `lifecycle render` made" in told) == (2, True)
    code, told = account.lifecycle("status", "--name", "a--")
    assert (code, "give 1 to 63 letters" in told) == (2, True)
    code, told = account.run("lifecycle", "status", "--name", "a", AWS_ACCESS_KEY_ID="")
    assert (code, "there are no AWS credentials here; log in" in told) == (2, True)
    code, told = account.run("lifecycle", "status", "--name", "a", AWS_DEFAULT_REGION="")
    assert (code, "no Region is set; give --region" in told) == (2, True)
    code, told = account.run("lifecycle", "status", "--name", "a", AWS_PROFILE="nosuch")
    assert (code, "profile (nosuch) could not be found" in told) == (2, True)


@pytest.mark.parametrize(
    ("answer", "says", "remedy"),
    [
        (fails("ResourceLimitExceeded", "100 of 100"), "a limit of the account", "Service Quotas"),
        (fails("ResourceInUse", "busy"), "it is in use (busy)", "who else changes it"),
        (fails("InvalidClientTokenId"), "credentials have expired", "log in again"),
        (fails("ValidationException", "what?"), "AWS does not accept it (what?)", "mend it"),
        (fails("SomethingNew", "odd"), "AWS answered SomethingNew (odd)", "see AWS's message"),
        (shows(b"<html>captive</html>", 403), "AWS answered ", "see AWS's message"),
        (hang_up, "AWS could not be reached", "look at the Region, the proxy and the network"),
    ],
)
def test_every_refusal_says_what_happened_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch, answer: Any, says: str, remedy: str
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with Server(answer) as server:
        admin = Admin(REGION, endpoint_url=server.url)
        with pytest.raises(Refused) as refused:
            admin.call("sagemaker", "ListNotebookInstances")
    assert says in refused.value.what
    assert remedy in refused.value.remedy


def test_what_s3_refuses_says_what_is_there_by_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """S3 answers in a form of its own."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    page = b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
    with Server(shows(page, 403)) as server, pytest.raises(Refused) as refused:
        upload(Admin(REGION, endpoint_url=server.url), "s3://team-bucket/guard", {"a.whl": b"x"})
    where = "s3://team-bucket/guard/a.whl: AWS does not allow s3:PutObject to you (Access Denied)"
    assert refused.value.what == f"{where}; uploaded before it: nothing"
    assert refused.value.remedy.startswith("ask for s3:PutObject; `jupyter sm-guard lifecycle show")


def test_what_somebody_else_did_in_between_is_told(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    admin = Admin(REGION, endpoint_url=account.aws.url)
    script = render(WANTED).text
    account.instance("Ann")
    plan = to_apply("guard", script, None, instances_of(admin, ["Ann"]), replace=False)
    account.config("guard", "#!/bin/bash\n")
    account.aws.client("sagemaker").start_notebook_instance(NotebookInstanceName="Ann")
    done = list(perform(admin, plan))
    assert [is_done for is_done, _ in done] == [False, False]
    assert "the name is taken" in done[0][1]
    late = list(perform(admin, replace(plan, steps=plan.steps[1:])))
    assert "the instance is not Stopped" in late[0][1]


def test_a_bundle_goes_to_s3_and_its_manifest_last(account: Account) -> None:
    s3 = account.aws.client("s3")
    code, told = account.run("bundle", "--output", "s3://other-bucket/guard")
    assert (code, "there is no such bucket; uploaded before it: nothing" in told) == (2, True)
    where = {"LocationConstraint": REGION}
    s3.create_bucket(Bucket="other-bucket", CreateBucketConfiguration=where)
    code, told = account.run("bundle", "--output", "s3://other-bucket/guard/")
    listed = s3.list_objects_v2(Bucket="other-bucket")["Contents"]
    assert code == 0
    keys = sorted(one["Key"] for one in listed)
    assert keys == sorted(f"guard/{line.split()[1]}" for line in told.splitlines())
    assert told.splitlines()[-1].endswith("  manifest.json")


def test_the_admin_guide_leads_where_it_says(account: Account) -> None:
    """Its own commands, in their order; what it does with `aws` is done by a client here."""
    guide = (HERE / "docs" / "admin-guide.md").read_text()
    (account.folder / "policy.toml").write_text(re.findall(r"```toml\n(.*?)```", guide, re.S)[0])
    names = [f"nb-{number}" for number in range(1, 6)]
    for name in names:
        account.instance(name)
    where = {"LocationConstraint": REGION}
    s3 = account.aws.client("s3")
    s3.create_bucket(Bucket="team-bucket", CreateBucketConfiguration=where)
    blocks = "".join(re.findall(r"```sh\n(.*?)```", guide, re.S)).replace("\\\n", " ")
    commands = [line for line in blocks.splitlines() if line.startswith("jupyter sm-guard ")]
    assert len(commands) == 11
    digest = "no bundle yet"
    for line in commands:
        words = [digest if word == "HEX" else word for word in shlex.split(line)[2:]]
        for more in ([], ["--yes"]) if words[1] == "apply" else ([],):
            code, told = account.run(*words, *more, at_its_address=False)
            assert code == 0, (line, told)
        if words[0] == "bundle":
            digest = next(each for each in told.splitlines() if each.endswith(".whl")).split()[0]
    assert {account.attached(name) for name in names} == {"team-guard"}
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket="team-bucket")["Contents"]]
    script = account.script("team-guard") or ""
    place, wheel = (re.findall(rf"^{name}=(.*)$", script, re.M)[0] for name in ("SOURCE", "WHEEL"))
    assert f"{place}/{wheel}" in [f"s3://team-bucket/{key}" for key in keys]
