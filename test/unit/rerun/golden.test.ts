import { denseStackOf } from '../../../src/rerun/build';
import { fromLogits } from '../../../src/rerun/logits';
import { goldenEngine, goldenFiles, train } from './golden';

describe('trajectories of real Keras', () => {
  for (const { name, file } of goldenFiles()) {
    describe(`${name} (Keras ${file.keras}, ${file.backend})`, () => {
      for (const golden of file.cases) {
        it(golden.name, async () => {
          const { spec, engine } = await goldenEngine(golden, file.backend);
          train(spec, engine, golden);
          const plain = denseStackOf(fromLogits(spec));
          if (plain) train(spec, plain, golden);
        });
      }
    });
  }
});
