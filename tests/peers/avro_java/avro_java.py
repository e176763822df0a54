"""Avro Java, asked from Python: starts tests/peers/avro-java and exchanges JSON lines with it.

    with AvroJava() as java:
        java.ask(op="print", schema='{"type":"int"}')        {"text": '"int"'}
        java.ask(op="decode", writer=..., data="02")         {"json": ..., "data": ...}, or {"error": ...}

The questions are listed at the top of tests/peers/avro-java. When Avro Java cannot be had, asking fails: a test
that compares with it must not pass without it.
"""
import json
import pathlib
import subprocess

PROGRAM = pathlib.Path(__file__).resolve().parent.parent / "avro-java"


class AvroJava:
    def __init__(self):
        self.process = subprocess.Popen(
            [str(PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def ask(self, **question):
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"tests/peers/avro-java ended, with code {self.process.wait()}")
        return json.loads(line)

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
