#!/usr/bin/env python3
"""Object container files and the JSON encoding, between weir, fastavro, the avro package of PyPI and Avro Java.

Usage: avro_container.py PROGRAM, where PROGRAM is the test program weir_avro_oracle.

Every one of the four writes a file of every case with every codec, and all the others read it: the same schema, the
same bytes of each record, the same metadata. Then weir's JSON encoding of each record is compared with Java's, and
Java reads weir's.
"""
import datetime
import decimal
import io
import json
import pathlib
import struct
import sys
import tempfile
import uuid

try:
    import avro.datafile
    import avro.io
    import avro.schema
    import fastavro
except ImportError as missing:
    print(f"skipped: {missing.name} is not installed: pip install -r tests/peers/requirements.txt")
    sys.exit(77)

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "avro_java"))
from avro_java import AvroJava  # noqa: E402
from oracle_program import Program, expect  # noqa: E402

CODECS = ("null", "deflate", "snappy", "zstandard")
METADATA = {"site": b"summit", "tower": "\u00e9".encode(), "empty": b""}
UTC = datetime.timezone.utc


def field(name, kind, **rest):
    return {"name": name, "type": kind, **rest}


def record(name, *fields):
    return {"type": "record", "name": name, "fields": list(fields)}


TELEMETRY = record(
    "lsst.sal.Pointing",
    field("private_sndStamp", "double"),
    field("azimuth", ["null", "double"], default=None),
    field("forces", {"type": "array", "items": "float"}),
    field("state", {"type": "enum", "name": "State", "symbols": ["OFFLINE", "TRACKING", "FAULT"]}),
    field("flags", {"type": "map", "values": "boolean"}),
    field("raw", {"type": "fixed", "name": "Raw", "size": 3}),
    field("note", "string"),
)
LOGICAL = record(
    "a.Logical",
    field("at", {"type": "long", "logicalType": "timestamp-micros"}),
    field("day", {"type": "int", "logicalType": "date"}),
    field("price", {"type": "bytes", "logicalType": "decimal", "precision": 8, "scale": 2}),
    field("id", {"type": "string", "logicalType": "uuid"}),
)
CHAIN = record("Link", field("value", "int"), field("next", ["null", "Link"]))
UNION = ["null", "string", "long", record("b.Point", field("x", "double")), {"type": "array", "items": "int"}]


def telemetry(i):
    return {
        "private_sndStamp": 1.6e9 + i / 7,
        "azimuth": None if i % 3 == 0 else i * 0.25,
        "forces": [float(j) for j in range(i % 5)],
        "state": ("OFFLINE", "TRACKING", "FAULT")[i % 3],
        "flags": {"on": True} if i % 2 else {},
        "raw": bytes([i % 256, 0, 255]),
        "note": "\u00e9t\u00e9 \U0001f52d \"quoted\" \\ \n" * (i % 4),
    }


def logical(i):
    return {
        "at": datetime.datetime(2019, 1, 21, 12, 30, 15, 123456 + i, tzinfo=UTC),
        "day": datetime.date(1969, 12, 30 + i % 2),
        "price": decimal.Decimal(i - 5) / 100,
        "id": uuid.UUID(int=i << 64 | i),
    }


def chain(length):
    return None if length == 0 else {"value": length, "next": chain(length - 1)}


CASES = {
    "telemetry": (TELEMETRY, [telemetry(i) for i in range(20)]),
    "many blocks": (TELEMETRY, [telemetry(i) for i in range(2000)]),
    "logical types": (LOGICAL, [logical(i) for i in range(10)]),
    "recursive": (CHAIN, [chain(length) for length in (1, 2, 12)]),
    "a union": (UNION, [None, "text", -(2**63), {"x": -0.5}, [1, -1], [], ""]),
    "no records": (TELEMETRY, []),
    "longs": ("long", [0, -1, 2**63 - 1, -(2**63)]),
    "one large record": ("bytes", [bytes(300_000) + bytes(range(256)) * 400]),
}


