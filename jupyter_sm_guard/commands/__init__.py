"""The commands of `jupyter sm-guard`, one file each, called as the file is (`_` is `-`).

A file says what it does (`SUMMARY`), which arguments it takes (`add_arguments(parser)`) and does it
(`run(options)`, which returns the exit code and may raise UsageError). `--help` imports them all,
so what a command works with is imported when it runs.
"""
