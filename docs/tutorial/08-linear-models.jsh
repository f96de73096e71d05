// jshell -R-Dphotos=<folder> --class-path "$CLASSPATH" docs/tutorial/08-linear-models.jsh
// The same classifier on raw pixels and on deep features of your photos, one folder per class.
import java.nio.file.*;
import org.finetune4j.backbone.*;
import org.finetune4j.data.*;
import org.finetune4j.feature.*;
import org.finetune4j.head.*;
import org.finetune4j.image.*;

DatasetSplit split = ImageDataset.fromDirectory(Path.of(System.getProperty("photos", "photos"))).split(0.7, 42);
ImageSize size = ImageSize.square(32);
ClassifierHead linear = ClassifierHead.logisticRegression().build();
System.out.println("pixels: " + linear.fit(FeatureSet.pixels(split.train(), size)).evaluate(FeatureSet.pixels(split.validation(), size)).accuracy());
PretrainedBackbone backbone = PretrainedBackbone.builder(Architecture.MOBILENET_V2).alpha(0.35).build();
FeatureExtractor extractor = FeatureExtractor.builder(backbone).cache(Path.of("features")).build();
System.out.println("features: " + linear.fit(extractor.extract(split.train())).evaluate(extractor.extract(split.validation())).accuracy());
backbone.close();
/exit
