// jshell -R-Dphotos=<folder> --class-path "$CLASSPATH" docs/tutorial/04-deep-features.jsh
// Features of a pretrained network and a line through them, on your photos, one folder per class.
import java.nio.file.*;
import org.finetune4j.backbone.*;
import org.finetune4j.data.*;
import org.finetune4j.feature.*;
import org.finetune4j.head.*;
import org.finetune4j.progress.*;

DatasetSplit split = ImageDataset.fromDirectory(Path.of(System.getProperty("photos", "photos"))).split(0.6, 0.2, 42);
PretrainedBackbone backbone = PretrainedBackbone.builder(Architecture.RESNET50).build();
FeatureExtractor extractor = FeatureExtractor.builder(backbone).cache(Path.of("features")).progress(Progress.console()).build();
TrainedHead head = ClassifierHead.logisticRegression().build().fit(extractor.extract(split.train()), extractor.extract(split.validation()));
System.out.println(head.selection());
System.out.println(head.evaluate(extractor.extract(split.test())));
backbone.close();
/exit
