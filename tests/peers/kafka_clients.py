#!/usr/bin/env python3
"""Other people's Kafka clients against `weir broker`: confluent-kafka (librdkafka), kafka-python and kcat.

    kafka_clients.py PATH-OF-WEIR

Each writes with every codec, with keys, headers, null keys and null values, idempotent where it can, and the
batches must be stored in that codec; each reads what every other one wrote; all bytes must be equal. Then a
restart, and everything is read again.
Exit code 0 passed, 1 failed, 77 a client is missing.
"""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile

try:
    import confluent_kafka
    import confluent_kafka.admin
    import kafka
    import kafka.admin
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]
HEADERS = [("trace", b"\x00\xff"), ("empty", b""), ("trace", b"again")]


def records(writer, codec):
    """(key, value, headers) of everything one client writes to one topic: bytes or None."""
    rows = [(f"{writer}-{i}".encode(), (f"{codec} {i} ".encode() * (i % 40 + 1)), []) for i in range(200)]
    rows += [(None, b"no key", []), (b"no value", None, []), (None, None, []), (b"", b"", []),
             (bytes(range(256)), bytes(range(256)) * 50, []), (b"with headers", b"x", HEADERS)]
    return rows


class Broker:
    """`weir broker` on a free port; the folder outlives a restart."""

    def __init__(self, weir, folder):
        self.weir, self.folder, self.process = weir, folder, None

    def start(self, listen="127.0.0.1:0"):
        port_file = self.folder / "port"
        port_file.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [self.weir, "broker", "--listen", listen, "--data", str(self.folder / "data"),
             "--port-file", str(port_file)], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        while not port_file.exists():
            if self.process.poll() is not None:
                raise SystemExit(f"weir broker ended with {self.process.returncode}: {line}")
        self.address = f"127.0.0.1:{port_file.read_text().strip()}"

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        code = self.process.wait(timeout=60)
        self.process.stdout.close()
        if how != signal.SIGKILL:
            check(code == 0, f"weir broker ended with {code}")


checks = 0


def check(holds, what):
    global checks
    checks += 1
    if not holds:
        raise AssertionError(what)


# --- confluent-kafka ------------------------------------------------------------------------------------

def confluent_write(address, topic, codec, rows):
    failures = []
    producer = confluent_kafka.Producer({"bootstrap.servers": address, "compression.type": codec,
                                         "enable.idempotence": True, "linger.ms": 5})
    for key, value, headers in rows:
        producer.produce(topic, value=value, key=key, headers=headers,
                         on_delivery=lambda error, _: error and failures.append(error))
    check(producer.flush(60) == 0, "confluent-kafka: not all delivered")
    check(not failures, f"confluent-kafka: {failures[:1]}")


def confluent_read(address, topic, count):
    consumer = confluent_kafka.Consumer({"bootstrap.servers": address, "group.id": "unused",
                                         "enable.auto.commit": False, "auto.offset.reset": "error"})
    consumer.assign([confluent_kafka.TopicPartition(topic, 0, 0)])
    rows = []
    while len(rows) < count:
        message = consumer.poll(30)
        check(message is not None, f"confluent-kafka: {len(rows)} of {count} records of {topic}")
        check(message.error() is None, f"confluent-kafka: {message.error()}")
        check(message.offset() == len(rows), "confluent-kafka: a gap in the offsets")
        rows.append((message.key(), message.value(), message.headers() or []))
    low, high = consumer.get_watermark_offsets(confluent_kafka.TopicPartition(topic, 0), timeout=10)
    check((low, high) == (0, count), f"confluent-kafka: offsets {low} to {high}, not 0 to {count}")
    consumer.close()
    return rows


# --- kafka-python ---------------------------------------------------------------------------------------

def python_write(address, topic, codec, rows):
    producer = kafka.KafkaProducer(bootstrap_servers=address, acks="all",
                                   compression_type=None if codec == "none" else codec,
                                   enable_idempotence=True, linger_ms=5)
    pending = [producer.send(topic, key=key, value=value, headers=headers, partition=0)
               for key, value, headers in rows]
    producer.flush(60)
    for future in pending:
        future.get(timeout=30)
    producer.close()


