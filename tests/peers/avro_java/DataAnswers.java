import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.io.JsonEncoder;

/** Questions about data of a schema. */
final class DataAnswers {
  private DataAnswers() {}

  static ObjectNode decode(JsonNode question) throws IOException {
    Schema writer = SchemaAnswers.schema(question, "writer");
    Schema reader = question.has("reader") ? SchemaAnswers.schema(question, "reader") : writer;
    byte[] data = HexFormat.of().parseHex(AvroPeer.text(question, "data"));
    BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(data, null);
    Object datum = new GenericDatumReader<>(writer, reader).read(null, decoder);
    if (!decoder.isEnd()) {
      throw new IOException("bytes are left after the datum");
    }
    return AvroPeer.reply().put("json", json(reader, datum)).put("data", binary(reader, datum));
  }

  static ObjectNode encode(JsonNode question) throws IOException {
    Schema schema = SchemaAnswers.schema(question, "schema");
    String text = AvroPeer.text(question, "json");
    Object datum = new GenericDatumReader<>(schema)
        .read(null, DecoderFactory.get().jsonDecoder(schema, text));
    return AvroPeer.reply().put("data", binary(schema, datum));
  }

  /** The datum in Avro's JSON encoding, on one line. */
  static String json(Schema schema, Object datum) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    JsonEncoder encoder = EncoderFactory.get().jsonEncoder(schema, out);
    new GenericDatumWriter<>(schema).write(datum, encoder);
    encoder.flush();
    return out.toString(StandardCharsets.UTF_8);
  }

  /** The datum in Avro's binary encoding, as hex. */
  static String binary(Schema schema, Object datum) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<>(schema).write(datum, encoder);
    encoder.flush();
    return HexFormat.of().formatHex(out.toByteArray());
  }
}
