package org.finetune4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.finetune4j.image.Image;
import org.finetune4j.picture.ImageEncoder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvSplitTest {
  @TempDir Path folder;

  @BeforeEach
  void pictures() throws IOException {
    for (int i = 0; i < 6; i++) {
      byte[] rgb = {(byte) i, 0, 0};
      Files.write(folder.resolve(i + ".png"), ImageEncoder.png(Image.of(1, 1, rgb)));
    }
  }

  private CsvReader list(String... lines) throws IOException {
    Path csv = Files.writeString(folder.resolve("list.csv"), String.join("\n", lines));
    return CsvReader.of(csv).splitColumn("split").groupColumn("camera");
  }

  @Test
  void partsByTheirUsualNames() throws IOException {
    DatasetSplit split =
        list(
                "file,split,label,camera",
                "0.png,train,cat,a",
                "1.png,Val,dog,a",
                "2.png,train,bird,",
                "3.png,test,cat,b",
                "4.png,training,dog,b")
            .readSplit();
    assertThat(split.train().labels().names()).containsExactly("bird", "cat", "dog");
    assertThat(split.validation().labels()).isEqualTo(split.train().labels());
    assertThat(split.train().stream().map(LabeledImage::name))
        .containsExactly("0.png", "2.png", "4.png");
    assertThat(split.train().stream().map(LabeledImage::group)).containsExactly("a", "", "b");
    assertThat(split.validation().stream().map(LabeledImage::name)).containsExactly("1.png");
    assertThat(split.test().labelIndices()).containsExactly(1);
  }

  @Test
  void unknownPartsAndListsWithoutTrainAreRefused() throws IOException {
    CsvReader unknown = list("file,split,label,camera", "0.png,train,a,", "1.png,later,a,");
    assertThatThrownBy(unknown::readSplit)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("line 3: 'later' is no part");
    CsvReader none = list("file,split,label,camera", "0.png,test,a,");
    assertThatThrownBy(none::readSplit)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no picture of train");
    CsvReader unset = CsvReader.of(folder.resolve("list.csv"));
    assertThatThrownBy(unset::readSplit)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("splitColumn");
  }
}