def python_read(address, topic, count):
    consumer = kafka.KafkaConsumer(bootstrap_servers=address, enable_auto_commit=False,
                                   auto_offset_reset="none", consumer_timeout_ms=30000)
    partition = kafka.TopicPartition(topic, 0)
    consumer.assign([partition])
    consumer.seek(partition, 0)
    rows = []
    for message in consumer:
        check(message.offset == len(rows), "kafka-python: a gap in the offsets")
        rows.append((message.key, message.value, [tuple(header) for header in message.headers]))
        if len(rows) == count:
            break
    check(consumer.beginning_offsets([partition])[partition] == 0, "kafka-python: beginning")
    check(consumer.end_offsets([partition])[partition] == count, "kafka-python: end")
    consumer.close()
    return rows


# --- kcat -----------------------------------------------------------------------------------------------

def kcat_rows(codec):
    """kcat reads keys and values from lines, so what it writes is text; -Z makes empty ones null."""
    rows = [(f"kcat-{i}".encode(), f"{codec} {i} ".encode() * (i % 40 + 1), HEADER_OF_KCAT) for i in range(200)]
    return rows + [(None, b"no key", HEADER_OF_KCAT), (b"no value", None, HEADER_OF_KCAT)]


HEADER_OF_KCAT = [("source", b"kcat")]


def kcat_write(address, topic, codec, rows):
    lines = b"".join((key or b"") + b"\t" + (value or b"") + b"\n" for key, value, _ in rows)
    subprocess.run(["kcat", "-b", address, "-t", topic, "-P", "-K", "\t", "-Z", "-H", "source=kcat",
                    "-p", "0", "-z", codec, "-X", "enable.idempotence=true"],
                   input=lines, check=True, timeout=60)


def kcat_read(address, topic, count):
    """Lengths tell null (-1) from empty; contents come as hex through its pack format."""
    done = subprocess.run(["kcat", "-b", address, "-t", topic, "-C", "-e", "-q", "-o", "beginning",
                           "-f", "%o %K %S %h\x1e%k\x1f%s\x1d"], capture_output=True, check=True, timeout=60)
    rows, data = [], done.stdout
    while data:
        head, data = data.split(b"\x1e", 1)
        offset, key_size, value_size, *headers = head.decode("latin-1").split(" ", 3)
        check(int(offset) == len(rows), "kcat: a gap in the offsets")
        key_size, value_size = int(key_size), int(value_size)
        key = None if key_size < 0 else data[:key_size]
        data = data[max(key_size, 0):]
        check(data[:1] == b"\x1f", "kcat: key length")
        value = None if value_size < 0 else data[1:1 + value_size]
        data = data[1 + max(value_size, 0):]
        check(data[:1] == b"\x1d", "kcat: value length")
        data = data[1:]
        rows.append((key, value, headers[0] if headers else ""))
    check(len(rows) == count, f"kcat: {len(rows)} of {count} records of {topic}")
    return rows


def kcat_headers_text(headers):
    return ",".join(f"{name}={value.decode('latin-1')}" for name, value in headers)


# --- the bytes on the wire ------------------------------------------------------------------------------

def connect(address):
    host, port = address.rsplit(":", 1)
    return socket.create_connection((host, int(port)), timeout=30)


def receive(connection, size):
    data = b""
    while len(data) < size:
        piece = connection.recv(size - len(data))
        check(piece, "the broker closed the connection of a raw fetch")
        data += piece
    return data


def ask(connection, request):
    connection.sendall(struct.pack(">i", len(request)) + request)
    return receive(connection, struct.unpack(">i", receive(connection, 4))[0])


