#!/usr/bin/env python3
"""Compares weir's Avro with fastavro, both ways, over random schemas and data.

Usage: avro_oracle.py PROGRAM [ROUNDS] [SEED], where PROGRAM is the test program weir_avro_oracle.

One way, fastavro writes: weir must read the same value, write the same bytes, and print a schema that
fastavro takes for the same one. Other way, rapidcheck makes schema and value within weir: fastavro must
read the same value and write the same bytes; a difference is shrunk before it is told. Last, data cut short or damaged: weir must refuse or agree, never crash.
"""
import io
import json
import math
import random
import sys

try:
    import fastavro
    from fastavro.schema import to_parsing_canonical_form
except ImportError:
    print("skipped: fastavro is not installed")
    sys.exit(77)

from oracle_program import Program, expect

PRIMITIVES = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"]
TEXTS = ["", "a", "\u00e9t\u00e9", "\U0001f52d", "quote \" back \\ line \n", "x" * 300, "\u0000"]


class Maker:
    """Random schemas, and values that fit them."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.names = 0
        self.known = []

    def name(self):
        self.names += 1
        return f"n{self.names}"

    def type(self, depth=0, in_union=False):
        kinds = PRIMITIVES + ["enum", "fixed", "known"]
        if depth < 4:
            kinds += ["array", "map", "record", "record"] + ([] if in_union else ["union"])
        kind = self.random.choice(kinds)
        if kind == "known" and self.known:
            return self.random.choice(self.known)
        if kind == "enum":
            return self.named({"type": "enum", "symbols": [f"S{i}" for i in range(self.random.randint(1, 4))]})
        if kind == "fixed":
            return self.named({"type": "fixed", "size": self.random.randint(0, 5)})
        if kind == "array":
            return {"type": "array", "items": self.type(depth + 1)}
        if kind == "map":
            return {"type": "map", "values": self.type(depth + 1)}
        if kind == "record":
            fields = [{"name": self.name(), "type": self.type(depth + 1)} for _ in range(self.random.randint(0, 6))]
            return self.named({"type": "record", "fields": fields, "sal_version": "3.5"})
        if kind == "union":
            branches = [b for b in ("null", "long", "double", "string") if self.random.random() < 0.5] or ["null"]
            extra = self.type(depth + 1, in_union=True)
            return branches + ([extra] if isinstance(extra, dict) else [])
        return self.random.choice(PRIMITIVES) if kind == "known" else kind

    def root(self):
        if self.random.random() < 0.1:
            return self.type()
        fields = [{"name": self.name(), "type": self.type(1)} for _ in range(self.random.randint(1, 12))]
        return self.named({"type": "record", "fields": fields})

    def named(self, schema):
        schema["name"] = self.name()
        if self.random.random() < 0.4:
            schema["namespace"] = self.random.choice(["a", "a.b", "lsst.sal"])
            self.known.append(schema["namespace"] + "." + schema["name"])
        return schema

    def value(self, schema, known):
        r = self.random
        if isinstance(schema, list):
            return self.value(r.choice(schema), known)
        kind = schema["type"] if isinstance(schema, dict) else schema
        if kind == "null":
            return None
        if kind == "boolean":
            return r.random() < 0.5
        if kind == "int":
            return r.choice([0, -1, 2**31 - 1, -2**31, r.randint(-1000, 1000)])
        if kind == "long":
            return r.choice([0, 2**63 - 1, -2**63, r.randint(-2**40, 2**40)])
        if kind in ("float", "double"):
            return r.choice([0.0, -0.0, 1.5, math.inf, -math.inf, math.nan, r.gauss(0, 1), r.uniform(-1e30, 1e30)])
        if kind == "bytes":
            return r.randbytes(r.randint(0, 20))
        if kind == "string":
            return r.choice(TEXTS)
        if kind == "enum":
            known[full_name(schema)] = schema
            return r.choice(schema["symbols"])
        if kind == "fixed":
            return r.randbytes(schema["size"])
        if kind == "array":
            return [self.value(schema["items"], known) for _ in range(r.randint(0, 4))]
        if kind == "map":
            return {f"k{i}": self.value(schema["values"], known) for i in range(r.randint(0, 3))}
        if kind == "record":
            return {f["name"]: self.value(f["type"], known) for f in schema["fields"]}
        return self.value(known[kind], known)


def full_name(schema):
    return (schema["namespace"] + "." if "namespace" in schema else "") + schema["name"]


def definitions(schema, found):
    """The named types with a namespace that a schema defines, by full name."""
    if isinstance(schema, list):
        for branch in schema:
            definitions(branch, found)
    elif isinstance(schema, dict):
        if "namespace" in schema:
            found[full_name(schema)] = schema
        for part in [schema.get("items"), schema.get("values")] + [f["type"] for f in schema.get("fields", [])]:
            definitions(part, found)
    return found


def natural(value):
    """A value as weir prints it in JSON."""
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    if isinstance(value, list):
        return [natural(item) for item in value]
    if isinstance(value, dict):
        return {key: natural(item) for key, item in value.items()}
    return value


def same(one, other):
    """Equality that tells 1 from 1.0 and True, as schemas do."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def written(schema, value):
    out = io.BytesIO()
    fastavro.schemaless_writer(out, schema, value)
    return out.getvalue()


