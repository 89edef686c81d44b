"""One night: collect, split, train, calibrate, export, gate, publish; trainer/nightly.py runs the steps."""
