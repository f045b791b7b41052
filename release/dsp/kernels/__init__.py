"""The few compiled loops, each with a plain-numpy twin in the tests.

Import a kernel only where audio is rendered or measured: numba costs half a second of CPU. Every kernel has explicit
signatures, so it is ready when its module has been imported, and releases the interpreter lock while it runs.
"""
