#!/usr/bin/env python3
"""Converts interface XML as `weir sal convert --profile sqr-029` does, the way a Python program would.

    python_contender.py TREE OUT [--check]

Reads TREE/**/*.xml with lxml where it is installed and xml.etree otherwise, builds one dictionary per topic
and writes OUT/<Topic>.json. With --check each schema is also parsed by fastavro. It refuses nothing: a bad
file ends it. Written for the bench, because no package that does this can be had by name.
"""
import json
import pathlib
import sys

try:
    from lxml import etree
except ImportError:
    import xml.etree.ElementTree as etree

PRIMITIVES = {
    "boolean": "boolean", "byte": "bytes", "octet": "bytes", "bytes": "bytes", "char": "bytes",
    "short": "int", "unsigned short": "int", "int": "int", "unsigned int": "int", "long": "long",
    "unsigned long": "long", "long long": "long", "unsigned long long": "long", "float": "float",
    "double": "double", "string": "string",
}
MOMENT = {"type": "long", "logicalType": "timestamp-millis"}
LEADING = [
    {"name": "kafka_timestamp", "type": MOMENT, "doc": "Timestamp when the Kafka message was created."},
    {"name": "sal_revcode", "type": "string", "doc": "SAL revision code."},
    {"name": "sal_created", "type": MOMENT, "doc": "Time when SAL created the message."},
    {"name": "sal_ingested", "type": MOMENT, "doc": "Time when SAL ingested the message."},
    {"name": "sal_sequence", "type": "long", "doc": "SAL sequence number."},
    {"name": "sal_origin", "type": "int", "doc": "SAL origin."},
    {"name": "sal_host", "type": "int", "doc": "SAL host."},
]
TOPIC_TEXTS = {"Explanation": "doc", "Subsystem": "sal_subsystem", "Version": "sal_version", "Author": "sal_author",
               "Alias": "sal_alias", "Device": "sal_device", "Property": "sal_property", "Action": "sal_action",
               "Value": "sal_value"}
ITEM_TAGS = {
    "Description": ("doc", str), "Units": ("sal_units", str), "Frequency": ("sal_frequency", float),
    "Publishers": ("sal_publishers", int), "Values_per_Publisher": ("sal_values_per_publisher", int),
    "Size_in_bytes": ("sal_size_in_bytes", int), "Conversion": ("sal_conversion", str),
    "Sensor_location": ("sal_sensor_location", str), "Instances_per_night": ("sal_instances_per_night", int),
    "Bytes_per_night": ("sal_bytes_per_night", int), "Needed_by_DM": ("sal_needed_by_dm", bool),
    "Needed_by_Camera": ("sal_needed_by_camera", lambda text: text.lower() == "true"),
    "Needed_by_OCS": ("sal_needed_by_ocs", lambda text: text.lower() == "true"),
    "Needed_by_TCS": ("sal_needed_by_tcs", lambda text: text.lower() == "true"),
    "Needed_by_EPO": ("sal_needed_by_epo", lambda text: text.lower() == "true"),
}


def texts(element):
    """The texts of an element's children by tag, stripped, blank ones left out."""
    found = {}
    for child in element:
        text = (child.text or "").strip()
        if isinstance(child.tag, str) and text:
            found.setdefault(child.tag, text)
    return found


def field_type(tags):
    count = int(tags.get("Count", "1"))
    if "Enumeration" in tags:
        symbols = [symbol.split("=")[0].strip() for symbol in tags["Enumeration"].split(",")]
        return {"type": "enum", "name": tags["EFDB_Name"], "symbols": symbols}
    if count > 1:
        return {"type": "array", "items": PRIMITIVES[tags["IDL_Type"]], "sal_count": count}
    return PRIMITIVES[tags["IDL_Type"]]


def item_field(item, index):
    tags = texts(item)
    field = {"name": tags["EFDB_Name"], "type": field_type(tags), "sal_index": index}
    for tag, (name, convert) in ITEM_TAGS.items():
        if tag in tags:
            field[name] = convert(tags[tag])
    return field


def schema(topic, kind):
    tags = texts(topic)
    made = {"type": "record", "namespace": "lsst.sal", "name": tags["EFDB_Topic"], "sal_topic_type": kind}
    for tag, name in TOPIC_TEXTS.items():
        if tag in tags:
            made[name] = tags[tag]
    made["fields"] = LEADING + [item_field(item, i) for i, item in enumerate(topic.findall("item"))]
    return made


def main():
    tree, out, check = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), "--check" in sys.argv[3:]
    if check:
        import fastavro
    out.mkdir(parents=True, exist_ok=True)
    for path in sorted(tree.rglob("*.xml")):
        root = etree.parse(str(path)).getroot()
        for kind in ("SALCommand", "SALTelemetry", "SALEvent"):
            for topic in root.findall(kind):
                made = schema(topic, kind)
                if check:
                    fastavro.parse_schema(made)
                (out / f"{made['name']}.json").write_text(json.dumps(made, indent=2, sort_keys=True))


if __name__ == "__main__":
    main()
