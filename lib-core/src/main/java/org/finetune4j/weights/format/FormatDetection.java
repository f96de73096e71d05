package org.finetune4j.weights.format;

import com.fasterxml.jackson.databind.JsonNode;
import io.jhdf.HdfFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.finetune4j.files.AtomicFiles;
import org.finetune4j.weights.CheckedFile;
import org.finetune4j.weights.Tensor;

/** Finds out what a weight file is, has it read, and says in one way what is wrong with it. */
final class FormatDetection {
  private static final long HDF5_SIGNATURE = 0x0a1a0a0d46444889L;
  private static final int LONGEST_DESCRIPTION = 100_000_000;

  /** Enough to tell a format by. */
  private static final int START = 512;

  private FormatDetection() {}

  private static final int SUPERBLOCK_VERSION = 8;
  private static final int END_ADDRESS = 40;
  private static final int LARGEST_NODE = 1 << 16;

  static WeightFile read(Path path, StoredBytes.Opener files) throws IOException {
    Optional<String> other = otherFile(path);
    if (other.isPresent()) {
      throw new IOException("Cannot read weights from " + path + ": " + other.get() + ".");
    }
    Path file = Files.isDirectory(path) ? path.resolve("model.json") : path;
    AtomicFiles.requireRegular(file);
    try {
      return requireFinite(dispatch(file, files));
    } catch (CheckedFile.Damaged e) {
      throw e;
    } catch (IOException e) {
      throw new IOException("Cannot read weights from " + file + ": " + e.getMessage() + ".", e);
    } catch (RuntimeException | StackOverflowError e) {
      // jHDF says with whatever exception comes up that a file is damaged.
      throw new IOException("Cannot read weights from " + file + ": it is damaged (" + e + ").", e);
    }
  }

  /**
   * Returns what to do with a file that is told by its name and holds no weights for an
   * architecture.
   */
  private static Optional<String> otherFile(Path path) {
    String name = path.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".onnx")) {
      return Optional.of(
          "an ONNX file is a whole network with weights, not the weights of an architecture; take"
              + " the weights it was exported from, as Keras HDF5 or safetensors");
    }
    if (name.endsWith(".pth") || name.endsWith(".pt") || name.endsWith(".ckpt")) {
      return Optional.of(
          "PyTorch's pickled files can run code when they are read, so they are not; write"
              + " safetensors with safetensors.torch.save_file(model.state_dict(), path)");
    }
    return Optional.empty();
  }

  private static WeightFile dispatch(Path path, StoredBytes.Opener files) throws IOException {
    try (StoredBytes file = files.open(path)) {
      byte[] start = file.start(START);
      long first =
          start.length < Long.BYTES
              ? 0
              : ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong();
      String text = new String(start, StandardCharsets.ISO_8859_1);
      if (first == HDF5_SIGNATURE) {
        return hdf5(file);
      }
      if (text.startsWith("PK\3\4")) {
        return KerasArchive.read(file);
      }
      if (text.length() > 8 && text.charAt(8) == '{') {
        return Safetensors.read(file);
      }
      if (text.stripLeading().startsWith("{")) {
        return tfjs(path, file, files);
      }
      throw unknown(path, text, file.size());
    }
  }

  private static WeightFile hdf5(StoredBytes file) throws IOException {
    if (file.size() > Integer.MAX_VALUE) {
      throw new IOException("an HDF5 file of 2 GiB or more is not supported");
    }
    ByteBuffer bytes = file.read(0, file.size());
    try {
      return hdf5(bytes, Optional.empty());
    } catch (RuntimeException e) {
      // HDF5 may leave out the unused end of a last node, but jHDF reads nodes whole.
      if (!endsWhereItSays(bytes)) {
        throw e;
      }
      return hdf5(withSpaceBehind(bytes), Optional.empty());
    }
  }

  /** Tells a whole file of the oldest superblock, which Keras writes, from a truncated one. */
  private static boolean endsWhereItSays(ByteBuffer bytes) {
    ByteBuffer start = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    return start.limit() >= END_ADDRESS + Long.BYTES
        && start.get(SUPERBLOCK_VERSION) == 0
        && start.getLong(END_ADDRESS) == start.limit();
  }

  private static ByteBuffer withSpaceBehind(ByteBuffer bytes) {
    ByteBuffer copy = ByteBuffer.allocateDirect(Math.addExact(bytes.limit(), LARGEST_NODE));
    return copy.put(bytes.duplicate().rewind()).rewind();
  }

  /** In memory jHDF takes slices; from a channel it allocates whatever length a file claims. */
  static WeightFile hdf5(ByteBuffer bytes, Optional<ModelConfig> described) throws IOException {
    try (HdfFile hdf = HdfFile.fromByteBuffer(bytes)) {
      return KerasHdf5.read(new Hdf5(hdf), described);
    }
  }

  private static WeightFile tfjs(Path path, StoredBytes file, StoredBytes.Opener files)
      throws IOException {
    if (file.size() > LONGEST_DESCRIPTION) {
      throw new IOException("a model.json of " + file.size() + " bytes is too long");
    }
    ByteBuffer text = file.read(0, file.size());
    JsonNode model = Json.parse(StandardCharsets.UTF_8.newDecoder().decode(text).toString());
    return TfjsLayers.read(path, model, files);
  }

  private static IOException unknown(Path file, String start, long size) {
    String found =
        start.isEmpty()
            ? "it is empty"
            : start.stripLeading().startsWith("<")
                ? "it is a web page (HTML or XML), most likely an error page that was saved"
                : start.startsWith("version https://git-lfs")
                    ? "it is a Git LFS pointer, the file itself was not fetched"
                    : file.toString().toLowerCase(Locale.ROOT).endsWith(".onnx")
                        ? "an ONNX file is a whole network, not weights of one that is known here;"
                            + " take the weights of what it was exported from"
                        : "its format is not known (" + size + " bytes)";
    return new IOException(
        found + "; known are Keras HDF5 and .keras, TensorFlow.js model.json, safetensors");
  }

  private static WeightFile requireFinite(WeightFile file) throws IOException {
    for (StoredLayer layer : file.layers()) {
      for (StoredTensor stored : layer.tensors()) {
        Tensor tensor = stored.tensor();
        if (tensor.hasNonFinite()) {
          throw new IOException(
              "'" + stored.name() + "' of layer '" + layer.name() + "' holds NaN or infinity");
        }
      }
    }
    return file;
  }
}
