"""Programs that measure, no part of the test run: `python -m tests.benchmarks NAME --json out.json`."""
