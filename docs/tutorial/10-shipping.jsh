// jshell -R-Dclassifier=<file> -R-Dphoto=<file> --class-path "$CLASSPATH" docs/tutorial/10-shipping.jsh
// A saved classifier, what is in it, and what it says to a photo.
import java.nio.file.*;
import org.finetune4j.image.*;
import org.finetune4j.model.*;
import org.finetune4j.picture.*;

ImageClassifier classifier = ImageClassifier.load(Path.of(System.getProperty("classifier", "target/quickstart/cats-vs-dogs.zip")));
System.out.println(classifier.labels());
System.out.println(classifier.provenance());
Image photo = ImageDecoder.standard().decode(Path.of(System.getProperty("photo", "docs/tutorial/augmentation.png")));
System.out.println(classifier.predict(photo, 2));
classifier.close();
/exit
