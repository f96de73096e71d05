package org.finetune4j.weights.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.finetune4j.weights.Tarballs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarballTest {
  private static final byte[] CONTENT = {1, 2, 3};

  @TempDir Path folder;

  @Test
  void extractsWhatIsWantedAndNothingElse() throws IOException {
    String deep = "package/" + "deep/".repeat(40) + "model.json"; // too long for a plain header
    Path into =
        extract(
            new Tarballs().file("package/index.js", CONTENT).file(deep, CONTENT),
            deep.substring("package/".length()));
    assertThat(into.resolve("deep/".repeat(40) + "model.json")).hasBinaryContent(CONTENT);
    assertThat(into.resolve("index.js")).doesNotExist();
  }

  @Test
  void saysWhatIsMissing() {
    assertThatThrownBy(() -> extract(new Tarballs().file("package/a", CONTENT), "b"))
        .isInstanceOf(IOException.class)
        .hasMessage("the tarball does not have [b]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"package/../../a", "../a", "/etc/a", "package\\..\\a", "C:/a"})
  void refusesPathsThatLeadOut(String name) {
    assertThatThrownBy(
            () -> extract(new Tarballs().file("package/a", CONTENT).file(name, CONTENT), "a"))
        .isInstanceOf(IOException.class)
        .hasMessage("the tarball holds '" + name + "', which leads out of its folder");
  }

  @ParameterizedTest
  @ValueSource(
      bytes = {
        TarConstants.LF_SYMLINK,
        TarConstants.LF_LINK,
        TarConstants.LF_CHR,
        TarConstants.LF_BLK,
        TarConstants.LF_FIFO
      })
  void refusesLinksAndDevices(byte kind) {
    assertThatThrownBy(() -> extract(new Tarballs().link("package/a", "/etc/passwd", kind), "a"))
        .isInstanceOf(IOException.class)
        .hasMessage("the tarball holds 'package/a', which is neither file nor folder");
  }

  @Test
  void refusesBombs() {
    assertThatThrownBy(() -> extract(new Tarballs().file("package/a", new byte[20_000_000]), "a"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the tarball unpacks to more than ");
    assertThat(folder.resolve("into/a")).doesNotExist();
    assertThatThrownBy(() -> extract(new Tarballs().file("package/b", new byte[20_000_000]), "a"))
        .hasMessageContaining("the tarball unpacks to more than ");
  }

  @Test
  void refusesDamagedTarballs() throws IOException {
    byte[] random = new byte[5000];
    new Random(1).nextBytes(random);
    byte[] whole = new Tarballs().file("package/a", random).bytes();
    Random at = new Random(2);
    int refused = 0;
    for (int i = 0; i < 200; i++) {
      byte[] damaged = i % 2 == 0 ? Arrays.copyOf(whole, at.nextInt(whole.length)) : whole.clone();
      if (damaged.length > 0) {
        int place = at.nextInt(damaged.length);
        damaged[place] = (byte) (damaged[place] ^ (1 << at.nextInt(8)));
      }
      Path tarball = Files.write(folder.resolve("x.tgz"), damaged);
      try {
        Tarball.extract(tarball, Set.of("a"), folder.resolve("into" + i));
      } catch (IOException e) {
        assertThat(e).isNotInstanceOf(WriteFailure.class);
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(150);
  }

  private Path extract(Tarballs tarball, String wanted) throws IOException {
    Path file = Files.write(folder.resolve("x.tgz"), tarball.bytes());
    Tarball.extract(file, Set.of(wanted), folder.resolve("into"));
    return folder.resolve("into");
  }
}
