"""Where the command `newsgen` begins: Ctrl-C at any moment is one line and status 130, never a traceback."""

from __future__ import annotations

import os

INTERRUPTED = 130


def main() -> int:
    """Runs one command of this process; its exit status. Raises: SystemExit for wrong usage, as argparse does."""
    try:
        # Imported here: to load them takes a while, in which Ctrl-C may come.
        import signal

        from newsgen.cli import command_line

        status = command_line.main()
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is done and said
    except KeyboardInterrupt:
        os.write(2, b"newsgen: interrupted\n")
        status = INTERRUPTED
    if status == INTERRUPTED:
        # Python would wait for worker processes, which end by themselves, and tell of every other Ctrl-C.
        os._exit(status)
    return status
