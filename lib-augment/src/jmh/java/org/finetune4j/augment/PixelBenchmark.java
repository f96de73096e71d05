package org.finetune4j.augment;

import java.util.concurrent.TimeUnit;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.image.Interpolation;
import org.finetune4j.image.Resize;
import org.finetune4j.random.CounterRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Images per second, next to src/jmh/python/pixel_peers.py, which does the same work. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PixelBenchmark {
  private static final Affine AFFINE = new Affine(17, 5.3, -7.1, 0, 1, 1);

  /** A picture of random samples, as for the peers. */
  @State(Scope.Benchmark)
  public static class Square {
    @Param({"150", "224"})
    int side;

    Image image = Image.gray(1, 1, new byte[1]);

    /** Makes the picture. */
    @Setup
    public void make() {
      image = random(side, side);
    }
  }

  /** A photo's size. */
  @State(Scope.Benchmark)
  public static class Photo {
    @Param({"BILINEAR", "BICUBIC", "AREA"})
    Interpolation interpolation = Interpolation.BILINEAR;

    final Image image = random(500, 375);
  }

  private static Image random(int width, int height) {
    CounterRandom random = CounterRandom.of(0);
    byte[] rgb = new byte[width * height * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) random.nextInt();
    }
    return Image.of(width, height, rgb);
  }

  @Benchmark
  public Image warpExact(Square square) {
    return AFFINE.apply(square.image, FillMode.NEAREST, 0, Interpolation.BILINEAR);
  }

  @Benchmark
  public Image warpFast(Square square) {
    return AFFINE.applyFast(square.image, FillMode.NEAREST, 0, Interpolation.BILINEAR);
  }

  @Benchmark
  public Image bookAugmentation(Square square) {
    return Augmentation.standard().apply(square.image, 1, 2, 3);
  }

  @Benchmark
  public Image strongAugmentation(Square square) {
    return Augmentation.strong().resized().apply(square.image, 1, 2, 3);
  }

  @Benchmark
  public Image resizeTo150(Photo photo) {
    return Resize.squash(photo.image, ImageSize.square(150), photo.interpolation);
  }
}
