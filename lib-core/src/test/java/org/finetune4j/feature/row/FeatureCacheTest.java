package org.finetune4j.feature.row;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureCacheTest {
  @TempDir Path folder;

  @Test
  void refusesWhatTheDiskHasNoRoomForBeforeItIsComputed() {
    int columns = 500_000_000; // 2 GB in a row, 200 TB in all
    List<RowKey> keys =
        IntStream.range(0, 100_000).mapToObj(i -> new RowKey(Hashing.sha256().hashInt(i))).toList();
    FeatureCache cache = new FeatureCache(folder);
    assertThatThrownBy(
            () ->
                cache.rows(
                    "too much",
                    "fingerprint",
                    columns,
                    keys,
                    (missing, rows) -> {
                      throw new AssertionError("Nothing is computed.");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("The cache needs 200000000.0 MB more in '" + folder)
        .hasMessageContaining("put the cache on another disk");
  }
}
