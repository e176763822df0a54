import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;

/** Object container files, read and written. */
final class ContainerAnswers {
  private static final HexFormat HEX = HexFormat.of();

  private ContainerAnswers() {}

  static ObjectNode read(JsonNode question) throws IOException {
    File file = new File(AvroPeer.text(question, "file"));
    try (DataFileReader<Object> reader = new DataFileReader<>(file, new GenericDatumReader<>())) {
      Schema schema = reader.getSchema();
      String codec = reader.getMetaString("avro.codec");
      ObjectNode reply = AvroPeer.reply()
          .put("schema", schema.toString())
          .put("codec", codec == null ? "null" : codec);
      ObjectNode meta = reply.putObject("meta");
      for (String key : reader.getMetaKeys()) {
        meta.put(key, HEX.formatHex(reader.getMeta(key)));
      }
      ArrayNode records = reply.putArray("records");
      ArrayNode json = reply.putArray("json");
      for (Object datum : reader) {
        records.add(DataAnswers.binary(schema, datum));
        json.add(DataAnswers.json(schema, datum));
      }
      return reply;
    }
  }

  static ObjectNode write(JsonNode question) throws IOException {
    Schema schema = SchemaAnswers.schema(question, "schema");
    File file = new File(AvroPeer.text(question, "file"));
    int written = 0;
    try (DataFileWriter<Object> writer = new DataFileWriter<>(new GenericDatumWriter<>(schema))) {
      writer.setCodec(CodecFactory.fromString(AvroPeer.text(question, "codec")));
      if (question.has("sync_interval")) {
        writer.setSyncInterval(question.get("sync_interval").asInt());
      }
      for (Map.Entry<String, JsonNode> entry : question.path("meta").properties()) {
        writer.setMeta(entry.getKey(), HEX.parseHex(entry.getValue().textValue()));
      }
      writer.create(schema, file);
      for (JsonNode record : question.path("records")) {
        writer.appendEncoded(ByteBuffer.wrap(HEX.parseHex(record.textValue())));
        ++written;
      }
    }
    return AvroPeer.reply().put("records", written);
  }
}
