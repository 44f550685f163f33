"""Run `archc` as `python -m archcompiler`."""

from archcompiler.cli import run

if __name__ == "__main__":
    run()
