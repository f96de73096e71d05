package org.finetune4j.engine.train.convolution;

import java.util.Arrays;
import java.util.Optional;
import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Matrix;
import org.finetune4j.engine.train.kernel.NativeMatrix;
import org.finetune4j.engine.train.kernel.Parallel;
import org.finetune4j.engine.train.kernel.PhasedPlanes;
import org.finetune4j.engine.train.kernel.Planes;
import org.finetune4j.engine.train.kernel.Scratch;
import org.finetune4j.engine.train.kernel.Scratch.Role;
import org.finetune4j.network.Window;

/**
 * A convolution in groups of channels. What lies under one kernel element at all positions is a
 * part of {@link PhasedPlanes}, so that each element is one small matrix product, and no patch is
 * copied: filters by channels, times channels by positions. Groups share nothing, and each runs on
 * one thread.
 */
final class GroupedConvolution implements Convolver {
  /** Values of a group's channels that the processor's second cache holds beside its results. */
  private static final int CACHED = 1 << 15;

  /** Values of a product's second factor and its result that the first cache holds, about. */
  private static final int FAST = 1 << 14;

  /**
   * Multiplications up to which OpenBLAS stays on the thread that calls it; several that are split
   * at the same time wait for each other.
   */
  private static final int ON_ONE_THREAD = 1 << 18;

  /** Positions below which a product costs more than it computes. */
  private static final int FEW = 16;

  private final Window window;
  private final int groups;
  private final Scratch scratch;

  GroupedConvolution(Window window, int groups, Scratch scratch) {
    this.window = window;
    this.groups = groups;
    this.scratch = scratch;
  }

  @Override
  public void forward(int n, Blob input, float[] kernel, float[] bias, Blob output) {
    Batch batch = new Batch(n, input, output);
    NativeMatrix w = scratch.matrix(Role.KERNEL, batch.elementsFirst(kernel));
    NativeMatrix x = scratch.matrix(Role.INPUT, input.channels(), batch.planeLength);
    NativeMatrix y = scratch.matrix(Role.OUTPUT, output.channels(), batch.positions);
    float[] values = output.output(n);
    batch.forEachPart(
        part -> {
          part.load(x);
          part.multiply(
              (positions, element) -> {
                NativeMatrix factor = part.kernel(w, element);
                NativeMatrix under = part.under(x, positions, element);
                NativeMatrix.multiply(factor, under, part.at(y, positions), element > 0);
              });
          part.store(y, bias, values);
        });
  }

  @Override
  public void backward(
      int n,
      Blob input,
      float[] kernel,
      Blob output,
      float[] kernelGradient,
      float[] biasGradient) {
    Batch batch = new Batch(n, input, output);
    float[] gradient = output.gradient();
    Planes.writeChannelSums(n, output, gradient, biasGradient);
    NativeMatrix dy = scratch.matrix(Role.OUTPUT_GRADIENT, output.channels(), batch.positions);
    NativeMatrix x = scratch.matrix(Role.INPUT, input.channels(), batch.planeLength);
    NativeMatrix dw = scratch.matrix(Role.KERNEL_GRADIENT, batch.kernelRows(), batch.channels);
    dw.clear();
    NativeMatrix w = scratch.matrix(Role.KERNEL, batch.elementsFirst(kernel));
    Optional<NativeMatrix> dx = inputGradient(batch);
    batch.forEachPart(
        part -> {
          part.loadGradient(dy, gradient);
          part.load(x);
          part.multiply(
              (positions, element) ->
                  NativeMatrix.multiply(
                      part.at(dy, positions),
                      part.under(x, positions, element).transpose(),
                      part.kernel(dw, element),
                      true));
          dx.ifPresent(it -> part.spread(dy, w, it));
        });
    float[] sums = new float[kernelGradient.length];
    dw.read(sums, 0, false);
    batch.filtersFirst(sums, kernelGradient);
  }

  private Optional<NativeMatrix> inputGradient(Batch batch) {
    if (!batch.input.wantsGradient()) {
      return Optional.empty();
    }
    batch.input.gradientSum(batch.n); // parts add to it
    return Optional.of(
        scratch.matrix(Role.INPUT_GRADIENT, batch.input.channels(), batch.planeLength));
  }

  private interface Body {
    void accept(Part part);
  }

  private interface Product {
    void accept(Positions positions, int element);
  }

  /** Some positions, one behind the other. */
  private record Positions(int first, int count) {}

  /** All samples, and how they are taken to pieces. */
  private final class Batch {
    private final int n;
    private final Blob input;
    private final Blob output;
    private final int channels;
    private final int filters;
    private final int elements;
    private final int samples;
    private final int positions;
    private final int planeLength;

    private Batch(int n, Blob input, Blob output) {
      this.n = n;
      this.input = input;
      this.output = output;
      this.channels = input.channels() / groups;
      this.filters = output.channels() / groups;
      this.elements = window.height() * window.width();
      PhasedPlanes planes = planes();
      this.samples = planes.samples();
      this.positions = samples * planes.area();
      this.planeLength = planes.values().length;
    }

    private PhasedPlanes planes() {
      return PhasedPlanes.of(window, input.shape(), output.shape(), n, CACHED / channels);
    }

    private int kernelRows() {
      return elements * output.channels();
    }