class Weir:
    def __init__(self, program):
        self.program = program

    def write(self, file, schema, codec, data, block_size):
        metadata = {key: value.hex() for key, value in METADATA.items()}
        reply = self.program.ask(
            write=file, schema=json.dumps(schema), codec=codec, records=data, block_size=block_size, metadata=metadata
        )
        expect("error" not in reply, "weir does not write", reply)

    def read(self, file):
        piece = 7 if pathlib.Path(file).stat().st_size < 10_000 else 5000
        reply = self.program.ask(read=file, piece=piece)
        expect("error" not in reply, "weir does not read", file, reply)
        metadata = {key: bytes.fromhex(value) for key, value in reply["metadata"].items()}
        return reply["schema"], metadata, reply["records"]


class FastAvro:
    def write(self, file, schema, codec, data, block_size):
        parsed = fastavro.parse_schema(json.loads(json.dumps(schema)))
        values = [fastavro.schemaless_reader(io.BytesIO(bytes.fromhex(one)), parsed) for one in data]
        metadata = {key: value.decode() for key, value in METADATA.items()}
        with open(file, "wb") as out:
            fastavro.writer(out, parsed, values, codec=codec, sync_interval=block_size, metadata=metadata)

    def read(self, file):
        with open(file, "rb") as stream:
            reader = fastavro.reader(stream)
            schema = fastavro.parse_schema(json.loads(json.dumps(reader.writer_schema)))
            metadata = {key: value.encode() for key, value in reader.metadata.items()}
            return json.dumps(reader.writer_schema), metadata, [self.encoded(schema, value) for value in reader]

    @staticmethod
    def encoded(schema, value):
        out = io.BytesIO()
        fastavro.schemaless_writer(out, schema, value)
        return out.getvalue().hex()


class Avro:
    def write(self, file, schema, codec, data, block_size):
        parsed = avro.schema.parse(json.dumps(schema))
        writer = avro.datafile.DataFileWriter(open(file, "wb"), avro.io.DatumWriter(), parsed, codec=codec)
        for key, value in METADATA.items():
            writer.set_meta(key, value)
        for one in data:
            writer.append(avro.io.DatumReader(parsed).read(avro.io.BinaryDecoder(io.BytesIO(bytes.fromhex(one)))))
            if writer.buffer_writer.tell() >= block_size:
                writer.sync()
        writer.close()

    def read(self, file):
        with avro.datafile.DataFileReader(open(file, "rb"), avro.io.DatumReader()) as reader:
            schema = avro.schema.parse(reader.schema)
            return reader.schema, reader.meta, [self.encoded(schema, value) for value in reader]

    @staticmethod
    def encoded(schema, value):
        out = io.BytesIO()
        avro.io.DatumWriter(schema).write(value, avro.io.BinaryEncoder(out))
        return out.getvalue().hex()


class Java:
    def __init__(self, java):
        self.java = java

    def write(self, file, schema, codec, data, block_size):
        metadata = {key: value.hex() for key, value in METADATA.items()}
        reply = self.java.ask(
            op="container_write", file=file, schema=json.dumps(schema), codec=codec, records=data, meta=metadata,
            sync_interval=max(block_size, 32),
        )  # fmt: skip
        expect("error" not in reply, "Java does not write", reply)

    def read(self, file):
        reply = self.java.ask(op="container_read", file=file)
        expect("error" not in reply, "Java does not read", file, reply)
        metadata = {key: bytes.fromhex(value) for key, value in reply["meta"].items()}
        return reply["schema"], metadata, reply["records"]


def canonical(text):
    return fastavro.schema.to_parsing_canonical_form(json.loads(text))


