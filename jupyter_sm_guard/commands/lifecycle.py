"""`jupyter sm-guard lifecycle`: the script that installs the guard when an instance starts, and the
lifecycle configuration that has SageMaker run it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ..arguments import add_account
from ..terminal import FINDINGS, OK, UsageError, write

if TYPE_CHECKING:
    from ..aws.admin import Admin
    from ..lifecycle.plan import Plan

SUMMARY = "install the guard on notebook instances when they start"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, each with its own arguments."""
    todo = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    _add_render(todo.add_parser("render", allow_abbrev=False, help="write the script"))
    _add_iam(todo.add_parser("show-iam", allow_abbrev=False, help="print the rights it needs"))
    validate = todo.add_parser("validate", allow_abbrev=False, help="look for what breaks a start")
    validate.add_argument("file", type=Path, metavar="FILE", help="any lifecycle script")
    for name, help in (
        ("apply", "have SageMaker run a script on instances"),
        ("status", "show what is set, and on which instances"),
        ("remove", "take it off instances again"),
    ):
        one = todo.add_parser(name, allow_abbrev=False, help=help)
        one.add_argument("--name", required=True, help="of the lifecycle configuration")
        one.add_argument(
            "--instance", action="append", default=[], metavar="NAME", help="may be given again"
        )
        if name == "apply":
            one.add_argument("--script", type=Path, required=True, metavar="FILE")
            replace = "take instances that have another configuration over"
            one.add_argument("--replace", action="store_true", help=replace)
        if name != "status":
            one.add_argument("--yes", action="store_true", help="do it; without, only say what")
        add_account(one)


def _add_render(parser: argparse.ArgumentParser) -> None:
    from_help = "where the instances find it (default for a file: the folder that survives)"
    parser.add_argument("--wheel", required=True, metavar="s3://…|FILE")
    parser.add_argument("--sha256", metavar="HEX", help="of a wheel in S3")
    parser.add_argument("--from", dest="source", metavar="s3://…|DIR", help=from_help)
    parser.add_argument("--policy", type=Path, metavar="FILE", help="the admin's policy")
    parser.add_argument(
        "--kernels", nargs="+", default=["none"], metavar="NAME", help="all, none or environments"
    )
    extras = "wheels that lie beside ours, for kernels without ipywidgets"
    parser.add_argument("--extras", nargs="+", type=Path, default=[], metavar="FILE", help=extras)
    parser.add_argument(
        "--target", choices=["notebook-instance", "studio"], default="notebook-instance"
    )
    parser.add_argument("--seconds", type=int, default=120, help="bound of it all (default: 120)")
    parser.add_argument("--locked", action="store_true", help="keep Jupyter's configuration root's")
    defaults = "write the SageMaker SDK's defaults from the policy's [jobs] (see sdk-defaults)"
    parser.add_argument("--sdk-defaults", action="store_true", help=defaults)
    collector = "the hardened install: what `bundle --with-collector` made for it"
    parser.add_argument("--collector", type=Path, metavar="FILE", help=collector)
    package = "what dnf installs where it finds no Python for that, such as python3.12"
    parser.add_argument("--python-package", default="", metavar="NAME", help=package)
    formats = ["sh", "cloudformation", "terraform", "cdk"]
    parser.add_argument("--format", choices=formats, default="sh")
    parser.add_argument("--name", default="sm-guard", help="of the lifecycle configuration")
    parser.add_argument("--output", type=Path, metavar="DIR", help="write there, not to stdout")


