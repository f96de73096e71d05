package org.finetune4j.backbone;

import com.google.common.base.Splitter;
import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.finetune4j.image.ImageSize;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.weights.Checksum;
import org.finetune4j.weights.RemoteFile;
import org.finetune4j.weights.Source;

/** The table {@code weights.tsv}; its first lines say what its columns mean. */
final class WeightTable {
  private static final Splitter FIELDS = Splitter.on('\t');
  private static final Splitter PATH = Splitter.on('/').omitEmptyStrings();
  private static final Splitter ADDRESSES = Splitter.on(' ').omitEmptyStrings();

  private WeightTable() {}

  static List<WeightSet> read() {
    try {
      return Resources.readLines(
              Resources.getResource(WeightTable.class, "weights.tsv"), StandardCharsets.UTF_8)
          .stream()
          .filter(line -> !line.startsWith("#") && !line.isBlank())
          .map(line -> set(FIELDS.splitToList(line)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("The list of published weights is missing.", e);
    }
  }

  private static WeightSet set(List<String> fields) {
    Architecture architecture = Architecture.valueOf(fields.get(0));
    return new WeightSet(
        architecture,
        fields.get(1),
        Double.parseDouble(fields.get(2)),
        ImageSize.square(Integer.parseInt(fields.get(3))),
        fields.get(4).equals("top"),
        given(fields.get(5)).map(WeightTable::preprocessing).orElse(architecture.preprocessing()),
        given(fields.get(6))
            .map(percent -> OptionalDouble.of(Double.parseDouble(percent) / 100))
            .orElse(OptionalDouble.empty()),
        file(fields));
  }

  private static Preprocessing preprocessing(String name) {
    return switch (name) {
      case "NONE" -> Preprocessing.NONE;
      case "CAFFE" -> Preprocessing.CAFFE;
      case "TF" -> Preprocessing.TF;
      case "TORCH" -> Preprocessing.TORCH;
      default -> throw new IllegalStateException("No preprocessing is called " + name + ".");
    };
  }

  private static RemoteFile file(List<String> fields) {
    List<String> addresses = ADDRESSES.splitToList(fields.get(11));
    String fileName = fileName(URI.create(addresses.get(0)));
    long size = given(fields.get(10)).map(Long::parseLong).orElse(-1L);
    Optional<Checksum> checksum =
        given(fields.get(9))
            .map(Checksum::sha256)
            .or(() -> given(fields.get(8)).map(Checksum::md5));
    return new RemoteFile(
        fileName.toLowerCase(Locale.ROOT),
        List.of(new RemoteFile.Part(fileName, size, checksum)),
        addresses.stream().map(it -> (Source) new Source.Http(URI.create(it))).toList(),
        fields.get(7));
  }

  /** On Hugging Face all files have the same name, in repositories of their own. */
  private static String fileName(URI address) {
    List<String> path = PATH.splitToList(address.getPath());
    boolean ofHub = "huggingface.co".equals(address.getHost()) && path.size() > 2;
    return ofHub ? path.get(1) + ".safetensors" : path.get(path.size() - 1);
  }

  private static Optional<String> given(String field) {
    return field.equals("-") ? Optional.empty() : Optional.of(field);
  }
}
