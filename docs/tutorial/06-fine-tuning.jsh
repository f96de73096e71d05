// jshell -R-Dphotos=<folder> --class-path "$CLASSPATH" docs/tutorial/06-fine-tuning.jsh
// The last blocks of a small network learn your photos, slowly, behind a head that has learned.
import java.nio.file.*;
import org.finetune4j.augment.*;
import org.finetune4j.backbone.*;
import org.finetune4j.data.*;
import org.finetune4j.feature.*;
import org.finetune4j.finetune.*;
import org.finetune4j.head.*;
import org.finetune4j.model.*;
import org.finetune4j.optimize.*;
import org.finetune4j.train.log.*;

DatasetSplit split = ImageDataset.fromDirectory(Path.of(System.getProperty("photos", "photos"))).split(0.6, 0.2, 42);
PretrainedBackbone backbone = PretrainedBackbone.builder(Architecture.MOBILENET_V2).alpha(0.35).build();
System.out.println(backbone.freezePoints());
FeatureExtractor extractor = FeatureExtractor.builder(backbone).cache(Path.of("features")).build();
TrainedHead head = ClassifierHead.logisticRegression().build().fit(extractor.extract(split.train()), extractor.extract(split.validation()));
FineTuneResult tuned = FineTuner.builder(extractor, head).
    unfreezeFrom("block_13_expand").augmentation(Augmentation.light()).optimizer(Optimizer.adam(1e-4)).
    epochs(3).keepBestEpoch().listener(TrainingListener.console()).build().
    fit(split.train(), split.validation());
System.out.println(tuned.freezeReport());
ImageClassifier classifier = tuned.classifier();
System.out.println(head.evaluate(extractor.extract(split.test())));
System.out.println(classifier.evaluate(split.test()));
classifier.close();
backbone.close();
/exit
