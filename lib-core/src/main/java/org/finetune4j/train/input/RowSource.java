package org.finetune4j.train.input;

import java.nio.FloatBuffer;
import java.util.List;
import org.finetune4j.feature.row.Rows;
import org.finetune4j.network.Input;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.target.Targets;

/**
 * Samples whose activations are stored: features for a head, or everything that crosses the cut for
 * a backbone's tail. A row holds the network's inputs one behind the other.
 */
public final class RowSource implements SampleSource {
  private final Rows rows;
  private final int[][] rowOfView;
  private final Targets targets;
  private final List<Integer> sizes;
  private final Shape shape;

  /**
   * @param rows the stored activations
   * @param rowOfView for each view of the samples (one, or several augmented ones that take turns)
   *     the row of each sample
   * @param targets the right answers
   * @param network what reads the rows
   */
  public RowSource(Rows rows, int[][] rowOfView, Targets targets, Network network) {
    this.rows = rows;
    this.rowOfView = rowOfView;
    this.targets = targets;
    this.sizes = network.inputs().stream().map(Input::shape).map(it -> it.elements()).toList();
    this.shape = network.inputs().get(0).shape();
  }

  @Override
  public Targets targets() {
    return targets;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public Activations prepare(int[] samples, int epoch, Mix mix) {
    int[] rowOf = rowOfView[epoch % rowOfView.length];
    float[][] inputs = new float[sizes.size()][];
    for (int k = 0; k < inputs.length; k++) {
      inputs[k] = new float[samples.length * sizes.get(k)];
    }
    float[] row = new float[rows.columns()];
    for (int i = 0; i < samples.length; i++) {
      rows.read(rowOf[samples[i]], row, 0);
      int from = 0;
      for (int k = 0; k < inputs.length; k++) {
        System.arraycopy(row, from, inputs[k], i * sizes.get(k), sizes.get(k));
        from += sizes.get(k);
      }
    }
    for (float[] input : inputs) {
      mix.apply(FloatBuffer.wrap(input), samples.length);
    }
    return () -> inputs;
  }
}
