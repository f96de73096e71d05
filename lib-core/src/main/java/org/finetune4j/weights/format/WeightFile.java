package org.finetune4j.weights.format;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.finetune4j.text.NearestName;
import org.finetune4j.weights.CheckedFile;

/**
 * What a weight file holds: layers, each with its tensors in the file's order, names and layout.
 * Layers without weights are left out.
 *
 * <p>Tensors lie in memory of this process: what becomes of the file afterwards does not matter.
 *
 * @param layout the order of axes in the kernels
 * @param layers in the order of {@code layer_names} (Keras HDF5), of the description (TensorFlow.js
 *     and Keras 3, which sort by name), or of the numbers (safetensors)
 * @param config the description of the model, where the file has one
 */
public record WeightFile(
    WeightLayout layout, List<StoredLayer> layers, Optional<ModelConfig> config) {
  /** Copies the layers. */
  public WeightFile {
    layers = List.copyOf(layers);
  }

  /**
   * Reads a file; its format is told by its content, never by its name:
   *
   * <ul>
   *   <li>Keras HDF5 of every age: weights only, full models, nested models, {@code .weights.h5}
   *       and {@code .keras} of Keras 3;
   *   <li>TensorFlow.js layers format: the path of {@code model.json}, or its folder, with the
   *       shards beside it; also quantised to uint8, uint16 or float16;
   *   <li>safetensors.
   * </ul>
   *
   * @throws IOException if the file cannot be read, is damaged, of another format, or holds
   *     something other than finite numbers; the message says what and where
   */
  public static WeightFile read(Path path) throws IOException {
    return FormatDetection.read(path, StoredBytes::new);
  }

  /**
   * Reads a file of a {@link org.finetune4j.weights.WeightStore}, as {@link #read(Path)} does, from
   * the bytes that are compared with its checksums.
   *
   * @throws IOException as {@link #read(Path)} does, and if a checksum differs
   */
  public static WeightFile read(CheckedFile file) throws IOException {
    return FormatDetection.read(file.main(), part -> new StoredBytes(file.read(part)));
  }

  /**
   * Returns the first layer of this name.
   *
   * @throws IllegalArgumentException if there is none; the message names the nearest one
   */
  public StoredLayer layer(String name) {
    List<String> names = layers.stream().map(StoredLayer::name).toList();
    int at = names.indexOf(name);
    if (at < 0) {
      throw new IllegalArgumentException(
          "No layer '" + name + "' in the weight file." + NearestName.hint(name, names));
    }
    return layers.get(at);
  }

  /** Returns the number of values of all tensors. */
  public long parameterCount() {
    return layers.stream().mapToLong(StoredLayer::parameterCount).sum();
  }

  /** Returns for example {@code WeightFile[KERAS, 107 layers, 25636712 values]}. */
  @Override
  public String toString() {
    return "WeightFile["
        + layout
        + ", "
        + layers.size()
        + " layers, "
        + parameterCount()
        + " values]";
  }
}
