"""What a base asks of the classes below it, and how an override is written: parts of `override`."""
