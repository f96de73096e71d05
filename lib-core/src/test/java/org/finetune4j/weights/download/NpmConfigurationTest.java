package org.finetune4j.weights.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120) // ends what hangs; nothing here is measured
class NpmConfigurationTest {
  private static final NpmCommand NO_NPM =
      new NpmCommand(List.of("no-such-program-anywhere"), Duration.ofSeconds(5));

  @TempDir Path home;

  @Test
  void asksTheEnvironmentThenTheFile() throws IOException {
    npmrc(
        """
        ; a comment
        # another
        registry = "http://file.test/npm"
        @mine:registry=http://mine.test/
        """);
    assertThat(npm(Map.of()).registry("x")).hasToString("http://file.test/npm/");
    assertThat(npm(Map.of()).registry("@mine/x")).hasToString("http://mine.test/");
    assertThat(npm(Map.of()).registry("@other/x")).hasToString("http://file.test/npm/");
    for (String name : List.of("NPM_CONFIG_REGISTRY", "npm_config_registry")) {
      NpmConfiguration npm = npm(Map.of(name, "https://env.test:8443/a/"));
      assertThat(npm.registry("x")).hasToString("https://env.test:8443/a/");
    }
  }

  @Test
  void readsAnotherFileWhereNpmIsTold() throws IOException {
    Path file = Files.writeString(home.resolve("other"), "registry=http://other.test");
    assertThat(npm(Map.of("NPM_CONFIG_USERCONFIG", file.toString())).registry("x"))
        .hasToString("http://other.test/");
  }

  @Test
  void expandsVariables() throws IOException {
    npmrc(
        """
        registry=http://${HOST}.test/
        //h.test/:_authToken=${TOKEN}
        //gone.test/:_authToken=${GONE}
        //empty.test/:_authToken=${GONE?}
        """);
    NpmConfiguration npm = npm(Map.of("HOST", "h", "TOKEN", "a$1b"));
    assertThat(npm.registry("x")).hasToString("http://h.test/");
    assertThat(npm.authorization(URI.create("http://h.test/x"))).hasValue("Bearer a$1b");
    assertThat(npm.authorization(URI.create("http://gone.test/x"))).hasValue("Bearer ${GONE}");
    assertThat(npm.authorization(URI.create("http://empty.test/x"))).isEmpty();
  }

  @Test
  void givesALoginToItsPlaceOnly() throws IOException {
    npmrc(
        """
        //a.test/npm/:_authToken=secret
        //b.test:8080/:_auth=dTpw
        //c.test/:username=u
        //c.test/:_password=cA==
        """);
    NpmConfiguration npm = npm(Map.of());
    assertThat(npm.authorization(URI.create("http://a.test/npm/x/-/x.tgz")))
        .hasValue("Bearer secret");
    assertThat(npm.authorization(URI.create("http://a.test/npm-other/x"))).isEmpty();
    assertThat(npm.authorization(URI.create("http://a.test.evil/npm/x"))).isEmpty();
    assertThat(npm.authorization(URI.create("http://b.test:8080/x"))).hasValue("Basic dTpw");
    assertThat(npm.authorization(URI.create("http://b.test/x"))).isEmpty();
    assertThat(npm.authorization(URI.create("http://c.test/x"))).hasValue("Basic dTpw");
    assertThat(npm.authorization(URI.create("http://u:p@d.test/x"))).hasValue("Basic dTpw");
  }

