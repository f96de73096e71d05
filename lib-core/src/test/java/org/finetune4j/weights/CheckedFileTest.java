package org.finetune4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.finetune4j.weights.MisbehavingServer.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.finetune4j.weights.format.WeightFile;
import org.junit.jupiter.api.Test;

/** The bytes that were checked are the bytes that are used. */
class CheckedFileTest extends StoreTestBase {
  private static final byte[] OTHER = new byte[CONTENT.length];

  private static byte[] bytes(CheckedFile file) throws IOException {
    ByteBuffer whole = file.read(file.main()).get(0);
    byte[] bytes = new byte[whole.remaining()];
    whole.duplicate().get(bytes);
    return bytes;
  }

  /** Another content, whose length and time are those of the file that was compared before. */
  private static void swap(Path path, byte[] content) throws IOException {
    FileTime time = Files.getLastModifiedTime(path);
    Files.write(path, content);
    Files.setLastModifiedTime(path, time);
  }

  @Test
  void whatWasReadStaysWhenTheFileIsOverwritten() throws IOException {
    server.on("/file.h5", file(CONTENT));
    List<ByteBuffer> read =
        store.read(
            List.of(checked()),
            it -> {
              List<ByteBuffer> whole = it.read(it.main());
              swap(it.main(), OTHER);
              return whole;
            });
    assertThat(read).containsExactly(ByteBuffer.wrap(CONTENT));
  }

  /** Whoever asks for a path gets what looks untouched; whoever reads gets what was published. */
  @Test
  void aSwapThatLooksUntouchedIsFoundAndFetchedAnew() throws IOException {
    server.on("/file.h5", file(CONTENT));
    Path path = store.get(checked());
    // Times can be read in nanoseconds but set in microseconds only: the store sees a whole one.
    Files.setLastModifiedTime(path, FileTime.from(Instant.parse("2026-11-01T00:00:00Z")));
    store.get(checked());
    swap(path, OTHER);
    assertThat(store.get(checked())).hasBinaryContent(OTHER);

    assertThat(store.read(List.of(checked()), CheckedFileTest::bytes)).isEqualTo(CONTENT);
    assertThat(path).hasBinaryContent(CONTENT);
    assertThat(server.requests()).hasSize(2);
  }

  /** Checked while the description was read, swapped before its numbers are. */
  @Test
  void aPartThatIsSwappedWhileAnotherIsReadIsNotUsed() throws IOException {
    byte[] json =
        ("{\"weightsManifest\":[{\"paths\":[\"shard\"],\"weights\":"
                + "[{\"name\":\"fc/bias\",\"shape\":[2],\"dtype\":\"float32\"}]}]}")
            .getBytes(StandardCharsets.UTF_8);
    byte[] shard = numbers(1, 2);
    Path origin = Files.createDirectories(folder.resolve("origin"));
    Files.write(origin.resolve("model.json"), json);
    Files.write(origin.resolve("shard"), shard);
    RemoteFile remote =
        new RemoteFile(
            "model",
            List.of(RemoteFile.Part.of("model.json"), RemoteFile.Part.of("shard")),
            List.of(new Source.Folder(origin)),
            "MIT");
    Path cached = store.get(remote);
    int[] tries = {0};
    WeightFile read =
        store.read(
            List.of(remote),
            it -> {
              it.read(it.main());
              if (tries[0]++ == 0) {
                swap(cached.resolveSibling("shard"), numbers(7, 8));
              }
              return WeightFile.read(it);
            });
    assertThat(tries[0]).isEqualTo(2);
    assertThat(read.layer("fc").tensors().get(0).tensor().toArray()).containsExactly(1, 2);
  }

  private static byte[] numbers(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  @Test
  void onlyPartsOfTheFileAreRead() throws IOException {
    server.on("/file.h5", file(CONTENT));
    Path other = Files.write(folder.resolve("other"), CONTENT);
    assertThatIOException()
        .isThrownBy(() -> store.read(List.of(checked()), it -> it.read(other)))
        .withMessageContaining("does not belong to");
  }
}
