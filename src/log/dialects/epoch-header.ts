/*
 * The line before each epoch, in every version of Keras:
 *
 *   Epoch 1/8
 *   <br />Epoch 1/10
 *   0.0385Epoch 3/700          (glued to a bar whose line end was lost)
 *   Epoch 1/10 60000/60000 [=  (the line end after it was lost)
 */
import type { Dialect } from './dialect';

const HEADER = /(?<![A-Za-z])Epoch\s{1,8}(\d{1,9})\/(\d{1,9})(?=\s{0,8}$|\s{1,8}\d{1,9}\/)/;
const TRAIN_ON = /\bTrain on (\d{1,12}) samples/;

export const epochHeader: Dialect = {
  name: 'epoch-header',
  read(line, builder) {
    const { text } = line;
    const header = text.includes('Epoch') ? HEADER.exec(text) : null;
    if (header) {
      const at = header.index;
      const end = at + header[0].length;
      builder.header(Number(header[1]), Number(header[2]), line.span(at, end));
      return end;
    }
    const train = text.includes('Train on') ? TRAIN_ON.exec(text) : null;
    if (!train) return undefined;
    builder.trainsOn(Number(train[1]));
    return line.text.length;
  },
};
