package org.finetune4j.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.finetune4j.testing.ChildProcess;
import org.finetune4j.testing.Exif;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures that the default limits accept, in a heap that cannot hold them. */
class HeapLimitTest {
  private static final int MEGABYTES = 64;

  @TempDir Path folder;

  /** Prints what becomes of files. */
  static final class Program {
    private Program() {}

    public static void main(String[] files) {
      for (String file : files) {
        try {
          System.out.println(ImageDecoder.standard().decode(Path.of(file)).size());
        } catch (IOException e) {
          System.out.println(e.getMessage());
        }
      }
    }
  }

  @Test
  void aPictureThatTheHeapCannotHoldIsRefusedWithTheWayOut() throws IOException {
    // Of 67 million bytes, 50.3 million are accepted: 7.19 million pixels of 7 bytes, 8.39 of 6.
    List<String> lines =
        decoded(
            file("png", 2000, 3500, BufferedImage.TYPE_4BYTE_ABGR),
            file("png", 2000, 3700, BufferedImage.TYPE_4BYTE_ABGR),
            turned(file("jpg", 2000, 4100, BufferedImage.TYPE_3BYTE_BGR)),
            turned(file("jpg", 2000, 4300, BufferedImage.TYPE_3BYTE_BGR)),
            file("jpg", 2000, 5000, BufferedImage.TYPE_3BYTE_BGR));
    assertThat(lines).hasSize(5);
    assertThat(lines.get(0)).isEqualTo("2000x3500");
    assertThat(lines.get(1)).contains("7400000 pixels take 52 MB", "at most 67 MB", "-Xmx");
    assertThat(lines.get(2)).isEqualTo("4100x2000");
    assertThat(lines.get(3)).contains("8600000 pixels take 52 MB", "at most 67 MB", "-Xmx");
    assertThat(lines.get(4)).isEqualTo("2000x5000");
  }

  private List<String> decoded(Path... files) throws IOException {
    ChildProcess child =
        ChildProcess.run(
            MEGABYTES,
            60,
            folder,
            Program.class,
            Arrays.stream(files).map(Path::toString).toArray(String[]::new));
    assertThat(child.exit()).as(child.output()).isZero();
    return child.output().lines().toList();
  }

  private Path file(String format, int width, int height, int type) throws IOException {
    File file = Files.createTempFile(folder, "picture", "." + format).toFile();
    assertThat(ImageIO.write(new BufferedImage(width, height, type), format, file)).isTrue();
    return file.toPath();
  }

  /** Turns a photo by a quarter, as cameras do. */
  private static Path turned(Path photo) throws IOException {
    return Files.write(photo, Exif.oriented(Files.readAllBytes(photo), 6));
  }
}
