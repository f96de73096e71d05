package org.finetune4j.backbone;

import com.google.common.hash.Hasher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.finetune4j.backbone.input.CalibrationCheck;
import org.finetune4j.engine.onnx.Calibrator;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.engine.onnx.quantize.Quantization;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.weights.Weights;

/** Rounds pieces of a backbone to eight bits, each when it is first asked for. */
final class EightBitPieces {
  private static final int MOST_PICTURES = 64;

  private final Precision.Int8 how;
  private final Preprocessing preprocessing;
  private final List<Image> pictures;
  private final Map<Network, Quantization> known = new ConcurrentHashMap<>();

  private EightBitPieces(Precision.Int8 how, Preprocessing preprocessing, List<Image> pictures) {
    this.how = how;
    this.preprocessing = preprocessing;
    this.pictures = pictures;
  }

  /** Reads the pictures; they are kept at the input size. */
  static EightBitPieces read(Precision.Int8 how, Preprocessing preprocessing, ImageSize size)
      throws IOException {
    List<Image> pictures = new ArrayList<>();
    int count = Math.min(MOST_PICTURES, how.calibration().size());
    for (int i = 0; i < count; i++) {
      int index = (int) ((long) i * how.calibration().size() / count);
      ImageDecoder decoder = preprocessing.decoder(ImageDecoder.standard(), size);
      pictures.add(preprocessing.fit(how.calibration().get(index).decode(decoder), size));
    }
    return new EightBitPieces(how, preprocessing, pictures);
  }

  /** Returns how a piece that starts at the pixels is rounded. */
  Quantization of(Network piece, Weights weights, RuntimeOptions options) {
    return known.computeIfAbsent(piece, it -> calibrate(it, weights, options));
  }

  private Quantization calibrate(Network piece, Weights weights, RuntimeOptions options) {
    try {
      int largest = how.reducedRange() ? Quantization.REDUCED_RANGE : Quantization.FULL_RANGE;
      return Calibrator.calibrate(piece, weights, new Kept(piece.inputs().get(0).shape()), options)
          .quantization(how.rule()::levels, largest);
    } catch (IOException e) {
      throw new UncheckedIOException("Pictures in memory need no reading.", e);
    }
  }

  /** Returns what is wrong with the pictures, for a network that starts at the pixels. */
  List<String> warnings(Network network, Weights weights) {
    try {
      return CalibrationCheck.of(network, weights, new Kept(network.inputs().get(0).shape()), true);
    } catch (IOException e) {
      throw new UncheckedIOException("Pictures in memory need no reading.", e);
    }
  }

  /** Adds to a fingerprint what decides the rounding. */
  void addTo(Hasher hasher) {
    hasher.putString(how.toString(), StandardCharsets.UTF_8);
    pictures.forEach(picture -> hasher.putBytes(picture.rgb()));
  }

  /** The pictures as the network reads them. */
  private final class Kept implements Calibrator.Pictures {
    private final Shape shape;

    Kept(Shape shape) {
      this.shape = shape;
    }

    @Override
    public int count() {
      return pictures.size();
    }

    @Override
    public FloatBuffer get(int index) {
      float[] pixels = new float[shape.elements()];
      ImageSize size = new ImageSize(shape.width(), shape.height());
      preprocessing.toModelInput(pictures.get(index), size, shape.channels(), pixels, 0);
      return FloatBuffer.wrap(pixels);
    }
  }
}
