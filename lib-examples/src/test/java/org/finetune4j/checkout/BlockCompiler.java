package org.finetune4j.checkout;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/**
 * Compiles Java blocks of the documentation against the class path of the tests. Classes are
 * compiled as they are; statements become the body of a method, with the library's packages and
 * what is usual of the JDK imported.
 */
final class BlockCompiler implements AutoCloseable {
  private static final Pattern TYPE =
      Pattern.compile(
          "^(public |final |abstract |sealed )*(class|interface|record|enum)\\s+(\\w+)",
          Pattern.MULTILINE);
  private static final Pattern IMPORT = Pattern.compile("^import .*;$", Pattern.MULTILINE);

  /** By name, because the layer of a network is called Pooling too. */
  private static final String USUAL =
      """
      import java.io.IOException;
      import java.net.URI;
      import java.nio.file.*;
      import java.time.*;
      import java.util.*;
      import java.util.stream.*;
      import org.finetune4j.feature.Pooling;
      """;

  private static final Path CLASSES = Path.of("target", "documentation-classes");

  private final JavaCompiler javac = ToolProvider.getSystemJavaCompiler();

  /** One for all blocks: it opens a hundred jars, which takes longer than most blocks. */
  private final StandardJavaFileManager files =
      javac.getStandardFileManager(null, Locale.ROOT, null);

  private final String imports;

  BlockCompiler() throws IOException {
    imports =
        packages().stream()
            .map(name -> "import " + name + ".*;\n")
            .collect(Collectors.joining("", USUAL, ""));
  }

  /** The messages of the compiler, empty if the block compiles. */
  String errors(CodeBlock block) throws IOException {
    Matcher type = TYPE.matcher(block.text());
    if (type.find() && errors(inMemory(type.group(3), block.text())).isEmpty()) {
      return "";
    }
    return errors(inMemory("Block", wrapped(block.text())));
  }

  private String errors(JavaFileObject source) throws IOException {
    Files.createDirectories(CLASSES);
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    List<String> options =
        List.of("-proc:none", "-Xlint:none", "--release", "17", "-d", CLASSES.toString());
    javac.getTask(null, files, found, options, null, List.of(source)).call();
    return found.getDiagnostics().stream()
        .filter(message -> message.getKind() == Diagnostic.Kind.ERROR)
        .map(message -> message.getMessage(Locale.ROOT))
        .collect(Collectors.joining("\n"));
  }

  private String wrapped(String text) {
    String own =
        IMPORT.matcher(text).results().map(MatchResult::group).collect(Collectors.joining("\n"));
    return imports
        + own
        + "\nclass Block {\n  void run() throws Exception {\n"
        + IMPORT.matcher(text).replaceAll("")
        + "  }\n}\n";
  }

  private static JavaFileObject inMemory(String name, String text) {
    return new SimpleJavaFileObject(
        URI.create("memory:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
  }

  /** All packages of the library but its internal engines. */
  private Set<String> packages() throws IOException {
    Set<String> names = new TreeSet<>();
    Set<JavaFileObject.Kind> classes = Set.of(JavaFileObject.Kind.CLASS);
    for (JavaFileObject file :
        files.list(StandardLocation.CLASS_PATH, "org.finetune4j", classes, true)) {
      String name = files.inferBinaryName(StandardLocation.CLASS_PATH, file);
      if (!name.matches(".*\\.package-info|org\\.finetune4j\\.(engine|examples|checkout)\\..*")) {
        names.add(name.substring(0, name.lastIndexOf('.')));
      }
    }
    return names;
  }

  @Override
  public void close() throws IOException {
    files.close();
  }
}