def fetch_batches(address, topic, count):
    """Everything in partition 0 of a topic, as stored: (codec, number of records) of each batch.

    A fetch of version 4, without any client between: a client would decompress, whatever the codec.
    """
    name = struct.pack(">h", len(topic)) + topic.encode()
    batches, offset = [], 0
    with connect(address) as connection:
        while offset < count:
            request = struct.pack(">hhihiiiibi", 1, 4, 7, -1, -1, 1000, 1, 1 << 26, 0, 1) + name
            request += struct.pack(">iiqi", 1, 0, offset, 1 << 26)
            response = ask(connection, request)
            # correlation id, throttle time, one topic with its name, one partition
            at = 12 + len(name) + 4
            _, error, high_watermark, _, aborted, size = struct.unpack_from(">ihqqii", response, at)
            check((error, high_watermark, aborted <= 0) == (0, count, True), f"raw fetch of {topic}: error {error}")
            records = response[at + 30:at + 30 + size]
            check(len(records) > 61, f"raw fetch of {topic}: no batch at offset {offset}")
            while records:
                base, length, _, magic, _, attributes, last = struct.unpack_from(">qiibIhi", records)
                check((base, magic) == (offset, 2), f"raw fetch of {topic}: batch {base} of format {magic}")
                batches.append((CODECS[attributes & 7], last + 1))
                offset, records = base + last + 1, records[12 + length:]
    return batches


def check_codec(address, topic, codec, count):
    """A client may leave a batch that does not shrink as it is, so other batches may be uncompressed."""
    batches = fetch_batches(address, topic, count)
    found = {name for name, _ in batches}
    check(codec in found and found <= {codec, "none"}, f"{topic} is stored in {sorted(found)}, not in {codec}")
    largest = max(batches, key=lambda batch: batch[1])
    check(largest[0] == codec, f"{topic}: its largest batch is stored in {largest[0]}, not in {codec}")


# --- the matrix -----------------------------------------------------------------------------------------

WRITERS = {"confluent": confluent_write, "python": python_write, "kcat": kcat_write}
READERS = {"confluent": confluent_read, "python": python_read}


def compare(reader, topic, expected, found):
    check(len(expected) == len(found), f"{reader} read {len(found)} of {len(expected)} records of {topic}")
    for number, (want, got) in enumerate(zip(expected, found)):
        check(want == got, f"{reader} read {topic}[{number}] as {got}, written was {want}")


def read_everything(address, written):
    for topic, rows in written.items():
        for name, read in READERS.items():
            compare(name, topic, rows, read(address, topic, len(rows)))
        found = kcat_read(address, topic, len(rows))
        compare("kcat", topic, [row[:2] for row in rows], [row[:2] for row in found])
        # kcat prints headers as text, so those that hold a NUL byte are the other clients' to check.
        for want, got in zip(rows, found):
            if want[2] == HEADER_OF_KCAT:
                check(got[2] == kcat_headers_text(want[2]), f"kcat read headers as {got[2]!r}")


def test_matrix(broker):
    written = {}
    for codec in CODECS:
        for name, write in WRITERS.items():
            topic = f"{name}.{codec}"
            rows = kcat_rows(codec) if name == "kcat" else records(name, codec)
            if name == "python":  # which refuses to send a record without both
                rows = [row for row in rows if row[:2] != (None, None)]
            write(broker.address, topic, codec, rows)
            check_codec(broker.address, topic, codec, len(rows))
            written[topic] = rows
    read_everything(broker.address, written)
    listing = json.loads(subprocess.run(["kcat", "-b", broker.address, "-L", "-J"], capture_output=True,
                                        check=True, timeout=60).stdout)
    check({row["topic"] for row in listing["topics"]} == set(written), "kcat -L lists other topics")
    return written


