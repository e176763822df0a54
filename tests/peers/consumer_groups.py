#!/usr/bin/env python3
"""Consumer groups of other people's clients against `weir broker`: confluent-kafka (librdkafka), kafka-python,
aiokafka and kcat.

    consumer_groups.py PATH-OF-WEIR

For each client: two members share six partitions, one leaves, the broker is killed and comes back, and every
record is read exactly once, since each member commits before it gives a partition up. Then clients of two kinds
in one group, a static member that comes back without a rebalance, and what the admin clients say and may do.
Exit code 0 passed, 1 failed, 77 a client is missing.
"""
import asyncio
import collections
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

try:
    import aiokafka
    import confluent_kafka
    import confluent_kafka.admin
    import kafka
    import kafka.admin
    import kafka.errors
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

from kafka_clients import Broker, check

PARTITIONS = 6
PATIENCE_S = 60


def until(what, condition):
    """Waits for a condition that clients of their own timing bring about."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        check(time.monotonic() < end, f"not within {PATIENCE_S} s: {what}")
        time.sleep(0.02)


class Member(threading.Thread):
    """One consumer in a thread: counts what it reads, commits what it has read, leaves when told to."""

    def __init__(self, address, group, topic, **settings):
        super().__init__(daemon=True)
        self.address, self.group, self.topic, self.settings = address, group, topic, settings
        self.read = collections.Counter()
        self.partitions = set()
        self.leave = threading.Event()
        self.failure = None
        self.start()

    def run(self):
        try:
            self.work()
        except Exception as error:  # told by stop(), in the thread that judges
            self.failure = error

    def stop(self):
        self.leave.set()
        self.join(PATIENCE_S)
        check(not self.is_alive(), f"{type(self).__name__} of {self.group} does not leave")
        check(self.failure is None, f"{type(self).__name__} of {self.group}: {self.failure!r}")


class Confluent(Member):
    name = f"confluent-kafka {confluent_kafka.version()}" if isinstance(confluent_kafka.version(), str) \
        else f"confluent-kafka {confluent_kafka.version()[0]}"

    def work(self):
        consumer = confluent_kafka.Consumer({
            "bootstrap.servers": self.address, "group.id": self.group, "auto.offset.reset": "earliest",
            "enable.auto.commit": False, "session.timeout.ms": 10000, "heartbeat.interval.ms": 500,
            "partition.assignment.strategy": "range", **self.settings})

        def assigned(_, partitions):
            self.partitions = {p.partition for p in partitions}

        def revoked(_, partitions):
            self.commit(consumer)
            self.partitions = set()

        consumer.subscribe([self.topic], on_assign=assigned, on_revoke=revoked)
        while not self.leave.is_set():
            message = consumer.poll(0.1)
            if message is not None and message.error() is None:
                self.read[message.value()] += 1
        self.commit(consumer)
        consumer.close()

    @staticmethod
    def commit(consumer):
        try:
            consumer.commit(asynchronous=False)
        except confluent_kafka.KafkaException as error:
            if error.args[0].code() != confluent_kafka.KafkaError._NO_OFFSET:
                raise


class KafkaPython(Member):
    name = f"kafka-python {kafka.__version__}"

    def work(self):
        member = self

        class Listener(kafka.ConsumerRebalanceListener):
            def on_partitions_assigned(self, assigned):
                member.partitions = {p.partition for p in assigned}

            def on_partitions_revoked(self, revoked):
                member.partitions = set()

        # Its listeners cannot commit; it commits by itself before it joins again and when it closes.
        consumer = kafka.KafkaConsumer(
            bootstrap_servers=self.address, group_id=self.group, auto_offset_reset="earliest",
            enable_auto_commit=True, auto_commit_interval_ms=3_600_000, session_timeout_ms=10000,
            heartbeat_interval_ms=500, **self.settings)
        consumer.subscribe([self.topic], listener=Listener())
        while not self.leave.is_set():
            # Its poll must outlast a rebalance: 3.0.12 forgets one that the poll's end cuts in two, with any broker.
            for records in consumer.poll(timeout_ms=5000).values():
                for record in records:
                    self.read[record.value] += 1
        consumer.close()


class AioKafka(Member):
    name = f"aiokafka {aiokafka.__version__}"

    def work(self):
        asyncio.run(self.work_async())

    async def work_async(self):
        member = self

        class Listener(aiokafka.ConsumerRebalanceListener):
            async def on_partitions_assigned(self, assigned):
                member.partitions = {p.partition for p in assigned}

            async def on_partitions_revoked(self, revoked):
                if revoked:
                    await consumer.commit()
                member.partitions = set()

        consumer = aiokafka.AIOKafkaConsumer(
            bootstrap_servers=self.address, group_id=self.group, auto_offset_reset="earliest",
            enable_auto_commit=False, session_timeout_ms=10000, heartbeat_interval_ms=500, **self.settings)
        consumer.subscribe([self.topic], listener=Listener())
        await consumer.start()
        while not self.leave.is_set():
            for records in (await consumer.getmany(timeout_ms=100)).values():
                for record in records:
                    self.read[record.value] += 1
        await consumer.commit()
        await consumer.stop()


class Load:
    """What is produced to a topic, each value once."""

    def __init__(self, address, topic):
        self.topic, self.sent = topic, set()
        self.producer = confluent_kafka.Producer({"bootstrap.servers": address, "enable.idempotence": True})

    def send(self, count):
        for _ in range(count):
            value = f"{self.topic} {len(self.sent)}".encode()
            self.sent.add(value)
            self.producer.produce(self.topic, value, partition=len(self.sent) % PARTITIONS)
        check(self.producer.flush(PATIENCE_S) == 0, f"{self.topic}: not all was acknowledged")

    def all_read_by(self, *members):
        """Every record, and each once."""
        def total():
            return sum((member.read for member in members), collections.Counter())
        until(f"{self.topic}: {len(self.sent)} records read",
              lambda: set(total()) == self.sent or any(m.failure for m in members))
        for member in members:
            check(member.failure is None, f"{self.topic}: {member.failure!r}")
        twice = [value for value, times in total().items() if times > 1]
        check(not twice, f"{self.topic}: {len(twice)} records read twice, first {twice[:3]}")


def shares(*counts_and_members):
    members = counts_and_members[1::2]
    wanted = list(counts_and_members[0::2])

    def held():
        for member in members:
            check(member.failure is None, f"{member.group}: {member.failure!r}")
        parts = [p for member in members for p in member.partitions]
        return sorted(len(m.partitions) for m in members) == sorted(wanted) and len(set(parts)) == PARTITIONS
    until(f"shares {wanted}", held)


def one_client(kind, broker, topic):
    load = Load(broker.address, topic)
    load.send(300)
    first = kind(broker.address, topic, topic)
    load.all_read_by(first)
    second = kind(broker.address, topic, topic)
    shares(3, first, 3, second)
    load.send(300)
    load.all_read_by(first, second)

    port = broker.address
    broker.stop(signal.SIGKILL)
    broker.start(listen=port)
    load.send(300)
    load.all_read_by(first, second)
    shares(3, first, 3, second)

    first.stop()
    shares(6, second)
    load.send(300)
    load.all_read_by(first, second)
    second.stop()
    third = kind(broker.address, topic, topic)
    shares(6, third)
    load.send(10)
    load.all_read_by(first, second, third)
    third.stop()
    print(f"ok: {kind.name}: shares, a leave, a kill of the broker; {len(load.sent)} records, each read once")


def two_kinds(broker, topic):
    load = Load(broker.address, topic)
    load.send(100)
    one = Confluent(broker.address, topic, topic)
    two = KafkaPython(broker.address, topic, topic,
                      partition_assignment_strategy=[kafka_range_assignor()])
    shares(3, one, 3, two)
    load.send(300)
    load.all_read_by(one, two)
    one.stop()
    shares(6, two)
    load.send(100)
    load.all_read_by(one, two)
    two.stop()
    print("ok: librdkafka and kafka-python in one group")


def kafka_range_assignor():
    from kafka.coordinator.assignors.range import RangePartitionAssignor
    return RangePartitionAssignor


def static_member(broker, topic, admin):
    load = Load(broker.address, topic)
    load.send(60)
    names = [{"group.instance.id": name} for name in ("east", "west")]
    east, west = (Confluent(broker.address, topic, topic, **name) for name in names)
    shares(3, east, 3, west)
    load.all_read_by(east, west)
    before = members_of(admin, topic)
    held = set(east.partitions)
    east.stop()  # a static member does not leave when it closes
    load.send(60)
    again = Confluent(broker.address, topic, topic, **names[0])
    until("the static member has its partitions again", lambda: again.partitions == held)
    load.all_read_by(east, west, again)
    after = members_of(admin, topic)
    check(before["west"] == after["west"], "the other static member was moved")
    check(before["east"][0] != after["east"][0] and before["east"][1] == after["east"][1],
          f"the static member has another id and the same partitions: {before} {after}")
    again.stop()
    west.stop()
    print("ok: a static member comes back to its partitions")
    return topic


def members_of(admin, group):
    described = admin.describe_consumer_groups([group])[group].result(PATIENCE_S)
    return {member.group_instance_id: (member.member_id, sorted(p.partition for p in member.assignment.topic_partitions))
            for member in described.members}


def admin_clients(broker, admin, group, topic):
    other = kafka.admin.KafkaAdminClient(bootstrap_servers=broker.address)
    listed = admin.list_consumer_groups().result(PATIENCE_S)
    check(group in {g.group_id for g in listed.valid}, "the group is not listed")
    one = admin.list_consumer_group_offsets(
        [confluent_kafka.ConsumerGroupTopicPartitions(group)])[group].result(PATIENCE_S)
    committed = {p.partition: p.offset for p in one.topic_partitions}
    check(sorted(committed) == list(range(PARTITIONS)), f"offsets of all partitions: {committed}")

    static = admin.describe_consumer_groups([group])[group].result(PATIENCE_S)
    if static.members:  # static members stay until their sessions end; a tool may take them out
        refused = admin.delete_consumer_groups([group])[group]
        try:
            refused.result(PATIENCE_S)
            check(False, "a group with members was deleted")
        except confluent_kafka.KafkaException as error:
            check(error.args[0].code() == confluent_kafka.KafkaError.NON_EMPTY_GROUP, str(error))
        until("the sessions of the static members end",
              lambda: not admin.describe_consumer_groups([group])[group].result(PATIENCE_S).members)
    moved = confluent_kafka.TopicPartition(topic, 0, 7)
    admin.alter_consumer_group_offsets(
        [confluent_kafka.ConsumerGroupTopicPartitions(group, [moved])])[group].result(PATIENCE_S)
    again = admin.list_consumer_group_offsets(
        [confluent_kafka.ConsumerGroupTopicPartitions(group)])[group].result(PATIENCE_S)
    check({p.partition: p.offset for p in again.topic_partitions}[0] == 7, "the offset was not altered")
    admin.delete_consumer_groups([group])[group].result(PATIENCE_S)
    listed = admin.list_consumer_groups().result(PATIENCE_S)
    check(group not in {g.group_id for g in listed.valid}, "the deleted group is still listed")
    other.close()
    print("ok: groups listed, described, altered and deleted by admin clients")


def kcat(broker, topic):
    if shutil.which("kcat") is None:
        raise SystemExit("kcat is not installed: apt-get install kcat")
    load = Load(broker.address, topic)
    for expected in (50, 30):
        load.send(expected)
        command = ["kcat", "-b", broker.address, "-G", topic, "-X", "auto.offset.reset=earliest",
                   "-X", "enable.auto.commit=true", "-c", str(expected), "-u", "-q", topic]
        lines = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=True).stdout.split("\n")
        check(len([line for line in lines if line]) == expected, f"kcat read {lines}")
    print("ok: kcat -G reads on where it stopped")


def main():
    weir = sys.argv[1]
    with tempfile.TemporaryDirectory(prefix="weir-groups-") as folder:
        broker = Broker(weir, pathlib.Path(folder))
        broker.start()
        try:
            admin = confluent_kafka.admin.AdminClient({"bootstrap.servers": broker.address})
            topics = ["confluent", "kafka-python", "aiokafka", "mixed", "static", "kcat"]
            for future in admin.create_topics(
                    [confluent_kafka.admin.NewTopic(name, PARTITIONS) for name in topics]).values():
                future.result(PATIENCE_S)
            one_client(Confluent, broker, "confluent")
            one_client(KafkaPython, broker, "kafka-python")
            one_client(AioKafka, broker, "aiokafka")
            two_kinds(broker, "mixed")
            static_member(broker, "static", admin)
            admin_clients(broker, admin, "static", "static")
            kcat(broker, "kcat")
        finally:
            broker.stop()
    print("consumer groups: all passed")


if __name__ == "__main__":
    main()
