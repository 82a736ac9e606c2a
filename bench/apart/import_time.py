"""Milliseconds that an import takes in this fresh process, and the foreign modules it loads."""

import sys
import time

before = set(sys.modules)
began = time.perf_counter()
__import__(sys.argv[1])
took = time.perf_counter() - began
loaded = {name.partition(".")[0] for name in set(sys.modules) - before}
foreign = sorted(loaded - set(sys.stdlib_module_names) - {sys.argv[1]})
import json  # noqa: E402  # only now: it must not be there when the import is timed

print(json.dumps([took * 1000, foreign]))
