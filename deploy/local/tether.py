"""Become another program, tied to the life of the one that started this.

    python -I -S tether.py PARENT SIGNAL UID GID PROGRAM ARGUMENT...

On Linux the kernel sends SIGNAL as soon as the thread that started us ends, however it ends, so nothing is left
running behind a supervisor that was killed. This is a program of its own, and not a function between fork and exec,
because that is unsafe in a process with threads; it only needs the standard library, and is gone after the exec.
"""

import ctypes
import os
import sys

SET_PARENT_DEATH_SIGNAL = 1


def main(parent: int, death_signal: int, uid: int, gid: int, command: list[str]) -> None:
    if uid != os.geteuid():
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    # After the change of user, because changing it clears the setting.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, death_signal, 0, 0, 0)
        if os.getppid() != parent:
            sys.exit("The process that started this one has ended.")
    os.execvp(command[0], command)  # noqa: S606 - the words are our caller's, and no shell reads them


if __name__ == "__main__":
    parent_pid, signal_number, user, group = (int(word) for word in sys.argv[1:5])
    main(parent_pid, signal_number, user, group, sys.argv[5:])
