// jshell -R-Dphotos=<folder> --class-path "$CLASSPATH" docs/tutorial/02-small-data.jsh
// A small convnet from scratch on your photos, one folder per class: look where validation stops.
import java.nio.file.*;
import org.finetune4j.data.*;
import org.finetune4j.network.*;
import org.finetune4j.optimize.*;
import org.finetune4j.train.*;
import org.finetune4j.train.log.*;

DatasetSplit split = ImageDataset.fromDirectory(Path.of(System.getProperty("photos", "photos"))).split(0.8, 0.2, 42);
Network network = Network.builder(Shape.map(3, 64, 64)).
    convolution("conv2d_1", 32, 3).relu().maxPool(2).
    convolution("conv2d_2", 64, 3).relu().maxPool(2).
    flatten().dense(64).relu().dense(split.train().labels().size()).softmax().build();
TrainedNetwork trained = NetworkTrainer.builder(network, split.train().labels()).
    optimizer(Optimizer.rmsProp(1e-3)).epochs(10).listener(TrainingListener.console()).build().
    fit(split.train(), split.validation());
LearningCurves.loss(trained.history(), 0, Path.of("loss.png"));
System.out.println("Wrote loss.png");
/exit
