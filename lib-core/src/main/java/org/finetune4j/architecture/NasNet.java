package org.finetune4j.architecture;

import org.finetune4j.network.Activation;
import org.finetune4j.network.BatchNormalization;
import org.finetune4j.network.Cropping;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Window;
import org.finetune4j.preprocess.Preprocessing;

/**
 * NASNet-A (Zoph et al. 2017, arXiv:1707.07012): two kinds of cells that a search found, each
 * reading the two cells before it. Every reduction doubles the channels.
 *
 * @param filters of the first cells
 * @param cells between two reductions
 * @param stem channels of the first convolution
 * @param skipsReduction whether the cell behind a reduction reads what that one read last
 */
public record NasNet(int filters, int cells, int stem, boolean skipsReduction)
    implements Blueprint {
  public static final Variant NASNET_MOBILE =
      new Variant(new NasNet(44, 4, 32, false), 224, 32, Preprocessing.TF, 5_326_716, 4_269_716);
  public static final Variant NASNET_LARGE =
      new Variant(new NasNet(168, 6, 96, true), 331, 32, Preprocessing.TF, 88_949_818, 84_916_818);

  @Override
  public void trunk(NetworkBuilder net, double alpha) {
    new Writer(net).trunk(this);
  }

  /** Keeps count of the layers that Keras leaves without a name. */
  private record Writer(NetworkBuilder net, LayerNames names) {
    Writer(NetworkBuilder net) {
      this(net, new LayerNames());
    }

    void trunk(NasNet nas) {
      net.convolution("stem_conv1", nas.stem, Window.of(3).stride(2), false);
      normalize("stem_bn1");
      String stem = net.last();
      String before = reduction(stem, stem, nas.filters / 4, "stem_1");
      String last = reduction(before, stem, nas.filters / 2, "stem_2");
      for (int stage = 0; stage < 3; stage++) {
        int filters = nas.filters << stage;
        if (stage > 0) {
          String reduced = reduction(last, before, filters, "reduce_" + stage * nas.cells);
          before = nas.skipsReduction ? before : last;
          last = reduced;
        }
        for (int cell = 0; cell < nas.cells; cell++) {
          int number = stage * nas.cells + cell + (stage == 0 ? 0 : 1);
          String next = normal(last, before, filters, Integer.toString(number));
          before = last;
          last = next;
        }
      }
      net.from(last);
      relu();
    }

    private String normal(String input, String before, int filters, String id) {
      String p = adjusted(before, input, filters, id);
      String h = squeezed(input, filters, "normal", id);
      String x1 =
          add(
              "normal_add_1_" + id,
              separable(h, filters, 5, 1, "normal_left1_" + id),
              separable(p, filters, 3, 1, "normal_right1_" + id));
      String x2 =
          add(
              "normal_add_2_" + id,
              separable(p, filters, 5, 1, "normal_left2_" + id),
              separable(p, filters, 3, 1, "normal_right2_" + id));
      String x3 = add("normal_add_3_" + id, averaged(h, "normal_left3_" + id), p);
      String x4 =
          add(
              "normal_add_4_" + id,
              averaged(p, "normal_left4_" + id),
              averaged(p, "normal_right4_" + id));
      String x5 = add("normal_add_5_" + id, separable(h, filters, 3, 1, "normal_left5_" + id), h);
      return net.concatenate("normal_concat_" + id, p, x1, x2, x3, x4, x5).last();
    }

    private String reduction(String input, String before, int filters, String id) {
      String p = adjusted(before, input, filters, id);
      String h = squeezed(input, filters, "reduction", id);
      String padded = StridePadding.add(net, "reduction_pad_1_" + id, 3).last();
      String x1 =
          add(
              "reduction_add_1_" + id,
              separable(h, filters, 5, 2, "reduction_left1_" + id),
              separable(p, filters, 7, 2, "reduction_right1_" + id));
      Window window = Window.of(3).stride(2);
      String x2 =
          add(
              "reduction_add_2_" + id,
              net.from(padded).maxPool("reduction_left2_" + id, window).last(),
              separable(p, filters, 7, 2, "reduction_right2_" + id));
      String x3 =
          add(
              "reduction_add3_" + id,
              net.from(padded).averagePool("reduction_left3_" + id, window).last(),
              separable(p, filters, 5, 2, "reduction_right3_" + id));
      String x4 = add(names.next("add"), x2, averaged(x1, "reduction_left4_" + id));
      String x5 =
          add(
              "reduction_add4_" + id,
              separable(x1, filters, 3, 1, "reduction_left4_" + id),
              net.from(padded).maxPool("reduction_right5_" + id, window).last());
      return net.concatenate("reduction_concat_" + id, x2, x3, x4, x5).last();
    }

    /** Brings the cell before the last one to the last one's size and to these channels. */
    private String adjusted(String before, String input, int filters, String id) {
      net.from(before);
      if (before.equals(input)) {
        return before;
      }
      if (net.shape(before).width() != net.shape(input).width()) {
        net.relu("adjust_relu_1_" + id);
        String full = net.last();
        String even = halved("1_" + id, filters);
        net.from(full).zeroPad(names.next("zero_padding2d"), 0, 1, 0, 1);
        net.layer(new Cropping(names.next("cropping2d"), net.last(), 1, 0, 1, 0));
        String odd = halved("2_" + id, filters);
        net.concatenate(names.next("concatenate"), even, odd);
        normalize("adjust_bn_" + id);
      } else if (net.shape(before).channels() != filters) {
        relu();
        net.convolution("adjust_conv_projection_" + id, filters, Window.of(1), false);
        normalize("adjust_bn_" + id);
      }
      return net.last();
    }

    private String halved(String id, int filters) {
      net.averagePool("adjust_avg_pool_" + id, Window.of(1).stride(2));
      return net.convolution("adjust_conv_" + id, filters / 2, Window.of(1), false).last();
    }

    private String squeezed(String input, int filters, String cell, String id) {
      net.from(input);
      relu();
      net.convolution(cell + "_conv_1_" + id, filters, Window.of(1), false);
      normalize(cell + "_bn_1_" + id);
      return net.last();
    }

    private String separable(String input, int filters, int kernel, int stride, String id) {
      net.from(input);
      relu();
      Window window = Window.of(kernel).same();
      if (stride == 2) {
        StridePadding.add(net, "separable_conv_1_pad_" + id, kernel);
        window = Window.of(kernel).stride(2);
      }
      net.separableConvolution("separable_conv_1_" + id, filters, window, false);
      normalize("separable_conv_1_bn_" + id);
      relu();
      net.separableConvolution("separable_conv_2_" + id, filters, Window.of(kernel).same(), false);
      normalize("separable_conv_2_bn_" + id);
      return net.last();
    }

    private String averaged(String input, String name) {
      return net.from(input).averagePool(name, Window.of(3).same()).last();
    }

    private String add(String name, String first, String second) {
      return net.add(name, first, second).last();
    }

    private void relu() {
      net.relu(names.next("activation"));
    }

    private void normalize(String name) {
      net.layer(new BatchNormalization(name, net.last(), 1e-3, 0.9997, true, true));
    }
  }

  @Override
  public void top(NetworkBuilder net) {
    net.globalAveragePool("global_average_pooling2d")
        .dense("predictions", 1000, Activation.SOFTMAX);
  }
}
