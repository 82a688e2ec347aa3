"""`newswire-interop` as a test runs it: with certificates of its own, and never left behind."""

import subprocess

import grpc

from Harness import certificates
from Harness.cluster import programs
from Interop import protos


class Interop:
    """Both ends' certificates, and the program under test."""

    def __init__(self, folder):
        self.authority = certificates.authority("interop authority")
        self.server = certificates.issue(self.authority, "newswire://interop/server")
        self.client = certificates.issue(self.authority, "newswire://interop/client")
        self.ca = folder / "ca.pem"
        self.ca.write_bytes(self.authority.certificate_pem)
        self.server_files = self.server.write(folder, "server")
        self.client_files = self.client.write(folder, "client")
        self.program = str(programs() / "newswire-interop")

    def start_server(self, *arguments):
        """Starts our server; returns its process and its port."""
        certificate, key = self.server_files
        words = ["server", "--port", "0", "--cert", certificate, "--key", key, "--ca", self.ca, *arguments]
        process = subprocess.Popen(
            [self.program, *map(str, words)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        )
        line = process.stdout.readline()
        assert line.startswith("listening on "), f"the server said {line!r}"
        return process, int(line.split()[-1])

    def run_client(self, port, case, *arguments):
        """Runs a case with our client."""
        certificate, key = self.client_files
        words = ["client", "--server-host", "localhost", f"--server_port={port}", "--test_case", case]
        words += ["--ca", self.ca, "--cert", certificate, "--key", key, *arguments]
        return subprocess.run(
            [self.program, *map(str, words)], capture_output=True, text=True, timeout=60, check=False
        )

    def channel(self, port, identity=True):
        """A Python channel to a server, with a certificate or without."""
        key, certificate = (self.client.key_pem, self.client.certificate_pem) if identity else (None, None)
        credentials = grpc.ssl_channel_credentials(self.authority.certificate_pem, key, certificate)
        return grpc.secure_channel(f"localhost:{port}", credentials)

    def stub(self, port):
        """A Python stub of the test service; knows its channel, and how to make another one."""
        stub = protos.test_grpc.TestServiceStub(self.channel(port))
        stub.connect = lambda: self.channel(port)
        stub.channel = stub.connect()
        return stub

    def server_credentials(self):
        """What a Python server needs to ask for our client's certificate."""
        pair = (self.server.key_pem, self.server.certificate_pem)
        return grpc.ssl_server_credentials([pair], self.authority.certificate_pem, require_client_auth=True)
