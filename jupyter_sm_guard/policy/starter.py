"""The policy that `policy init` writes: what can be said, as comments; it decides nothing yet."""

STARTER = """\
# Policy of jupyter_sm_guard: /etc/jupyter-sm-guard/policy.toml, written by root alone.
# Check it with: jupyter sm-guard policy validate policy.toml
# See what comes of it on an instance with: jupyter sm-guard policy show

# contact = "cloud-team@example.com"      # whom people are told to ask
# exemption_link = "https://tickets.example.com/new"  # where they ask for a waiver
# guard_version = "0.1.0"                  # reports of another version of the guard say so
# interval_minutes = 15                    # between two checks, 1 to 1440
# collector_required = true                # only the collector's report counts (hardened install)
# longest_snooze_days = 7                  # for how long notices can be put off, 0 (never) to 90
# longest_waiver_days = 90                 # from granted to expires, 1 to 365
# mandatory_rules = ["sudo-in-cell"]       # rules of the linter that nobody can ignore or suppress

# [aws]
# proxy = "http://proxy.internal:3128"     # the only proxy and CA bundle that are ever used
# ca_bundle = "/etc/pki/internal.pem"

# [probes]                                 # sources of evidence
# root_access = false                      # most are on unless they are false,
# lifecycle = true                         # some only where they are true
# internet_targets = ["pypi.org:443"]      # what the internet probe may connect to

# [controls."SageMaker.2"]
# mandatory = true                         # no other file turns it off, and nothing waives it
# severity = "critical"
# approved_subnets = ["subnet-0123456789abcdef0"]
# approved_security_groups = ["sg-0123456789abcdef0"]

# [controls."SageMaker.21"]
# approved_kms_keys = ["arn:aws:kms:eu-central-1:111122223333:key/EXAMPLE"]

# [controls."guard.studio-sharing"]
# enabled = false

# [lint]
# profile = "strict"                       # or "default"
# in_lab = "marks"                         # or "list" or "off"; these four, users can't change
# shown_from = "low"                       # findings of this severity on can't be hidden
# on_save = "report"                       # or "off": say it when a document is saved
# before_run = "ask"                       # or "off": before a cell breaks a mandatory rule
# rules_off = ["endpoint-with-one-instance"]
# [lint.severities]
# sudo-in-cell = "critical"

# [ui]                                     # what is given here, users can't change
# banner = true                            # the line above the cells
# notices = true
# status_bar = "always"                    # or "attention" or "never"

# [server]
# log = false                              # no line in the server's log per check
# events = false                           # no event to the pages: they look at intervals

# [jobs]                                   # for jupyter sm-guard sdk-defaults
# subnets = ["subnet-0123456789abcdef0"]
# security_groups = ["sg-0123456789abcdef0"]
# kms_key = "arn:aws:kms:eu-central-1:111122223333:key/EXAMPLE"
# network_isolation = true
# traffic_encryption = true

# [[waivers]]                              # a finding stays FAILED, and is shown as waived
# check = "SageMaker.3"
# owner = "Kim Example"
# reason = "the vendor's installer needs root until its next version"
# ticket = "OPS-1234"
# granted = 2027-01-15
# expires = 2027-03-31                     # its last day, in UTC
# [waivers.scope]                          # all that is given has to fit
# instances = ["team-a-*"]
# regions = ["eu-central-1"]
# # arns = ["arn:aws:sagemaker:eu-central-1:111122223333:notebook-instance/team-a-1"]
# # accounts = ["111122223333"]
# # tags = { team = "a" }                  # asks AWS for the tags: sagemaker:ListTags
"""
