package org.finetune4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.finetune4j.image.Image;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.testing.Stripes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bundles carry answers to synthetic pictures, and are refused where these come out otherwise. */
class ReplayTest {
  @TempDir Path folder;

  private Path bundle() throws IOException {
    Path file = folder.resolve("stripes.zip");
    try (ImageClassifier classifier = TinyClassifier.of(1)) {
      classifier.save(file);
    }
    return file;
  }

  private Path edited(Path file, Consumer<ObjectNode> change) throws IOException {
    return BundleForge.edited(file, Files.createTempFile(folder, "edited", ".zip"), change);
  }

  private static ArrayNode outputs(ObjectNode manifest, int picture) {
    return (ArrayNode) manifest.at("/replay/outputs/" + picture);
  }

  @Test
  void refusesOtherAnswers() throws IOException {
    Path file =
        edited(
            bundle(),
            manifest -> {
              ArrayNode row = outputs(manifest, 1);
              row.set(0, row.numberNode(row.get(0).asDouble() + 0.002));
            });
    assertThatThrownBy(() -> ImageClassifier.load(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("output 0 of synthetic picture 1 is ")
        .hasMessageContaining(
            "ImageClassifier.loader().replay(Replay.SKIP).load(file) loads it all the same");
    ImageClassifier.loader().replay(Replay.SKIP).load(file).close();
  }

  @Test
  void otherRoundingIsNoOtherAnswer() throws IOException {
    Path file =
        edited(
            bundle(),
            manifest -> {
              ArrayNode row = outputs(manifest, 1);
              row.set(0, row.numberNode(row.get(0).asDouble() - 0.0005));
            });
    ImageClassifier.load(file).close();
  }

  @Test
  void refusesUnreadableAnswers() throws IOException {
    Path whole = bundle();
    List<Consumer<ObjectNode>> changes =
        List.of(
            manifest -> manifest.putObject("replay"),
            manifest -> manifest.put("replay", 3),
            manifest -> manifest.putNull("replay"),
            manifest -> outputs(manifest, 0).removeAll(),
            manifest -> outputs(manifest, 0).add(0.5),
            manifest -> outputs(manifest, 1).set(1, "much"),
            manifest -> ((ObjectNode) manifest.get("replay")).put("seed", "one"));
    for (Consumer<ObjectNode> change : changes) {
      Path file = edited(whole, change);
      assertThatThrownBy(() -> ImageClassifier.load(file))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("is refused");
    }
  }

  @Test
  void aFileDoesNotDecideHowMuchMemoryItsFirstPictureTakes() throws IOException {
    Path file =
        edited(
            bundle(),
            manifest -> {
              ArrayNode shape = (ArrayNode) manifest.at("/network/layers/0/shape");
              shape.set(1, shape.numberNode(5000));
              shape.set(2, shape.numberNode(5000));
            });
    assertThatThrownBy(() -> ImageClassifier.load(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("it reads pictures of 5000x5000, the most is 4096x4096");
  }

  @Test
  void theLargestPicturesAreTriedToo() throws IOException {
    assumeTrue(
        Boolean.getBoolean("finetune4j.thorough"),
        "draws four pictures of 4096 x 4096 for each of three checks; profile thorough");
    Path file = folder.resolve("largest.zip");
    try (ImageClassifier classifier = LargestClassifier.of(1)) {
      classifier.save(file);
    }
    ImageClassifier.load(file).close();
    Path other =
        edited(
            file,
            manifest -> {
              ArrayNode row = outputs(manifest, 1);
              row.set(0, row.numberNode(row.get(0).asDouble() + 0.002));
            });
    assertThatThrownBy(() -> ImageClassifier.load(other))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("output 0 of synthetic picture 1 is ");
  }

  @Test
  void bundlesWithoutAnswersAreStillRead() throws IOException {
    Path file = edited(bundle(), manifest -> manifest.remove("replay"));
    try (ImageClassifier classifier = ImageClassifier.load(file)) {
      assertThat(classifier.labels()).isEqualTo(Stripes.LABELS);
    }
  }

  /** {@code bundle-1.zip} was saved by {@link TinyClassifier} when format 1 was new. */
  @Test
  void bundlesOfEveryFormatAreStillRead() throws IOException {
    Path file = folder.resolve("bundle-1.zip");
    try (InputStream in = ReplayTest.class.getResourceAsStream("bundle-1.zip")) {
      Files.copy(Objects.requireNonNull(in), file);
    }
    Image picture = Stripes.of(1, 1).get(0).decode(ImageDecoder.standard());
    try (ImageClassifier then = ImageClassifier.load(file);
        ImageClassifier now = TinyClassifier.of(1)) {
      assertThat(then.labels()).isEqualTo(now.labels());
      assertThat(then.network()).isEqualTo(now.network());
      assertThat(then.preprocessing()).isEqualTo(now.preprocessing());
      assertThat(then.provenance().facts()).containsEntry("backbone", "TINY");
      assertThat(then.probabilities(List.of(picture))[0])
          .containsExactly(now.probabilities(List.of(picture))[0], within(1e-4f));
    }
  }
}
