package org.finetune4j.dl4j;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.finetune4j.dl4j.array.ParameterFile;
import org.finetune4j.network.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reads the zips of Deeplearning4j's {@code ModelSerializer} without it: that one deserialises a
 * Java object out of some of them. Here two entries are read, JSON and numbers, and all others are
 * left alone.
 */
final class ModelZip {
  private static final String CONFIGURATION = "configuration.json";
  private static final String COEFFICIENTS = "coefficients.bin";
  private static final int MOST_ENTRIES = 100;
  private static final int LARGEST_CONFIGURATION = 16 << 20;
  private static final long ALWAYS_ALLOWED = 64 << 20;

  /** Trained parameters hardly get smaller by compression; much more is a bomb. */
  private static final int LARGEST_RATIO = 50;

  private final ZipFile zip;

  private ModelZip(ZipFile zip) {
    this.zip = zip;
  }

  static ImportedNetwork read(Path file, List<Shape> inputs) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      return new ModelZip(zip).read(inputs);
    } catch (IOException | RuntimeException e) {
      throw new IOException(
          "Cannot import the Deeplearning4j model " + file + ": " + e.getMessage(), e);
    }
  }

  private ImportedNetwork read(List<Shape> inputs) throws IOException {
    checkNames();
    ModelConfiguration configuration = ModelConfiguration.parse(text());
    ZipEntry entry = entry(COEFFICIENTS);
    long size = size(entry);
    if (size > ALWAYS_ALLOWED && size / LARGEST_RATIO > entry.getCompressedSize()) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s shrank from %d to %d bytes, more than any trained parameters do.",
              COEFFICIENTS,
              size,
              entry.getCompressedSize()));
    }
    long count = configuration.parameterCount();
    try (InputStream in = zip.getInputStream(entry);
        INDArray parameters = ParameterFile.read(in, size, count)) {
      return configuration.read(parameters, inputs);
    }
  }

  private void checkNames() throws IOException {
    if (zip.size() > MOST_ENTRIES) {
      throw new IOException(
          "A model has at most " + MOST_ENTRIES + " zip entries, but this has " + zip.size() + ".");
    }
    Set<String> names = new HashSet<>();
    for (ZipEntry entry : Collections.list(zip.entries())) {
      String name = entry.getName();
      if (name.startsWith("/") || name.contains("\\") || name.contains("..")) {
        throw new IOException("Its zip entry '" + name + "' points out of the archive.");
      }
      if (!names.add(name)) {
        throw new IOException("Its zip entry '" + name + "' stands twice.");
      }
    }
  }

  private String text() throws IOException {
    ZipEntry entry = entry(CONFIGURATION);
    if (size(entry) > LARGEST_CONFIGURATION) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s has at most %d bytes, but here %d.",
              CONFIGURATION,
              LARGEST_CONFIGURATION,
              entry.getSize()));
    }
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] bytes = in.readNBytes((int) entry.getSize());
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private ZipEntry entry(String name) throws IOException {
    return Optional.ofNullable(zip.getEntry(name))
        .orElseThrow(
            () ->
                new IOException(
                    "It has no "
                        + name
                        + ", which ModelSerializer writes; its entries are "
                        + zip.stream().map(ZipEntry::getName).toList()
                        + "."));
  }

  private static long size(ZipEntry entry) throws IOException {
    if (entry.getSize() < 0) {
      throw new IOException("Its zip entry " + entry.getName() + " does not tell its size.");
    }
    return entry.getSize();
  }
}
