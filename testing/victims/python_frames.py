#!/usr/bin/python3
"""Opens and forgets in many situations, and states of each what Python itself says of the stack there."""

import asyncio
import contextlib
import ctypes
import json
import os
import sys
import threading

callbacks = ctypes.CDLL(os.path.join(os.path.dirname(os.path.abspath(__file__)), "libvictim_callbacks.so"))
stated = []
NAME = "co_qualname" if sys.version_info >= (3, 11) else "co_name"  # which is what there is of a name


def leak():
    """Forgets a handle and states the stack, innermost frame first."""
    frames = []
    frame = sys._getframe()
    while frame is not None:
        code = frame.f_code
        frames.append({"function": getattr(code, NAME), "file": code.co_filename, "line": frame.f_lineno})
        frame = frame.f_back
    frames[0]["line"] = sys._getframe().f_lineno + 1
    stated.append({"handle": os.open("/etc/passwd", os.O_RDONLY), "frames": frames})


def recursion(depth):
    if depth == 0:
        leak()
    else:
        recursion(depth - 1)


def generator():
    yield from inner_generator()


def inner_generator():
    leak()
    yield 1


@contextlib.contextmanager
def context():
    leak()
    yield


async def coroutine():
    await asyncio.sleep(0)
    await inner_coroutine()


async def inner_coroutine():
    leak()


class Thing:
    def __init__(self):
        leak()

    def __lt__(self, other):
        leak()
        return False

    def __del__(self):
        leak()

    @property
    def value(self):
        return (
            self
            and
            leak()
        )


class MadeOften:
    """The interpreter learns to call what makes it in its own way."""

    def __init__(self, leaks):
        if leaks:
            leak()


def make_often():
    for i in range(100):
        MadeOften(i == 99)


class Meta(type):
    def __new__(mcs, *arguments):
        leak()
        return super().__new__(mcs, *arguments)


def ümläut():
    leak()


def called_back(number):
    leak()


def main():
    recursion(0)
    recursion(40)
    list(generator())
    with context():
        pass
    asyncio.run(coroutine())
    thing = Thing()
    sorted([thing, thing])
    list(map(lambda _: leak(), [1]))
    [leak() for _ in range(2)]
    thing.value
    make_often()
    del thing
    Meta("Made", (), {})
    ümläut()
    exec(compile("\n\nleak()", "made up.py", "exec"))
    try:
        raise ValueError
    except ValueError:
        leak()
    thread = threading.Thread(target=recursion, args=(3,))
    thread.start()
    thread.join()
    # Each call makes the interpreter a state for the thread, which it gives back afterwards.
    callbacks.call_back_from_a_thread(ctypes.CFUNCTYPE(None, ctypes.c_int)(called_back))
    if os.fork() == 0:
        stated.clear()
        recursion(1)
        state()
        os._exit(0)
    os.wait()


def state():
    print("stated:", json.dumps({"pid": os.getpid(), "stacks": stated}), flush=True)


main()
state()
os._exit(0)  # keeps them open to the end
