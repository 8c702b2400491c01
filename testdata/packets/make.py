#!/usr/bin/env python3
"""Makes the packet captures in this folder: real requests through the loopback interface,
written by tcpdump. It needs root, tcpdump, curl and python-requests."""
import gzip, http.server, os, socket, subprocess, threading, time
import requests

here = os.path.dirname(os.path.abspath(__file__))
saved = open(here + '/../bodies/saved.form').read()


def body(n):
    return saved.replace('bbb_30s', 'clip_%d' % n).encode()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_POST(self):
        if self.headers.get('Transfer-Encoding'):
            while size := int(self.rfile.readline(), 16):
                self.rfile.read(size + 2)
            self.rfile.readline()
        else:
            self.rfile.read(int(self.headers['Content-Length']))
        self.send_response(200)
        self.send_header('Content-Length', '2')
        self.end_headers()
        self.wfile.write(b'ok')

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6


def by_requests(url):
    session = requests.Session()
    head = {'Content-Type': 'application/x-www-form-urlencoded'}
    for n in range(40):
        who = session if n < 20 else requests
        if n % 8 == 6:  # chunked
            who.post(url, iter([body(n)[:700], body(n)[700:]]), headers=head)
        elif n % 8 == 7:
            who.post(url, gzip.compress(body(n), mtime=0), headers=head | {'Content-Encoding': 'gzip'})
        else:
            who.post(url, body(n), headers=head)


def by_curl(url):
    for n in range(40):
        subprocess.run(['curl', '-s', '-o', '/dev/null', '--data-binary', '@-', url], input=body(n), check=True)


def pipelined(url):
    s = socket.create_connection(('127.0.0.1', port))
    for n in range(40):
        s.sendall(b'POST /callback?n=%d HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n' % (n, len(body(n))) + body(n))
    for _ in range(40):
        s.recv(1 << 16)
    time.sleep(.5)
    s.close()


server = Server(('::', 0), Handler)
port = server.server_address[1]
threading.Thread(target=server.serve_forever, daemon=True).start()
for name, interface, address, make in [
    ('requests', 'lo', '127.0.0.1', by_requests),
    ('requests_any', 'any', '127.0.0.1', by_requests),
    ('curl_ipv6', 'lo', '[::1]', by_curl),
    ('pipelined', 'lo', '127.0.0.1', pipelined),
]:
    out = here + '/' + name + '.pcap'
    dump = subprocess.Popen(['tcpdump', '-Z', 'root', '-q', '-U', '-i', interface, '-w', out, 'tcp port %d' % port], stderr=subprocess.PIPE)
    dump.stderr.readline()
    time.sleep(1)
    make('http://%s:%d/callback?n=1' % (address, port))
    time.sleep(1)
    dump.terminate()
    dump.wait()
    subprocess.run(['gzip', '-9nf', out], check=True)
