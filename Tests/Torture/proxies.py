"""Cables that a test can cut where no namespaces can be made: everybody is reached through a proxy, which passes bytes on
or keeps them.

All processes share the loopback. The proxy of a machine listens where others believe the machine to be; whose connection
it is follows from the process that holds its other end. What is cut is kept and passed on later, as TCP would repeat it;
a connection that begins while it is cut gets no further than the proxy.
"""

import asyncio
import os
import threading

from Torture.network import CLIENT

HOST = "127.0.0.1"
# Machines listen so many ports above their proxies.
BEHIND = 20
PIECE = 256 << 10


def inode_of(port, toward):
    """The socket that is bound to `port` and connected to the port `toward`, by its number; 0 if there is none."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with open(table, encoding="ascii") as sockets:
            for line in sockets.readlines()[1:]:
                words = line.split()
                if int(words[1].split(":")[1], 16) == port and int(words[2].split(":")[1], 16) == toward:
                    return int(words[9])
    return 0


def holds(pid, inode):
    """True if the process has the socket open."""
    wanted = f"socket:[{inode}]"
    try:
        for number in os.listdir(f"/proc/{pid}/fd"):
            try:
                if os.readlink(f"/proc/{pid}/fd/{number}") == wanted:
                    return True
            except OSError:
                continue
    except OSError:
        pass
    return False


class Proxies:
    """One proxy for each machine. `cut(a, b)` keeps what a sends to b."""

    def __init__(self, ports, pids):
        """`ports`: where each machine is to be found. `pids()`: the process of each machine at the moment."""
        self.ports = ports
        self.pids = pids
        self.lost = set()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.ready = threading.Event()

    # ---- as a network

    def address(self, machine):
        return HOST

    def port_behind(self, machine):
        return self.ports[machine] + BEHIND

    def prefix_of(self, machine):
        return []

    def start(self):
        self.thread.start()
        if not self.ready.wait(10):
            raise RuntimeError("the proxies do not listen")
        return self

    def stop(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)

    def cut(self, source, target):
        self.lost.add((source, target))

    def join(self, source, target):
        self.lost.discard((source, target))

    # ---- the proxies' thread

    def run(self):
        asyncio.set_event_loop(self.loop)
        for machine in self.ports:
            self.loop.run_until_complete(self.listen(machine))
        self.loop.call_soon(self.ready.set)
        self.loop.run_forever()
        tasks = asyncio.all_tasks(self.loop)
        for task in tasks:
            task.cancel()
        self.loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self.loop.close()

    async def listen(self, machine):
        async def serve(reader, writer):
            await self.serve(machine, reader, writer)

        await asyncio.start_server(serve, HOST, self.ports[machine], limit=PIECE)

    async def serve(self, target, reader, writer):
        source = self.caller(writer.get_extra_info("peername")[1], self.ports[target])
        there, back = (source, target), (target, source)
        onward = None
        ways = []
        try:
            if source is None:
                return
            await self.until_joined(there, back)
            answers, onward = await asyncio.open_connection(HOST, self.port_behind(target), limit=PIECE)
            ways = [self.carry(reader, onward, there), self.carry(answers, writer, back)]
            ways = [asyncio.ensure_future(way) for way in ways]
            await asyncio.wait(ways, return_when=asyncio.FIRST_EXCEPTION)
        except OSError:
            pass
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            for end in (writer, onward):
                if end is not None:
                    end.close()

    def caller(self, port, toward):
        """Which machine has made a connection; nothing if it is gone."""
        inode = inode_of(port, toward)
        if inode == 0:
            return None
        return next((machine for machine, pid in self.pids().items() if holds(pid, inode)), CLIENT)

    async def carry(self, reader, writer, way):
        """Passes on what comes, and its end, one way."""
        try:
            while True:
                piece = await reader.read(PIECE)
                await self.until_joined(way)
                if not piece:
                    writer.write_eof()
                    return
                writer.write(piece)
                await writer.drain()
        except OSError:
            await self.until_joined(way)
            raise

    async def until_joined(self, *ways):
        while any(way in self.lost for way in ways):
            await asyncio.sleep(0.02)
