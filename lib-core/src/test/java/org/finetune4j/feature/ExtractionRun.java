package org.finetune4j.feature;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.RandomBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.data.Labels;
import org.finetune4j.train.ClassifierHead;
import org.finetune4j.train.FineTuner;
import org.finetune4j.train.TrainedHead;

/**
 * A process of its own, whose memory can be looked at: extracts features of many pictures into a
 * cache folder and, if asked to, fine-tunes on them.
 */
final class ExtractionRun {
  private ExtractionRun() {}

  /**
   * Runs and prints the peak of the anonymous resident memory in kilobytes.
   *
   * @param args architecture, side of its input, folder of pictures, how many of them, cache
   *     folder, and the layer to fine-tune from, if any
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Peak peak = new Peak();
    peak.start();
    int side = Integer.parseInt(args[1]);
    ImageDataset pictures = pictures(Path.of(args[2]), Integer.parseInt(args[3]));
    try (PretrainedBackbone backbone = RandomBackbone.of(Architecture.valueOf(args[0]), side)) {
      FeatureExtractor extractor =
          FeatureExtractor.builder(backbone).cache(Path.of(args[4])).build();
      FeatureSet features = extractor.extract(pictures);
      if (args.length > 5) {
        TrainedHead head = ClassifierHead.builder().epochs(1).build().fit(features);
        FineTuner.builder(extractor, head).unfreezeFrom(args[5]).epochs(1).build().fit(pictures);
      }
    }
    peak.end();
    System.out.println(peak.kilobytes);
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

  /** Looks at the memory many times a second. */
  private static final class Peak extends Thread {
    private volatile boolean ended;
    private volatile long kilobytes;

    @Override
    public void run() {
      try {
        while (!ended) {
          kilobytes = Math.max(kilobytes, anonymous());
          Thread.sleep(20);
        }
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    private void end() throws InterruptedException {
      ended = true;
      join();
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
