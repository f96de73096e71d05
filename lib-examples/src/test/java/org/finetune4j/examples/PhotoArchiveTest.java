package org.finetune4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PhotoArchiveTest {
  @TempDir private Path folder;

  @Test
  void takesPhotosOnlyAndOnce() throws IOException {
    Path zip = zip("top/train/cats/1.jpg", "top/vectorize.py", "top/validation/dogs/2.jpg");
    Path photos = PhotoArchive.unpack(zip, folder.resolve("photos"));
    assertThat(photos.resolve("train/cats/1.jpg")).hasContent("top/train/cats/1.jpg");
    assertThat(photos.resolve("validation/dogs/2.jpg")).exists();
    assertThat(photos.resolve("vectorize.py")).doesNotExist();

    Files.delete(zip);
    assertThat(PhotoArchive.unpack(zip, photos)).isEqualTo(photos);
  }

  @Test
  void leavesNothingOfAnArchiveThatLeadsOut() throws IOException {
    Path zip = zip("top/train/1.jpg", "top/../../escaped.jpg");
    assertThatThrownBy(() -> PhotoArchive.unpack(zip, folder.resolve("photos")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("'top/../../escaped.jpg'");
    assertThat(folder).isDirectoryNotContaining("glob:**photos*");
    assertThat(folder.resolveSibling("escaped.jpg")).doesNotExist();
  }

  @Test
  void refusesWhatIsNoZip() throws IOException {
    Path page = Files.writeString(folder.resolve("page.html"), "<html>not found</html>");
    assertThatThrownBy(() -> PhotoArchive.unpack(page, folder.resolve("photos")))
        .isInstanceOf(IOException.class);
    assertThat(folder).isDirectoryNotContaining("glob:**photos*");
  }

  private Path zip(String... entries) throws IOException {
    Path file = folder.resolve("archive.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (String entry : entries) {
        zip.putNextEntry(new ZipEntry(entry));
        zip.write(entry.getBytes(StandardCharsets.UTF_8));
      }
    }
    return file;
  }
}
