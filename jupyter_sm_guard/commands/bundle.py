"""`jupyter sm-guard bundle`: the files of an installation without internet."""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Mapping
from pathlib import Path

from ..arguments import add_account
from ..terminal import OK, UsageError, write

SUMMARY = "make the set of files that instances without internet are installed from"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What goes in, and where it goes."""
    parser.add_argument(
        "--output",
        required=True,
        metavar="DIR|s3://BUCKET/PREFIX",
        help="an empty or new folder, or a place in S3",
    )
    parser.add_argument("--policy", type=Path, metavar="FILE", help="the admin's policy")
    parser.add_argument(
        "--wheel",
        type=Path,
        metavar="FILE",
        help="our wheel (default: the package that runs this, packed again)",
    )
    parser.add_argument(
        "--with-kernels",
        action="store_true",
        help="also wheels of ipywidgets, for kernels that lack it; pip fetches them here",
    )
    parser.add_argument(
        "--with-collector",
        action="store_true",
        help="also what the collector needs (lifecycle render --collector), from this environment",
    )
    add_account(parser)


def run(options: argparse.Namespace) -> int:
    """Make the bundle, and print the hashes of its files as `sha256sum` would."""
    from ..aws.admin import Admin, Refused
    from ..lifecycle import bundle, given, needs, render
    from ..lifecycle.apply import upload

    place, policy = given.place(options.output), given.policy(options.policy)
    try:
        more = {render.NEEDS: needs.archive()} if options.with_collector else {}
        files = bundle.contents(options.wheel, policy, options.with_kernels, more)
        if place.startswith("s3://"):
            upload(Admin(options.region, options.profile, options.endpoint_url), place, files)
        else:
            bundle.lay(files, Path(place))
    except (bundle.BundleError, Refused) as error:
        raise UsageError(str(error)) from None
    write(_listed(files))
    return OK


def _listed(files: Mapping[str, bytes]) -> str:
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    return "".join(f"{digest}  {name}\n" for name, digest in digests.items())
