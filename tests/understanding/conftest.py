"""The really trained bot for tests of what it understands."""
from tests.conversation.conftest import agent, citizen, citizens, loop

__all__ = ["agent", "citizen", "citizens", "loop"]