def read(schema, data, **options):
    return fastavro.schemaless_reader(io.BytesIO(data), schema, **options)


def fastavro_writes(program, maker):
    """Returns the schema's text and the data, or None where the random pair suits no writer."""
    schema = maker.root()
    text = json.dumps(schema)
    try:
        parsed = fastavro.parse_schema(json.loads(text))
    except (fastavro.schema.SchemaParseException, fastavro.schema.UnknownType):
        return None  # a name used before it is defined, or a union with a type twice
    data = written(parsed, maker.value(schema, definitions(schema, {})))
    reply = program.ask(schema=text, data=data.hex())
    expect("error" not in reply, "weir refused", text, data.hex(), reply)
    expect(same(reply["value"], natural(read(parsed, data))), "another value", text, data.hex(), reply)
    expect(reply["data"] == data.hex(), "other bytes", text, data.hex(), reply)
    printed = fastavro.parse_schema(json.loads(reply["schema"]))
    expect(to_parsing_canonical_form(printed) == to_parsing_canonical_form(parsed), "another schema", text, reply)
    return text, data


def has_union(schema):
    if not isinstance(schema, dict):
        return isinstance(schema, list)
    parts = [schema.get("items"), schema.get("values")] + [f["type"] for f in schema.get("fields", [])]
    return any(has_union(part) for part in parts)


def difference(reply):
    """What fastavro makes of a datum of weir's other than weir does, or None."""
    schema = fastavro.parse_schema(json.loads(reply["schema"]))
    data = bytes.fromhex(reply["data"])
    stream = io.BytesIO(data)
    try:
        value = fastavro.schemaless_reader(stream, schema)
        if stream.read() != b"":
            return "fastavro leaves bytes over"
        if not same(natural(read(schema, data)), reply["value"]):
            return f"fastavro reads another value: {value}"
        # Of a union it takes any branch that the Python value fits, an array for bytes even.
        if not has_union(schema) and written(schema, value) != data:
            return "fastavro writes other bytes"
    except Exception as failure:  # fastavro raises whatever its decoder meets
        return f"fastavro fails: {failure!r}"
    return None


def weir_writes(program, seed):
    reply = program.ask(seed=seed)
    expect("error" not in reply, "weir failed", seed, reply)
    if difference(reply) is None:
        return
    # Down to a smaller one that differs too, as long as one is found.
    path, way = [], 0
    for _ in range(3000):
        smaller = program.ask(seed=seed, path=path + [way])
        if "end" in smaller:
            break
        if difference(smaller):
            path, way, reply = path + [way], 0, smaller
        else:
            way += 1
    expect(False, difference(reply), f"seed {seed}", reply)


def damaged(program, maker, text, data):
    """Whether weir refused damaged data; where it did not, fastavro must have read the same."""
    random_ = maker.random
    broken = bytearray(data)
    if broken and random_.random() < 0.5:
        broken[random_.randrange(len(broken))] ^= 1 << random_.randrange(8)
    else:
        broken = broken[: random_.randint(0, len(broken))] + random_.randbytes(random_.randint(0, 2))
    reply = program.ask(schema=text, data=bytes(broken).hex())
    if "error" in reply:
        return True
    try:
        value = natural(read(fastavro.parse_schema(json.loads(text)), bytes(broken)))
    except Exception as failure:  # fastavro raises whatever its decoder meets
        expect(False, "weir read what fastavro refuses", text, bytes(broken).hex(), reply, failure)
    expect(same(reply["value"], value), "another value", text, bytes(broken).hex(), reply, value)
    return False


def main():
    program = Program(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 20190121
    counts = {"fastavro to weir": 0, "weir to fastavro": 0, "damaged": 0, "damaged and refused": 0}
    for i in range(rounds):
        maker = Maker(seed + i)
        pair = fastavro_writes(program, maker)
        if pair:
            counts["fastavro to weir"] += 1
            for _ in range(3):
                counts["damaged"] += 1
                counts["damaged and refused"] += damaged(program, maker, *pair)
        weir_writes(program, seed + i)
        counts["weir to fastavro"] += 1
    program.process.stdin.close()
    expect(program.process.wait() == 0, "the program ended with an error")
    expect(counts["fastavro to weir"] > rounds / 4, "too few usable schemas", counts)
    print(f"fastavro {fastavro.__version__}:", ", ".join(f"{n} {what}" for what, n in counts.items()))


if __name__ == "__main__":
    main()
