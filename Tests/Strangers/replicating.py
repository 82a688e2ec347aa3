"""A broker made of grpcio alone: it registers, leads what it is given, and says to its followers what a test wants."""

import importlib
import os
import threading
from concurrent import futures

import grpc

from Harness import certificates, stubs
from Harness.cluster import until
from Harness.kafka import Record, encode

PROTOS = stubs.ROOT / "Protos"
stubs.generate(
    [PROTOS / f"newswire/internal/v1/{name}.proto" for name in ("replication", "broker_lifecycle")], [PROTOS]
)


def module(name):
    return importlib.import_module(f"newswire.internal.v1.{name}")


replication = module("replication_pb2")
replication_grpc = module("replication_pb2_grpc")
lifecycle = module("broker_lifecycle_pb2")
lifecycle_grpc = module("broker_lifecycle_pb2_grpc")


def node_identity(cluster, role, number):
    """What a node has that shows who it is: made by the cluster's own authority."""
    authority = cluster.data / "tls" / "node-ca.pem"
    issuer = certificates.load(authority, authority.with_name("node-ca-key.pem"))
    uri = certificates.uri_of(cluster.file("NEWSWIRE_CERT")).split("/client/")[0]
    return certificates.issue(issuer, f"{uri}/{role}/{number}")


def channel(cluster, identity, role="broker"):
    """A channel to the first node of a role, as that node."""
    credentials = grpc.ssl_channel_credentials(
        cluster.file("NEWSWIRE_CA"), identity.key_pem, identity.certificate_pem
    )
    return grpc.secure_channel(f"localhost:{cluster.port(role)}", credentials)


def batch(offset, epoch, text=b"a record", **wrong):
    """A record batch as it lies in a leader's log."""
    made = encode([Record(text)], **wrong)
    return offset.to_bytes(8, "big") + made[8:12] + epoch.to_bytes(4, "big") + made[16:]


def answer(asked, place, **fields):
    """What a leader says to where a follower is; that the logs agree, unless told otherwise."""
    return replication.ReplicateResponse(
        topic_id=place[0], partition=place[1], leader_epoch=asked.leader_epoch, asked=asked, **fields
    )


def delivery(asked, place, batches, **fields):
    """Batches of a leader's log."""
    told = {
        "topic_id": place[0], "partition": place[1], "leader_epoch": asked.leader_epoch,
        "base_offset": asked.log_end_offset, "batches": batches, **fields,
    }  # fmt: skip
    return replication.ReplicateResponse(**told)


class FakeBroker(replication_grpc.ReplicationServicer):
    """Registered, alive, and a leader for as long as the `with` lasts."""

    def __init__(self, cluster, number):
        self.number = number
        self.identity = node_identity(cluster, "broker", number)
        self.channel = channel(cluster, self.identity, "coordinator")
        self.coordinator = lifecycle_grpc.BrokerLifecycleStub(self.channel)
        # What is said to a follower that asks, by topic: a function of the question and how many there were before.
        self.scripts = {}
        self.questions = {}
        # How much the follower says that it holds, by topic.
        self.held = {}
        self.over = threading.Event()
        self.server = grpc.server(futures.ThreadPoolExecutor(16))
        replication_grpc.add_ReplicationServicer_to_server(self, self.server)
        credentials = grpc.ssl_server_credentials(
            [(self.identity.key_pem, self.identity.certificate_pem)], cluster.file("NEWSWIRE_CA"), True
        )
        self.port = self.server.add_secure_port("localhost:0", credentials)
        self.beating = threading.Thread(target=self.beat)

    def __enter__(self):
        self.server.start()
        listener = lifecycle.ListenerAddress(name="default", host="localhost", port=self.port)
        request = lifecycle.RegisterBrokerRequest(
            broker_id=self.number, incarnation=os.urandom(16), listeners=[listener], folder_ids=[os.urandom(16)],
            software_version="test", feature_level_max=1,
        )  # fmt: skip
        self.epoch = self.coordinator.RegisterBroker(request, timeout=10, wait_for_ready=True).broker_epoch
        until("the broker is at work", lambda: not self.heartbeat().fenced)
        self.beating.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.beating.join()
        self.server.stop(0).wait()
        self.channel.close()

    def heartbeat(self):
        request = lifecycle.BrokerHeartbeatRequest(
            broker_id=self.number, broker_epoch=self.epoch, metadata_offset=1 << 40
        )
        return self.coordinator.BrokerHeartbeat(request, timeout=5)

    def beat(self):
        while not self.over.wait(0.3):
            try:
                self.heartbeat()
            except grpc.RpcError:
                pass

    def Replicate(self, requests, context):
        context.send_initial_metadata(())
        for request in requests:
            for position in request.positions:
                yield from self.heard(position)

    def heard(self, position):
        topic = position.topic_id
        if position.asks:
            count = self.questions.get(topic, 0)
            self.questions[topic] = count + 1
            yield from self.scripts[topic](position, count) if topic in self.scripts else ()
        elif not position.stop:
            self.held[topic] = max(self.held.get(topic, 0), position.held_offset)
