// jshell --class-path "$CLASSPATH" docs/tutorial/03-augmentation.jsh
// Writes augmented.png: eleven changed views of docs/tutorial/augmentation.png, or of a photo of your own.
import java.nio.file.*;
import org.finetune4j.augment.*;
import org.finetune4j.data.*;
import org.finetune4j.image.*;

Image photo = ImageDecoder.standard().decode(Path.of("docs", "tutorial", "augmentation.png"));
ContactSheet.Builder sheet = ContactSheet.builder().columns(4).add(photo, "as it is");
for (int epoch = 0; epoch < 11; epoch++) {
  sheet.add(Augmentation.standard().apply(photo, 42, epoch, 0), "epoch " + epoch);
}
sheet.build().save(Path.of("augmented.png"));
System.out.println("Wrote augmented.png");
/exit
