"""`python -m app` is `ripple`."""

from app.cli import main

main()
