"""What all tests share: a cache of their own, and no silent skips where a machine has everything."""

import ctypes
import os
import sys

import pytest


@pytest.fixture(autouse=True, scope="session")
def own_cache(tmp_path_factory):
    """Results of tests never meet those of the person who runs them; compiled kernels are shared, they are keyed by source."""
    before = os.environ.get("RELEASE_CACHE")
    if before is None:
        os.environ["RELEASE_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    yield
    if before is None:
        os.environ.pop("RELEASE_CACHE", None)


@pytest.fixture(autouse=True)
def whole_arithmetic():
    """Plug-ins that are loaded as a reference switch the smallest numbers off for the whole thread; give them back."""
    yield
    if sys.float_info.min / 2 == 0.0:
        fe_default_environment = ctypes.c_void_p(-1)
        ctypes.CDLL("libm.so.6").fesetenv(fe_default_environment)


@pytest.fixture(scope="session")
def soxr_whole():
    """soxr in one call over a whole array: (audio, from_hz, to_hz), at its best precision with its steep filter."""
    from soxr import soxr_ext

    return lambda audio, from_hz, to_hz: soxr_ext.csoxr_divide_proc_float64(from_hz, to_hz, audio, 6 | 0x40)


def pytest_terminal_summary(terminalreporter, exitstatus, config):
    """With RELEASE_NO_SKIP a skipped test fails the run: the machine lacks something that it should have."""
    skipped = terminalreporter.stats.get("skipped", [])
    if os.environ.get("RELEASE_NO_SKIP") and skipped:
        for report in skipped:
            terminalreporter.write_line(f"skipped: {report.nodeid}: {report.longrepr[-1] if report.longrepr else ''}")


def pytest_sessionfinish(session, exitstatus):
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("RELEASE_NO_SKIP") and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = 1
