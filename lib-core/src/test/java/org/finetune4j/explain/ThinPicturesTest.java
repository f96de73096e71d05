package org.finetune4j.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.finetune4j.testing.ChildProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** See {@link ThinPicturesRun}. */
class ThinPicturesTest {
  private static final Pattern LINE = Pattern.compile("(.+): ([0-9.]+) s (done|refused)");

  @TempDir Path folder;

  @Test
  void onePixelByMillionsTakesLessThanASecondAndLittleMemory() throws IOException {
    ChildProcess child =
        ChildProcess.run(64, 120, folder, ThinPicturesRun.class, folder.toString());
    assertThat(child.exit()).as(child.output()).isZero();
    List<Matcher> lines =
        child.output().lines().map(LINE::matcher).filter(Matcher::matches).toList();
    assertThat(lines).as(child.output()).hasSize(7);
    for (Matcher line : lines) {
      assertThat(Double.parseDouble(line.group(2))).as(line.group()).isLessThan(1);
      assertThat(line.group(3))
          .as(line.group())
          .isEqualTo(line.group().startsWith("3000000") ? "refused" : "done");
    }
  }
}
