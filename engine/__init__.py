"""Between a save and a suggestion, and back: plain synchronous Python, no interface, no torch."""
