package org.finetune4j.engine.train.kernel;

/**
 * The kernel of a convolution in groups as the kernel of one over all channels, with zeros where a
 * filter does not read. That costs multiplications by zero, and runs on the fast convolution.
 *
 * @param filters of all groups
 * @param channels that a filter reads
 * @param groups how many there are
 * @param cells of the window
 */
public record GroupedKernel(int filters, int channels, int groups, int cells) {
  /** Returns the kernel over all channels. */
  public float[] spread(float[] kernel) {
    float[] dense = new float[kernel.length * groups];
    int row = channels * cells;
    for (int filter = 0; filter < filters; filter++) {
      System.arraycopy(kernel, filter * row, dense, place(filter), row);
    }
    return dense;
  }

  /** Takes the part that {@link #spread} filled out of an array of the same form. */
  public void gather(float[] dense, float[] kernel) {
    int row = channels * cells;
    for (int filter = 0; filter < filters; filter++) {
      System.arraycopy(dense, place(filter), kernel, filter * row, row);
    }
  }

  private int place(int filter) {
    int group = filter / (filters / groups);
    return (filter * groups + group) * channels * cells;
  }
}
