package org.finetune4j.checkout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.xml.sax.InputSource;

/** What the pages show compiles, parses, and leads somewhere. */
class DocumentationTest {

  private static final Set<String> COMMANDS =
      Set.of(
          "mvn", "java", "jshell", "npm", "git", "cd", "python3", "pip", "export", "curl", "unzip",
          "ls");

  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(#[^)]*)?\\)");

  private static BlockCompiler compiler;

  @BeforeAll
  static void start() throws IOException {
    compiler = new BlockCompiler();
  }

  @AfterAll
  static void end() throws IOException {
    compiler.close();
  }

  static Stream<CodeBlock> java() {
    return CodeBlock.inAllPages("java").stream();
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("java")
  void javaCompiles(CodeBlock block) throws IOException {
    assertThat(compiler.errors(block)).as("%s%n%s", block, block.text()).isEmpty();
  }

  @Test
  void aBlockThatDoesNotCompileIsFound() throws IOException {
    assertThat(compiler.errors(block("java", "Imag image = null;"))).contains("Imag");
    assertThat(compiler.errors(block("java", "List<Path> files = List.of();"))).isEmpty();
  }

  @Test
  void theFirstShellBlockIsTheQuickstartAndTheTests() {
    List<CodeBlock> blocks = CodeBlock.of(Checkout.ROOT.resolve("README.md"));
    CodeBlock first =
        blocks.stream().filter(block -> block.language().equals("sh")).findFirst().orElseThrow();
    assertThat(first.lines())
        .containsExactly("mvn -B -ntp -q -DskipTests -Pquickstart verify", "mvn -B -ntp verify");
  }

  /** Features of a few hundred photos take a minute: without a sign of life that is long. */
  @Test
  void theFirstJavaBlockShowsItsProgress() {
    CodeBlock first =
        CodeBlock.of(Checkout.ROOT.resolve("README.md")).stream()
            .filter(block -> block.language().equals("java"))
            .findFirst()
            .orElseThrow();
    assertThat(String.join("\n", first.lines())).contains(".progress(Progress.console())");
  }

  @Test
  void shellBlocksBeginWithKnownCommands() {
    for (CodeBlock block : CodeBlock.inAllPages("sh")) {
      boolean continued = false;
      for (String line : block.lines()) {
        if (!continued && !line.isBlank() && !line.startsWith("#")) {
          String command = line.strip().split("\\s+", 2)[0];
          assertThat(COMMANDS.contains(command) || command.matches("[A-Z_]+=.*"))
              .as("%s: command %s", block, command)
              .isTrue();
        }
        continued = line.endsWith("\\");
      }
    }
  }

  @Test
  void jsonIsWellFormed() {
    ObjectMapper json = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    for (CodeBlock block : CodeBlock.inAllPages("json")) {
      assertThatCode(() -> json.readTree(block.text()))
          .as(block.toString())
          .doesNotThrowAnyException();
    }
  }

  @Test
  void xmlIsWellFormed() {
    for (CodeBlock block : CodeBlock.inAllPages("xml")) {
      String document = "<block>" + block.text() + "</block>";
      assertThatCode(
              () ->
                  DocumentBuilderFactory.newInstance()
                      .newDocumentBuilder()
                      .parse(new InputSource(new StringReader(document))))
          .as(block.toString())
          .doesNotThrowAnyException();
    }
  }

  @Test
  void everyPageCanBeReachedFromTheReadme() throws IOException {
    Set<Path> reached = new LinkedHashSet<>();
    Deque<Path> open = new ArrayDeque<>(List.of(Checkout.ROOT.resolve("README.md")));
    while (!open.isEmpty()) {
      Path page = open.pop();
      if (reached.add(page)) {
        LINK.matcher(Files.readString(page))
            .results()
            .map(link -> page.resolveSibling(link.group(1)).normalize())
            .filter(linked -> linked.toString().endsWith(".md") && Files.isRegularFile(linked))
            .forEach(open::push);
      }
    }
    assertThat(Checkout.pages())
        .filteredOn(page -> !page.endsWith("CHANGELOG.md"))
        .isSubsetOf(reached);
  }

  @Test
  void linksToFilesOfTheCheckoutLeadSomewhere() throws IOException {
    for (Path page : Checkout.pages()) {
      Matcher link = LINK.matcher(Files.readString(page));
      while (link.find()) {
        String target = link.group(1);
        if (!target.contains(":")) {
          assertThat(page.resolveSibling(target)).as("link in %s", page).exists();
        }
      }
    }
  }

  private static CodeBlock block(String language, String... lines) {
    return new CodeBlock(Checkout.ROOT.resolve("README.md"), 1, language, List.of(lines));
  }
}
