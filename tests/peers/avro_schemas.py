#!/usr/bin/env python3
"""Compares what weir makes of schemas with Avro Java, fastavro and Avro for Python.

Usage: avro_schemas.py PROGRAM [ROUNDS] [SEED], where PROGRAM is the test program weir_avro_oracle.

Over hand-made and random schemas with docs, aliases, namespaces, defaults and attributes of every kind: the
printed text and the parsing canonical form are those of Avro Java to the byte, and so are the fingerprints;
so is the canonical form of fastavro (schemas with an empty namespace aside), and that of Avro for Python mostly (it keeps
"error" and {"type":"int"}, and writes some types out more than once). Over schemas that break one rule each:
weir refuses them, and so does Avro Java, unless the case says that it does not look. Last, schemas that weir
takes leniently print as they do in Java.
"""
import json
import pathlib
import random
import sys
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "avro_java"))
from avro_java import AvroJava  # noqa: E402
from avro_oracle import Program, expect  # noqa: E402

try:
    import avro.schema
    import fastavro
    from fastavro.schema import fingerprint, to_parsing_canonical_form
except ImportError:
    print("skipped: fastavro or avro is not installed")
    sys.exit(77)

PRIMITIVES = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"]
TEXTS = ["", "plain", "\u00e9t\u00e9 \u2028 \u65e5\u672c", "\U0001f52d", 'q " b \\ s / n \n t \t r \r b \b f \f', "\u0001\u001f\u007f"]
NUMBERS = ["0", "-0", "-7", "2147483648", "-9223372036854775808", "1.0", "-0.0", "1e2",
           "1E-7", "0.001", "0.0001", "9999999.0", "10000000.0", "12345.678e10", "1.7976931348623157e308"]
SPACES = ["", "a", "a.b", "lsst.sal", "int.record"]
LOGICAL = ["date", "timestamp-millis", "decimal", "uuid", "duration", "angle", "local-timestamp-nanos"]


class Raw(str):
    """JSON that is to be written as it stands, so that numbers keep their form."""