    /** Returns the kernel with the rows of each element, one of each filter, together. */
    private Matrix elementsFirst(float[] kernel) {
      float[] turned = new float[kernel.length];
      int rowLength = kernelRows() / elements * channels;
      for (int element = 0; element < elements; element++) {
        for (int i = 0; i < rowLength; i++) {
          turned[element * rowLength + i] = kernel[i * elements + element];
        }
      }
      return Matrix.of(turned, kernelRows(), channels);
    }

    private void filtersFirst(float[] turned, float[] kernel) {
      int rowLength = kernelRows() / elements * channels;
      for (int element = 0; element < elements; element++) {
        for (int i = 0; i < rowLength; i++) {
          kernel[i * elements + element] = turned[element * rowLength + i];
        }
      }
    }

    /** Visits all groups with all samples, those of a group in order. */
    private void forEachPart(Body body) {
      int work = Math.multiplyExact(n, output.elements() / groups);
      if (productsAreSmall()) {
        Parallel.loop(groups, work, group -> forEachPart(group, body));
      } else {
        for (int group = 0; group < groups; group++) {
          forEachPart(group, body);
        }
      }
    }

    private void forEachPart(int group, Body body) {
      Part part = new Part(this, group);
      for (int from = 0; from < n; from += samples) {
        part.move(from);
        body.accept(part);
      }
    }

    private boolean productsAreSmall() {
      return (long) filters * channels * FEW <= ON_ONE_THREAD;
    }

    private int positionsAtOnce() {
      return productsAreSmall()
          ? Math.min(ON_ONE_THREAD / (filters * channels), FAST / (filters + channels))
          : positions;
    }
  }

  /** One group of a few samples, with the memory of one thread. */
  private final class Part {
    private final Batch batch;
    private final int group;
    private final PhasedPlanes planes;
    private final float[] row;
    private int from;
    private int count;

    private Part(Batch batch, int group) {
      this.batch = batch;
      this.group = group;
      this.planes = batch.planes();
      this.row = new float[batch.positions];
    }

    private void move(int first) {
      from = first;
      count = Math.min(batch.samples, batch.n - first);
    }

    private void multiply(Product product) {
      int most = batch.positionsAtOnce();
      int end = count * planes.area();
      for (int first = 0; first < end; first += most) {
        Positions positions = new Positions(first, Math.min(most, end - first));
        for (int element = 0; element < batch.elements; element++) {
          product.accept(positions, element);
        }
      }
    }

    private NativeMatrix kernel(NativeMatrix all, int element) {
      int first = element * batch.output.channels() + group * batch.filters;
      return all.part(first, batch.filters, 0, batch.channels);
    }

    /** Returns what lies under a kernel element. */
    private NativeMatrix under(NativeMatrix all, Positions positions, int element) {
      int start = planes.start(element / window.width(), element % window.width());
      return all.part(
          group * batch.channels, batch.channels, start + positions.first, positions.count);
    }

    private NativeMatrix at(NativeMatrix all, Positions positions) {
      return all.part(group * batch.filters, batch.filters, positions.first, positions.count);
    }

    private void load(NativeMatrix x) {
      for (int c = group * batch.channels; c < (group + 1) * batch.channels; c++) {
        for (int i = 0; i < count; i++) {
          planes.load(batch.input.values(), inputPlane(i, c), i);
        }
        x.part(c, 1, 0, batch.planeLength).write(planes.values(), 0);
      }
    }

    private void spread(NativeMatrix dy, NativeMatrix w, NativeMatrix dx) {
      dx.part(group * batch.channels, batch.channels, 0, batch.planeLength).clear();
      multiply(
          (positions, element) ->
              NativeMatrix.multiply(
                  kernel(w, element).transpose(),
                  at(dy, positions),
                  under(dx, positions, element),
                  true));
      float[] sum = batch.input.gradient();
      for (int c = group * batch.channels; c < (group + 1) * batch.channels; c++) {
        dx.part(c, 1, 0, batch.planeLength).read(planes.values(), 0, false);
        for (int i = 0; i < count; i++) {
          planes.addTo(sum, inputPlane(i, c), i);
        }
      }
      planes.clear(); // its borders are zero again
    }

    private void loadGradient(NativeMatrix dy, float[] gradient) {
      Arrays.fill(row, 0);
      for (int f = group * batch.filters; f < (group + 1) * batch.filters; f++) {
        for (int i = 0; i < count; i++) {
          planes.loadPositions(gradient, outputPlane(i, f), row, i * planes.area());
        }
        dy.part(f, 1, 0, batch.positions).write(row, 0);
      }
    }

    private void store(NativeMatrix y, float[] bias, float[] values) {
      for (int f = group * batch.filters; f < (group + 1) * batch.filters; f++) {
        y.part(f, 1, 0, batch.positions).read(row, 0, false);
        for (int i = 0; i < row.length; i++) {
          row[i] += bias[f];
        }
        for (int i = 0; i < count; i++) {
          planes.storePositions(row, i * planes.area(), values, outputPlane(i, f));
        }
      }
    }

    private int inputPlane(int sample, int channel) {
      return ((from + sample) * batch.input.channels() + channel) * batch.input.area();
    }

    private int outputPlane(int sample, int filter) {
      return ((from + sample) * batch.output.channels() + filter) * batch.output.area();
    }
  }
}
