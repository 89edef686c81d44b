"""Language servers: found on the machine, spoken to over pipes, never waited for.

`table` says which servers there are, `servers` is what a session talks to; pygls and lsprotocol are loaded on
a server's own thread when the first file of its language is saved.
"""

from engine.lsp.servers import Servers
from engine.lsp.table import Found, find

__all__ = ["Found", "Servers", "find"]
