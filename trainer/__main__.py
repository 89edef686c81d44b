"""`python -m trainer`: everything that makes the embedded model; `ripple train` runs the same commands."""

from trainer.commands import main

if __name__ == "__main__":
    main(prog_name="ripple train")
