package org.finetune4j.feature;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.RandomBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.finetune.FineTuner;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.target.Labels;
import org.jspecify.annotations.Nullable;

/**
 * A process of its own, whose memory can be looked at: extracts features of many pictures into a
 * cache folder and, if asked to, fine-tunes on them.
 */
public final class ExtractionRun {
  private ExtractionRun() {}

  /**
   * Runs in a process of its own, its heap bounded and touched in advance, so that what differs
   * between two runs is everything else.
   *
   * @param heap size of the heap in megabytes
   * @param arguments as for {@link #main}
   * @return the peak of the anonymous resident memory in kilobytes
   */
  public static long peakKilobytes(int heap, Object... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xms" + heap + "m", "-Xmx" + heap + "m", "-XX:+AlwaysPreTouch"));
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    String classPath = System.getProperty("java.class.path");
    command.addAll(List.of("-cp", System.getProperty("surefire.test.class.path", classPath)));
    command.add(ExtractionRun.class.getName());
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Process run =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String answer = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
    if (run.waitFor() != 0) {
      throw new IOException("The run ended with " + run.exitValue() + ": " + answer);
    }
    return Long.parseLong(answer);
  }

  /**
   * Runs and prints the peak of the anonymous resident memory in kilobytes.
   *
   * @param args architecture, side of its input, file of its weights ({@code random} for random
   *     ones on the heap), folder of pictures, how many of them, how often, cache folder, and the
   *     layer to fine-tune from, if any
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Peak peak = new Peak();
    peak.setDaemon(true);
    peak.start();
    int side = Integer.parseInt(args[1]);
    ImageDataset pictures = pictures(Path.of(args[3]), Integer.parseInt(args[4]));
    try (PretrainedBackbone backbone = backbone(Architecture.valueOf(args[0]), side, args[2])) {
      for (int time = 1; time <= Integer.parseInt(args[5]); time++) {
        FeatureExtractor extractor =
            FeatureExtractor.builder(backbone).cache(Path.of(args[6], "" + time)).build();
        FeatureSet features = extractor.extract(pictures);
        if (args.length > 7) {
          TrainedHead head = ClassifierHead.builder().epochs(1).build().fit(features);
          FineTuner.builder(extractor, head).unfreezeFrom(args[7]).epochs(1).build().fit(pictures);
        }
      }
    }
    peak.end();
    System.out.println(peak.kilobytes);
  }

  private static PretrainedBackbone backbone(Architecture architecture, int side, String weights)
      throws IOException {
    return weights.equals("random")
        ? RandomBackbone.of(architecture, side)
        : PretrainedBackbone.builder(architecture)
            .inputSize(side, side)
            .weights(Path.of(weights))
            .build();
  }

  private static ImageDataset pictures(Path folder, int count) throws IOException {
    List<Path> files;
    try (var listed = Files.list(folder)) {
      files = listed.sorted().toList();
    }
    List<LabeledImage> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      images.add(LabeledImage.of(files.get(i), i % 2));
    }
    return ImageDataset.of(Labels.of("a", "b"), images);
  }

  /** Looks at the memory many times a second: the system keeps no peak without mapped files. */
  private static final class Peak extends Thread {
    private volatile boolean ended;
    private volatile long kilobytes;
    private volatile @Nullable Exception failure;

    @Override
    public void run() {
      try {
        while (!ended) {
          kilobytes = Math.max(kilobytes, anonymous());
          Thread.sleep(20);
        }
      } catch (IOException | InterruptedException e) {
        failure = e;
      }
    }

    /** Ends looking; a look that failed makes the peak no measurement. */
    private void end() throws InterruptedException {
      ended = true;
      join();
      if (failure != null || kilobytes == 0) {
        throw new IllegalStateException("The memory was not looked at to the end.", failure);
      }
    }

    private static long anonymous() throws IOException {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("RssAnon:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    }
  }
}
