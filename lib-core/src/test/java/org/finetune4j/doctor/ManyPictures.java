package org.finetune4j.doctor;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.image.Interpolation;
import org.finetune4j.image.Resize;
import org.finetune4j.network.Network;
import org.finetune4j.picture.ImageEncoder;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.random.CounterRandom;
import org.finetune4j.testing.RandomWeights;

/**
 * What the doctor takes for many pictures, in a process of its own: made scenes of 64 x 48 pixels
 * in ten classes, each with a tint of its own, and features of MobileNetV2 0.35 with random weights
 * at 32 x 32 pixels, 1,280 numbers. Of 1,000 pictures ten are copies of the one before, ten
 * mirrored copies, ten parts, and ten carry another label.
 */
public final class ManyPictures {
  private static final int CLASSES = 10;
  private static final int KINDS = 100;

  private ManyPictures() {}

  /** Arguments: an empty folder or one of an earlier run, how many pictures. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    int count = Integer.parseInt(arguments[1]);
    Path pictures = folder.resolve("pictures-" + count);
    if (!Files.exists(pictures)) {
      make(pictures, count);
    }
    ImageSize side = ImageSize.square(32);
    Network network = Architecture.MOBILENET_V2.network(side, 0.35, false);
    try (PretrainedBackbone backbone =
        PretrainedBackbone.of("random", network, RandomWeights.of(network, 1), Preprocessing.TF)) {
      FeatureExtractor extractor =
          FeatureExtractor.builder(backbone)
              .layer("block_13_expand_relu")
              .cache(folder.resolve("features"))
              .build();
      ImageDataset data = ImageDataset.fromDirectory(pictures);
      Stopwatch watch = new Stopwatch();
      int dimension = extractor.extract(data).dimension();
      watch.took("features of " + data.size() + " x " + dimension);
      watch = new Stopwatch();
      DataReport report = DataDoctor.builder().features(extractor).build().examine(data);
      watch.took("examined " + data.size());
      Map<Problem, Long> counts =
          report.findings().stream()
              .collect(
                  Collectors.groupingBy(Finding::problem, TreeMap::new, Collectors.counting()));
      System.out.println(counts);
      watch = new Stopwatch();
      report.saveHtml(folder.resolve("report.html"));
      watch.took("page of " + Files.size(folder.resolve("report.html")) / 1024 + " KB");
    }
    System.gc();
    Runtime java = Runtime.getRuntime();
    System.out.printf(
        Locale.ROOT,
        "heap at most %,d MB, in use at the end %,d MB%n",
        java.maxMemory() >> 20,
        (java.totalMemory() - java.freeMemory()) >> 20);
  }

  private static void make(Path folder, int count) throws IOException {
    for (int i = 0; i < CLASSES; i++) {
      Files.createDirectories(folder.resolve("class " + i));
    }
    List<IOException> problems =
        IntStream.range(0, count)
            .parallel()
            .mapToObj(i -> made(folder, i))
            .flatMap(List::stream)
            .toList();
    if (!problems.isEmpty()) {
      throw problems.get(0);
    }
  }

  private static List<IOException> made(Path folder, int i) {
    int kind = i % KINDS;
    Image image =
        switch (kind) {
          case 1 -> scene(i - 1);
          case 3 -> mirrored(scene(i - 1));
          case 5 -> part(scene(i - 1));
          default -> scene(i);
        };
    int of = kind == 1 || kind == 3 || kind == 5 ? label(i - 1) : label(i);
    int label = kind == 7 ? (of + 1) % CLASSES : of;
    try {
      Files.write(folder.resolve("class " + label + "/" + i + ".png"), ImageEncoder.png(image));
      return List.of();
    } catch (IOException e) {
      return List.of(e);
    }
  }

  private static int label(int i) {
    return CounterRandom.of(7, i).nextInt(CLASSES);
  }

  /** A smooth scene whose colors lean towards those of its class. */
  private static Image scene(int i) {
    CounterRandom random = CounterRandom.of(11, i);
    CounterRandom tint = CounterRandom.of(13, label(i));
    int[] lean = {tint.nextInt(128), tint.nextInt(128), tint.nextInt(128)};
    byte[] coarse = new byte[9 * 7 * 3];
    for (int j = 0; j < coarse.length; j++) {
      coarse[j] = (byte) (lean[j % 3] + random.nextInt(128));
    }
    return Resize.squash(Image.of(9, 7, coarse), new ImageSize(64, 48), Interpolation.BICUBIC);
  }

  private static Image mirrored(Image image) {
    byte[] rgb = new byte[image.width() * image.height() * 3];
    for (int i = 0; i < rgb.length; i++) {
      int x = image.width() - 1 - i / 3 % image.width();
      rgb[i] = (byte) image.sample(x, i / 3 / image.width(), i % 3);
    }
    return Image.of(image.width(), image.height(), rgb);
  }

  private static Image part(Image image) {
    int width = image.width() * 3 / 4;
    int height = image.height() * 3 / 4;
    byte[] rgb = new byte[width * height * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) image.sample(8 + i / 3 % width, 5 + i / 3 / width, i % 3);
    }
    return Image.of(width, height, rgb);
  }

  /** A machine that is busy with other work shows in the first number, not in the second. */
  private static final class Stopwatch {
    private final long start = System.nanoTime();
    private final long processor = processorTime();

    private static long processorTime() {
      return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    void took(String what) {
      System.out.printf(
          Locale.ROOT,
          "%s: %.1f s, %.1f s of processor time%n",
          what,
          (System.nanoTime() - start) / 1e9,
          (processorTime() - processor) / 1e9);
    }
  }
}
