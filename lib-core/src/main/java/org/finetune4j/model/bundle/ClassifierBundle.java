package org.finetune4j.model.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.finetune4j.files.AtomicFiles;
import org.finetune4j.files.LimitedChannel;
import org.finetune4j.files.PrivateBytes;
import org.finetune4j.network.NetworkBudget;

/**
 * The one file of a saved classifier: a zip of {@code manifest.json} and {@code model.onnx}, both
 * stored without compression.
 *
 * @param definition what the classifier computes and means
 * @param parameters views of the file's bytes, which were read once
 * @param replay outputs for synthetic pictures; bundles of the first days have none
 */
public record ClassifierBundle(
    ClassifierDefinition definition, Parameters parameters, Optional<JsonNode> replay) {
  private static final String MANIFEST = "manifest.json";
  private static final String MODEL = "model.onnx";
  private static final long LARGEST_MANIFEST = 16 << 20;

  /** What is read to find two entries; each further one would take ten times its bytes. */
  private static final long LARGEST_TABLE = 1 << 20;

  /**
   * Entries carry one fixed time, so that equal classifiers give equal files in every time zone:
   * zip's calendar is local. On its first day, 1980-01-01, Java writes the zone's time as well.
   */
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

  public static void write(
      ClassifierDefinition definition, Parameters parameters, ObjectNode replay, Path file)
      throws IOException {
    Measured model = measure(out -> parameters.write(definition.running(), out));
    byte[] manifest = Manifest.write(definition, parameters.rounding(), model.sha256, replay);
    Measured text = measure(out -> out.write(manifest));
    AtomicFiles.write(
        file,
        out -> {
          ZipOutputStream zip = new ZipOutputStream(out);
          zip.putNextEntry(stored(MANIFEST, text));
          zip.write(manifest);
          zip.putNextEntry(stored(MODEL, model));
          parameters.write(definition.running(), zip);
          zip.finish();
        });
  }

  /** What a zip must know of an entry before it is written. */
  private record Measured(long size, long crc, String sha256) {}

  private static Measured measure(AtomicFiles.Content content) throws IOException {
    CountingHash hash = new CountingHash();
    CRC32 crc = new CRC32();
    try (OutputStream out = new CheckedOutputStream(hash, crc)) {
      content.writeTo(out);
    }
    return new Measured(hash.size(), crc.getValue(), hash.sha256());
  }

  private static ZipEntry stored(String name, Measured content) {
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.size);
    entry.setCrc(content.crc);
    entry.setTimeLocal(TIME);
    return entry;
  }

  /**
   * Reads and checks a file.
   *
   * @param softmax whether a softmax belongs behind the file's network; then the outputs that were
   *     recorded are of no use
   */
  public static ClassifierBundle read(Path file, NetworkBudget budget, boolean softmax)
      throws IOException {
    if (Files.isDirectory(file)) {
      throw refused(file, "it is a folder; a saved classifier is one file");
    }
    AtomicFiles.requireRegular(file);
    Optional<String> other = OtherModelFile.hint(file);
    if (other.isPresent()) {
      throw refused(file, other.get());
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        ZipFile zip = open(channel, file)) {
      JsonNode manifest = Manifest.parse(manifestBytes(zip, file), file);
      ClassifierDefinition definition = Manifest.definition(manifest, file);
      budget.require(definition.running());
      ZipArchiveEntry entry = entry(zip, MODEL, file);
      if (entry.getSize() > channel.size()) {
        throw refused(file, "it ends within model.onnx");
      }
      ByteBuffer model = PrivateBytes.read(channel, entry.getDataOffset(), (int) entry.getSize());
      String sha256 = Hashing.sha256().hashBytes(model.duplicate()).toString();
      if (!sha256.equals(Manifest.modelSha256(manifest))) {
        throw refused(
            file, "model.onnx is damaged: its SHA-256 is " + sha256 + ", not the manifest's");
      }
      Parameters parameters =
          Parameters.read(model, definition.running(), Manifest.rounding(manifest));
      TaskJson.checkOutputs(manifest, definition);
      if (softmax && parameters.rounding().isPresent()) {
        throw refused(file, "a softmax cannot be put behind a network in eight bits");
      }
      ClassifierDefinition meant = softmax ? definition.withSoftmax() : definition;
      ClassifierRules.check(meant);
      if (parameters.rounding().isEmpty()) {
        ClassifierRules.checkAnswers(meant, parameters.weights());
      }
      return new ClassifierBundle(
          meant, parameters, softmax ? Optional.empty() : Manifest.replay(manifest));
    } catch (ZipException e) {
      throw refused(
          file,
          "it is no saved classifier, or its end is missing ("
              + Files.size(file)
              + " bytes): save or copy it again",
          e);
    } catch (RuntimeException e) {
      throw refused(file, String.valueOf(e.getMessage()), e);
    }
  }

  private static ZipFile open(FileChannel channel, Path file) throws IOException {
    LimitedChannel table = new LimitedChannel(channel, LARGEST_TABLE);
    try {
      ZipFile zip = ZipFile.builder().setSeekableByteChannel(table).get();
      table.lift();
      return zip;
    } catch (IOException e) {
      if (table.isExceeded()) {
        throw refused(file, "a bundle holds manifest.json and model.onnx, but it has far more", e);
      }
      // What is wrong with the file stands inside of what says that it came from a channel.
      throw e.getCause() instanceof ZipException wrong ? wrong : e;
    }
  }

  private static byte[] manifestBytes(ZipFile zip, Path file) throws IOException {
    ZipArchiveEntry entry = entry(zip, MANIFEST, file);
    if (entry.getSize() > LARGEST_MANIFEST) {
      throw refused(file, "its manifest is larger than " + LARGEST_MANIFEST + " bytes");
    }
    byte[] manifest;
    try (InputStream in = zip.getInputStream(entry)) {
      manifest = in.readNBytes((int) LARGEST_MANIFEST);
    }
    CRC32 crc = new CRC32();
    crc.update(manifest);
    if (crc.getValue() != entry.getCrc()) {
      throw refused(file, "its manifest is damaged: it has another CRC-32 than the zip says");
    }
    return manifest;
  }

  /** Returns an entry that is there once, stored whole. */
  private static ZipArchiveEntry entry(ZipFile zip, String name, Path file) throws IOException {
    List<ZipArchiveEntry> entries = Collections.list(zip.getEntries());
    if (entries.size() != 2) {
      throw refused(
          file,
          "a bundle holds manifest.json and model.onnx, but it has " + entries.size() + " entries");
    }
    ZipArchiveEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw refused(file, "it has no " + name);
    }
    if (entry.getMethod() != ZipEntry.STORED
        || entry.getSize() != entry.getCompressedSize()
        || entry.getSize() > Integer.MAX_VALUE) {
      throw refused(file, name + " is not stored without compression");
    }
    return entry;
  }

  public static IOException refused(Path file, String why) {
    return new IOException("Not a classifier of this library: " + file + ": " + why + ".");
  }

  public static IOException refused(Path file, String why, Exception cause) {
    IOException refused = refused(file, why);
    refused.initCause(cause);
    return refused;
  }
}
