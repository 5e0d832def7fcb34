#!/usr/bin/python3
"""A server of many threads that keeps a file open for each request; it writes its port into a file."""

import http.server
import sys

kept = []


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        kept.append(self.remember())
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"ok\n")

    def remember(self):
        return open("/etc/passwd")

    def log_message(self, *words):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(sys.argv[1], "w") as port:
    print(server.server_address[1], file=port)
server.serve_forever()
