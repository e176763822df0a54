"""fastavro in the side-by-side run: fastavro_contender.py decode|encode FOLDER TOPIC. The protocol is that of run.py.

The schema is parsed once, and the compiled reader and writer of the wheel are used; strings become str, arrays lists.
"""
import io
import json
import pathlib
import struct
import sys
import time

import fastavro

assert fastavro.schemaless_reader.__module__ == "fastavro._read", "fastavro runs without its compiled parts"


def read_messages(path):
    data = path.read_bytes()
    messages = []
    at = 0
    while at < len(data):
        (size,) = struct.unpack_from(">I", data, at)
        messages.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    return messages


class Decode:
    """Decodes every message and adds up every value."""

    def __init__(self, schema, messages, fields):
        self.schema = schema
        self.messages = messages
        kinds = [(field["name"], field["type"]) for field in fields]
        self.texts = [name for name, kind in kinds if kind == "string"]
        self.arrays = [name for name, kind in kinds if isinstance(kind, dict)]
        self.numbers = [name for name, kind in kinds if isinstance(kind, str) and kind != "string"]

    def all(self):
        total = 0.0
        schema = self.schema
        for message in self.messages:
            record = fastavro.schemaless_reader(io.BytesIO(message), schema)
            for name in self.numbers:
                total += record[name]
            for name in self.texts:
                total += len(record[name])
            for name in self.arrays:
                total += sum(record[name])
        return total


class Encode:
    """Encodes every record into one buffer, and gives the bytes that they took."""

    def __init__(self, schema, messages):
        self.schema = schema
        self.out = io.BytesIO()
        self.records = [fastavro.schemaless_reader(io.BytesIO(message), schema) for message in messages]
        for record, message in zip(self.records, messages):
            self.encode(record)
            assert self.out.getvalue() == message, "encodes to other bytes"

    def encode(self, record):
        self.out.seek(0)
        self.out.truncate()
        fastavro.schemaless_writer(self.out, self.schema, record)

    def all(self):
        size = 0
        for record in self.records:
            self.encode(record)
            size += self.out.tell()
        return size


def main():
    task, folder, topic = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
    text = json.loads((folder / f"{topic}.avsc").read_text())
    schema = fastavro.parse_schema(text)
    messages = read_messages(folder / f"{topic}.messages")
    work = Decode(schema, messages, text["fields"]) if task == "decode" else Encode(schema, messages)
    for line in sys.stdin:
        seconds = float(line)
        passes = 0
        begin, cpu = time.perf_counter(), time.thread_time()
        while True:
            check = work.all()
            passes += 1
            if time.perf_counter() - begin >= seconds:
                break
        cpu, wall = time.thread_time() - cpu, time.perf_counter() - begin
        print(passes * len(messages), cpu, wall, float(check), flush=True)


if __name__ == "__main__":
    main()
