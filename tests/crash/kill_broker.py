#!/usr/bin/env python3
"""`weir broker` killed again and again while idempotent producers write and a consumer group reads.

    kill_broker.py PATH-OF-WEIR [--kills 200] [--seed N]

Two producers (librdkafka, idempotent) write numbered values to four partitions, and two members of one group read
them and commit what they have read. The broker gets SIGKILL at random moments and comes back on the same port; the
clients are never told. At the end the topic is read whole and compared with what was acknowledged:

- every acknowledged value is there, at the offset that was acknowledged, once; no value is there twice;
- each producer's values are in order in each partition;
- the group has read every value, none before one that comes earlier, and its offsets stand at the end.

SIGKILL keeps what the operating system has in memory: power cuts are simulated elsewhere (ctest -R PowerCut).
Needs confluent-kafka. Exit code 0 when all holds, 1 when not, 77 when the client is missing.
"""
import argparse
import collections
import pathlib
import random
import signal
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "peers"))

try:
    import confluent_kafka
    import confluent_kafka.admin
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

from kafka_clients import Broker

TOPIC, GROUP, PARTITIONS = "log", "readers", 4
PATIENCE_S = 90
QUIET = {"log_level": 0}


class Writer(threading.Thread):
    """Writes numbers until told to stop; knows what was acknowledged, and where."""

    def __init__(self, address, name):
        super().__init__(daemon=True)
        self.name, self.sent, self.acknowledged, self.failures = name, 0, {}, []
        self.enough = threading.Event()
        self.producer = confluent_kafka.Producer({
            "bootstrap.servers": address, "enable.idempotence": True, "linger.ms": 2, "reconnect.backoff.max.ms": 200,
            "message.timeout.ms": PATIENCE_S * 1000, "queue.buffering.max.messages": 2000, **QUIET})
        self.start()

    def run(self):
        while not self.enough.is_set():
            value = f"{self.name} {self.sent}"
            try:
                self.producer.produce(TOPIC, value, partition=self.sent % PARTITIONS,
                                      on_delivery=lambda error, m, value=value: self.told(error, m, value))
                self.sent += 1
            except BufferError:
                self.producer.poll(0.05)
            self.producer.poll(0)
            if self.sent % 50 == 0:
                self.producer.poll(0.005)
        left = self.producer.flush(PATIENCE_S)
        if left:
            self.failures.append(f"{left} values never answered")

    def told(self, error, message, value):
        if error is not None:
            self.failures.append(f"{value}: {error}")
        else:
            self.acknowledged[value] = (message.partition(), message.offset())


class Reader(threading.Thread):
    """A member of the group. What it reads counts once it is committed, as for a reader that works exactly so."""

    def __init__(self, address):
        super().__init__(daemon=True)
        self.address, self.batches, self.failure = address, [], None
        self.enough = threading.Event()
        self.start()

    def run(self):
        consumer = confluent_kafka.Consumer({
            "bootstrap.servers": self.address, "group.id": GROUP, "auto.offset.reset": "earliest",
            "enable.auto.commit": False, "session.timeout.ms": 30000, "heartbeat.interval.ms": 500,
            "reconnect.backoff.max.ms": 200, **QUIET})
        consumer.subscribe([TOPIC])
        while not self.enough.is_set():
            messages = [m for m in consumer.consume(500, 0.2) if m.error() is None]
            if not messages:
                continue
            self.batches += [(m.partition(), m.offset(), m.value().decode()) for m in messages]
            try:
                consumer.commit(asynchronous=False)
            except confluent_kafka.KafkaException:
                pass  # the broker was away, or the group moved on: it is read again then
        consumer.close()


