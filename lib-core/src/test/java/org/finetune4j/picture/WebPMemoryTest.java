package org.finetune4j.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Objects;
import javax.management.ObjectName;
import org.finetune4j.image.Image;
import org.junit.jupiter.api.Test;

/** What webp-imageio makes for a picture it never gives back, so it is made once. */
class WebPMemoryTest {
  private static byte[] file(String name) throws Exception {
    try (InputStream in = WebPMemoryTest.class.getResourceAsStream("/images/" + name)) {
      return Objects.requireNonNull(in).readAllBytes();
    }
  }

  @Test
  void decodingLeavesNothingBehind() throws Exception {
    Image lossy = ImageDecoder.standard().decode(file("lossy.webp"));
    Image lossless = ImageDecoder.standard().decode(file("lossless.webp"));
    Image alpha = ImageDecoder.standard().decode(file("alpha.webp"));
    for (int i = 0; i < 50; i++) {
      assertThat(ImageDecoder.standard().decode(file("lossless.webp"))).isEqualTo(lossless);
      assertThat(ImageDecoder.standard().decode(file("alpha.webp"))).isEqualTo(alpha);
      assertThat(ImageDecoder.standard().decode(file("lossy.webp"))).isEqualTo(lossy);
    }
    assertThat(reachable("com.luciad.imageio.webp.WebPDecoderOptions")).isLessThan(20);
  }

  private static int reachable(String type) throws Exception {
    String histogram =
        (String)
            ManagementFactory.getPlatformMBeanServer()
                .invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                    "gcClassHistogram",
                    new Object[] {new String[0]},
                    new String[] {String[].class.getName()});
    List<String> lines = histogram.lines().filter(line -> line.contains(type)).toList();
    return lines.stream()
        .mapToInt(line -> Integer.parseInt(line.strip().split("\\s+", 3)[1]))
        .sum();
  }
}
