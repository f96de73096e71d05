package org.finetune4j.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.finetune4j.data.CsvReader;
import org.finetune4j.data.DatasetSplit;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.image.Image;
import org.finetune4j.picture.ImageEncoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Labels, tags and numbers: from lists, in memory, and dealt out to the parts of a split. */
class TargetsTest {
  private static final Task TAGS = Task.tags("common", "half", "rare", "with rare");
  private static final Quantity FILL = new Quantity("fill", "%");

  @TempDir Path folder;

  private Path list(String text) throws IOException {
    for (int i = 0; i < 4; i++) {
      byte[] pixels = new byte[3 * 16];
      Arrays.fill(pixels, (byte) (40 * i));
      Image image = Image.of(4, 4, pixels);
      ImageEncoder.save(image, folder.resolve(i + ".png"));
    }
    Path csv = folder.resolve("list.csv");
    Files.write(csv, text.getBytes(StandardCharsets.UTF_8));
    return csv;
  }

  private static List<String> described(ImageDataset images) {
    return images.stream().map(it -> images.task().describe(it.target())).toList();
  }

  @Test
  void readsTagsFromOneColumn() throws IOException {
    Path csv = list("file,labels\n0.png,dog;outdoor\n1.png,\n2.png, outdoor ;dog;dog\n3.png,cat\n");
    ImageDataset images = CsvReader.of(csv).tagsColumn("labels", ";").read();
    assertThat(images.task()).isEqualTo(Task.tags("cat", "dog", "outdoor"));
    assertThat(described(images)).containsExactly("dog, outdoor", "no tag", "dog, outdoor", "cat");
    assertThat(images.counts()).isEqualTo(Map.of("cat", 1, "dog", 2, "outdoor", 2));
    assertThat(images.toString()).isEqualTo("4 pictures of 3 tags {cat=1, dog=2, outdoor=2}");
    assertThat(described(images.filter(Labels.of("outdoor"))))
        .containsExactly("outdoor", "no tag", "outdoor", "no tag");
    assertThatThrownBy(images::labelIndices)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("one label per picture, but these pictures have 3 tags (cat, dog");
    assertThatThrownBy(() -> images.get(0).label()).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(
            () ->
                CsvReader.of(csv)
                    .tagsColumn("labels", ";")
                    .labels(Labels.of("cat", "dogs", "outdoor"))
                    .read())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("line 2: Unknown class 'dog'. Did you mean 'dogs'?");
  }

  @Test
  void readsTagsFromFlagsAndGroups() throws IOException {
    Path csv = list("file,dog,outdoor,who\n0.png,1,0,a\n1.png,0,0,\n2.png,1,1,a\n3.png,0,1,b\n");
    ImageDataset images = CsvReader.of(csv).tagColumns("outdoor", "dog").groupColumn("who").read();
    assertThat(images.task()).isEqualTo(Task.tags("outdoor", "dog"));
    assertThat(described(images)).containsExactly("dog", "no tag", "outdoor, dog", "outdoor");
    assertThat(images.stream().map(LabeledImage::group)).containsExactly("a", "", "a", "b");
    Path wrong = list("file,dog\n0.png,1\n1.png,yes\n");
    assertThatThrownBy(() -> CsvReader.of(wrong).tagColumns("dog").read())
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("line 3: a column of a tag holds 1 or 0, but 'dog' holds 'yes'.");
    Path none = list("file,labels\n0.png,\n1.png,\n");
    assertThatThrownBy(() -> CsvReader.of(none).tagsColumn("labels", ";").read())
        .hasMessageContaining("is empty in all lines: no picture has a tag");
    assertThatThrownBy(() -> CsvReader.of(none).tagColumns("dog").read())
        .hasMessageContaining("has no column 'dog'");
  }

