package org.finetune4j.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.hash.Hashing;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Indexes made by hand, whose checksum is right whatever they say. */
class CraftedIndexTest {
  @TempDir Path folder;

  private interface Content {
    void writeTo(DataOutputStream out) throws IOException;
  }

  private Path crafted(Content content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write("FT4JSIM".getBytes(StandardCharsets.US_ASCII));
    out.writeByte(1);
    content.writeTo(out);
    out.write(Hashing.sha256().hashBytes(bytes.toByteArray()).asBytes());
    return Files.write(folder.resolve("crafted.index"), bytes.toByteArray());
  }

  private static void row(DataOutputStream out, String name, float... values) throws IOException {
    out.writeInt(name.length());
    out.write(name.getBytes(StandardCharsets.US_ASCII));
    for (float value : values) {
      out.writeFloat(value);
    }
  }

  private static void head(DataOutputStream out, int rows, int columns) throws IOException {
    out.writeInt(0);
    out.writeInt(rows);
    out.writeInt(columns);
  }

  private void assertRefused(String reason, Content content) throws IOException {
    Path file = crafted(content);
    assertThatThrownBy(() -> SimilarityIndex.load(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("crafted.index is damaged")
        .hasMessageContaining(reason);
  }

  @Test
  void aSoundOneLoads() throws IOException {
    Path file =
        crafted(
            out -> {
              head(out, 2, 2);
              row(out, "a", 1, 0);
              row(out, "b", 0, -1);
            });
    assertThat(SimilarityIndex.load(file).names()).containsExactly("a", "b");
  }

  @Test
  void sizesAreHeldAgainstTheLength() throws IOException {
    assertRefused("2147483647 rows of 2", out -> head(out, Integer.MAX_VALUE, 2));
    assertRefused("2 rows of 2147483647", out -> head(out, 2, Integer.MAX_VALUE));
    assertRefused("-1 rows", out -> head(out, -1, 2));
    assertRefused("0 rows", out -> head(out, 0, 2));
    assertRefused("1 rows of 0", out -> head(out, 1, 0));
    assertRefused("ends before", out -> out.writeInt(Integer.MAX_VALUE));
    assertRefused("ends before", out -> out.writeInt(-1));
  }

  @Test
  void rowsAreDirectionsWithNamesOfTheirOwn() throws IOException {
    assertRefused(
        "a name stands twice",
        out -> {
          head(out, 2, 1);
          row(out, "a", 1);
          row(out, "a", 1);
        });
    assertRefused(
        "holds NaN",
        out -> {
          head(out, 1, 2);
          row(out, "a", 0, Float.NaN);
        });
    assertRefused(
        "its length is 1.41",
        out -> {
          head(out, 1, 2);
          row(out, "a", 1, 1);
        });
    assertRefused(
        "something follows",
        out -> {
          head(out, 1, 1);
          row(out, "a", 1);
          out.writeInt(1);
        });
  }
}
