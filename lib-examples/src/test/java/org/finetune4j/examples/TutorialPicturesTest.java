package org.finetune4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.finetune4j.picture.ImageDecoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pictures of the pages are those that the program draws today. */
class TutorialPicturesTest {
  private static final Path PAGES =
      Path.of(System.getProperty("finetune4j.checkout", ".."), "docs", "tutorial");
  private static final String REMEDY =
      "stale: run TutorialPictures (-Pquickstart -Dexample=TutorialPictures)";

  @TempDir private Path folder;

  @Test
  void noPictureIsStale() throws IOException {
    TutorialPictures.draw(folder);

    assertThat(PAGES.resolve("convnet.svg"))
        .as(REMEDY)
        .hasSameTextualContentAs(folder.resolve("convnet.svg"));
    // Pixels and not bytes: JDKs compress differently.
    assertThat(samples(PAGES)).as(REMEDY).isEqualTo(samples(folder));
  }

  @Test
  void picturesAreSmall() throws IOException {
    for (String name : List.of("augmentation.png", "convnet.svg")) {
      assertThat(Files.size(PAGES.resolve(name))).as(name).isLessThan(200_000);
    }
  }

  private static byte[] samples(Path place) throws IOException {
    return ImageDecoder.standard().decode(place.resolve("augmentation.png")).samples();
  }
}