  @Test
  void readsNumbers() throws IOException {
    Path csv = list("file,fill,kg\n0.png,12.5,1\n1.png,0,2e1\n2.png,99,3\n");
    ImageDataset images = CsvReader.of(csv).numberColumn("fill", "%").numberColumn("kg", "").read();
    assertThat(images.task()).isEqualTo(Task.numbers(FILL, Quantity.of("kg")));
    assertThat(images.targets().column(0)).containsExactly(12.5, 0, 99);
    assertThat(images.targets().row(1)).containsExactly(0, 20);
    assertThat(described(images)).startsWith("fill 12.50 %, kg 1.000");
    assertThat(images.toString()).isEqualTo("3 pictures with numbers fill (%), kg");
    assertThatThrownBy(images::labels)
        .hasMessageContaining("Numbers (numbers fill (%), kg) have no labels");
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "Infinity", "1e300", "12,5", "a lot"})
  void aColumnOfNumbersHoldsFiniteNumbers(String value) throws IOException {
    Path csv = list("file;fill\n0.png;1\n1.png;" + value + "\n");
    assertThatThrownBy(() -> CsvReader.of(csv).numberColumn("fill", "%").read())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("line 3: a column of numbers holds finite ones")
        .hasMessageContaining("'" + value + "'");
  }

  @Test
  void answersAreChecked() {
    assertThatThrownBy(() -> Target.numbers(1, Double.NaN)).hasMessageContaining("finite");
    assertThatThrownBy(() -> Target.numbers()).hasMessageContaining("at least one");
    assertThatThrownBy(() -> Target.tags(1, 1)).hasMessageContaining("each once");
    assertThatThrownBy(() -> Target.label(-1)).hasMessageContaining("from 0");
    Image image = Image.of(1, 1, new byte[3]);
    assertThatThrownBy(
            () -> ImageDataset.of(TAGS, List.of(LabeledImage.of("it", image, Target.tags(4)))))
        .hasMessageContaining("does not fit 4 tags");
    assertThatThrownBy(() -> ImageDataset.of(TAGS, List.of(LabeledImage.of("it", image, 0))))
        .hasMessageContaining("does not fit 4 tags");
    assertThatThrownBy(() -> Task.numbers(FILL, FILL)).hasMessageContaining("a name of its own");
  }

  /** 400 samples: tag 0 in 90 %, tag 1 in half, tag 2 in ten, tag 3 mostly where tag 2 is. */
  private static ImageDataset tagged() {
    Random random = new Random(3);
    Image image = Image.of(1, 1, new byte[3]);
    List<LabeledImage> images = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      boolean rare = i % 40 == 0;
      boolean[] has = {
        random.nextDouble() < 0.9, random.nextBoolean(), rare, rare && random.nextDouble() < 0.8
      };
      int[] tags = IntStream.range(0, 4).filter(t -> has[t]).toArray();
      images.add(LabeledImage.of("p" + i, image, Target.tags(tags)));
    }
    return ImageDataset.of(TAGS, images);
  }

  private static List<ImageDataset> parts(DatasetSplit split) {
    return List.of(split.train(), split.validation(), split.test());
  }

  @Test
  void everyPartHasItsShareOfEveryTag() {
    ImageDataset all = tagged();
    DatasetSplit split = all.split(0.6, 0.2, 5);
    double[] shares = {0.6, 0.2, 0.2};
    for (int part = 0; part < 3; part++) {
      ImageDataset images = parts(split).get(part);
      assertThat(images.size()).isCloseTo((int) Math.round(400 * shares[part]), within(4));
      for (String tag : TAGS.labels().names()) {
        double wanted = shares[part] * Objects.requireNonNull(all.counts().get(tag));
        assertThat((double) Objects.requireNonNull(images.counts().get(tag)))
            .isCloseTo(wanted, within(2.0));
      }
    }
    assertThat(parts(split).stream().flatMap(ImageDataset::stream).map(LabeledImage::name))
        .containsExactlyInAnyOrderElementsOf(all.stream().map(LabeledImage::name).toList());
    assertThat(names(all.split(0.6, 0.2, 5).train())).isEqualTo(names(split.train()));
    assertThat(names(all.split(0.6, 0.2, 6).train())).isNotEqualTo(names(split.train()));
  }

  private static List<String> names(ImageDataset images) {
    return images.stream().map(LabeledImage::name).toList();
  }

  @Test
  void everyPartHasItsShareOfEveryTenthOfTheNumbers() {
    Random random = new Random(1);
    Image image = Image.of(1, 1, new byte[3]);
    List<LabeledImage> images = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      double skewed = Math.exp(2 * random.nextGaussian());
      images.add(LabeledImage.of("p" + i, image, Target.numbers(skewed)));
    }
    ImageDataset all = ImageDataset.of(Task.numbers(FILL), images);
    double[] sorted = all.targets().column(0);
    Arrays.sort(sorted);
    DatasetSplit split = all.split(0.6, 0.2, 5);
    double[] shares = {0.6, 0.2, 0.2};
    for (int part = 0; part < 3; part++) {
      double[] values = parts(split).get(part).targets().column(0);
      for (int tenth = 0; tenth < 10; tenth++) {
        double low = sorted[50 * tenth];
        double high = tenth == 9 ? Double.MAX_VALUE : sorted[50 * (tenth + 1)];
        long inside = Arrays.stream(values).filter(it -> it >= low && it < high).count();
        assertThat((double) inside).isCloseTo(50 * shares[part], within(1.0));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"labels", "tags", "numbers"})
  void groupsStayWhole(String kind) {
    Random random = new Random(7);
    Image image = Image.of(1, 1, new byte[3]);
    List<LabeledImage> images = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      int answer = random.nextInt(3);
      Target target =
          switch (kind) {
            case "labels" -> Target.label(answer);
            case "tags" -> answer == 2 ? Target.tags() : Target.tags(answer);
            default -> Target.numbers(random.nextDouble());
          };
      images.add(LabeledImage.of(random.nextInt(60) + "_" + i, image, target));
    }
    Task task =
        switch (kind) {
          case "labels" -> Task.oneLabel(Labels.of("a", "b", "c"));
          case "tags" -> Task.tags("a", "b");
          default -> Task.numbers(FILL);
        };
    ImageDataset all =
        ImageDataset.of(task, images).groupedBy(it -> it.name().replaceFirst("_.*", ""));
    DatasetSplit split = all.split(0.6, 0.2, 1);
    Set<String> seen = new TreeSet<>();
    for (ImageDataset part : parts(split)) {
      Set<String> groups = part.stream().map(LabeledImage::group).collect(Collectors.toSet());
      assertThat(seen).doesNotContainAnyElementsOf(groups);
      seen.addAll(groups);
    }
    assertThat(seen).hasSize((int) all.stream().map(LabeledImage::group).distinct().count());
    assertThat(split.train().size()).isBetween(170, 190);
    assertThat(split.validation().size()).isBetween(50, 70);
    if (kind.equals("labels")) {
      for (int label : split.validation().counts().values()) {
        assertThat(label).isBetween(14, 27);
      }
    }
  }

  @Test
  void fewGroupsCannotBeDivided() {
    Image image = Image.of(1, 1, new byte[3]);
    List<LabeledImage> images =
        IntStream.range(0, 20)
            .mapToObj(i -> LabeledImage.of("p" + i, image, i % 2).withGroup("g" + i % 2))
            .toList();
    ImageDataset all = ImageDataset.of(Labels.of("a", "b"), images);
    assertThatThrownBy(() -> all.split(0.6, 0.2, 1))
        .hasMessageContaining("Each of the 3 parts needs at least one picture")
        .hasMessageContaining("20 pictures in 2 groups");
    assertThat(all.split(0.5, 1).train().size()).isEqualTo(10);
  }

  @Test
  void aPartWithoutATagIsSaid() {
    Image image = Image.of(1, 1, new byte[3]);
    List<LabeledImage> images =
        IntStream.range(0, 20)
            .mapToObj(i -> LabeledImage.of("p" + i, image, i == 0 ? Target.tags(0) : Target.tags()))
            .toList();
    assertThat(ImageDataset.of(Task.tags("rare"), images).split(0.5, 1).warnings())
        .contains("No picture of validation has the tags [rare]");
  }

  @Test
  void whatTeachesNothingIsRefused() {
    assertThatThrownBy(() -> Targets.of(TAGS, List.of()).requireLearnable())
        .hasMessage("Training needs at least one sample.");
    assertThatThrownBy(
            () ->
                Targets.of(Task.tags("x", "y"), List.of(Target.tags(0), Target.tags()))
                    .requireLearnable())
        .hasMessageContaining("'y' is in none of 2 samples");
    assertThatThrownBy(
            () ->
                Targets.of(Task.tags("x", "y"), List.of(Target.tags(0, 1), Target.tags(0)))
                    .requireLearnable())
        .hasMessageContaining("'x' is in all 2 samples");
    assertThatThrownBy(
            () ->
                Targets.of(Task.numbers(FILL), List.of(Target.numbers(3), Target.numbers(3)))
                    .requireLearnable())
        .hasMessageContaining("fill is 3.000 % in all 2 samples");
    assertThatThrownBy(
            () -> Targets.of(Task.numbers(FILL), List.of(Target.numbers(3))).requireLearnable())
        .hasMessageContaining("fill is 3.000 % in the only sample");
  }
}
