"""A web server that gets a connection for each request."""

import contextlib
import getpass
import os
import pathlib
import socket
import statistics
import subprocess
import time

from measuring import CannotMeasure, Row, in_turn, installed, output_of, processors

REQUESTS = 20_000
STRACE_REQUESTS = 200
AT_ONCE = 16
CPU_GOAL = 1.03
STRACE_GOAL = 50

CONFIGURATION = """
daemon off; master_process on; worker_processes 1; error_log {folder}/error.log; pid {folder}/nginx.pid; {user}
events {{ worker_connections 512; }}
http {{
  access_log off; keepalive_timeout 0;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; root {folder}; }}
}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, seconds, condition):
    until = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > until:
            raise CannotMeasure(f"nginx: {what} in {seconds} seconds")
        time.sleep(0.01)
    return found


def text_of(path):
    try:
        return pathlib.Path(path).read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def answers(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            return True
    except OSError:
        return False


@contextlib.contextmanager
def server(bench, in_front):
    """A running one, pinned to the first processor: its port and its worker's number."""
    folder = bench.scratch / "nginx"
    folder.mkdir(exist_ok=True)
    (folder / "page").write_bytes(b"x" * 1024)
    port = free_port()
    user = f"user {getpass.getuser()};" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(CONFIGURATION.format(folder=folder, port=port, user=user), encoding="utf-8")
    command = [*in_front, installed("nginx", "nginx-light"), "-p", folder, "-c", folder / "nginx.conf"]
    with open(folder / "output", "wb") as output:
        started = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    master = None
    try:
        master = wait_for("did not start", 20, lambda: text_of(folder / "nginx.pid"))
        worker = wait_for("has no worker", 20, lambda: text_of(f"/proc/{master}/task/{master}/children"))
        wait_for("does not answer", 20, lambda: answers(port))
        os.sched_setaffinity(int(worker), {processors()[0]})
        yield port, worker
    finally:
        if master is not None:
            os.kill(int(master), 15)
        else:
            started.kill()
        started.wait()


def processor_ns(worker):
    return int(text_of(f"/proc/{worker}/schedstat").split()[0])


def serve(bench, in_front, requests):
    """The worker's nanoseconds per request, and the requests in a second."""
    def ask(port, count):
        command = [bench.program("bench/request"), "--port", port, "--requests", count, "--at-once", AT_ONCE]
        return float(output_of(command, timeout=300).split()[0])

    with server(bench, in_front) as (port, worker):
        ask(port, requests // 10)
        before = processor_ns(worker)
        speed = ask(port, requests)
        return (processor_ns(worker) - before) / requests, speed


def requests(bench):
    if len(processors()) < 2:
        raise CannotMeasure("nginx: there is one processor, and the client needs another one")
    runs = in_turn(bench.rounds, lambda: serve(bench, [], REQUESTS), lambda: serve(bench, bench.watched([]), REQUESTS))
    bare = statistics.median(bare[0] for bare, _ in runs)
    added = statistics.median(ajar[0] - bare[0] for bare, ajar in runs)
    yield Row("nginx, processor time of a request / bare", [ajar[0] / bare[0] for bare, ajar in runs], CPU_GOAL,
              form=".3f", added=f"{added:.0f} ns to {bare:.0f}")
    yield Row("nginx, requests/s / bare", [ajar[1] / bare[1] for bare, ajar in runs], form=".3f",
              added=f"{statistics.median(ajar[1] for _, ajar in runs):,.0f}/s; bare {statistics.median(bare[1] for bare, _ in runs):,.0f}/s")


# The calls by which nginx gets a descriptor for a request, and gives it back.
STRACE = ["-f", "-k", "--seccomp-bpf", "-o", os.devnull, "-e", "trace=open,openat,accept,accept4,close"]


def strace(bench):
    command = [installed("strace", "strace"), *STRACE]
    runs = in_turn(min(bench.rounds, 5), lambda: serve(bench, bench.watched([]), REQUESTS),
                   lambda: serve(bench, command, STRACE_REQUESTS))
    speeds = [statistics.median(side[1] for side in sides) for sides in zip(*runs)]
    yield Row("nginx, requests/s / those under strace -f -k", [ajar[1] / strace[1] for ajar, strace in runs], STRACE_GOAL,
              at_least=True, form=".0f", added=f"{speeds[0]:,.0f}/s; strace {speeds[1]:,.0f}/s")
