import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.BufferedReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.PrimitivesArrays;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.util.Utf8;

/**
 * Avro Java in the side-by-side run: AvroContender decode|encode FOLDER TOPIC. The protocol is that of run.py.
 *
 * Everything that Avro Java offers for speed is on: the fast reader, one decoder, one record and one buffer reused
 * for all records.
 */
final class AvroContender {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Schema schema;
  private final List<byte[]> messages = new ArrayList<>();
  private final Schema.Type[] kinds;
  private final GenericDatumReader<GenericRecord> reader;
  private final GenericDatumWriter<GenericRecord> writer;
  private final List<GenericRecord> records = new ArrayList<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 16);
  private BinaryDecoder decoder;
  private BinaryEncoder encoder;
  private GenericRecord record;

  private AvroContender(Path folder, String topic) throws IOException {
    schema = new Schema.Parser().parse(folder.resolve(topic + ".avsc").toFile());
    GenericData model = new GenericData();
    model.setFastReaderEnabled(true);
    reader = new GenericDatumReader<>(schema, schema, model);
    writer = new GenericDatumWriter<>(schema, model);
    kinds = schema.getFields().stream().map(field -> field.schema().getType()).toArray(Schema.Type[]::new);
    try (InputStream file = Files.newInputStream(folder.resolve(topic + ".messages"));
        DataInputStream data = new DataInputStream(file)) {
      while (file.available() > 0) {
        byte[] message = new byte[data.readInt()];
        data.readFully(message);
        messages.add(message);
      }
    }
  }

  private GenericRecord decode(byte[] message, GenericRecord reuse) throws IOException {
    decoder = DecoderFactory.get().binaryDecoder(message, 0, message.length, decoder);
    return reader.read(reuse, decoder);
  }

  /** Decodes every message and adds up every value. */
  private double decodeAll() throws IOException {
    double sum = 0;
    for (byte[] message : messages) {
      record = decode(message, record);
      sum += sum(record);
    }
    return sum;
  }

  private double sum(GenericRecord from) {
    long integers = 0;
    double reals = 0;
    for (int i = 0; i < kinds.length; i++) {
      Object value = from.get(i);
      switch (kinds[i]) {
        case LONG -> integers += (Long) value;
        case INT -> integers += (Integer) value;
        case DOUBLE -> reals += (Double) value;
        case FLOAT -> reals += (Float) value;
        case BOOLEAN -> integers += (Boolean) value ? 1 : 0;
        case STRING -> integers += ((Utf8) value).getByteLength();
        case ARRAY -> reals += sumItems(value);
        default -> throw new IllegalStateException("no such kind in these schemas: " + kinds[i]);
      }
    }
    return integers + reals;
  }

  /** In four partial sums, as weir's contender does, so that additions do not wait for each other. */
  private static double sumItems(Object value) {
    if (value instanceof PrimitivesArrays.FloatArray floats) {
      int size = floats.size();
      double s0 = 0;
      double s1 = 0;
      double s2 = 0;
      double s3 = 0;
      int i = 0;
      for (; i + 4 <= size; i += 4) {
        s0 += floats.getFloat(i);
        s1 += floats.getFloat(i + 1);
        s2 += floats.getFloat(i + 2);
        s3 += floats.getFloat(i + 3);
      }
      for (; i < size; i++) s0 += floats.getFloat(i);
      return s0 + s1 + s2 + s3;
    }
    double sum = 0;
    for (Object item : (List<?>) value) sum += (Float) item;
    return sum;
  }

  /** Encodes every record into one buffer, and gives the bytes that they took. */
  private double encodeAll() throws IOException {
    double bytes = 0;
    for (GenericRecord next : records) {
      encode(next);
      bytes += out.size();
    }
    return bytes;
  }

  private void encode(GenericRecord next) throws IOException {
    out.reset();
    encoder = EncoderFactory.get().binaryEncoder(out, encoder);
    writer.write(next, encoder);
    encoder.flush();
  }

  private void prepareRecords() throws IOException {
    for (byte[] message : messages) {
      GenericRecord next = decode(message, null);
      encode(next);
      if (!Arrays.equals(out.toByteArray(), message)) throw new IOException("encodes to other bytes");
      records.add(next);
    }
  }

  private void round(String task, double seconds) throws IOException {
    long passes = 0;
    double check = 0;
    long begin = System.nanoTime();
    long cpu = THREADS.getCurrentThreadCpuTime();
    do {
      check = task.equals("decode") ? decodeAll() : encodeAll();
      passes++;
    } while (System.nanoTime() - begin < seconds * 1e9);
    cpu = THREADS.getCurrentThreadCpuTime() - cpu;
    long wall = System.nanoTime() - begin;
    System.out.println(passes * messages.size() + " " + cpu * 1e-9 + " " + wall * 1e-9 + " " + check);
  }

  public static void main(String[] arguments) throws IOException {
    String task = arguments[0];
    AvroContender contender = new AvroContender(Path.of(arguments[1]), arguments[2]);
    if (task.equals("encode")) contender.prepareRecords();
    BufferedReader commands = new BufferedReader(new InputStreamReader(System.in));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      contender.round(task, Double.parseDouble(line));
    }
  }
}
