import assert from 'node:assert/strict';
import fc from 'fast-check';
import { StreamedLines } from '../../src/cli/lines';
import { diagnose } from '../../src/diagnosis';
import { LogDocument, LogReader, looksLikeLog, readLog } from '../../src/log';
import { specOf } from '../../src/rerun/spec';
import { readScript, remedyEdits } from '../../src/script';
import type { Remedy } from '../../src/script/remedy';
import type { Script } from '../../src/script/script';
import { applyEdits } from '../../src/text/edit';
import { LineIndex } from '../../src/text/lines';
import type { Message } from '../../src/text/message';
import type { Span } from '../../src/text/span';
import { readFromPage, readToPage } from '../../src/webview/protocol';
import { explain, say } from '../../src/words';
import { cut, lengths, log, script } from './inputs';

/** A property by the name that `--only` takes. */
export type Property = () => fc.IProperty<unknown[]>;

const remedies: readonly Remedy[] = [
  { kind: 'learning-rate', value: 0.0034 },
  { kind: 'adam' },
  { kind: 'adam', value: 0.01 },
  { kind: 'optimizer', value: 'RMSprop', learningRate: 0.01 },
  { kind: 'batch-size', value: 7 },
  { kind: 'epochs', value: 3 },
  { kind: 'clip-gradients', value: 1 },
  { kind: 'normalize-inputs' },
  { kind: 'output-activation', value: 'sigmoid' },
  { kind: 'output-units', value: 3 },
  { kind: 'loss', value: 'binary_crossentropy' },
  { kind: 'from-logits', value: true },
  { kind: 'metric', value: 'mean_absolute_error' },
  { kind: 'callback', value: 'TerminateOnNaN' },
  { kind: 'callback', value: 'EarlyStopping' },
  { kind: 'shuffle' },
  { kind: 'initializer' },
  { kind: 'raise-on-nan' },
];

export const properties: Readonly<Record<string, Property>> = {
  /** Any cut of any log into chunks gives the same as the whole. */
  'log-cuts': () =>
    fc.property(log, lengths, (text, cuts) => {
      const reader = new LogReader();
      for (const chunk of cut(text, cuts)) reader.push(chunk);
      reader.end();
      assert.deepEqual(reader.runs, readLog(text));
    }),

  /** Looking at the runs while the log still comes changes nothing. */
  'log-watched': () =>
    fc.property(log, lengths, (text, cuts) => {
      const reader = new LogReader();
      for (const chunk of cut(text, cuts)) {
        reader.push(chunk);
        void reader.runs;
      }
      reader.end();
      assert.deepEqual(reader.runs, readLog(text));
    }),

  /** Every value stands where it says, and says what stands there. */
  'log-spans': () =>
    fc.property(log, (text) => {
      void looksLikeLog(text);
      for (const run of readLog(text)) {
        inside(run, text.length);
        for (const epoch of run.epochs) {
          inside(epoch, run.end, run.start);
          for (const value of epoch.metrics.values()) inside(value, text.length);
        }
      }
    }),

  /** An edited document reads as the whole new text. */
  'log-edits': () =>
    fc.property(log, fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(300), log), { maxLength: 4 }), (first, edits) => {
      let text = first;
      const document = new LogDocument(first);
      for (const [part, length, other] of edits) {
        const start = Math.floor(part * text.length);
        const end = Math.min(text.length, start + length);
        const newText = other.slice(0, 500);
        document.replace(start, end, newText);
        text = text.slice(0, start) + newText + text.slice(end);
        assert.deepEqual(document.runs, readLog(text));
      }
    }),

  /** Lines counted in a stream are those of the whole text. */
  'lines-cuts': () =>
    fc.property(log, lengths, (text, cuts) => {
      const lines = new StreamedLines();
      for (const chunk of cut(text, cuts)) lines.push(chunk);
      lines.end();
      const whole = new LineIndex(text);
      for (let offset = 0; offset <= text.length; offset += 97) assert.deepEqual(lines.positionAt(offset), whole.positionAt(offset));
    }),

  /** Any text is read as a script without an exception, with every place inside it. */
  'script-reads': () =>
    fc.property(script, (text) => {
      const read = readScript(text);
      for (const span of read.syntaxErrors) inside(span, text.length);
      for (const fit of read.fits) {
        inside(fit.span, text.length);
        for (const part of [fit.model, fit.compile, fit.x, fit.y, fit.epochs, fit.batchSize, fit.callbacks]) {
          inside(part.span, text.length);
        }
        void specOf(read, fit);
      }
    }),

  /** Every fix leaves a script that reads without new faults; done twice it is done once. */
  fixes: () =>
    fc.property(script, fc.constantFrom(...remedies), fc.nat(), (text, remedy, choice) => {
      const before = readScript(text);
      if (before.fits.length > 0) checkFix(before, choice % before.fits.length, remedy);
    }),

  /** Every finding and every reason can be said, and stands inside the texts. */
  diagnosis: () =>
    fc.property(log, fc.option(script, { nil: undefined }), (text, scriptText) => {
      const read = scriptText === undefined ? undefined : readScript(scriptText);
      const { findings, skipped } = diagnose(readLog(text), read);
      for (const finding of findings) {
        if (finding.log) inside(finding.log, text.length);
        if (finding.script) inside(finding.script, scriptText!.length);
        assert.ok(finding.remedies.length <= 3);
        said(finding.message);
        assert.notEqual(explain(finding), '');
      }
      for (const { reason } of skipped) said(reason);
    }),

  /** What is no message of the protocol is refused, and nothing throws. */
  protocol: () =>
    fc.property(
      fc.oneof(
        fc.jsonValue(),
        fc.record({ type: fc.constantFrom('ready', 'apply', 'tryIt', 'showConfirm', 'showCurves', 'applied'), jobId: fc.jsonValue(), candidate: fc.jsonValue(), script: fc.jsonValue() }),
      ),
      (value) => {
        for (const read of [readToPage, readFromPage]) {
          const message = read(value);
          assert.ok(message === undefined || typeof message.type === 'string');
        }
      },
    ),
};

function checkFix(before: Script, index: number, remedy: Remedy): void {
  const result = remedyEdits(before, before.fits[index]!, remedy);
  if ('refused' in result) {
    said(result.refused);
    return;
  }
  const edited = applyEdits(before.text, result.edits);
  const after = readScript(edited);
  assert.ok(after.syntaxErrors.length <= before.syntaxErrors.length, `${remedy.kind} breaks the script`);
  const fit = after.fits[index];
  assert.ok(fit, `${remedy.kind} loses the call of fit`);
  const again = remedyEdits(after, fit, remedy);
  if ('edits' in again) assert.equal(applyEdits(edited, again.edits), edited, `${remedy.kind} twice is not once`);
}

function inside({ start, end }: Span, limit: number, from = 0): void {
  assert.ok(from <= start && start <= end && end <= limit, `${start}..${end} is not inside ${from}..${limit}`);
}

function said(message: Message): void {
  const sentence = say(message);
  assert.ok(sentence.length > 0 && !/undefined|\[object/.test(sentence), sentence);
}
