package org.finetune4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.finetune4j.picture.ImageDecoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pictures of the pages are those that the program draws today. */
class TutorialPicturesTest {
  private static final Path DOCS = Path.of(System.getProperty("finetune4j.checkout", ".."), "docs");
  private static final Path PAGES = DOCS.resolve("tutorial");
  private static final String REMEDY =
      "%s is stale: run TutorialPictures (-Pquickstart -Dexample=TutorialPictures)";

  @TempDir private Path folder;

  @Test
  void noPictureIsStale() throws IOException {
    TutorialPictures.draw(folder);

    for (Path drawn : files(folder)) {
      String name = drawn.getFileName().toString();
      Path page = PAGES.resolve(name);
      if (name.endsWith(".svg")) {
        assertThat(page).as(REMEDY, name).hasSameTextualContentAs(drawn);
      } else {
        // Pixels and not bytes: JDKs compress differently.
        assertThat(samples(page)).as(REMEDY, name).isEqualTo(samples(drawn));
      }
    }
  }

  /** With ResNet50's weights, in the thorough profile; processors round differently. */
  @Test
  void noPictureOfWhatANetworkSeesIsStale() throws IOException {
    assumeThat(Boolean.getBoolean("finetune4j.thorough"))
        .as("only with -Dfinetune4j.thorough=true")
        .isTrue();
    ExampleOptions options =
        ExampleOptions.describe("", folder).parse("--out", folder.toString()).orElseThrow();

    TutorialPictures.drawNetwork(options, folder);

    for (Path drawn : files(folder, ".png")) {
      byte[] now = samples(drawn);
      byte[] page = samples(PAGES.resolve(drawn.getFileName()));
      assertThat(page).as(REMEDY, drawn.getFileName()).hasSameSizeAs(now);
      double distance = 0;
      for (int i = 0; i < now.length; i++) {
        distance += Math.abs((now[i] & 0xff) - (page[i] & 0xff));
      }
      assertThat(distance / now.length).as(REMEDY, drawn.getFileName()).isLessThan(2);
    }
  }

  @Test
  void picturesAreSmallAndShown() throws IOException {
    String pages = "";
    for (Path page : files(PAGES, ".md")) {
      pages += Files.readString(page);
    }
    for (Path picture : files(PAGES, ".png", ".svg")) {
      String name = picture.getFileName().toString();
      assertThat(Files.size(picture)).as(name).isLessThan(200_000);
      assertThat(pages).contains("](" + name + ")");
    }
  }

  /** A page without a picture is a wall. */
  @Test
  void everyChapterShowsSomething() throws IOException {
    assertThat(files(PAGES, ".md"))
        .hasSize(11)
        .allSatisfy(page -> assertThat(page).content().containsPattern("!\\[[^]]+]\\([^)]+\\)"));
  }

  private static List<Path> files(Path place, String... endings) throws IOException {
    try (Stream<Path> all = Files.list(place)) {
      return all.filter(
              file ->
                  endings.length == 0
                      || Stream.of(endings).anyMatch(end -> file.toString().endsWith(end)))
          .sorted()
          .collect(Collectors.toList());
    }
  }

  private static byte[] samples(Path picture) throws IOException {
    return ImageDecoder.standard().decode(picture).samples();
  }
}
