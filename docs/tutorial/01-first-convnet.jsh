// jshell --class-path "$CLASSPATH" docs/tutorial/01-first-convnet.jsh
// Two networks for 28 x 28 pixels and what they are made of; -R-Dmnist=<folder> with the four files of MNIST trains both.
import java.nio.file.*;
import org.finetune4j.data.*;
import org.finetune4j.network.*;
import org.finetune4j.optimize.*;
import org.finetune4j.train.*;

Network dense = Network.builder(Shape.map(1, 28, 28)).flatten().dense(512).relu().dense(10).softmax().build();
Network convnet = Network.builder(Shape.map(1, 28, 28)).
    convolution("conv2d_1", 32, 3).relu().maxPool(2).
    convolution("conv2d_2", 64, 3).relu().maxPool(2).
    convolution("conv2d_3", 64, 3).relu().
    flatten().dense(64).relu().dense(10).softmax().build();
System.out.println(dense.summary());
System.out.println(convnet.summary());

Path mnist = Path.of(System.getProperty("mnist", "mnist"));
if (Files.isDirectory(mnist)) {
  ImageDataset digits = IdxReader.read(mnist.resolve("train-images-idx3-ubyte"), mnist.resolve("train-labels-idx1-ubyte"));
  DatasetSplit split = digits.take(6000).split(0.8, 0.2, 42);
  for (Network network : java.util.List.of(dense, convnet)) {
    System.out.println(NetworkTrainer.builder(network, digits.labels()).optimizer(Optimizer.rmsProp(1e-3)).epochs(2).build().fit(split.train(), split.validation()));
  }
}
/exit
