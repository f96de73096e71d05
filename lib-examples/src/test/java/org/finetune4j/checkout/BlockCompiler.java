package org.finetune4j.checkout;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
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
 * Compiles Java blocks of the documentation against the class path of the tests. A block that holds
 * a top-level type is compiled as it is; statements become the body of a method, with the library's
 * packages, {@code java.util}, {@code java.nio.file} and {@code java.time} imported.
 */
final class BlockCompiler {

  private static final Pattern TYPE =
      Pattern.compile(
          "^(public |final |abstract |sealed )*(class|interface|record|enum)\\s+(\\w+)",
          Pattern.MULTILINE);
  private static final Pattern IMPORT = Pattern.compile("^import .*;$", Pattern.MULTILINE);

  private final JavaCompiler javac = ToolProvider.getSystemJavaCompiler();

  /** The messages of the compiler, empty if the block compiles. */
  String errors(CodeBlock block) {
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    try (StandardJavaFileManager files = javac.getStandardFileManager(found, Locale.ROOT, null)) {
      JavaFileObject source = source(block.text(), packages(files));
      javac
          .getTask(
              null,
              files,
              found,
              List.of(
                  "-proc:none", "-Xlint:none", "--release", "17", "-implicit:none", "-d", sink()),
              null,
              List.of(source))
          .call();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return found.getDiagnostics().stream()
        .filter(message -> message.getKind() == Diagnostic.Kind.ERROR)
        .map(message -> message.getMessage(Locale.ROOT))
        .collect(Collectors.joining("\n"));
  }

  private static String sink() throws java.io.IOException {
    Path folder = Path.of("target", "documentation-classes");
    java.nio.file.Files.createDirectories(folder);
    return folder.toString();
  }

  private static JavaFileObject source(String text, Set<String> packages) {
    Matcher type = TYPE.matcher(text);
    if (type.find()) {
      return inMemory(type.group(3), text);
    }
    String imports =
        packages.stream().map(name -> "import " + name + ".*;\n").collect(Collectors.joining());
    String own =
        IMPORT
            .matcher(text)
            .results()
            .map(found -> found.group() + "\n")
            .collect(Collectors.joining());
    return inMemory(
        "Block",
        imports
            + own
            + "class Block {\n  void run() throws Exception {\n"
            + IMPORT.matcher(text).replaceAll("")
            + "  }\n}\n");
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
  private static Set<String> packages(StandardJavaFileManager files) throws java.io.IOException {
    Set<String> names = new TreeSet<>(Set.of("java.util", "java.nio.file", "java.time"));
    Set<JavaFileObject.Kind> classes = Set.of(JavaFileObject.Kind.CLASS);
    for (JavaFileObject file :
        files.list(StandardLocation.CLASS_PATH, "org.finetune4j", classes, true)) {
      String name = files.inferBinaryName(StandardLocation.CLASS_PATH, file);
      if (name.endsWith(".package-info")) {
        continue;
      }
      String parent = name.substring(0, name.lastIndexOf('.'));
      if (!parent.matches("org\\.finetune4j\\.(engine|examples|checkout).*")) {
        names.add(parent);
      }
    }
    return names;
  }
}