def read_all(address):
    """(offset, value) of each partition, from its first record to its end."""
    consumer = confluent_kafka.Consumer({"bootstrap.servers": address, "group.id": "judge", "enable.auto.commit": False,
                                         "enable.partition.eof": True, **QUIET})
    consumer.assign([confluent_kafka.TopicPartition(TOPIC, p, 0) for p in range(PARTITIONS)])
    rows, ended = collections.defaultdict(list), set()
    while len(ended) < PARTITIONS:
        message = consumer.poll(30)
        if message is None:
            raise SystemExit("the topic cannot be read at the end")
        if message.error() is None:
            rows[message.partition()].append((message.offset(), message.value().decode()))
        elif message.error().code() == confluent_kafka.KafkaError._PARTITION_EOF:
            ended.add(message.partition())
    consumer.close()
    return rows


def judge(writers, readers, rows, committed):
    """What is wrong, as sentences."""
    wrong = [failure for writer in writers for failure in writer.failures]
    where = {}
    for partition, records in rows.items():
        last = collections.defaultdict(lambda: -1)
        for offset, value in records:
            if value in where:
                wrong.append(f"duplicated: {value} at {where[value]} and {(partition, offset)}")
            where[value] = (partition, offset)
            name, number = value.rsplit(" ", 1)
            if int(number) <= last[name]:
                wrong.append(f"out of order: {value} at {(partition, offset)}")
            last[name] = int(number)
    for writer in writers:
        for value, place in writer.acknowledged.items():
            if where.get(value) != place:
                wrong.append(f"lost or moved: {value} was acknowledged at {place}, is at {where.get(value)}")
    seen = {(p, o): value for reader in readers for p, o, value in reader.batches}
    for partition, records in rows.items():
        for offset, value in records:
            if seen.get((partition, offset)) != value:
                wrong.append(f"the group missed {value} at {(partition, offset)}")
        end = records[-1][0] + 1 if records else 0
        if committed.get(partition, 0) != end:
            wrong.append(f"partition {partition}: the group stands at {committed.get(partition)}, not at {end}")
    return wrong


def offsets_of(admin):
    listed = admin.list_consumer_group_offsets([confluent_kafka.ConsumerGroupTopicPartitions(GROUP)])[GROUP].result(30)
    return {p.partition: p.offset for p in listed.topic_partitions}


def wait_for_group(admin, writers):
    """Until the group has committed up to what was acknowledged."""
    ends = collections.defaultdict(int)
    for writer in writers:
        for partition, offset in writer.acknowledged.values():
            ends[partition] = max(ends[partition], offset + 1)
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        committed = offsets_of(admin)
        if all(committed.get(p, 0) >= end for p, end in ends.items()):
            break
        time.sleep(0.1)
    return offsets_of(admin)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weir")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    chance = random.Random(options.seed)
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="weir-kill-broker-") as folder:
        broker = Broker(options.weir, pathlib.Path(folder))
        broker.start()
        admin = confluent_kafka.admin.AdminClient({"bootstrap.servers": broker.address, **QUIET})
        admin.create_topics([confluent_kafka.admin.NewTopic(TOPIC, PARTITIONS)])[TOPIC].result(30)
        writers = [Writer(broker.address, name) for name in ("east", "west")]
        readers = [Reader(broker.address) for _ in range(2)]
        slowest = 0.0
        for _ in range(options.kills):
            time.sleep(chance.uniform(0.05, 0.8))  # the load's own time, not a wait for anything
            broker.stop(signal.SIGKILL)
            begin = time.monotonic()
            broker.start(listen=broker.address)
            slowest = max(slowest, time.monotonic() - begin)
        for writer in writers:
            writer.enough.set()
        for writer in writers:
            writer.join(PATIENCE_S)
        committed = wait_for_group(admin, writers)
        for reader in readers:
            reader.enough.set()
        for reader in readers:
            reader.join(PATIENCE_S)
        rows = read_all(broker.address)
        wrong = judge(writers, readers, rows, committed)
        broker.stop()
    acknowledged = sum(len(writer.acknowledged) for writer in writers)
    print(f"{options.kills} kills, slowest restart {slowest:.2f} s, {acknowledged} values acknowledged, "
          f"{sum(map(len, rows.values()))} in the topic, {len(wrong)} wrong")
    for sentence in wrong[:20]:
        print(sentence)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
