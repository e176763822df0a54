import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityResult;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaNormalization;

/** Questions about schemas alone. */
final class SchemaAnswers {
  private SchemaAnswers() {}

  /** The schema under a key of the question; lenient, unless the question asks for strictness. */
  static Schema schema(JsonNode question, String key) {
    return parse(AvroPeer.text(question, key), question.path("strict").asBoolean(false));
  }

  private static Schema parse(String text, boolean strict) {
    NameValidator names = strict ? NameValidator.STRICT_VALIDATOR : NameValidator.NO_VALIDATION;
    return new Schema.Parser(names).setValidateDefaults(strict).parse(text);
  }

  static ObjectNode print(JsonNode question) {
    return AvroPeer.reply().put("text", schema(question, "schema").toString());
  }

  static ObjectNode validate(JsonNode question) {
    parse(AvroPeer.text(question, "schema"), true);
    return AvroPeer.reply().put("valid", true);
  }

  static ObjectNode canonical(JsonNode question) throws NoSuchAlgorithmException {
    Schema schema = schema(question, "schema");
    String text = SchemaNormalization.toParsingForm(schema);
    HexFormat hex = HexFormat.of();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return AvroPeer.reply()
        .put("text", text)
        .put("crc64", hex.toHexDigits(SchemaNormalization.fingerprint64(bytes)))
        .put("md5", hex.formatHex(SchemaNormalization.fingerprint("MD5", bytes)))
        .put("sha256", hex.formatHex(SchemaNormalization.fingerprint("SHA-256", bytes)));
  }

  static ObjectNode compatibility(JsonNode question) {
    Schema reader = schema(question, "reader");
    Schema writer = schema(question, "writer");
    SchemaCompatibilityResult result =
        SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getResult();
    ObjectNode reply = AvroPeer.reply()
        .put("compatible", result.getCompatibility() == SchemaCompatibilityType.COMPATIBLE);
    ArrayNode list = reply.putArray("incompatibilities");
    for (Incompatibility one : result.getIncompatibilities()) {
      list.addObject()
          .put("type", one.getType().name())
          .put("location", one.getLocation())
          .put("message", one.getMessage())
          .put("reader", one.getReaderFragment().toString())
          .put("writer", one.getWriterFragment().toString());
    }
    return reply;
  }
}
