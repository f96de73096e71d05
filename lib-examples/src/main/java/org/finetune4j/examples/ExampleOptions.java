package org.finetune4j.examples;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;

/**
 * The options every example understands.
 *
 * @param data where pictures and weights are; without it the example fetches or finds its own
 * @param out where results go
 * @param quick whether to do only as much as shows that everything works
 */
public record ExampleOptions(Optional<Path> data, Path out, boolean quick) {

  private static final String USAGE =
      """
      Options:
        --data <folder>  pictures to use instead of the example's own
        --out <folder>   where results go (default: %s)
        --quick          only as much work as shows that everything runs
        --help           this text
      """;

  /**
   * Reads the command line, or prints the help text if it was asked for.
   *
   * @param about what the example does, in one sentence; the first line of the help text
   * @param out default of {@code --out}
   * @return empty if the program has nothing more to do
   * @throws IllegalArgumentException for an unknown option or a missing folder name
   */
  public static Optional<ExampleOptions> parse(String about, Path out, String... arguments) {
    String usage = USAGE.formatted(out);
    ExampleOptions options = new ExampleOptions(Optional.empty(), out, false);
    for (Iterator<String> left = Arrays.asList(arguments).iterator(); left.hasNext(); ) {
      String option = left.next();
      switch (option) {
        case "--help" -> {
          System.out.println(about + "\n\n" + usage);
          return Optional.empty();
        }
        case "--quick" -> options = new ExampleOptions(options.data, options.out, true);
        case "--data" ->
            options =
                new ExampleOptions(Optional.of(folder(option, left)), options.out, options.quick);
        case "--out" ->
            options = new ExampleOptions(options.data, folder(option, left), options.quick);
        default -> throw new IllegalArgumentException("Unknown option '" + option + "'.\n" + usage);
      }
    }
    return Optional.of(options);
  }

  private static Path folder(String option, Iterator<String> left) {
    if (!left.hasNext()) {
      throw new IllegalArgumentException(
          "Option "
              + option
              + " needs the name of a folder after it, as in: "
              + option
              + " photos");
    }
    return Path.of(left.next());
  }
}
