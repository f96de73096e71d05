// jshell --class-path "$CLASSPATH" docs/tutorial/03-augmentation.jsh
// Writes augmented.png: eleven changed views of a picture of these pages, or of -R-Dphoto=<file>.
import java.nio.file.*;
import org.finetune4j.augment.*;
import org.finetune4j.image.*;
import org.finetune4j.picture.*;

Image photo = ImageDecoder.standard().decode(Path.of(System.getProperty("photo", "docs/tutorial/augmentation.png")));
ContactSheet.Builder sheet = ContactSheet.builder().columns(4).add(photo, "as it is");
for (int epoch = 0; epoch < 11; epoch++) {
  sheet.add(Augmentation.standard().apply(photo, 42, epoch, 0), "epoch " + epoch);
}
Path out = Path.of(System.getProperty("out", ""), "augmented.png");
sheet.build().save(out);
System.out.println("Wrote " + out);
/exit
