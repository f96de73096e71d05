package org.finetune4j.engine.train.operation;

import java.util.Arrays;
import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Parallel;
import org.finetune4j.engine.train.kernel.PhasedPlanes;
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
          Arrays.fill(work.row, bias[filter]);
          work.load(input.values(), filter);
          work.convolve(filter);
          work.store(y, filter);
        });
  }

  @Override
  public void backward(Pass pass) {
    float[] dy = output.gradient();
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
            work.spread(filter);
            work.addTo(dx, filter);
          }
        });
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
    private final float[] row;
    private int from;
    private int count;

    private Work(int n) {
      this.n = n;
      this.planes = PhasedPlanes.of(window, input.shape(), output.shape(), n);
      this.gradients = PhasedPlanes.of(window, input.shape(), output.shape(), n);
      this.row = new float[planes.samples() * planes.area()];
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

    private void addTo(float[] dx, int filter) {
      for (int i = 0; i < count; i++) {
        gradients.addTo(dx, inputPlane(i, filter), i);
      }
    }

    private int inputPlane(int sample, int filter) {
      return ((from + sample) * input.channels() + filter / multiplier) * input.area();
    }

    private void store(float[] y, int filter) {
      for (int i = 0; i < count; i++) {
        planes.storePositions(row, i, y, outputPlane(i, filter));
      }
    }

    private void loadGradient(float[] dy, int filter) {
      Arrays.fill(row, 0);
      for (int i = 0; i < count; i++) {
        planes.loadPositions(dy, outputPlane(i, filter), row, i);
      }
    }

    private int outputPlane(int sample, int filter) {
      return ((from + sample) * output.channels() + filter) * output.area();
    }

    private void convolve(int filter) {
      for (int ky = 0; ky < window.height(); ky++) {
        for (int kx = 0; kx < window.width(); kx++) {
          addProducts(planes.values(), planes.start(ky, kx), kernel[index(filter, ky, kx)], row);
        }
      }
    }

    private void sumProducts(int filter) {
      filters.biasGradient()[filter] += sum(row);
      float[] dw = filters.kernelGradient();
      for (int ky = 0; ky < window.height(); ky++) {
        for (int kx = 0; kx < window.width(); kx++) {
          dw[index(filter, ky, kx)] += dot(planes.values(), planes.start(ky, kx), row);
        }
      }
    }

    private void spread(int filter) {
      gradients.clear();
      for (int ky = 0; ky < window.height(); ky++) {
        for (int kx = 0; kx < window.width(); kx++) {
          spreadRow(row, kernel[index(filter, ky, kx)], gradients.values(), planes.start(ky, kx));
        }
      }
    }

    private int index(int filter, int ky, int kx) {
      return (filter * window.height() + ky) * window.width() + kx;
    }
  }

  private static void addProducts(float[] x, int from, float factor, float[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += x[from + i] * factor;
    }
  }

  private static void spreadRow(float[] dy, float factor, float[] dx, int to) {
    for (int i = 0; i < dy.length; i++) {
      dx[to + i] += dy[i] * factor;
    }
  }

  private static float sum(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return (float) sum;
  }

  /** Eight sums side by side, as a single one would have to wait for itself. */
  private static float dot(float[] x, int from, float[] dy) {
    float a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0;
    int i = 0;
    for (; i < dy.length - 7; i += 8) {
      a += x[from + i] * dy[i];
      b += x[from + i + 1] * dy[i + 1];
      c += x[from + i + 2] * dy[i + 2];
      d += x[from + i + 3] * dy[i + 3];
      e += x[from + i + 4] * dy[i + 4];
      f += x[from + i + 5] * dy[i + 5];
      g += x[from + i + 6] * dy[i + 6];
      h += x[from + i + 7] * dy[i + 7];
    }
    for (; i < dy.length; i++) {
      a += x[from + i] * dy[i];
    }
    return ((a + b) + (c + d)) + ((e + f) + (g + h));
  }

  @Override
  public Blob output() {
    return output;
  }
}
