"""Run `archc` as a process of its own, which Ctrl-C may end from the first line on."""

from archcompiler.ending import end_at_interrupts

end_at_interrupts()

from archcompiler.cli import run  # noqa: E402

__all__ = ["run"]

if __name__ == "__main__":
    run()
