package org.finetune4j.engine.onnx.read;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.finetune4j.engine.onnx.file.OnnxFile;
import org.finetune4j.engine.onnx.file.RawPort;
import org.finetune4j.image.ImageSize;
import org.finetune4j.text.NearestName;

/**
 * How a file's graph reads pictures.
 *
 * @param name of the input
 * @param channelsFirst whether it is [n, 3, height, width], not [n, height, width, 3]
 * @param size of the pictures
 */
record PictureInput(String name, boolean channelsFirst, ImageSize size) {
  /**
   * Finds it.
   *
   * @throws IOException if the file's inputs cannot be pictures
   * @throws IllegalArgumentException if the file leaves open what the request does not say, or both
   *     differ
   */
  static PictureInput of(OnnxFile file, ImportRequest request) throws IOException {
    RawPort port = port(file, request);
    if (!port.isFloat()) {
      throw new IOException(
          file.name()
              + ": the input "
              + port
              + " reads no float32. Pictures are scaled before the network reads them, as the"
              + " preprocessing says: export it with a float32 input");
    }
    List<Long> dims = port.dimensions();
    if (dims.size() != 4) {
      throw new IOException(
          file.name()
              + ": the input "
              + port
              + " has "
              + dims.size()
              + " dimensions, but pictures have four: [n, 3, height, width] or [n, height, width, 3]."
              + " Export it with a shape of four, or name an input that has: input(name)");
    }
    if (isNotThree(dims.get(1)) && isNotThree(dims.get(3))) {
      throw new IOException(
          file.name()
              + ": the input "
              + port
              + " has no dimension of three channels, but pictures are RGB: export a model that"
              + " reads three");
    }
    boolean first = layout(file, port, request);
    long channels = dims.get(first ? 1 : 3);
    if (channels != 0 && channels != 3) {
      throw new IllegalArgumentException(
          file.name()
              + ": as "
              + layout(first)
              + " the input "
              + port
              + " would read "
              + channels
              + " channels, but pictures have three. Is its layout "
              + layout(!first)
              + "?");
    }
    return new PictureInput(port.name(), first, size(file, port, first, request));
  }

  private static boolean isNotThree(long dimension) {
    return dimension != 0 && dimension != 3;
  }

  private static RawPort port(OnnxFile file, ImportRequest request) throws IOException {
    List<String> names = file.inputs().stream().map(RawPort::name).toList();
    if (file.inputs().isEmpty()) {
      throw new IOException(file.name() + ": its graph has no input");
    }
    if (request.input().isPresent()) {
      String wanted = request.input().get();
      return file.inputs().stream()
          .filter(it -> it.name().equals(wanted))
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      file.name()
                          + " has no input '"
                          + wanted
                          + "'."
                          + NearestName.hint(wanted, names)
                          + " Inputs: "
                          + file.inputs()
                          + "."));
    }
    List<RawPort> pictures =
        file.inputs().stream().filter(it -> it.isFloat() && it.dimensions().size() == 4).toList();
    if (file.inputs().size() > 1 && pictures.size() != 1) {
      throw new IllegalArgumentException(
          file.name()
              + " has several inputs: "
              + file.inputs()
              + ". Say which one reads pictures: input(name).");
    }
    return pictures.isEmpty() ? file.inputs().get(0) : pictures.get(0);
  }

  private static boolean layout(OnnxFile file, RawPort port, ImportRequest request) {
    boolean first = port.dimensions().get(1) == 3;
    boolean last = port.dimensions().get(3) == 3;
    if (request.channelsFirst().isPresent()) {
      return request.channelsFirst().get();
    }
    if (first == last) {
      throw new IllegalArgumentException(
          file.name()
              + ": the input "
              + port
              + " does not say where its three channels stand. Say it:"
              + " layout(CHANNELS_FIRST) for [n, 3, height, width],"
              + " layout(CHANNELS_LAST) for [n, height, width, 3].");
    }
    return first;
  }

  private static String layout(boolean first) {
    return first ? "CHANNELS_FIRST" : "CHANNELS_LAST";
  }

  private static ImageSize size(OnnxFile file, RawPort port, boolean first, ImportRequest request) {
    long height = port.dimensions().get(first ? 2 : 1);
    long width = port.dimensions().get(first ? 3 : 2);
    if (request.size().isEmpty() && (height == 0 || width == 0)) {
      throw new IllegalArgumentException(
          file.name()
              + ": the input "
              + port
              + " takes pictures of any size. Say which: inputSize(width, height).");
    }
    ImageSize size =
        request
            .size()
            .orElseGet(() -> new ImageSize(Math.toIntExact(width), Math.toIntExact(height)));
    boolean fits =
        (height == 0 || height == size.height()) && (width == 0 || width == size.width());
    if (!fits) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: the input %s reads pictures of %dx%d (width x height) only, not %s. Leave"
                  + " inputSize(...) out, or export the file for another size or with free axes.",
              file.name(),
              port,
              width,
              height,
              size));
    }
    return size;
  }
}
