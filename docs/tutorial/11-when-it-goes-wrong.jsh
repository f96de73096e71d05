// jshell --class-path "$CLASSPATH" docs/tutorial/11-when-it-goes-wrong.jsh
// A learning rate too high and one that was measured, on made numbers: no photo, no weights.
import org.finetune4j.feature.*;
import org.finetune4j.head.*;
import org.finetune4j.optimize.*;
import org.finetune4j.target.*;

java.util.Random random = new java.util.Random(42);
float[][] points = new float[200][2];
int[] classes = new int[200];
for (int i = 0; i < 200; i++) {
  classes[i] = i % 2;
  points[i] = new float[] {(float) random.nextGaussian() + 2 * classes[i], (float) random.nextGaussian()};
}
FeatureSet features = FeatureSet.of(points, classes, Labels.of("left", "right"));
DenseHead.Builder head = ClassifierHead.builder().hidden(16).epochs(5).seed(42);
System.out.println("too high: " + head.optimizer(Optimizer.adam(1)).build().fit(features).history());
double rate = head.optimizer(Optimizer.adam(1e-3)).build().findLearningRate(features).valley();
System.out.println("measured, " + rate + ": " + head.optimizer(Optimizer.adam(rate)).build().fit(features).history());
/exit
