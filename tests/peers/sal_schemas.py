#!/usr/bin/env python3
"""Other people's Avro libraries take every schema of `weir sal convert`, with all their validation on.

usage: sal_schemas.py WEIR        (with the packages of requirements.txt)

Converts an interface full of oddities, the example observatory, a made-up one, and the real trees of WEIR_CORPUS
(default ../shared/corpus) that are there; in the profile sal-kafka. Each schema must be valid for avro, for fastavro
and for Avro Java, and a message made of its defaults alone must come back from fastavro as it was.
"""
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import avro.schema
import fastavro

HERE = pathlib.Path(__file__).resolve().parent
REPO = HERE.parent.parent
sys.path.insert(0, str(HERE / "avro_java"))
from avro_java import AvroJava  # noqa: E402

ODDITIES = """<SALEventSet>
<SALEvent><EFDB_Topic>Odd_logevent_symbols</EFDB_Topic><Subsystem>Odd</Subsystem>
<Description>Quotes " and \\ and \u00b5 and a
line end</Description>
<item><EFDB_Name>words</EFDB_Name><IDL_Type>long</IDL_Type>
<Enumeration>half way, half-way, half_way, 4k, half way, \u00b5, unknown=7, a=0x10,</Enumeration></item>
<item><EFDB_Name>many</EFDB_Name><IDL_Type>int</IDL_Type><Count>3</Count><Enumeration>on,off</Enumeration></item>
<item><EFDB_Name>Many</EFDB_Name><IDL_Type>int</IDL_Type><Count>3</Count><Enumeration>on,off</Enumeration></item>
<item><EFDB_Name>text</EFDB_Name><IDL_Type>char</IDL_Type><Count>256</Count></item>
<item><EFDB_Name>texts</EFDB_Name><IDL_Type>string</IDL_Type><Count>2</Count></item>
<item><EFDB_Name>nothing</EFDB_Name><IDL_Type>null</IDL_Type></item>
<item><EFDB_Name>private_origin</EFDB_Name><IDL_Type>unsigned long long</IDL_Type></item>
<item><EFDB_Name>default</EFDB_Name><IDL_Type>octet</IDL_Type></item>
<item><EFDB_Name>record</EFDB_Name><IDL_Type>boolean</IDL_Type></item>
</SALEvent>
<SALEvent><EFDB_Topic>Odd_logevent_empty</EFDB_Topic></SALEvent>
<SALEvent><EFDB_Topic>null</EFDB_Topic><Subsystem>Odd</Subsystem></SALEvent>
</SALEventSet>"""


def check(java, tree, path):
    text = path.read_text(encoding="utf-8")
    schema = json.loads(text)
    assert path.name == f"{schema['namespace']}.{schema['name']}.avsc", f"{tree}: {path.name} holds another record"
    try:
        avro.schema.parse(text)
        parsed = fastavro.parse_schema(schema)
        message = io.BytesIO()
        fastavro.schemaless_writer(message, parsed, {})
        message.seek(0)
        record = fastavro.schemaless_reader(message, parsed)
    except Exception as error:
        sys.exit(f"FAILED: {tree}: {path.name}: {type(error).__name__}: {error}")
    defaults = {field["name"]: field["default"] for field in schema["fields"]}
    assert record == defaults, f"{tree}: {path.name}: {record} is not {defaults}"
    reply = java.ask(op="validate", schema=text)
    assert reply == {"valid": True}, f"{tree}: {path.name}: Avro Java says {reply}"


def check_tree(weir, java, tree, source, scratch):
    out = scratch / f"{tree}-schemas"
    done = subprocess.run([weir, "sal", "convert", str(source), "--out", str(out), "--strict"], capture_output=True,
                          text=True)
    assert done.returncode == 0, f"{tree}: weir sal convert ended with {done.returncode}: {done.stderr}"
    files = sorted(out.iterdir())
    for path in files:
        check(java, tree, path)
    print(f"{tree}: {len(files)} schemas", flush=True)


def main():
    weir = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder, AvroJava() as java:
        scratch = pathlib.Path(folder)
        trees = {"oddities": scratch / "oddities.xml", "example observatory": REPO / "examples" / "observatory",
                 "made-up observatory": scratch / "made-up"}
        trees["oddities"].write_text(ODDITIES, encoding="utf-8")
        subprocess.run([weir, "sal", "synth", "--topics", "300", "--out", str(trees["made-up observatory"])], check=True,
                       stderr=subprocess.DEVNULL)
        corpus = pathlib.Path(os.environ.get("WEIR_CORPUS", REPO.parent / "shared" / "corpus"))
        for name in ("ts_xml-2019-01-21", "ts_xml-v4.0.0", "ts_xml-v20.0.0"):
            if (corpus / name).is_dir():
                trees[name] = corpus / name
            else:
                print(f"{name}: skipped, {corpus / name} is not there")
        for tree, source in trees.items():
            check_tree(weir, java, tree, source, scratch)


main()
