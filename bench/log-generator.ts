/** How the bars are written: on a terminal or to a file on Linux (`\r` and backspaces), or an update a line. */
export type Layout = 'keras2' | 'keras3' | 'keras3-lines';

/** Updates of the progress bar in each epoch. */
const UPDATES = 200;

/**
 * Epochs of a long, healthy training as Keras prints it, with all intermediate updates of the bars, one epoch a time.
 * The lines are those of Keras' own `Progbar` (Keras 2.15: `keras/src/utils/generic_utils.py`, Keras 3:
 * `keras/src/utils/progbar.py`).
 */
export function* epochsOf(layout: Layout, total = 1_000_000): Generator<string> {
  for (let epoch = 1; epoch <= total; epoch++) {
    let text = `Epoch ${epoch}/${total}\n`;
    let width = 0;
    for (let step = 1; step <= UPDATES; step++) {
      const loss = 0.25 + 2 / (1 + epoch / 100) + 0.2 / step;
      const [shown, visible] = layout === 'keras2' ? keras2(step, loss) : keras3(step, loss);
      text += layout === 'keras3-lines' ? '\n' : '\b'.repeat(width) + '\r';
      text += shown + ' '.repeat(Math.max(0, width - visible));
      width = visible;
    }
    yield `${text}\n`;
  }
}

/** A log of at least `bytes` bytes in UTF-8. */
export function* logOf(layout: Layout, bytes: number): Generator<string> {
  let length = 0;
  for (const epoch of epochsOf(layout)) {
    yield epoch;
    length += Buffer.byteLength(epoch);
    if (length >= bytes) return;
  }
}

function keras2(step: number, loss: number): [shown: string, width: number] {
  const done = Math.floor((30 * step) / UPDATES);
  const bar = step === UPDATES ? '='.repeat(30) : `${'='.repeat(Math.max(0, done - 1))}>`.padEnd(30, '.');
  const time = step === UPDATES ? '2s 11ms/step' : `ETA: ${Math.ceil((UPDATES - step) / 90)}s`;
  const text = `${String(step).padStart(3)}/${UPDATES} [${bar}] - ${time} - ${metrics(step, loss, 'loss', 'accuracy')}`;
  return [text, text.length];
}

function keras3(step: number, loss: number): [shown: string, width: number] {
  const done = Math.floor((20 * step) / UPDATES);
  const time = step === UPDATES ? '2s' : `${Math.ceil((UPDATES - step) / 90)}s`;
  const rest = ` 11ms/step - ${metrics(step, loss, 'accuracy', 'loss')}`;
  const green = done > 0 ? `\x1b[32m${'━'.repeat(done)}\x1b[0m` : '';
  const counter = `${String(step).padStart(3)}/${UPDATES}`;
  const text = `\x1b[1m${counter}\x1b[0m ${green}\x1b[37m${'━'.repeat(20 - done)}\x1b[0m \x1b[1m${time}\x1b[0m${rest}`;
  return [text, counter.length + 1 + 20 + 1 + time.length + rest.length];
}

function metrics(step: number, loss: number, ...names: readonly ('loss' | 'accuracy')[]): string {
  const values = { loss, accuracy: 1 / (1 + loss) };
  const printed = names.map((name) => `${name}: ${values[name].toFixed(4)}`);
  if (step === UPDATES) printed.push(...names.map((name) => `val_${name}: ${(values[name] * 1.1).toFixed(4)}`));
  return printed.join(' - ');
}