def _add_iam(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--for", dest="whom", choices=["admin", "instance"], default="admin")
    parser.add_argument("--name", default="sm-guard", help="of the lifecycle configuration")
    parser.add_argument("--region", default="REGION")
    parser.add_argument("--account", default="ACCOUNT")
    parser.add_argument("--from", dest="source", metavar="s3://…", help="where the bundle is")


def run(options: argparse.Namespace) -> int:
    """Do the action."""
    from ..aws.admin import Refused
    from ..lifecycle.render import RenderError
    from ..lifecycle.templates import NAME

    name = getattr(options, "name", None)
    if name is not None and NAME.fullmatch(name) is None:
        raise UsageError(f"--name {name}: give 1 to 63 letters, digits and single hyphens")
    actions = {"render": _render, "validate": _validate, "show-iam": _show_iam}
    online = {"apply": _apply, "status": _status, "remove": _remove}
    try:
        if options.action in actions:
            return actions[options.action](options)
        from ..aws.admin import Admin

        admin = Admin(options.region, options.profile, options.endpoint_url)
        return online[options.action](options, admin)
    except RenderError as error:
        raise UsageError(str(error)) from None
    except Refused as refused:  # while looking; what a change meets is a line of its own
        so_far = "" if options.action == "status" else "nothing was changed: "
        raise UsageError(f"{so_far}{refused}") from None


def _render(options: argparse.Namespace) -> int:
    from ..lifecycle import given
    from ..lifecycle.render import Wanted, render
    from ..lifecycle.templates import FILES, SCRIPT

    name, digest, source = given.wheel(
        options.wheel, options.sha256, options.source, options.target
    )
    policy = given.policy(options.policy, for_jobs=options.sdk_defaults)
    collector, every = given.collector(options.collector, policy)
    script = render(
        Wanted(
            name,
            digest,
            source,
            policy=policy,
            kernels=given.kernels(options.kernels),
            extras=given.extras(options.extras, name),
            target=options.target,
            seconds=options.seconds,
            locked=options.locked,
            sdk_defaults=options.sdk_defaults,
            collector=collector,
            every=every,
            python_package=options.python_package,
        )
    )
    files = {SCRIPT: script.text}
    if options.format != "sh":
        if options.target == "studio":
            raise UsageError("--format: for Studio there is the script alone; leave it out")
        file, text = FILES[options.format]
        files = {file: text(options.name, script.text), **files}
    if options.output is None:
        if options.format in ("terraform", "cdk"):
            raise UsageError(f"--format {options.format} reads {SCRIPT} beside it; give --output")
        write(next(iter(files.values())))
        sys.stderr.writelines(f"jupyter-sm-guard: {each}\n" for each in script.needs)
        return OK
    _lay(files, options.output)
    lines = [f"wrote {options.output / each}" for each in files]
    write("\n".join([*lines, *script.needs, ""]))
    return OK


def _lay(files: dict[str, str], folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: {error.strerror}; give a folder to write to") from None
    for name, text in files.items():
        write(text, folder / name)


def _validate(options: argparse.Namespace) -> int:
    from ..lifecycle.validate import validate

    try:
        problems = validate(options.file.read_bytes())
    except OSError as error:
        raise UsageError(f"{options.file}: {error.strerror}; give a script") from None
    lines = [f"{options.file}: {'' if p.is_fatal else 'advice: '}{p}\n" for p in problems]
    write("".join(lines) or f"{options.file}: nothing wrong is known of it\n")
    return FINDINGS if any(problem.is_fatal for problem in problems) else OK


def _show_iam(options: argparse.Namespace) -> int:
    import json

    from ..lifecycle import given, rights

    source = given.place(options.source) if options.source else None
    if source is not None and not source.startswith("s3://"):
        raise UsageError(f"--from {source}: rights are needed in S3 only; give s3://bucket/prefix")
    if options.whom == "admin":
        policy = rights.for_admin(options.name, options.region, options.account, source)
    else:
        policy = rights.for_instance(options.region, options.account, source)
    write(json.dumps(policy, indent=2) + "\n")
    names = [name for name in ("region", "account") if getattr(options, name) == name.upper()]
    if names:
        stand_in = " and ".join(name.upper() for name in names)
        say = (
            f"jupyter-sm-guard: put yours in place of {stand_in}, or give --region and --account\n"
        )
        sys.stderr.write(say)
    return OK


def _apply(options: argparse.Namespace, admin: Admin) -> int:
    from ..lifecycle import given
    from ..lifecycle.apply import config_of, instances_of
    from ..lifecycle.plan import to_apply

    script = given.script(options.script)
    config = config_of(admin, options.name)
    instances = instances_of(admin, options.instance)
    plan = to_apply(options.name, script, config, instances, options.replace)
    return _carry_out(plan, options, admin)


def _remove(options: argparse.Namespace, admin: Admin) -> int:
    from ..lifecycle.apply import config_of, using
    from ..lifecycle.plan import to_remove

    config = config_of(admin, options.name)
    plan = to_remove(options.name, config, using(admin, options.name), options.instance)
    return _carry_out(plan, options, admin)


def _carry_out(plan: Plan, options: argparse.Namespace, admin: Admin) -> int:
    from ..lifecycle.plan import lines

    write("\n".join([f"{options.name} in {admin.region}", *lines(plan), ""]))
    if not plan.steps:
        write("there is nothing to change\n" if not plan.blocked else "nothing was changed\n")
    elif not options.yes:
        write("nothing was changed; to do it, give --yes\n")
    else:
        return _do(plan, admin)
    return FINDINGS if plan.blocked else OK


def _do(plan: Plan, admin: Admin) -> int:
    from ..lifecycle.apply import perform

    done, total = 0, len(plan.steps)
    write("doing it:\n")
    try:
        for is_done, line in perform(admin, plan):
            done += is_done
            write(f"{line}\n")
    finally:
        rest = "; what is done stays, and the same command goes on from there"
        write(f"{done} of {total} done{rest if done < total else ''}\n")
    return OK if done == total and not plan.blocked else FINDINGS


def _status(options: argparse.Namespace, admin: Admin) -> int:
    from ..lifecycle.apply import config_of, instances_of, using
    from ..lifecycle.plan import NAME, standing

    config = config_of(admin, options.name)
    where = f"{options.name} in {admin.region}"
    if config is None:
        write(f"{where}: there is no such lifecycle configuration\n")
        return FINDINGS
    asked = options.instance
    instances = instances_of(admin, asked) if asked else using(admin, options.name)
    write(f"{where}: {standing(options.name, config, instances)}")
    return OK if all(one.get(NAME) == options.name for one in instances) else FINDINGS
