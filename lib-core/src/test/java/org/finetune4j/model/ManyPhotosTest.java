package org.finetune4j.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManyPhotosTest {
  @TempDir Path folder;

  /** Twenty photos of 12 megapixels have 720 MB of pixels, a hundred of them some gigabytes. */
  @Test
  void manyLargePhotosAtOnceFitIntoASmallHeap() throws IOException, InterruptedException {
    boolean thorough = Boolean.getBoolean("finetune4j.thorough");
    Path saved = folder.resolve("tiny.zip");
    try (ImageClassifier tiny = TinyClassifier.of(1)) {
      tiny.save(saved);
    }
    Path photo = folder.resolve("photo.jpg");
    ImageIO.write(gradient(4000, 3000), "jpg", photo.toFile());
    String answer = run(saved, photo, thorough ? "200" : "20", thorough ? "100" : "20");
    assertThat(answer).isEqualTo((thorough ? 200 : 20) + " 1");
  }

  private String run(Path saved, Path photo, String calls, String atOnce)
      throws IOException, InterruptedException {
    String classPath = System.getProperty("java.class.path");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "--enable-native-access=ALL-UNNAMED",
            "-Djava.awt.headless=true",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "-cp",
            System.getProperty("surefire.test.class.path", classPath),
            ManyPhotosRun.class.getName(),
            saved.toString(),
            photo.toString(),
            calls,
            atOnce);
    Path out = folder.resolve("out.txt");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    boolean ended = process.waitFor(240, TimeUnit.SECONDS);
    process.destroyForcibly();
    String said = Files.readString(out).strip();
    assertThat(ended).as(said).isTrue();
    return said;
  }

  private static BufferedImage gradient(int width, int height) {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    byte[] samples = ((DataBufferByte) picture.getRaster().getDataBuffer()).getData();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = 3 * (y * width + x);
        samples[at] = (byte) ((x * y) & 63);
        samples[at + 1] = (byte) (y * 255 / height);
        samples[at + 2] = (byte) (x * 255 / width);
      }
    }
    return picture;
  }
}
