"""Where the command `newsgen` begins: Ctrl-C at any moment is one line and status 130, never a traceback."""

from __future__ import annotations

import os

TYPE_CHECKING = False  # without loading `typing`, as in `newsgen/__init__.py`
if TYPE_CHECKING:
    from types import FrameType

INTERRUPTED = 130
#: Seconds until Ctrl-C is tried again that came while a module was loaded.
_SOON = 0.01


def main() -> int:
    """Runs one command of this process; its exit status. Raises: SystemExit for wrong usage, as argparse does."""
    try:
        # Imported here: to load them takes a while, in which Ctrl-C may come.
        import signal

        signal.signal(signal.SIGINT, _interrupt)
        signal.signal(signal.SIGALRM, _interrupt)
        from newsgen.cli import command_line

        try:
            status = command_line.main()
        finally:
            for number in (signal.SIGINT, signal.SIGALRM):
                signal.signal(number, signal.SIG_IGN)  # all is done and said
    except KeyboardInterrupt:
        os.write(2, b"newsgen: interrupted\n")
        status = INTERRUPTED
    if status == INTERRUPTED:
        # Python would wait for worker processes, which end by themselves, and tell of every other Ctrl-C.
        os._exit(status)
    return status


def _interrupt(number: int, frame: FrameType | None) -> None:
    """What Ctrl-C does. Raises: KeyboardInterrupt, as Python does by itself, but for two places, where it waits.

    While a module is loaded, libraries that are torn out of making their types end the process without a word. While
    workers are started, which blocks the signal in this thread alone, what is raised could be ignored.
    """
    import signal

    must_wait = signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())
    while frame and not must_wait:
        must_wait = frame.f_code.co_filename == "<frozen importlib._bootstrap>"
        frame = frame.f_back
    if must_wait:
        signal.setitimer(signal.ITIMER_REAL, _SOON)
    else:
        raise KeyboardInterrupt
