"""An embedded, simulated SageMaker: for `jupyter sm-guard demo` and for the tests.

Nothing here is used, or imported, when the guard runs on SageMaker.
"""

REGION = "eu-central-1"
"""Where everything simulated lies."""

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
"""Environment variables that the simulated AWS accepts; it accepts any others as well."""
