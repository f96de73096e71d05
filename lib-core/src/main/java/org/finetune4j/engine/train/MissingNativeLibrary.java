package org.finetune4j.engine.train;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Properties;

/** What to do when ND4J's native library cannot be loaded: the dependencies to add. */
final class MissingNativeLibrary {

  private MissingNativeLibrary() {}

  static String message(Throwable failure, String os, String architecture) {
    return String.format(
        Locale.ROOT,
        "Training needs ND4J's native library, which cannot be loaded on %s %s: %s\n%s",
        os,
        architecture,
        rootMessage(failure),
        wayOut(platform(os, architecture)));
  }

  private static String wayOut(String platform) {
    if (platform.isEmpty()) {
      return "ND4J runs on 64-bit Linux, macOS and Windows on x86, and on Linux and macOS on ARM.";
    }
    boolean oneDnn = platform.endsWith("-x86_64");
    return String.format(
        Locale.ROOT,
        """
        Are these on the class path (group:artifact:version:classifier)?
          org.nd4j:nd4j-native:%s:%s
          org.bytedeco:openblas:%s:%s
          org.bytedeco:javacpp:%s:%s
        Maven chooses them by the machine that builds; Gradle, and a build for another machine, must name them.
        If they are there: the library needs glibc on Linux (not musl, as in Alpine), and 400 MB in a cache folder \
        that allows executables (%s; another one: system property org.bytedeco.javacpp.cachedir).""",
        version("org.nd4j", "nd4j-native"),
        oneDnn ? platform + "-onednn" : platform,
        version("org.bytedeco", "openblas"),
        platform,
        version("org.bytedeco", "javacpp"),
        platform,
        System.getProperty("org.bytedeco.javacpp.cachedir", "~/.javacpp/cache"));
  }

  /** JavaCPP's name of the platform, empty if ND4J has no library for it. */
  private static String platform(String os, String architecture) {
    String system = os.toLowerCase(Locale.ROOT);
    boolean arm = architecture.equals("aarch64") || architecture.equals("arm64");
    boolean x86 = architecture.equals("amd64") || architecture.equals("x86_64");
    if (system.startsWith("linux") && (arm || x86)) {
      return arm ? "linux-arm64" : "linux-x86_64";
    }
    if (system.startsWith("mac") && (arm || x86)) {
      return arm ? "macosx-arm64" : "macosx-x86_64";
    }
    return system.startsWith("windows") && x86 ? "windows-x86_64" : "";
  }

  /** The version of the classes that look for the library: both must be the same. */
  private static String version(String group, String artifact) {
    String place =
        String.format(Locale.ROOT, "/META-INF/maven/%s/%s/pom.properties", group, artifact);
    try (InputStream file = MissingNativeLibrary.class.getResourceAsStream(place)) {
      if (file != null) {
        Properties properties = new Properties();
        properties.load(file);
        return properties.getProperty("version", "VERSION");
      }
    } catch (IOException e) {
      return "VERSION";
    }
    return "VERSION";
  }

  private static String rootMessage(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }
}
