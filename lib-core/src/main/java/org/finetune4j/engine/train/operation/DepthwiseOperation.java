package org.finetune4j.engine.train.operation;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Parallel;
import org.finetune4j.engine.train.kernel.PhasedPlanes;
import org.finetune4j.engine.train.kernel.ShiftedRows;
import org.finetune4j.engine.train.kernel.Sums;
import org.finetune4j.engine.train.parameter.FilterBank;
import org.finetune4j.network.Window;

/**
 * A convolution of each channel by its own filters. In plain Java, over several samples at a time,
 * so that even maps of 7x7 make long rows; ND4J's operation changes the layout of every activation.
 */
public final class DepthwiseOperation implements Operation {
  /** Channels that share their working memory. */
  private static final int BLOCK = 16;

  private final Blob input;
  private final Blob output;
  private final Window window;
  private final FilterBank filters;
  private final int multiplier;
  private float[] kernel = {};

  public DepthwiseOperation(Window window, Blob input, Blob output, FilterBank filters) {
    this.input = input;
    this.output = output;
    this.window = window;
    this.filters = filters;
    this.multiplier = output.channels() / input.channels();
  }

  @Override
  public void forward(Pass pass) {
    kernel = filters.kernel();
    float[] bias = filters.bias();
    float[] y = output.output(pass.n());
    forEachFilter(
        pass.n(),
        (work, filter) -> {
          work.load(input.values(), filter);
          work.convolve(filter, bias[filter]);
          work.store(y, filter);
        });
    filters.release(kernel);
  }

  @Override
  public void backward(Pass pass) {
    kernel = filters.kernel();
    float[] dy = output.gradient();
    boolean isOnlyAddend = !input.hasGradient() && multiplier == 1;
    float[] dx = input.wantsGradient() ? input.gradientSum(pass.n()) : new float[0];
    if (filters.trains()) {
      Arrays.fill(filters.kernelGradient(), 0);
      Arrays.fill(filters.biasGradient(), 0);
    }
    forEachFilter(
        pass.n(),
        (work, filter) -> {
          work.loadGradient(dy, filter);
          if (filters.trains()) {
            work.load(input.values(), filter);
            work.sumProducts(filter);
          }
          if (input.wantsGradient()) {
            work.spreadTo(dx, filter, isOnlyAddend);
          }
        });
    filters.release(kernel);
    if (filters.trains()) {
      filters.backward();
    }
  }

  private interface Body {
    void accept(Work work, int filter);
  }

  /** Visits all filters with all samples; those of one input channel on the same thread. */
  private void forEachFilter(int n, Body body) {
    int channels = input.channels();
    Parallel.loop(
        (channels + BLOCK - 1) / BLOCK,
        Math.multiplyExact(n, BLOCK * output.area()),
        block -> {
          Work work = new Work(n);
          int last = Math.min(channels, (block + 1) * BLOCK) * multiplier;
          for (int filter = block * BLOCK * multiplier; filter < last; filter++) {
            for (int from = 0; from < n; from += work.planes.samples()) {
              work.samples(from);
              body.accept(work, filter);
            }
          }
        });
  }

  /** Working memory of one thread, and what is done in it for one filter and a few samples. */
  private final class Work {
    private final int n;
    private final PhasedPlanes planes;
    private final PhasedPlanes gradients;
    private final ShiftedRows rows = new ShiftedRows();
    private final int[] starts;
    private final List<Phase> phases;

    /** All positions, with so many zeros before and behind them as a start may lie away. */
    private final float[] positions;

    private final int margin;
    private int from;
    private int count;

    private Work(int n) {
      this.n = n;
      this.planes = PhasedPlanes.of(window, input.shape(), output.shape(), n);
      this.gradients = PhasedPlanes.of(window, input.shape(), output.shape(), n);
      this.starts = new int[window.height() * window.width()];
      for (int i = 0; i < starts.length; i++) {
        starts[i] = planes.start(i / window.width(), i % window.width());
      }
      int used = planes.samples() * planes.area();
      this.margin = planes.phase() - used;
      this.positions = new float[used + 2 * margin];
      this.phases = phases();
    }

    private List<Phase> phases() {
      return IntStream.range(0, window.stride() * window.stride())
          .mapToObj(i -> new Phase(i * planes.phase(), planes.phase(), margin, starts))
          .toList();
    }

    private void samples(int first) {
      from = first;
      count = Math.min(planes.samples(), n - first);
    }

    private void load(float[] x, int filter) {
      for (int i = 0; i < count; i++) {
        planes.load(x, inputPlane(i, filter), i);
      }
    }

    private int inputPlane(int sample, int filter) {
      return ((from + sample) * input.channels() + filter / multiplier) * input.area();
    }

    private void store(float[] y, int filter) {
      for (int i = 0; i < count; i++) {
        planes.storePositions(positions, at(i), y, outputPlane(i, filter));
      }
    }

    private void loadGradient(float[] dy, int filter) {
      Arrays.fill(positions, 0);
      for (int i = 0; i < count; i++) {
        planes.loadPositions(dy, outputPlane(i, filter), positions, at(i));
      }
    }

    private int at(int sample) {
      return margin + sample * planes.area();
    }

    private int outputPlane(int sample, int filter) {
      return ((from + sample) * output.channels() + filter) * output.area();
    }

    private void convolve(int filter, float bias) {
      float[] weights = Arrays.copyOfRange(kernel, first(filter), first(filter + 1));
      int used = count * planes.area();
      rows.weightedSum(planes.values(), starts, weights, bias, positions, margin, used);
    }

    private void sumProducts(int filter) {
      filters.biasGradient()[filter] += (float) Sums.of(positions);
      float[] dw = filters.kernelGradient();
      int used = count * planes.area();
      rows.addProducts(planes.values(), starts, positions, margin, used, dw, first(filter));
    }

    /** Returns where a filter's elements begin in the kernel. */
    private int first(int filter) {
      return filter * starts.length;
    }

    /** Each value of the input lies under every kernel element of its phase at one position. */
    private void spreadTo(float[] dx, int filter, boolean isOnlyAddend) {
      for (Phase phase : phases) {
        float[] w = phase.weights(kernel, first(filter));
        rows.weightedSum(positions, phase.starts, w, 0, gradients.values(), phase.at, phase.count);
      }
      for (int i = 0; i < count; i++) {
        if (isOnlyAddend) {
          gradients.store(dx, inputPlane(i, filter), i);
        } else {
          gradients.addTo(dx, inputPlane(i, filter), i);
        }
      }
    }
  }

  /** One phase of the planes. */
  private static final class Phase {
    private final int at;
    private final int count;

    /** The kernel elements that lie over it, and where the positions begin at which they do. */
    private final int[] elements;

    private final int[] starts;

    private Phase(int at, int count, int margin, int[] all) {
      this.at = at;
      this.count = count;
      this.elements =
          IntStream.range(0, all.length).filter(i -> all[i] / count == at / count).toArray();
      this.starts = Arrays.stream(elements).map(i -> margin - (all[i] - at)).toArray();
    }

    private float[] weights(float[] kernel, int first) {
      float[] chosen = new float[elements.length];
      for (int i = 0; i < chosen.length; i++) {
        chosen[i] = kernel[first + elements[i]];
      }
      return chosen;
    }
  }

  @Override
  public Blob output() {
    return output;
  }
}
