package org.finetune4j.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.BackboneBuilder;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.progress.Progress;
import org.finetune4j.weights.RemoteFile;
import org.finetune4j.weights.WeightStore;

/** The command line of an example: options that all of them understand, and its own. */
final class ExampleOptions {
  private static final String DATA = "--data";
  private static final String OUT = "--out";
  private static final String WEIGHTS = "--weights";
  private static final String QUICK = "--quick";
  private static final String HELP = "--help";

  private final Map<String, String> given;
  private final Path defaultOut;

  private ExampleOptions(Map<String, String> given, Path defaultOut) {
    this.given = given;
    this.defaultOut = defaultOut;
  }

  /**
   * Starts the description of a command line.
   *
   * @param about what the example does, in a sentence or two; the first line of the help text
   * @param out where results go unless {@code --out} is given
   */
  static Description describe(String about, Path out) {
    return new Description(about, out);
  }

  /** Pictures to use instead of the example's own. */
  Optional<Path> data() {
    return path(DATA);
  }

  /** The folder that an example without pictures of its own must be given. */
  Path requiredData(String what) {
    return data()
        .orElseThrow(
            () ->
                new IllegalArgumentException("Say with " + DATA + " <folder> where " + what + "."));
  }

  /** Where results go. */
  Path out() {
    return path(OUT).orElse(defaultOut);
  }

  /** Whether to do only as much as shows that everything works. */
  boolean quick() {
    return has(QUICK);
  }

  /** Whether a switch of the example's own was given. */
  boolean has(String option) {
    return given.containsKey(option);
  }

  /** Returns the value of an option that names a file or folder. */
  Optional<Path> path(String option) {
    return Optional.ofNullable(given.get(option)).map(Path::of);
  }

  /** Where weights and data sets come from: the cache, then {@code --weights}, then the network. */
  WeightStore store() {
    WeightStore store = WeightStore.standard().progress(Progress.console());
    return path(WEIGHTS)
        .filter(Files::isDirectory)
        .map(folder -> store.mirror(folder.toUri()))
        .orElse(store);
  }

  /**
   * Returns a folder that was given, or else the one into which a published data set is fetched.
   */
  Path folder(Optional<Path> own, RemoteFile published) throws IOException {
    return own.isPresent() ? own.get() : store().get(published).resolveSibling("");
  }

  /** Returns a backbone with published weights, or with those of the file in {@code --weights}. */
  BackboneBuilder backbone(Architecture architecture) throws IOException {
    BackboneBuilder builder = PretrainedBackbone.builder(architecture);
    Optional<Path> file = path(WEIGHTS).filter(path -> !Files.isDirectory(path));
    return file.isPresent() ? builder.weights(file.get()) : builder.weights(store());
  }

  /** What an example does with its options. */
  interface Program {
    void run(ExampleOptions options) throws IOException;
  }

  /** What a command line may hold. */
  static final class Description {
    private final String about;
    private final Path out;

    /** Options by name, with what follows them (nothing for a switch) and what they are for. */
    private final Map<String, Option> options = new LinkedHashMap<>();

    private record Option(String value, String help) {}

    private Description(String about, Path out) {
      this.about = about;
      this.out = out;
      options.put(
          DATA,
          new Option(
              "<folder>", "pictures to use instead of the example's own; also without " + DATA));
      options.put(OUT, new Option("<folder>", "where results go (default: " + out + ")"));
      options.put(
          WEIGHTS,
          new Option("<path>", "a weight file to use, or a folder that holds the published ones"));
      options.put(QUICK, new Option("", "only as much work as shows that everything runs"));
      options.put(HELP, new Option("", "this text"));
    }

    /** Adds an option without value. */
    Description flag(String name, String help) {
      options.put(name, new Option("", help));
      return this;
    }

    /** Adds an option that names a file. */
    Description file(String name, String help) {
      options.put(name, new Option("<file>", help));
      return this;
    }

    /**
     * Reads a command line and runs the program, or prints the help text if it was asked for.
     *
     * @throws IllegalArgumentException for an unknown option or a missing value
     */
    void run(String[] arguments, Program program) throws IOException {
      Thread.currentThread().setUncaughtExceptionHandler(Description::told);
      Optional<ExampleOptions> read = parse(arguments);
      if (read.isPresent()) {
        if (read.get().quick()) {
          System.out.println("Quick: this shows that everything runs. Its figures mean nothing.");
        }
        program.run(read.get());
      }
    }

    /** What a user can mend is a sentence; the way through the program says nothing about it. */
    private static void told(Thread thread, Throwable problem) {
      if (problem instanceof IOException || problem instanceof IllegalArgumentException) {
        System.err.println("That did not work. " + problem.getMessage());
      } else {
        problem.printStackTrace();
      }
    }

    /**
     * Reads a command line, or prints the help text if it was asked for.
     *
     * @return empty if the program has nothing more to do
     * @throws IllegalArgumentException for an unknown option or a missing value
     */
    Optional<ExampleOptions> parse(String... arguments) {
      Map<String, String> given = new HashMap<>();
      for (Iterator<String> left = Arrays.asList(arguments).iterator(); left.hasNext(); ) {
        String name = left.next();
        if (!name.startsWith("-") && !given.containsKey(DATA)) {
          given.put(DATA, name);
          continue;
        }
        Option option = options.get(name);
        if (option == null) {
          throw new IllegalArgumentException("Unknown option '" + name + "'.\n" + usage());
        }
        if (name.equals(HELP)) {
          System.out.println(about + "\n\n" + usage());
          return Optional.empty();
        }
        given.put(name, option.value.isEmpty() ? "" : value(name, option, left));
      }
      return Optional.of(new ExampleOptions(given, out));
    }

    private static String value(String name, Option option, Iterator<String> left) {
      if (!left.hasNext()) {
        throw new IllegalArgumentException(
            "Option " + name + " needs a " + option.value + " after it.");
      }
      return left.next();
    }

    private String usage() {
      StringBuilder usage = new StringBuilder("Options:\n");
      options.forEach(
          (name, option) ->
              usage.append(
                  String.format("  %-22s %s%n", (name + " " + option.value).strip(), option.help)));
      return usage.toString();
    }
  }
}
