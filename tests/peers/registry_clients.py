#!/usr/bin/env python3
"""Confluent's Avro serializer and deserializer, kafka-python and fastavro against a running weir.

    registry_clients.py --brokers 127.0.0.1:9092 --registry http://127.0.0.1:8081

Writes with one client and reads with the others, and compares values, ids and errors.
"""
import argparse
import io
import json
import struct
import sys
import uuid

import fastavro
import kafka
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.error import SchemaRegistryError
from confluent_kafka.serialization import MessageField, SerializationContext

SCHEMA = {
    "type": "record", "name": "MTMount_elevation", "namespace": "lsst.sal", "doc": "é “quoted”",
    "fields": [
        {"name": "actualPosition", "type": "double", "doc": "deg"},
        {"name": "state", "type": {"type": "enum", "name": "State", "symbols": ["OFF", "ON"]}},
        {"name": "samples", "type": {"type": "array", "items": "float"}},
        {"name": "comment", "type": ["null", "string"], "default": None},
        {"name": "stamp", "type": {"type": "long", "logicalType": "timestamp-micros"}},
    ],
}


def records(count):
    return [{"actualPosition": i / 7, "state": "ON" if i % 2 else "OFF", "samples": [0.5 * i, -1.0],
             "comment": None if i % 3 else f"no. {i}", "stamp": 1_700_000_000_000_000 + i} for i in range(count)]


def same(got, expected):
    got = dict(got)
    stamp = got["stamp"]
    got["stamp"] = stamp if isinstance(stamp, int) else round(stamp.timestamp() * 1e6)
    assert got == expected, (got, expected)


def write(brokers, registry, topic, values):
    serializer = AvroSerializer(registry, json.dumps(SCHEMA), conf={"auto.register.schemas": True})
    producer = Producer({"bootstrap.servers": brokers})
    failures = []
    for value in values:
        data = serializer(value, SerializationContext(topic, MessageField.VALUE))
        producer.produce(topic, value=data, partition=0,
                         on_delivery=lambda error, _: failures.append(error) if error else None)
    assert producer.flush(30) == 0 and not failures, failures


def read_with_confluent(brokers, registry, topic, values):
    deserializer = AvroDeserializer(registry)
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": "peer", "enable.auto.commit": False})
    consumer.assign([TopicPartition(topic, 0, 0)])
    for expected in values:
        message = consumer.poll(30)
        assert message is not None and not message.error(), message and message.error()
        same(deserializer(message.value(), SerializationContext(topic, MessageField.VALUE)), expected)
    consumer.close()


def read_with_kafka_python(brokers, registry, topic, values, schema_id):
    consumer = kafka.KafkaConsumer(bootstrap_servers=brokers, consumer_timeout_ms=30_000, enable_auto_commit=False)
    partition = kafka.TopicPartition(topic, 0)
    consumer.assign([partition])
    consumer.seek_to_beginning(partition)
    schema = fastavro.parse_schema(json.loads(registry.get_schema(schema_id).schema_str))
    for expected, message in zip(values, consumer):
        magic, found_id = struct.unpack(">bI", message.value[:5])
        assert (magic, found_id) == (0, schema_id), (magic, found_id)
        same(fastavro.schemaless_reader(io.BytesIO(message.value[5:]), schema), expected)
        if message.offset == len(values) - 1:
            break
    assert consumer.position(partition) == len(values)
    consumer.close()


def check_interface(registry, subject, schema_id):
    assert subject in registry.get_subjects()
    latest = registry.get_latest_version(subject)
    assert (latest.schema_id, latest.version) == (schema_id, 1), latest
    again = Schema(json.dumps(SCHEMA, indent=3), "AVRO")
    assert registry.register_schema(subject, again) == schema_id
    assert registry.lookup_schema(subject, again).version == 1
    assert registry.register_schema(subject + "-other", again) == schema_id
    assert registry.get_versions(subject) == [1]
    for call, status, code in (
            (lambda: registry.get_schema(987654), 404, 40403),
            (lambda: registry.get_versions("no-such-subject"), 404, 40401),
            (lambda: registry.get_version(subject, 99), 404, 40402),
            (lambda: registry.register_schema(subject, Schema('{"type":"nothing"}', "AVRO")), 422, 42201)):
        try:
            call()
        except SchemaRegistryError as error:
            assert (error.http_status_code, error.error_code) == (status, code), error
        else:
            raise AssertionError(f"expected {code}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--brokers", required=True)
    parser.add_argument("--registry", required=True)
    options = parser.parse_args()
    registry = SchemaRegistryClient({"url": options.registry})
    topic = f"lsst.sal.peer-{uuid.uuid4().hex[:8]}"
    values = records(200)
    write(options.brokers, registry, topic, values)
    schema_id = registry.get_latest_version(topic + "-value").schema_id
    read_with_confluent(options.brokers, registry, topic, values)
    read_with_kafka_python(options.brokers, registry, topic, values, schema_id)
    check_interface(registry, topic + "-value", schema_id)
    print(f"{len(values)} records written by confluent-kafka, read by confluent-kafka, kafka-python and fastavro")
    return 0


if __name__ == "__main__":
    sys.exit(main())
