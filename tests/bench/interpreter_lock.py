"""Who holds the interpreter lock: a process outside looks, so that looking takes no lock itself.

CPython 3.11 keeps the thread that holds the lock in a known structure; a child reads that word of this
process's memory some thousand times a second. Elsewhere there is no answer: ``share`` is None. Linux only.
"""

import contextlib
import ctypes
import json
import os
import struct
import subprocess
import sys
import threading
import time

_LOOKER = """
import collections, json, os, struct, sys, time
pid, addresses = int(sys.argv[1]), [int(a) for a in sys.argv[2].split(",")]
others = set(range(os.cpu_count())) - os.sched_getaffinity(0)
if others:
    os.sched_setaffinity(0, others)
memory = os.open(f"/proc/{pid}/mem", os.O_RDONLY)
counts = [collections.Counter() for _ in addresses]
os.set_blocking(0, False)
print("ready", flush=True)
while True:
    for address, count in zip(addresses, counts):
        count[struct.unpack("P", os.pread(memory, 8, address))[0]] += 1
    try:
        if not os.read(0, 1):
            break
    except BlockingIOError:
        time.sleep(0.0003)
print(json.dumps(counts))
"""
_PR_SET_PTRACER = 0x59616D61
_RUNTIME_BYTES = 1 << 12


class InterpreterLock:
    """Finds where the holder of the lock stands, and measures how often it is which thread.

    Notes
    -----
    Thread: gui, while no other Python thread works.
    """

    def __init__(self):
        self._address = None
        with contextlib.suppress(OSError, ValueError, AttributeError):
            # A security module may let only a parent look: this process allows it to its child.
            ctypes.CDLL(None).prctl(_PR_SET_PTRACER, ctypes.c_ulong(-1), 0, 0, 0)
            self._address = self._find()

    def _find(self):
        def holders():
            own = ctypes.pythonapi.PyThreadState_Get
            own.restype = ctypes.c_void_p
            base = ctypes.addressof(ctypes.c_char.in_dll(ctypes.pythonapi, "_PyRuntime"))
            # Unlike reading a file, this keeps the lock.
            words = ctypes.string_at(base, _RUNTIME_BYTES)
            mine = struct.pack("P", own())
            return {base + k for k in range(0, len(words) - 7, 8) if words[k : k + 8] == mine}

        found = []
        other = threading.Thread(target=lambda: found.append(holders()))
        other.start()
        other.join()
        candidates = sorted(holders() & found[0])
        # One of them is who had the lock last; while everybody sleeps, only the other is empty.
        with self._looking(candidates) as counts:
            time.sleep(0.1)
        idle = [a for a, count in zip(candidates, counts, strict=True) if count.get("0", 0) > 50]
        return idle[0] if len(idle) == 1 else None

    @contextlib.contextmanager
    def _looking(self, addresses):
        where = ",".join(map(str, addresses))
        command = [sys.executable, "-c", _LOOKER, str(os.getpid()), where]
        looker = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        looker.stdout.readline()
        counts = []
        try:
            yield counts
        finally:
            counts += json.loads(looker.communicate()[0] or "[]")

    def share(self, live):
        """Return the part of the time in which the calling thread holds the lock while ``live()`` runs."""
        if self._address is None:
            live()
            return None
        mine = ctypes.pythonapi.PyThreadState_Get
        mine.restype = ctypes.c_void_p
        with self._looking([self._address]) as counts:
            live()
        return counts[0].get(str(mine()), 0) / sum(counts[0].values())
