"""The proxies that cut, apart from any cluster."""

import os
import socket
import threading
import time

import pytest

from Harness.cluster import free_port_base
from Torture.network import CLIENT
from Torture.proxies import BEHIND, Proxies


@pytest.fixture
def proxies():
    """A proxy before an echo, which is a machine of its own although this process plays it; this test is the client."""
    port = free_port_base()
    listener = socket.create_server(("127.0.0.1", port + BEHIND))

    def echo(connection):
        with connection:
            while piece := connection.recv(65536):
                connection.sendall(piece)

    def serve():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=echo, args=[connection], daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    network = Proxies({"echo": port}, lambda: {}).start()
    network.where = ("127.0.0.1", port)
    yield network
    network.stop()
    listener.close()


def answer(connection, seconds=0.3):
    """What comes within a time; nothing if nothing does."""
    connection.settimeout(seconds)
    try:
        return connection.recv(65536)
    except TimeoutError:
        return None


@pytest.mark.parametrize("way", [(CLIENT, "echo"), ("echo", CLIENT)])
def test_what_is_cut_comes_later(proxies, way):
    with socket.create_connection(proxies.where) as connection:
        connection.sendall(b"before")
        assert answer(connection, 5) == b"before"
        proxies.cut(*way)
        connection.sendall(b"meanwhile")
        assert answer(connection) is None
        proxies.join(*way)
        assert answer(connection, 5) == b"meanwhile"


def test_nobody_gets_through_a_cut_with_a_new_connection(proxies):
    proxies.cut("echo", CLIENT)
    with socket.create_connection(proxies.where) as connection:
        connection.sendall(b"hello")
        assert answer(connection) is None
        proxies.join("echo", CLIENT)
        assert answer(connection, 5) == b"hello"


def test_much_comes_whole_and_the_end_too(proxies):
    sent = os.urandom(8 << 20)
    with socket.create_connection(proxies.where) as connection:
        threading.Thread(target=lambda: (connection.sendall(sent), connection.shutdown(socket.SHUT_WR))).start()
        received = bytearray()
        while len(received) < len(sent) and (piece := answer(connection, 10)):
            received += piece
    assert received == sent


def test_who_is_not_there_closes_the_connection(proxies):
    proxies.ports["echo"] += 1
    with socket.create_connection(proxies.where) as connection:
        assert answer(connection, 5) == b""


def test_a_connection_belongs_to_the_process_that_made_it(proxies):
    proxies.pids = lambda: {"other": 1, "me": os.getpid()}
    proxies.cut("me", "echo")
    with socket.create_connection(proxies.where) as connection:
        connection.sendall(b"hello")
        assert answer(connection) is None
        began = time.monotonic()
        proxies.join("me", "echo")
        assert answer(connection, 5) == b"hello"
        assert time.monotonic() - began < 5
