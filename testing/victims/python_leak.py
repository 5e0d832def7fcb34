#!/usr/bin/python3
"""A script that binds a socket per request and forgets to close it. What else a request opens, it closes.

With the argument `exit` it ends as scripts do: then the interpreter closes the sockets, at the last moment."""

import json
import os
import socket
import sys
import time

REQUESTS = 100
forgotten = []


def reserve_port():
    reserved = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    reserved.bind(("127.0.0.1", 0))
    forgotten.append(reserved)


def handle_request():
    with open("/etc/passwd", encoding="utf-8") as settings:
        settings.readline()
    reserve_port()


def count_open():
    return len(os.listdir("/proc/self/fd")) - 1  # but for the one that lists them


def main():
    for _ in range(REQUESTS):
        handle_request()
        time.sleep(0.025)
    orderly = sys.argv[1:] == ["exit"]
    closed = REQUESTS if orderly else 0
    has_frames = (3, 8) <= sys.version_info < (3, 14)  # whose frames are read
    group = {"type": "tcp socket", "count": REQUESTS - closed, "closed_at_end": closed,
             "function": "reserve_port" if has_frames else "", "module": "", "verdict": "leak"}
    truth = {"pid": os.getpid(), "outstanding": [group], "open": count_open() - closed, "inherited": 3, "unseen": 0}
    print("truth:", json.dumps(truth), flush=True)
    if not orderly:
        os._exit(0)  # keeps them open to the end


main()
