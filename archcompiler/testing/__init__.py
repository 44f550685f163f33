"""What tests of architectures need: an assertion, and a plugin for pytest.

The plugin (`archcompiler.testing.plugin`) is there wherever the package is installed:
`pytest --archc specs/` runs each printed cell as a test.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcompiler.testing.assertion import assert_architecture

__all__ = ["assert_architecture"]


def __getattr__(name: str) -> object:
    """Import the assertion when it is first asked for: every pytest loads this room."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from archcompiler.testing.assertion import assert_architecture

    return assert_architecture
