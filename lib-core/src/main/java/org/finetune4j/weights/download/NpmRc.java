package org.finetune4j.weights.download;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads npm's settings as npm does: {@code .npmrc} files and {@code npm_config_*} variables. */
final class NpmRc {
  private static final String PREFIX = "npm_config_";
  private static final Pattern VARIABLE = Pattern.compile("(?<!\\\\)\\$\\{([^${}?]+)(\\?)?}");

  private NpmRc() {}

  /** Returns the settings of a file; none if it is not there. */
  static Map<String, String> file(Path file, Map<String, String> environment) throws IOException {
    Map<String, String> settings = new LinkedHashMap<>();
    if (!Files.isRegularFile(file)) {
      return settings;
    }
    for (String raw : Files.readAllLines(file)) {
      String line = raw.strip();
      int equals = line.indexOf('=');
      if (equals > 0 && !line.startsWith(";") && !line.startsWith("#")) {
        String key = unquote(line.substring(0, equals).strip());
        String value = unquote(line.substring(equals + 1).strip());
        settings.put(expand(key, environment), expand(value, environment));
      }
    }
    return settings;
  }

  /** Returns the settings among the variables: {@code NPM_CONFIG_HTTPS_PROXY} is https-proxy. */
  static Map<String, String> variables(Map<String, String> environment) {
    Map<String, String> settings = new LinkedHashMap<>();
    environment.forEach(
        (name, value) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          if (lower.startsWith(PREFIX) && !value.isEmpty()) {
            String key = lower.substring(PREFIX.length());
            settings.put(key.charAt(0) + key.substring(1).replace('_', '-'), value);
          }
        });
    return settings;
  }

  private static String unquote(String text) {
    boolean quoted =
        text.length() >= 2
            && (text.charAt(0) == '"' || text.charAt(0) == '\'')
            && text.charAt(text.length() - 1) == text.charAt(0);
    return quoted ? text.substring(1, text.length() - 1) : text;
  }

  /** Replaces <code>${NAME}</code>; what is not set stays, or with <code>${NAME?}</code> goes. */
  private static String expand(String text, Map<String, String> environment) {
    return VARIABLE
        .matcher(text)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    environment.getOrDefault(
                        found.group(1), found.group(2) == null ? found.group() : "")));
  }
}
