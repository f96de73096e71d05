package org.finetune4j.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.TinyBackbone;
import org.finetune4j.data.DatasetSplit;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.image.Interpolation;
import org.finetune4j.image.Resize;
import org.finetune4j.picture.ImageEncoder;
import org.finetune4j.random.CounterRandom;
import org.finetune4j.target.Labels;
import org.finetune4j.testing.Exif;
import org.finetune4j.testing.Stripes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDoctorTest {
  private static final Labels LABELS = Labels.of("a", "<b>");

  @TempDir private Path folder;

  /** A scene of coarse colored fields under noise: sharp, colored, and unlike other seeds. */
  private static Image scene(long seed) {
    byte[] rgb = new byte[96 * 80 * 3];
    for (int i = 0; i < rgb.length; i++) {
      int x = i / 3 % 96 / 12;
      int y = i / 3 / 96 / 10;
      CounterRandom field = CounterRandom.of(seed, x, y, i % 3);
      rgb[i] = (byte) (20 + field.nextInt(200) + CounterRandom.of(seed, i).nextInt(30));
    }
    return Image.of(96, 80, rgb);
  }

  private static Image filled(int value) {
    byte[] rgb = new byte[64 * 64 * 3];
    Arrays.fill(rgb, (byte) value);
    return Image.of(64, 64, rgb);
  }

  private static LabeledImage png(String name, Image image, int label) {
    return LabeledImage.of(name, ImageEncoder.png(image), label);
  }

  private static List<LabeledImage> scenes(int from, int to) {
    List<LabeledImage> scenes = new ArrayList<>();
    for (int i = from; i < to; i++) {
      scenes.add(png("scene " + i, scene(i), i % 2));
    }
    return scenes;
  }

  private static DataReport examined(List<LabeledImage> pictures) throws IOException {
    return DataDoctor.builder().build().examine(ImageDataset.of(LABELS, pictures));
  }

  private static List<String> names(DataReport report, Problem problem) {
    return report.findings(problem).stream()
        .flatMap(it -> it.pictures().stream())
        .map(ExaminedPicture::name)
        .toList();
  }

  @Test
  void findsNothingInGoodPictures() throws IOException {
    DataReport report = examined(scenes(0, 30));
    assertThat(report.findings()).isEmpty();
    assertThat(report).hasToString("30 pictures examined\n  data {a=15, <b>=15}\nNothing found.");
  }

  @Test
  void findsWhatSinglePicturesShow() throws IOException {
    List<LabeledImage> pictures = scenes(0, 20);
    pictures.add(png("black", filled(3), 0));
    pictures.add(png("white", filled(252), 0));
    Image soft =
        Resize.squash(
            Resize.squash(scene(50), new ImageSize(12, 10), Interpolation.BILINEAR),
            new ImageSize(240, 200),
            Interpolation.BICUBIC);
    pictures.add(png("soft", soft, 0));
    pictures.add(
        png("small", Resize.squash(scene(51), new ImageSize(20, 16), Interpolation.BILINEAR), 0));
    pictures.add(
        png("strip", Resize.squash(scene(52), new ImageSize(400, 40), Interpolation.BILINEAR), 0));
    pictures.add(png("gray", scene(53).toGray(), 0));
    pictures.add(LabeledImage.of("broken", new byte[] {1, 2, 3}, 0));
    DataReport report = examined(pictures);
    assertThat(names(report, Problem.DARK)).containsExactly("black");
    assertThat(names(report, Problem.BRIGHT)).containsExactly("white");
    assertThat(names(report, Problem.BLURRED)).containsExactly("soft");
    assertThat(names(report, Problem.TINY)).containsExactly("small");
    assertThat(names(report, Problem.EXTREME_ASPECT)).containsExactly("strip");
    assertThat(names(report, Problem.GRAY)).contains("gray").doesNotContain("scene 1");
    assertThat(names(report, Problem.UNREADABLE)).containsExactly("broken");
    assertThat(report.findings(Problem.UNREADABLE).get(0).detail()).contains("broken");
  }

  @Test
  void whatWasExaminedBeforeIsReadOnce() throws IOException {
    AtomicInteger reads = new AtomicInteger();
    List<LabeledImage> pictures = new ArrayList<>();
    for (LabeledImage scene : scenes(0, 12)) {
      byte[] bytes = scene.encoded();
      LabeledImage.Reader reader =
          () -> {
            reads.incrementAndGet();
            return bytes;
          };
      pictures.add(LabeledImage.of(scene.name(), bytes.length, reader, scene.target()));
    }
    try (PretrainedBackbone backbone = TinyBackbone.of(1)) {
      FeatureExtractor extractor = FeatureExtractor.builder(backbone).cache(folder).build();
      DataDoctor doctor = DataDoctor.builder().features(extractor).build();
      DataReport first = doctor.examine(ImageDataset.of(LABELS, pictures));
      reads.set(0);
      DataReport second = doctor.examine(ImageDataset.of(LABELS, pictures));
      assertThat(reads).hasValue(pictures.size());
      assertThat(second.findings()).isEqualTo(first.findings());
    }
  }

  @Test
  void turnedPicturesAreThoseWhoseExifSaysSo() throws IOException {
    byte[] upright = ImageEncoder.jpeg(scene(1), 0.9);
    Path file = Files.write(folder.resolve("turned.jpg"), Exif.oriented(upright, 6));
    Path plain = Files.write(folder.resolve("plain.jpg"), Exif.oriented(upright, 1));
    DataReport report =
        examined(
            List.of(LabeledImage.of(file, 0), LabeledImage.of(plain, 0), png("p", scene(2), 1)));
    assertThat(names(report, Problem.TURNED)).containsExactly(file.toString());
  }

  private static DatasetSplit leaking() {
    List<LabeledImage> train = scenes(0, 20);
    List<LabeledImage> test = scenes(20, 30);
    test.add(png("copy of 3", scene(3), 1));
    Image smaller = Resize.squash(scene(4), new ImageSize(72, 60), Interpolation.BILINEAR);
    test.add(LabeledImage.of("small jpeg of 4", ImageEncoder.jpeg(smaller, 0.7), 1));
    train.add(png("copy of 5", scene(5), 1));
    return new DatasetSplit(
        ImageDataset.of(LABELS, train),
        ImageDataset.of(LABELS, List.of()),
        ImageDataset.of(LABELS, test));
  }

  @Test
  void whatTheSystemLeavesInFoldersIsNotBroken() throws IOException {
    for (String kind : List.of("a", "b")) {
      Path file = Files.createDirectories(folder.resolve(kind)).resolve("1.png");
      Files.write(file, ImageEncoder.png(scene(kind.hashCode())));
      Files.write(file.resolveSibling(".DS_Store"), new byte[8]);
      Files.writeString(file.resolveSibling("text.png"), "no picture");
    }
    DataReport report = DataDoctor.builder().build().examine(ImageDataset.fromDirectory(folder));
    assertThat(report.findings(Problem.UNREADABLE))
        .extracting(Finding::detail)
        .containsExactly("not an image", "not an image");
  }

  @Test
  void findsLeaksAndContradictions() throws IOException {
    DataReport report = DataDoctor.builder().build().examine(leaking());
    assertThat(names(report, Problem.LEAK))
        .containsExactlyInAnyOrder("scene 3", "copy of 3", "scene 4", "small jpeg of 4");
    assertThat(names(report, Problem.TWO_CLASSES))
        .containsExactlyInAnyOrder("scene 4", "small jpeg of 4");
    assertThat(names(report, Problem.EXACT_DUPLICATE))
        .containsExactlyInAnyOrder("scene 3", "copy of 3", "scene 5", "copy of 5");
    assertThat(names(report, Problem.NEAR_DUPLICATE))
        .containsExactlyInAnyOrder("scene 4", "small jpeg of 4");
  }

  @Test
  void remediesLeaveTheTestAsItIs() throws IOException {
    DatasetSplit split = leaking();
    DataReport report = DataDoctor.builder().build().examine(split);
    DatasetSplit clean = report.withoutLeaks(split);
    assertThat(clean.test()).isSameAs(split.test());
    assertThat(clean.train().stream().map(LabeledImage::name))
        .hasSize(split.train().size() - 2)
        .doesNotContain("scene 3", "scene 4");
    assertThat(DataDoctor.builder().build().examine(clean).findings(Problem.LEAK)).isEmpty();
    assertThatThrownBy(() -> report.withoutLeaks(clean))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Examine what is to be cleaned");
  }

  @Test
  void equalPicturesStayOnOneSideOrOnlyOneStays() throws IOException {
    List<LabeledImage> pictures = scenes(0, 20);
    for (int i = 0; i < 10; i++) {
      pictures.add(png("copy of " + i, scene(i), i % 2));
    }
    pictures.add(LabeledImage.of("broken", new byte[] {1}, 0));
    ImageDataset data = ImageDataset.of(LABELS, pictures);
    DataReport report = DataDoctor.builder().build().examine(data);
    assertThat(report.withoutDuplicates(data).size()).isEqualTo(20);
    ImageDataset readable = ImageDataset.of(LABELS, pictures.subList(0, 30));
    DataReport again = DataDoctor.builder().build().examine(readable);
    DatasetSplit split = again.grouped(readable).split(0.5, 0.25, 1);
    assertThat(DataDoctor.builder().build().examine(split).findings(Problem.LEAK)).isEmpty();
  }

  @Test
  void featuresShowWrongLabels() throws IOException {
    ImageDataset right = Stripes.of(60, 1);
    List<LabeledImage> pictures = new ArrayList<>(right.images());
    for (int i : new int[] {4, 17, 33}) {
      pictures.set(i, pictures.get(i).withLabel(1 - pictures.get(i).label()));
    }
    try (PretrainedBackbone backbone = TinyBackbone.of(1)) {
      FeatureExtractor extractor = FeatureExtractor.builder(backbone).build();
      DataReport report =
          DataDoctor.builder()
              .features(extractor)
              .build()
              .examine(ImageDataset.of(right.labels(), pictures));
      assertThat(
              report.findings(Problem.WRONG_LABEL).stream().map(it -> it.pictures().get(0).index()))
          .hasSizeGreaterThan(1) // Northcutt's rule: surer than of that class's average picture
          .isSubsetOf(4, 17, 33);
    }
  }

  @Test
  void pagesNeedNoOtherFileAndEscapeNames() throws IOException {
    List<LabeledImage> pictures = scenes(0, 5);
    pictures.add(png("<script>alert(1)</script>", scene(1), 1));
    DataReport report = examined(pictures);
    Path page = folder.resolve("report.html");
    report.saveHtml(page);
    assertThat(Files.readString(page))
        .contains("data:image/jpeg;base64,", "Byte-identical pictures", "&lt;b&gt;")
        .doesNotContain("<script", "<b>b", "src=\"http", "href=\"http");
    JsonNode json = new ObjectMapper().readTree(report.toJson());
    assertThat(json.get("pictures").asInt()).isEqualTo(6);
    assertThat(json.get("findings").get(0).get("problem").asText()).isEqualTo("EXACT_DUPLICATE");
    assertThat(json.get("findings").get(0).get("pictures")).hasSize(2);
  }
}
