#!/usr/bin/env python3
"""Other people's clients read what `weir up` makes of an instrument's text.

usage: weir_topics.py WEIR        (with the packages of requirements.txt)

A mock observatory writes text for two seconds. confluent-kafka's AvroDeserializer reads one Avro topic through
weir's registry: every sequence number once, in order. kafka-python must see the same bytes.
"""
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

import confluent_kafka
import kafka
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext

TOPIC = "lsst.sal.Weather_wind"
INTERFACES = pathlib.Path(__file__).resolve().parents[2] / "examples" / "observatory"


def start(weir, folder):
    up = subprocess.Popen([weir, "up", "--interfaces", str(INTERFACES), "--data", f"{folder}/data", "--log-level",
                           "error", "--kafka-listen", "127.0.0.1:0", "--registry-listen", "127.0.0.1:0",
                           "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True)
    for line in up.stdout:
        if line.startswith("Ctrl-C"):
            return up, json.loads(pathlib.Path(f"{folder}/data/up.json").read_text())
    sys.exit(f"weir up ended with {up.wait()}")


def read_with_confluent(addresses, count):
    """The raw values of the topic, each decoded and its sequence number checked."""
    decode = AvroDeserializer(SchemaRegistryClient({"url": addresses["registry"]}))
    consumer = confluent_kafka.Consumer({"bootstrap.servers": addresses["kafka"], "group.id": "peer",
                                         "enable.auto.commit": False, "auto.offset.reset": "error"})
    consumer.assign([confluent_kafka.TopicPartition(TOPIC, 0, 0)])
    values, deadline = [], time.monotonic() + 60
    while len(values) < count:
        assert time.monotonic() < deadline, f"only {len(values)} of {count} records came"
        message = consumer.poll(1)
        if message is None:
            continue
        assert not message.error(), message.error()
        record = decode(message.value(), SerializationContext(TOPIC, MessageField.VALUE))
        values.append(message.value())
        assert record["sal_sequence"] == len(values), record
        assert len(record["speed"]) == 3, record
        assert dict(message.headers())["weir.source.topic"] == b"Weather_telemetry", message.headers()
    consumer.close()
    return values


def read_with_kafka_python(addresses, count):
    consumer = kafka.KafkaConsumer(bootstrap_servers=addresses["kafka"], consumer_timeout_ms=30000)
    partition = kafka.TopicPartition(TOPIC, 0)
    consumer.assign([partition])
    consumer.seek(partition, 0)
    values = []
    for message in consumer:
        values.append(message.value)
        if len(values) == count:
            break
    consumer.close()
    return values


def main():
    weir = sys.argv[1]
    with tempfile.TemporaryDirectory(prefix="weir-peer-") as folder:
        up, addresses = start(weir, folder)
        try:
            subprocess.run([weir, "sal", "mock", str(INTERFACES), "--brokers", addresses["kafka"], "--duration", "2",
                            "--report", f"{folder}/mock.json"], check=True)
            sent = json.loads(pathlib.Path(f"{folder}/mock.json").read_text())
            count = sent["sequences"]["Weather_wind"]["last_acknowledged"]
            assert count > 100, count
            values = read_with_confluent(addresses, count)
            assert read_with_kafka_python(addresses, count) == values
        finally:
            up.send_signal(signal.SIGTERM)
            code = up.wait(timeout=60)
        assert code == 0, code
    print(f"confluent-kafka {confluent_kafka.version()} and kafka-python {kafka.__version__}: {count} records of {TOPIC}, "
          "decoded in order, bytes equal")


if __name__ == "__main__":
    main()