def exchange(libraries, folder):
    """Everybody's files, read by everybody; returns how many were read."""
    read = 0
    for case, (schema, values) in CASES.items():
        parsed = fastavro.parse_schema(json.loads(json.dumps(schema)))
        data = [FastAvro.encoded(parsed, value) for value in values]
        for codec in CODECS:
            for writer_name, writer in libraries.items():
                file = f"{folder}/{case.replace(' ', '_')}.{codec}.{writer_name}.avro"
                writer.write(file, schema, codec, data, block_size=1000)
                for reader_name, reader in libraries.items():
                    if "weir" not in (reader_name, writer_name):
                        continue
                    what = f"{case}, {codec}: {writer_name} to {reader_name}"
                    found_schema, metadata, records = reader.read(file)
                    expect(canonical(found_schema) == canonical(json.dumps(schema)), what, "another schema", found_schema)
                    expect(records == data, what, "other records", len(records), len(data))
                    for key, value in METADATA.items():
                        expect(metadata.get(key) == value, what, f"other metadata {key}", metadata.get(key))
                    read += 1
    return read


def refuses_other_codecs(program, java, folder):
    for codec in ("bzip2", "xz"):
        file = f"{folder}/{codec}.avro"
        reply = java.ask(op="container_write", file=file, schema='"int"', codec=codec, records=["02"])
        expect("error" not in reply, "Java does not write", codec, reply)
        reply = program.ask(read=file)
        expect(reply.get("error", "").startswith("unsupported: the header: unknown codec"), codec, reply)


def as_java(text):
    """Java escapes the characters beyond U+FFFF, which need not be."""
    escape = lambda c: "".join(f"\\u{unit:04X}" for unit in struct.unpack(">HH", c.encode("utf-16-be")))  # noqa: E731
    return "".join(c if c <= "\uffff" else escape(c) for c in text)


def json_encoding(program, java):
    """Weir's JSON encoding is Java's to the byte, and Java reads it back; returns how many were compared."""
    compared = 0
    extremes = [
        ("double", "000000000000f87f"), ("double", "000000000000f0ff"), ("float", "0000807f"), ("float", "cdcccc3d"),
        ("double", "0000000000000080"), ("double", "ea8ca039593e2946"), ("bytes", "0800ff7f0a"), ("float", "20bcbe4c"),
        ({"type": "map", "values": ["null", "bytes"]}, "02026b020480ff00"),
    ]  # fmt: skip
    questions = [(schema, data) for schema, data in extremes]
    for schema, values in CASES.values():
        parsed = fastavro.parse_schema(json.loads(json.dumps(schema)))
        questions += [(schema, FastAvro.encoded(parsed, value)) for value in values[:200]]
    for schema, data in questions:
        text = json.dumps(schema)
        ours = program.ask(schema=text, data=data)
        expect("error" not in ours, "weir does not read", text, data, ours)
        theirs = java.ask(op="decode", writer=text, data=data)
        expect(as_java(ours["json"]) == theirs.get("json"), "another JSON encoding", text, ours["json"], theirs)
        expect(program.ask(schema=text, json=ours["json"]).get("data") == data, "weir reads another value", ours)
        expect(java.ask(op="encode", schema=text, json=ours["json"]) == {"data": data}, "Java reads another", ours)
        compared += 1
    for seed in range(300):
        ours = program.ask(seed=seed)
        theirs = java.ask(op="encode", schema=ours["schema"], json=ours["json"])
        expect("error" not in theirs, "Java does not read", ours, theirs)
        # Not the bytes: Java has another order of maps.
        again = program.ask(schema=ours["schema"], data=theirs["data"])
        expect(again.get("value") == ours["value"], "Java reads another value", ours, theirs, again)
        compared += 1
    return compared


def main():
    program = Program(sys.argv[1])
    with AvroJava() as java, tempfile.TemporaryDirectory() as folder:
        libraries = {"weir": Weir(program), "fastavro": FastAvro(), "avro": Avro(), "java": Java(java)}
        read = exchange(libraries, folder)
        refuses_other_codecs(program, java, folder)
        compared = json_encoding(program, java)
    print(f"fastavro {fastavro.__version__}, avro {avro.__version__}, Avro Java: {read} container files read alike,")
    print(f"{compared} data in JSON alike")


if __name__ == "__main__":
    main()
