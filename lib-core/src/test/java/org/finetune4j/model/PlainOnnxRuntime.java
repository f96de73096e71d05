package org.finetune4j.model;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipFile;

/**
 * A program that knows ONNX Runtime and the JDK, and nothing of this library: it opens the model of
 * a bundle and prints what it says about one picture.
 */
final class PlainOnnxRuntime {
  private PlainOnnxRuntime() {}

  /**
   * Takes a bundle and a file of pixels: big-endian floats of 0 to 255, red, green and blue planes
   * of a square.
   */
  public static void main(String[] args) throws IOException, OrtException {
    byte[] model;
    try (ZipFile zip = new ZipFile(args[0])) {
      model = zip.getInputStream(zip.getEntry("model.onnx")).readAllBytes();
    }
    float[] pixels = new float[(int) Files.size(Path.of(args[1])) / Float.BYTES];
    ByteBuffer.wrap(Files.readAllBytes(Path.of(args[1]))).asFloatBuffer().get(pixels);
    long side = Math.round(Math.sqrt(pixels.length / 3.0));
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(model);
        OnnxTensor input =
            OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(pixels), new long[] {1, 3, side, side});
        OrtSession.Result result =
            session.run(Map.of(session.getInputNames().iterator().next(), input))) {
      for (float probability : ((float[][]) result.get(0).getValue())[0]) {
        System.out.println(probability);
      }
    }
  }
}
