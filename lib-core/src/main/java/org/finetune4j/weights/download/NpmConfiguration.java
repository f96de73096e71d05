package org.finetune4j.weights.download;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the user's npm configuration says about registries, logins, proxies and certificates: the
 * environment first, then the user's {@code .npmrc}, then the npm command, which is asked only for
 * the registry and only if nothing else names one. Immutable.
 */
public final class NpmConfiguration {
  private final Map<String, String> settings;
  private final Map<String, String> environment;
  private final Path userFile;
  private final NpmCommand command;

  NpmConfiguration(Map<String, String> environment, Path home, NpmCommand command)
      throws IOException {
    Map<String, String> variables = NpmRc.variables(environment);
    this.userFile =
        Optional.ofNullable(variables.get("userconfig"))
            .map(Path::of)
            .orElse(home.resolve(".npmrc"));
    this.settings = new LinkedHashMap<>(NpmRc.file(userFile, environment));
    this.settings.putAll(variables);
    this.environment = Map.copyOf(environment);
    this.command = command;
  }

  /**
   * Reads the configuration of the user who runs this process.
   *
   * @throws IOException if the {@code .npmrc} cannot be read
   */
  public static NpmConfiguration ofUser() throws IOException {
    return of(System.getenv(), Path.of(System.getProperty("user.home", "")));
  }

  /**
   * Reads the configuration of another environment.
   *
   * @param home where {@code .npmrc} lies
   * @throws IOException if it cannot be read
   */
  public static NpmConfiguration of(Map<String, String> environment, Path home) throws IOException {
    return new NpmConfiguration(environment, home, NpmCommand.standard());
  }

  /**
   * Returns the registry of a package, ending in a slash.
   *
   * @throws IOException if none is configured, or it is no http address; the message says the way
   *     out
   */
  public URI registry(String packageName) throws IOException {
    Optional<String> scoped =
        packageName.startsWith("@")
            ? setting(packageName.substring(0, packageName.indexOf('/')) + ":registry")
            : Optional.empty();
    Optional<String> configured = scoped.or(() -> setting("registry"));
    String registry = configured.isPresent() ? configured.get() : askNpm();
    try {
      URI address = URI.create(registry.endsWith("/") ? registry : registry + "/");
      if (Addresses.isHttp(address)) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      // refused below
    }
    throw new IOException(
        "the configured npm registry '" + Addresses.shown(registry) + "' is no http address");
  }

  private String askNpm() throws IOException {
    try {
      return command.registry();
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException(
          "no npm configuration: NPM_CONFIG_REGISTRY is not set, "
              + userFile
              + " names no registry, and "
              + e.getMessage()
              + ", or set NPM_CONFIG_REGISTRY to the address of an npm registry",
          e);
    }
  }

  /** Returns the value of the Authorization header for an address below a registry, if any. */
  public Optional<String> authorization(URI address) {
    if (address.getRawUserInfo() != null) {
      return Optional.of(basic(address.getUserInfo()));
    }
    String place = "//" + address.getRawAuthority() + address.getRawPath();
    for (int slash = place.lastIndexOf('/'); slash > 1; slash = place.lastIndexOf('/', slash - 1)) {
      Optional<String> found = authorization(place.substring(0, slash + 1));
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** Logins stand under the registry's place: {@code //host/path/:_authToken}. */
  private Optional<String> authorization(String place) {
    Optional<String> login =
        setting(place + ":username")
            .flatMap(
                user ->
                    setting(place + ":_password")
                        .map(password -> basic(user + ":" + decode(password))));
    return setting(place + ":_authToken")
        .map(token -> "Bearer " + token)
        .or(() -> setting(place + ":_auth").map(auth -> "Basic " + auth))
        .or(() -> login);
  }

  private static String basic(String login) {
    return "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
  }

  private static String decode(String base64) {
    return new String(Base64.getMimeDecoder().decode(base64), StandardCharsets.UTF_8);
  }

  /** Returns a setting, or a variable of the environment where the setting is not there. */
  Optional<String> setting(String key, String... variables) {
    String value = settings.get(key);
    for (int i = 0; value == null && i < variables.length; i++) {
      value = environment.get(variables[i]);
    }
    return Optional.ofNullable(value)
        .filter(it -> !it.isBlank() && !it.equals("null") && !it.equals("false"));
  }

  /** Returns whether certificates are not to be checked, which is not supported. */
  boolean wantsNoCertificates() {
    return "false".equals(settings.get("strict-ssl"));
  }
}
