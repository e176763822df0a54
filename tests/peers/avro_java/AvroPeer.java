import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Asks Avro Java what it thinks: one JSON question per line in, one JSON answer per line out. What the questions
 * are is written at the top of tests/peers/avro-java. Whatever Avro throws becomes the answer {@code {"error"}}.
 */
public final class AvroPeer {
  /** Answers one kind of question. */
  interface Answer {
    ObjectNode to(JsonNode question) throws Exception;
  }

  private static final Map<String, Answer> ANSWERS = Map.of(
      "print", SchemaAnswers::print,
      "canonical", SchemaAnswers::canonical,
      "validate", SchemaAnswers::validate,
      "compat", SchemaAnswers::compatibility,
      "decode", DataAnswers::decode,
      "encode", DataAnswers::encode,
      "container_read", ContainerAnswers::read,
      "container_write", ContainerAnswers::write);

  private AvroPeer() {}

  public static void main(String[] arguments) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      out.println(mapper.writeValueAsString(answer(mapper, line)));
      out.flush();
    }
  }

  private static ObjectNode answer(ObjectMapper mapper, String line) {
    try {
      JsonNode question = mapper.readTree(line);
      Answer answer = ANSWERS.get(text(question, "op"));
      if (answer == null) {
        return error("no such op; there are " + ANSWERS.keySet());
      }
      return answer.to(question);
    } catch (Exception | StackOverflowError | OutOfMemoryError failure) {
      return error(failure.getClass().getSimpleName() + ": " + failure.getMessage());
    }
  }

  private static ObjectNode error(String reason) {
    return reply().put("error", reason);
  }

  static ObjectNode reply() {
    return JsonNodeFactory.instance.objectNode();
  }

  static String text(JsonNode question, String key) {
    JsonNode value = question.get(key);
    if (value == null || !value.isTextual()) {
      throw new IllegalArgumentException("the question needs the text \"" + key + "\"");
    }
    return value.textValue();
  }
}
