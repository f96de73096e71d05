package org.finetune4j.backbone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What the processor can do with eight bits; for other packages of the library. */
public final class Processor {
  private static final Set<String> VNNI = Set.of("avx512_vnni", "avx_vnni");

  private Processor() {}

  /** Returns whether products of full-range kernels may overflow 16 bits on this machine. */
  public static boolean needsReducedRange() {
    return needsReducedRange(System.getProperty("os.arch", ""), Path.of("/proc/cpuinfo"));
  }

  /** ARM adds in 32 bits; x86-64 does with VNNI, which only Linux tells without native code. */
  static boolean needsReducedRange(String architecture, Path cpuInfo) {
    String name = architecture.toLowerCase(Locale.ROOT);
    if (name.equals("aarch64") || name.equals("arm64")) {
      return false;
    }
    try {
      return Files.readAllLines(cpuInfo).stream()
          .filter(line -> line.startsWith("flags"))
          .noneMatch(line -> List.of(line.split("\\s+")).stream().anyMatch(VNNI::contains));
    } catch (IOException e) {
      return true; // not Linux: the safe choice
    }
  }
}
