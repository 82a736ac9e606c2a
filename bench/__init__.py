"""Side-by-side benchmarks: what the guard costs, beside a Jupyter without it and naive peers.

`python -m bench` measures the installed package, never this folder's neighbour: whatever imports
the guard runs in a process of its own (`apart/`). docs/benchmarks.md says how to read the output.
"""
