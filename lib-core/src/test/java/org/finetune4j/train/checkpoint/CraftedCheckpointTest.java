package org.finetune4j.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.hash.Hashing;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints made by hand, whose checksum is right whatever they say. */
class CraftedCheckpointTest {
  /** Pictures, so that other settings are compared by picture. */
  private static final RunSettings ME = RunSettings.none().with("name", "pictures:");

  @TempDir Path folder;

  private static byte[] crafted(int length, String json) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(length);
    out.write(json.getBytes(StandardCharsets.UTF_8));
    out.write(Hashing.sha256().hashBytes(bytes.toByteArray()).asBytes());
    return bytes.toByteArray();
  }

  private static RunSettings seed(String seed) {
    return RunSettings.none().with("seed", seed);
  }

  private void assertDamaged(byte[] bytes) throws IOException {
    Path file = folder.resolve("checkpoint-01-000001-000000.bin");
    Files.write(file, bytes);
    assertThatThrownBy(() -> CheckpointFormat.read(file, ME))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("The checkpoint " + file + " is damaged");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[",
        "null",
        "{}",
        "{'format':'3'}",
        "{'format':3,'settings':{'name':'pictures:?'}}",
        "{'format':3,'settings':{'name':'pictures:'},'weights':{'a':[536870912,2]}}",
        "{'format':3,'settings':{'name':'pictures:'},'weights':{'a':[65536,65536]}}",
        "{'format':3,'settings':{'name':'pictures:'},'weights':{'a':[-1]}}",
        "{'format':3,'settings':{'name':'pictures:'},'weights':{'a':[1]}}",
        "{'format':3,'settings':{'name':'pictures:'},'history':[{'stage':-1,'epoch':-5}],'weights':{'a':[7]}}",
        "{'format':3,'settings':{'name':'pictures:'},'proofs':[{'x':1}]}"
      })
  void whateverItsTextSaysItIsRefused(String text) throws IOException {
    String json = text.replace('\'', '"');
    assertDamaged(crafted(json.length(), json));
  }

  @Test
  void itsTextEndsWithinTheFileAndIsNotEndless() throws IOException {
    assertDamaged(crafted(Integer.MAX_VALUE, "{}"));
    assertDamaged(crafted(-1, "{}"));
    String many = "{\"format\":3,\"history\":[" + "{},".repeat(2_000_000) + "{}]}";
    assertDamaged(crafted(many.length(), many));
  }

  /** The second opens the file of the first, which removes it; the third makes a new one. */
  @Test
  void aThirdRunIsNotPushedAsideByTheSecond() throws IOException {
    FolderLock first = FolderLock.of(folder);
    FileChannel second = FolderLock.open(folder);
    first.close();
    try (FolderLock third = FolderLock.of(folder)) {
      assertThatThrownBy(() -> FolderLock.take(folder, second))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Another run that is not over");
      assertThat(third).isNotNull();
    }
  }

  @Test
  void oneFolderIsForOneRunAtATime() throws IOException {
    Checkpoints first = new Checkpoints(folder.resolve("run"), seed("1"));
    assertThatThrownBy(() -> new Checkpoints(folder.resolve("run"), seed("2")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Another run that is not over")
        .hasMessageContaining("Choose another folder");
    first.close();
    try (Checkpoints second = new Checkpoints(folder.resolve("run"), seed("2"))) {
      assertThat(second.latest()).isEmpty();
    }
    assertThat(folder.resolve("run")).isEmptyDirectory();
  }
}
