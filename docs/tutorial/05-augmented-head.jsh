// jshell -R-Dphotos=<folder> --class-path "$CLASSPATH" docs/tutorial/05-augmented-head.jsh
// A dense head behind a frozen backbone, on photos that are changed anew in every epoch.
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
FeatureExtractor extractor = FeatureExtractor.builder(backbone).cache(Path.of("features")).build();
TrainedHead untrained = ClassifierHead.builder().hidden(256).dropout(0.5).build().untrained(extractor, split.train().labels());
FineTuneResult result = FineTuner.builder(extractor, untrained).
    stages(FineTuneStage.head()).augmentation(Augmentation.standard()).optimizer(Optimizer.adam(1e-3)).
    epochs(5).keepBestEpoch().listener(TrainingListener.console()).build().
    fit(split.train(), split.validation());
ImageClassifier classifier = result.classifier();
System.out.println(classifier.evaluate(split.test()));
classifier.close();
backbone.close();
/exit
