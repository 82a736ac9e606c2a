"""What of the guard is installed, and what Jupyter's configuration makes of it; only looked at.

`server_half.look` and `browser_half.look` take a `files.Reader`, which is bounded, follows nothing
that could block, and remembers what it could not use.
"""
