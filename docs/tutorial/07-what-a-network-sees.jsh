// jshell --class-path "$CLASSPATH" docs/tutorial/07-what-a-network-sees.jsh
// What the first layers make of a picture of these pages, or of -R-Dphoto=<file>, and what a filter looks for.
import java.nio.file.*;
import org.finetune4j.backbone.*;
import org.finetune4j.explain.*;
import org.finetune4j.image.*;
import org.finetune4j.picture.*;

Image photo = ImageDecoder.standard().decode(Path.of(System.getProperty("photo", "docs/tutorial/augmentation.png")));
PretrainedBackbone backbone = PretrainedBackbone.builder(Architecture.RESNET50).inputSize(128, 128).build();
Activations activations = Activations.of(backbone, photo, "conv1_relu", "conv3_block1_out");
ImageEncoder.save(activations.grid("conv1_relu"), Path.of("conv1.png"));
ImageEncoder.save(activations.grid("conv3_block1_out"), Path.of("conv3.png"));
FilterPatterns patterns = FilterPatterns.of(backbone, "conv3_block4_out");
ImageEncoder.save(patterns.pattern(0), Path.of("filter-0.png"));
patterns.close();
backbone.close();
System.out.println("Wrote conv1.png, conv3.png and filter-0.png");
/exit
