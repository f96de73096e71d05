// jshell -R-Dphotos=<folder> --class-path "$CLASSPATH" docs/tutorial/09-backbones.jsh
// Two backbones on the same folds of your photos: accuracy, time, size.
import java.nio.file.*;
import org.finetune4j.backbone.*;
import org.finetune4j.data.*;
import org.finetune4j.feature.*;
import org.finetune4j.head.*;
import org.finetune4j.select.*;

ImageDataset photos = ImageDataset.fromDirectory(Path.of(System.getProperty("photos", "photos")));
BackboneTournament tournament = BackboneTournament.of(photos, ClassifierHead.logisticRegression().build(), 5, 42);
PretrainedBackbone small = PretrainedBackbone.builder(Architecture.MOBILENET_V2).alpha(0.35).build();
tournament = tournament.with(FeatureExtractor.builder(small).cache(Path.of("features")).build());
small.close();
PretrainedBackbone large = PretrainedBackbone.builder(Architecture.RESNET50).build();
tournament = tournament.with(FeatureExtractor.builder(large).cache(Path.of("features")).build());
large.close();
System.out.println(tournament);
/exit
