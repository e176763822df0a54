#!/usr/bin/env python3
"""Tests the Avro Java peer itself: every question has the answer that the specification gives."""
import hashlib
import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "avro_java"))
from avro_java import AvroJava  # noqa: E402

POINT = json.dumps(
    {
        "type": "record",
        "name": "a.Point",
        "doc": "Where",
        "fields": [{"name": "x", "type": "int"}, {"name": "label", "type": ["null", "string"], "default": None}],
    }
)


class AvroJavaPeer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.java = AvroJava()

    @classmethod
    def tearDownClass(cls):
        cls.java.close()

    def test_prints_schemas(self):
        text = self.java.ask(op="print", schema=POINT)["text"]
        self.assertTrue(text.startswith('{"type":"record","name":"Point","namespace":"a","doc":"Where","fields":['))

    def test_gives_the_canonical_form_and_its_fingerprints(self):
        reply = self.java.ask(op="canonical", schema='{"type":"int","x":1}')
        self.assertEqual(reply["text"], '"int"')
        self.assertEqual(reply["crc64"], "7275d51a3f395c8f")
        self.assertEqual(reply["md5"], hashlib.md5(b'"int"').hexdigest())
        self.assertEqual(reply["sha256"], hashlib.sha256(b'"int"').hexdigest())

    def test_validates_strictly_and_is_lenient_elsewhere(self):
        bad_name = '{"type":"fixed","name":"1-a","size":2}'
        self.assertEqual(self.java.ask(op="validate", schema=POINT), {"valid": True})
        self.assertIn("Illegal initial character", self.java.ask(op="validate", schema=bad_name)["error"])
        self.assertIn("text", self.java.ask(op="print", schema=bad_name))
        self.assertIn("error", self.java.ask(op="print", schema=bad_name, strict=True))

    def test_compares_schemas(self):
        self.assertTrue(self.java.ask(op="compat", reader='"long"', writer='"int"')["compatible"])
        self.assertEqual(
            self.java.ask(op="compat", reader='"int"', writer='"long"'),
            {
                "compatible": False,
                "incompatibilities": [
                    {
                        "type": "TYPE_MISMATCH",
                        "location": "/",
                        "message": "reader type: INT not compatible with writer type: LONG",
                        "reader": '"int"',
                        "writer": '"long"',
                    }
                ],
            },
        )

    def test_decodes_with_another_reader(self):
        self.assertEqual(
            self.java.ask(op="decode", writer=POINT, data="540206686579"),
            {"json": '{"x":42,"label":{"string":"hey"}}', "data": "540206686579"},
        )
        reader = POINT.replace('"int"', '"double"')
        reply = self.java.ask(op="decode", writer=POINT, reader=reader, data="5400")
        self.assertEqual(reply, {"json": '{"x":42.0,"label":null}', "data": "000000000000454000"})

    def test_encodes(self):
        reply = self.java.ask(op="encode", schema=POINT, json='{"x":42,"label":{"string":"hey"}}')
        self.assertEqual(reply, {"data": "540206686579"})

    def test_writes_and_reads_containers_in_every_codec(self):
        with tempfile.TemporaryDirectory() as folder:
            for codec in ("null", "deflate", "snappy", "zstandard", "bzip2", "xz"):
                file = f"{folder}/{codec}.avro"
                question = {"schema": POINT, "records": ["5400", "540206686579"], "meta": {"who": "6d65"}}
                self.assertEqual(
                    self.java.ask(op="container_write", file=file, codec=codec, **question), {"records": 2}
                )
                reply = self.java.ask(op="container_read", file=file)
                self.assertEqual(reply["codec"], codec)
                self.assertEqual(reply["records"], question["records"])
                self.assertEqual(reply["json"][1], '{"x":42,"label":{"string":"hey"}}')
                self.assertEqual(reply["meta"]["who"], "6d65")

    def test_answers_errors(self):
        self.assertIn("no such op", self.java.ask(op="guess")["error"])
        self.assertIn('the text "schema"', self.java.ask(op="print")["error"])
        self.assertIn("error", self.java.ask(op="print", schema="{"))
        self.assertIn("error", self.java.ask(op="decode", writer=POINT, data="54"))
        self.assertIn("bytes are left", self.java.ask(op="decode", writer='"int"', data="5400")["error"])
        self.assertIn("error", self.java.ask(op="container_read", file="/nowhere.avro"))
        deep = "[" * 50000
        self.assertIn("error", self.java.ask(op="print", schema=deep))
        self.assertIn("text", self.java.ask(op="print", schema='"int"'))


if __name__ == "__main__":
    unittest.main()