def dump(value, random_):
    """JSON with its members in random order and blanks here and there."""
    blank = random_.choice(["", "", " ", "\n  "])
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, dict):
        members = list(value.items())
        random_.shuffle(members)
        return "{" + ",".join(f"{blank}{json.dumps(k)}:{dump(v, random_)}" for k, v in members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(dump(item, random_) + blank for item in value) + "]"
    return json.dumps(value, ensure_ascii=random_.random() < 0.5)


class Maker:
    """Random schemas that break no rule."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.count = 0
        self.known = []

    def chance(self, share):
        return self.random.random() < share

    def name(self):
        self.count += 1
        return self.random.choice(["n", "Name", "_x", "enum"]) + str(self.count)

    def any_json(self, depth=0):
        kind = self.random.randrange(8 if depth < 3 else 5)
        if kind < 2:
            return self.random.choice(TEXTS)
        if kind < 4:
            return Raw(self.random.choice(NUMBERS))
        if kind == 4:
            return self.random.choice([None, True, False])
        if kind < 7:
            return [self.any_json(depth + 1) for _ in range(self.random.randrange(3))]
        return {text: self.any_json(depth + 1) for text in self.random.sample(TEXTS + ["name", "type"], 2)}

    def dressed(self, schema, reserved=()):
        """Adds attributes that Avro does not define."""
        words = ["sal_version", "units", "x-y", "order", "precision", "default", "\u00e9"]
        for word in words:
            if self.chance(0.1) and word not in schema and word not in reserved:
                schema[word] = self.any_json()
        if self.chance(0.15):
            schema["logicalType"] = self.random.choice(LOGICAL)
        return schema

    def type(self, space, depth=0, in_union=False):
        if self.known and self.chance(0.15):
            name, known_space = self.random.choice(self.known)
            # Without a namespace a name is looked for in the enclosing one first.
            if known_space == "":
                return name
            return name if known_space == space and self.chance(0.5) else f"{known_space}.{name}"
        kinds = PRIMITIVES + ["primitive"] * 2 + ["enum", "fixed"]
        if depth < 5:
            kinds += ["array", "map", "record", "record"] + ([] if in_union else ["union"] * 2)
        kind = self.random.choice(kinds)
        if kind in PRIMITIVES:
            return kind
        if kind == "primitive":
            return self.dressed({"type": self.random.choice(PRIMITIVES)})
        if kind == "array":
            return self.dressed({"type": "array", "items": self.type(space, depth + 1)})
        if kind == "map":
            return self.dressed({"type": "map", "values": self.type(space, depth + 1)})
        if kind == "union":
            return self.union(space, depth)
        return self.named(kind, space, depth)

    def union(self, space, depth):
        branches, seen = [], set()
        for _ in range(self.random.randrange(1, 5)):
            known = len(self.known)
            branch = self.type(space, depth + 1, in_union=True)
            word = branch["type"] if isinstance(branch, dict) else branch
            if isinstance(branch, dict) and "name" in branch:
                branches.append(branch)
            elif word in PRIMITIVES + ["array", "map"] and word not in seen:
                seen.add(word)
                branches.append(branch)
            else:
                del self.known[known:]
        return branches or ["null"]

    def named(self, kind, space, depth):
        schema = {"type": kind, "name": self.name()}
        own = space
        if self.chance(0.4):
            own = self.random.choice(SPACES)
            if own and self.chance(0.3):
                schema["name"] = f"{own}.{schema['name']}"
                if self.chance(0.3):
                    schema["namespace"] = "passed.over"
            else:
                schema["namespace"] = own
        key = (schema["name"].split(".")[-1], own)
        if self.chance(0.3):
            schema["doc"] = self.random.choice(TEXTS)
        if self.chance(0.3):
            schema["aliases"] = self.random.choice([[], ["Old"], ["Old", "b.Older", "Old"], [own + ".Same" if own else "Same"]])
        if kind == "fixed":
            schema["size"] = self.random.randrange(20)
            self.known.append(key)
            return self.dressed(schema)
        if kind == "enum":
            schema["symbols"] = [f"S{i}" for i in range(self.random.randrange(1, 5))]
            if self.chance(0.3):
                schema["default"] = "S0"
            self.known.append(key)
            return self.dressed(schema, reserved=("default",))
        if self.chance(0.1):
            schema["type"] = "error"
        # So that it may hold itself. (Java no longer finds an open type without a namespace from inside one.)
        if own and self.chance(0.5):
            self.known.append(key)
        schema["fields"] = [self.field(own, depth) for _ in range(self.random.randrange(6))]
        if key not in self.known:
            self.known.append(key)
        return self.dressed(schema)

    def field(self, space, depth):
        field = {"name": self.name(), "type": self.type(space, depth + 1)}
        if self.chance(0.3):
            field["doc"] = self.random.choice(TEXTS)
        if self.chance(0.2):
            field["order"] = self.random.choice(["ascending", "descending", "ignore"])
        if self.chance(0.2):
            field["aliases"] = self.random.choice([[], ["old"], ["old", "older", "old"]])
        if self.chance(0.5):
            default = self.default(field["type"])
            if default is not NONE:
                field["default"] = default
        return self.dressed(field, reserved=("default", "order"))

    def default(self, schema, in_union=False):
        if isinstance(schema, list):
            return self.default(self.random.choice(schema), in_union=True)
        kind = schema["type"] if isinstance(schema, dict) else schema
        pick = self.random.choice
        if kind == "null":
            return None
        if kind == "boolean":
            return pick([True, False])
        if kind == "int":
            return Raw(pick(["0", "-2147483648", "2147483647"]))
        if kind == "long":
            return Raw(pick(["0", "-9223372036854775808", "9223372036854775807"]))
        if kind in ("float", "double"):
            return Raw(pick(NUMBERS + ([] if in_union else ['"1.5"', '"NaN"', '"-Infinity"', '"1e3"'])))
        if kind == "string":
            return pick(TEXTS)
        if kind == "bytes":
            return pick(["", "\u0000\u00ff\u007f"])
        if kind == "array":
            return []
        if kind == "map":
            return {}
        if kind == "fixed":
            return "\u00e9" * schema["size"]
        if kind == "enum":
            return schema["symbols"][-1]
        return NONE


NONE = object()

# Texts that need a rule of their own.
HAND_MADE = [
    '"int"',
    '{"type":"string"}',
    '[]',
    '["null",{"type":"int","x":1}]',
    '{"type":"string","doc":"dropped","name":"dropped","size":3}',
    '{"type":"array","items":"int","default":[],"namespace":"dropped"}',
    # A type without a namespace inside one with a namespace, and back.
    '{"type":"record","name":"a.R","fields":[{"name":"x","type":{"type":"record","name":"S","namespace":"",'
    '"fields":[{"name":"y","type":{"type":"fixed","name":"a.F","size":1}},{"name":"z","type":"a.F"}]}},'
    '{"name":"s","type":"S"},{"name":"f","type":"F"}]}',
    '{"type":"record","name":".R","namespace":"a","fields":[{"name":"r","type":["null","R"]}]}',
    # Not inside an object: there Avro Java loses itself over it.
    '{"type":"int","x":18446744073709551616}',
    # Names that are words of types.
    '{"type":"record","name":"a.record","fields":[{"name":"x","type":{"type":"fixed","name":"enum","size":1}},'
    '{"name":"y","type":"a.enum"},{"name":"z","type":["null","a.record"]}]}',
    '{"type":"record","name":"record","fields":[{"name":"x","type":["null","record"]}]}',
    '{"type":"record","name":"a.R","fields":[{"name":"x","type":{"type":"fixed","name":"int","size":1}},'
    '{"name":"y","type":"a.int"}]}',
    # Aliases in other namespaces and without one.
    '{"type":"record","name":"a.R","aliases":["S","b.T",".U","a.V"],"fields":[]}',
    '{"type":"fixed","name":"F","size":0,"aliases":["S","b.T","b.T"]}',
    '{"type":"error","name":"E","doc":"","fields":[{"name":"m","type":"string","doc":""}]}',
    '{"type":"enum","name":"E","doc":"d","symbols":[],"aliases":["D"]}',
    # What stands for nothing is dropped: a null doc, namespace or default symbol, or one of a wrong kind.
    '{"type":"enum","name":"E","doc":null,"namespace":null,"symbols":["A"],"default":null}',
    '{"type":"enum","name":"E","doc":7,"symbols":["A"],"default":8}',
    '{"type":"record","name":"R","fields":[{"name":"x","type":"int","doc":{}}]}',
    # Numbers as text.
    '{"type":"record","name":"R","fields":[{"name":"a","type":"double","default":" +1.50 "},'
    '{"name":"b","type":"float","default":"1e2f"},{"name":"c","type":"double","default":"-.5D"},'
    '{"name":"d","type":"double","default":"Infinity"}]}',
    '{"type":"record","name":"R","size":1,"symbols":2,"items":3,"values":4,"default":5,"order":6,"fields":'
    '[{"name":"x","type":"int","namespace":"kept","size":1,"fields":[],"symbols":[],"items":1,"values":2}]}',
]

# (what, schema, whether Avro Java refuses it as well)
BROKEN = [
    ("a name with a blank", '{"type":"fixed","name":"a b","size":1}', True),
    ("a name with a letter outside ASCII", '{"type":"fixed","name":"\u00e9","size":1}', True),
    ("an empty part of a namespace", '{"type":"fixed","name":"F","namespace":"a..b","size":1}', True),
    ("a part of a namespace that begins with a digit", '{"type":"fixed","name":"a.1.F","size":1}', True),
    ("a name of Avro's own", '{"type":"fixed","name":"int","size":1}', True),
    ("a symbol with a dash", '{"type":"enum","name":"E","symbols":["a-b"]}', True),
    ("a symbol twice", '{"type":"enum","name":"E","symbols":["A","A"]}', True),
    ("a default symbol that is none", '{"type":"enum","name":"E","symbols":["A"],"default":"B"}', True),
    ("a field twice", '{"type":"record","name":"R","fields":[{"name":"x","type":"int"},{"name":"x","type":"int"}]}', True),
    ("two types of one name", '["null",{"type":"fixed","name":"F","size":1},{"type":"array","items":{"type":"fixed",'
     '"name":"F","size":2}}]', True),
    ("one type defined twice", '[{"type":"fixed","name":"F","size":1},{"type":"array","items":{"type":"fixed",'
     '"name":"F","size":1}}]', False),
    ("a kind twice in a union", '["int",{"type":"int","x":1}]', True),
    ("a name twice in a union", '[{"type":"fixed","name":"F","size":1},"F"]', True),
    ("a union in a union", '["int",["null"]]', True),
    ("an order that is none", '{"type":"record","name":"R","fields":[{"name":"x","type":"int","order":"up"}]}', True),
    ("aliases that are no list", '{"type":"fixed","name":"F","size":1,"aliases":null}', True),
    ("an unknown name", '{"type":"array","items":"F"}', True),
    ("a name before its definition", '{"type":"record","name":"R","fields":[{"name":"x","type":"F"},{"name":"y",'
     '"type":{"type":"fixed","name":"F","size":1}}]}', False),
    ("a negative size", '{"type":"fixed","name":"F","size":-1}', True),
    ("text behind the schema", '"int" "int"', True),
]
BROKEN += [
    (f"the default {default} of {kind}",
     '{"type":"record","name":"R","fields":[{"name":"x","type":%s,"default":%s}]}' % (kind, default), java)
    for kind, default, java in [
        ('"null"', "0", True), ('"boolean"', '"true"', True), ('"int"', "2147483648", True), ('"int"', "1.0", True),
        ('"int"', '"1"', True), ('"long"', "9223372036854775808", True), ('"long"', "1e3", True),
        ('"double"', '"much"', True), ('"float"', "true", True), ('"string"', "1", True), ('"string"', "null", True),
        ('"bytes"', "[1]", True), ('"bytes"', '"\u0100"', False), ('["int","string"]', "null", True),
        ('{"type":"array","items":"int"}', '["1"]', True), ('{"type":"array","items":"int"}', "{}", True),
        ('{"type":"map","values":"int"}', '{"a":null}', True), ('{"type":"map","values":"int"}', "[]", True),
        ('{"type":"enum","name":"E","symbols":["A"]}', '"B"', False),
        ('{"type":"fixed","name":"F","size":2}', '"abc"', False),
        ('{"type":"record","name":"S","fields":[{"name":"a","type":"int"}]}', "{}", True),
        ('{"type":"record","name":"S","fields":[{"name":"a","type":"int","default":1}]}', '{"a":"b"}', True),
    ]
]

# What Java takes, too, when it looks at neither names nor defaults.
LENIENT = [
    '{"type":"record","name":"lsst.sal.a-b","fields":[{"name":"x y","type":{"type":"enum","name":"1","symbols":'
    '["A=0","","\\""]},"default":"none"},{"name":"y","type":["float","null"],"default":null}]}',
    '{"type":"record","name":"a b.R","fields":[{"name":"x","type":"int","default":3000000000},{"name":"y","type":'
    '{"type":"fixed","name":"F","size":1},"default":"too long"},{"name":"z","type":"F","default":1.50}]}',
    '{"type":"fixed","name":"\u00e9","namespace":"..","size":1,"aliases":["1","b c.d"]}',
]


def compare_with_java(program, java, text):
    reply = program.ask(schema=text)
    expect("error" not in reply, "weir refused", text, reply)
    # Without strictness Java would not look at defaults; with it, it must find nothing either.
    printed = java.ask(op="print", schema=text, strict=True)
    expect(printed.get("text") == reply["text"], "another text", text, printed, reply)
    canonical = java.ask(op="canonical", schema=text)
    expect(canonical["text"] == reply["canonical"], "another canonical form", text, canonical, reply)
    for kind in ("crc64", "md5", "sha256"):
        expect(canonical[kind] == reply[kind], f"another {kind}", text, canonical, reply)
    again = program.ask(schema=reply["text"])
    expect(again.get("text") == reply["text"], "another text the second time", text, reply, again)
    return reply


def compare_with_python(reply, text, counts):
    try:
        parsed = fastavro.parse_schema(json.loads(text))
        form = to_parsing_canonical_form(parsed)
    except Exception:  # fastavro raises whatever it meets; it knows fewer forms than Java
        form = None
    # fastavro takes an empty namespace for none given.
    if form is not None and '"namespace":""' not in reply["text"]:
        expect(form == reply["canonical"], "fastavro: another canonical form", text, form, reply)
        # fastavro gives the bytes in the order of a message: least significant first.
        crc64 = bytes.fromhex(fingerprint(form, "CRC-64-AVRO"))[::-1].hex()
        expect(crc64 == reply["crc64"], "fastavro: another CRC-64-AVRO", text, crc64, reply)
        counts["the same as fastavro"] += 1
    try:
        parsed = avro.schema.parse(text)
    except Exception:  # likewise
        return
    if parsed.canonical_form == reply["canonical"]:
        expect(parsed.fingerprint("sha256").hex() == reply["sha256"], "avro: another SHA-256", text, reply)
        counts["the same as avro"] += 1


def main():
    program = Program(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 20190121
    counts = dict.fromkeys(["the same as Java", "the same as fastavro", "the same as avro", "refused", "lenient"], 0)
    warnings.simplefilter("ignore")  # of Avro for Python, about logical types
    with AvroJava() as java:
        for i in range(-len(HAND_MADE), rounds):
            maker = Maker(seed + i)
            text = HAND_MADE[i] if i < 0 else dump(maker.type(""), maker.random)
            reply = compare_with_java(program, java, text)
            counts["the same as Java"] += 1
            compare_with_python(reply, text, counts)
        for what, text, java_too in BROKEN:
            reply = program.ask(schema=text)
            expect("error" in reply, f"weir took {what}", text, reply)
            java_reply = java.ask(op="validate", schema=text)
            expect(("error" in java_reply) == java_too, f"Java: {what}", text, java_reply)
            counts["refused"] += 1
        for text in LENIENT:
            reply = program.ask(schema=text, lenient=True)
            expect(reply.get("warnings"), "weir has no warning", text, reply)
            printed = java.ask(op="print", schema=text)
            expect(printed.get("text") == reply["text"], "another text", text, printed, reply)
            counts["lenient"] += 1
    program.process.stdin.close()
    expect(program.process.wait() == 0, "the program ended with an error")
    expect(counts["the same as fastavro"] > 0.9 * rounds, "too few schemas for fastavro", counts)
    expect(counts["the same as avro"] > 0.7 * rounds, "too few schemas for avro", counts)
    print(", ".join(f"{n} {what}" for what, n in counts.items()))


if __name__ == "__main__":
    main()