def test_admin(broker):
    admin = confluent_kafka.admin.AdminClient({"bootstrap.servers": broker.address})
    new = confluent_kafka.admin.NewTopic("made.by.admin", 5, 1, config={"cleanup.policy": "compact"})
    admin.create_topics([new])["made.by.admin"].result(30)
    topic = admin.list_topics("made.by.admin", timeout=30).topics["made.by.admin"]
    check(len(topic.partitions) == 5, "five partitions were asked for")
    try:
        admin.create_topics([new])["made.by.admin"].result(30)
        check(False, "a topic was made twice")
    except confluent_kafka.KafkaException as error:
        check(error.args[0].code() == confluent_kafka.KafkaError.TOPIC_ALREADY_EXISTS, str(error))
    admin.delete_topics(["made.by.admin"])["made.by.admin"].result(30)
    check("made.by.admin" not in admin.list_topics(timeout=30).topics, "the topic is still there")

    admin = kafka.admin.KafkaAdminClient(bootstrap_servers=broker.address)
    admin.create_topics([kafka.admin.NewTopic("made.by.python", 2, 1)])
    check("made.by.python" in admin.list_topics(), "kafka-python's topic is missing")
    admin.delete_topics(["made.by.python"])
    check("made.by.python" not in admin.list_topics(), "kafka-python's topic is still there")
    admin.close()


def test_times(broker):
    """Offsets by time are exact to the record, inside a compressed batch too."""
    producer = confluent_kafka.Producer({"bootstrap.servers": broker.address, "compression.type": "gzip",
                                         "linger.ms": 200})
    start = 1_700_000_000_000
    for i in range(100):
        producer.produce("times", value=str(i), partition=0, timestamp=start + i * 10)
    check(producer.flush(30) == 0, "not delivered")
    consumer = confluent_kafka.Consumer({"bootstrap.servers": broker.address, "group.id": "unused"})
    for millis, expected in [(start, 0), (start + 1, 1), (start + 490, 49), (start + 991, 100)]:
        found = consumer.offsets_for_times([confluent_kafka.TopicPartition("times", 0, millis)], timeout=30)
        check(found[0].offset in (expected, -1 if expected == 100 else expected),
              f"time {millis - start}: offset {found[0].offset}, not {expected}")
    consumer.close()


def test_advertised_versions(broker):
    """The table of docs/reference/kafka-compatibility.md is what the broker tells its clients."""
    page = pathlib.Path(__file__).resolve().parents[2] / "docs/reference/kafka-compatibility.md"
    rows = re.findall(r"^\| (\d+) \| \w+ \| (\d+)(?:-(\d+))? \|", page.read_text(), re.MULTILINE)
    with connect(broker.address) as connection:
        response = ask(connection, struct.pack(">hhih", 18, 0, 7, -1))
    _, error, count = struct.unpack_from(">ihi", response)
    told = list(struct.iter_unpack(">hhh", response[10:]))
    check((error, count) == (0, len(told)), f"ApiVersions: error {error}")
    check(sorted(told) == [(int(key), int(first), int(last or first)) for key, first, last in rows], f"{page.name} differs from {sorted(told)}")


def main():
    if shutil.which("kcat") is None:
        print("skipped: no kcat")
        return 77
    version = subprocess.run(["kcat", "-V"], capture_output=True, text=True).stdout
    print("clients: confluent-kafka", confluent_kafka.version(), "librdkafka", confluent_kafka.libversion()[0],
          "kafka-python", kafka.__version__, "kcat", " ".join(version.split("Version ")[-1].split()[:1]))
    with tempfile.TemporaryDirectory(prefix="weir-peers-") as name:
        broker = Broker(os.path.abspath(sys.argv[1]), pathlib.Path(name))
        broker.start()
        try:
            written = test_matrix(broker)
            test_admin(broker)
            test_times(broker)
            test_advertised_versions(broker)
            broker.stop()
            broker.start()
            read_everything(broker.address, written)
            broker.stop(signal.SIGKILL)
            broker.start()
            read_everything(broker.address, written)
            broker.stop(signal.SIGINT)
        finally:
            if broker.process.poll() is None:
                broker.process.kill()
                broker.process.wait()
    print(f"passed: {checks} checks")
    return 0


if __name__ == "__main__":
    sys.exit(main())