  @Test
  void asksTheNpmCommandLast() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "Skipped: needs a POSIX shell");
    NpmCommand talkative = shell("echo warning; echo http://asked.test/; exit 0");
    NpmConfiguration npm = new NpmConfiguration(Map.of(), home, talkative);
    assertThat(npm.registry("x")).hasToString("http://asked.test/");
  }

  @Test
  void saysWhyTheNpmCommandWasOfNoUse() {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "Skipped: needs a POSIX shell");
    assertUseless("exit 7", "ended with code 7; repair npm, or set NPM_CONFIG_REGISTRY");
    assertUseless("echo undefined", "names none; repair npm, or set NPM_CONFIG_REGISTRY");
    assertUseless(
        "sleep 60",
        "did not answer within 0.3 seconds, asked twice; try again when the machine is less busy,"
            + " or set NPM_CONFIG_REGISTRY");
  }

  private void assertUseless(String script, String why) {
    NpmCommand command = new NpmCommand(List.of("/bin/sh", "-c", script), Duration.ofMillis(300));
    assertThatThrownBy(() -> new NpmConfiguration(Map.of(), home, command).registry("x"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("no npm configuration: NPM_CONFIG_REGISTRY is not set, ")
        .hasMessageContaining(" names no registry, and the command '/bin/sh -c " + script + "' ")
        .hasMessageContaining(why);
  }

  @Test
  void asksTheNpmCommandASecondTimeIfItIsSlow() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "Skipped: needs a POSIX shell");
    Path asked = home.resolve("asked");
    String script =
        "if [ -e '%1$s' ]; then echo http://asked.test/; else touch '%1$s'; sleep 60; fi";
    NpmCommand slow =
        new NpmCommand(List.of("/bin/sh", "-c", script.formatted(asked)), Duration.ofSeconds(3));
    assertThat(new NpmConfiguration(Map.of(), home, slow).registry("x"))
        .hasToString("http://asked.test/");
  }

  @Test
  void saysTheWayOutWhereNothingIsConfigured() throws IOException {
    assertThatThrownBy(() -> npm(Map.of()).registry("x"))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "no npm configuration: NPM_CONFIG_REGISTRY is not set, "
                + home.resolve(".npmrc")
                + " names no registry, and there is no npm command to ask; install npm, or set"
                + " NPM_CONFIG_REGISTRY to the address of an npm registry");
    assertThatThrownBy(() -> npm(Map.of("NPM_CONFIG_REGISTRY", "ftp://x")).registry("x"))
        .hasMessage("the configured npm registry 'ftp://x' is no http address");
  }

  @Test
  void choosesProxies() throws IOException {
    npmrc(
        "proxy=http://plain.test:3128\nhttps-proxy=tls.test:3129\nnoproxy=.inside.test,direct.test");
    Proxies proxies = new Proxies(npm(Map.of()));
    assertThat(proxies.select(URI.create("http://x.test/")))
        .containsExactly(proxy("plain.test", 3128));
    assertThat(proxies.select(URI.create("https://x.test/")))
        .containsExactly(proxy("tls.test", 3129));
    for (String direct : List.of("http://a.inside.test/", "https://direct.test/")) {
      assertThat(proxies.select(URI.create(direct))).containsExactly(Proxy.NO_PROXY);
    }
    npmrc("proxy=null");
    Proxies environment =
        new Proxies(npm(Map.of("HTTPS_PROXY", "http://u:p@env.test:1", "no_proxy", "x,y")));
    assertThat(environment.select(URI.create("https://x.test/")))
        .containsExactly(proxy("env.test", 1));
    assertThat(environment.select(URI.create("http://x.test/"))).containsExactly(Proxy.NO_PROXY);
    assertThat(environment.login()).isPresent();
  }

  @Test
  void saysWhichCertificatesCannotBeRead() throws IOException {
    Path pem = Files.writeString(home.resolve("ca.pem"), "-----BEGIN CERTIFICATE-----\nnonsense");
    NpmConfiguration npm = npm(Map.of("NODE_EXTRA_CA_CERTS", pem.toString()));
    assertThatThrownBy(() -> HttpClients.of(HttpSettings.standard(), npm))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("the certificates in " + pem + " (npm's cafile, ");
  }

  @Test
  void aCertificateThatIsNotTrustedSaysWhatToSet() {
    assertThat(Addresses.reason(new SSLHandshakeException("unable to find valid path")))
        .startsWith("TLS: unable to find valid path ")
        .contains("set npm's cafile", "strict-ssl=false is not followed");
  }

  private static Proxy proxy(String host, int port) {
    return new Proxy(Proxy.Type.HTTP, new InetSocketAddress(host, port));
  }

  private static NpmCommand shell(String script) {
    return new NpmCommand(List.of("/bin/sh", "-c", script), Duration.ofSeconds(3));
  }

  private void npmrc(String text) throws IOException {
    Files.writeString(home.resolve(".npmrc"), text);
  }

  private NpmConfiguration npm(Map<String, String> environment) throws IOException {
    return new NpmConfiguration(environment, home, NO_NPM);
  }
}
