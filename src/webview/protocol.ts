/**
 * Every message between the extension host and the page, once.
 *
 * The page says `ready` whenever it (re)starts; the host answers with one `show…` message that holds everything.
 * VS Code turns messages and the page's state into JSON on the way, which loses NaN and infinities:
 * both sides send `encode(message)` and read through `readToPage` / `readFromPage`, which decode and validate.
 */
import * as v from 'valibot';
import type { ConfirmJob, Refusal, Verdict } from '../rerun/trace';
import type { Remedy } from '../script/remedy';
import type { Message } from '../text/message';
import type { Bundle } from '../words/language';

/** A file as the page names it. `id` is opaque to the page: the host gives it and gets it back. */
export interface Source {
  readonly id: string;
  /** What a person calls it, for example `train.py`. */
  readonly name: string;
}

/** One way to fix the script, as the page shows it. The rerun's side of it stands in the job under the same id. */
export interface Candidate {
  readonly id: string;
  /** Worded by the host, for example `SGD with learning rate 0.0034`. */
  readonly title: string;
  readonly remedy: Remedy;
  /** The whole script with the edits of this candidate applied. */
  readonly editedText: string;
}

/** What the user changes in "Try it"; what is left out stays as the script has it. */
export interface Trial {
  readonly optimizer?: string | undefined;
  readonly learningRate?: number | undefined;
  readonly batchSize?: number | undefined;
  readonly epochs?: number | undefined;
  readonly normalizeInputs?: boolean | undefined;
}

/** The rerun of one script. */
export interface ShowConfirm {
  readonly type: 'showConfirm';
  /** Changes with everything that makes old verdicts wrong: script text, log text, candidates. Results are kept under it. */
  readonly jobId: string;
  readonly script: Source & { readonly text: string };
  readonly log?: Source | undefined;
  /** 0-based line of each of `job.observed.losses` in the log. */
  readonly logLines?: readonly number[] | undefined;
  readonly candidates: readonly Candidate[];
  readonly job: ConfirmJob;
  /** Which data it trains on, where they are not the script's own. */
  readonly data?: Message | undefined;
  readonly bundle?: Bundle | undefined;
}

/** The script cannot be rerun: one sentence says why, and where reading stopped. */
export interface ShowRefusal {
  readonly type: 'showRefusal';
  readonly script?: Source | undefined;
  readonly reason: Message;
  /** 0-based line in the script. */
  readonly line?: number | undefined;
  readonly bundle?: Bundle | undefined;
}

/** The script can be rerun but for its data: the user may give them, or have others stand in. */
export interface ShowDataWanted {
  readonly type: 'showDataWanted';
  readonly script: Source;
  /** Why they are not at hand. */
  readonly reason: Message;
  /** 0-based line in the script where they come from. */
  readonly line: number;
  /** Data files that the script names and that were not found, as it names them. */
  readonly files: readonly string[];
  /** What would stand in; undefined where nothing can. */
  readonly standIn?: readonly Message[] | undefined;
  /** A file was given, and why it does not do. */
  readonly refused?: Message | undefined;
  readonly bundle?: Bundle | undefined;
}

/** One metric of one run, epoch by epoch. */
export interface Curve {
  readonly metric: string;
  readonly values: readonly number[];
}

export interface CurveRun {
  readonly id: string;
  readonly title: string;
  readonly source: Source;
  /** Printed number of each epoch, ascending. */
  readonly epochs: readonly number[];
  /** 0-based line of each epoch in the log. */
  readonly lines: readonly number[];
  readonly curves: readonly Curve[];
  readonly declaredEpochs?: number | undefined;
  /** More epochs may come. */
  readonly live?: boolean | undefined;
}

/** The log's own metrics. Sent again, whole, as the log grows. */
export interface ShowCurves {
  readonly type: 'showCurves';
  readonly title: string;
  readonly runs: readonly CurveRun[];
  readonly bundle?: Bundle | undefined;
}

/** Answer to `tryIt`: a candidate, under the id that the page gave, to rerun beside the others … */
interface TrialReady {
  readonly type: 'trialReady';
  readonly jobId: string;
  readonly candidate: Candidate;
  readonly spec: ConfirmJob['candidates'][number]['spec'];
}

/** … or why the script cannot be changed so. */
interface TrialRefused extends Refusal {
  readonly type: 'trialRefused';
  readonly jobId: string;
  readonly id: string;
}

/** Answer to `apply`. */
export interface Applied {
  readonly type: 'applied';
  readonly jobId: string;
  readonly candidate: string;
  /** The edit was refused, and why. */
  readonly refused?: Message | undefined;
}

/** The script (or log) was edited after the job was made: verdicts are about the earlier text. */
interface Stale {
  readonly type: 'stale';
  readonly jobId: string;
}

/** The host's own "Cancel" (a command, a test). */
interface CancelRerun {
  readonly type: 'cancelRerun';
}

export type ToPage =
  | ShowConfirm
  | ShowRefusal
  | ShowDataWanted
  | ShowCurves
  | TrialReady
  | TrialRefused
  | Applied
  | Stale
  | CancelRerun;

const text = (length: number) => v.pipe(v.string(), v.maxLength(length));
const id = v.pipe(v.string(), v.minLength(1), v.maxLength(1_000));
const wholeNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
/** NaN and infinities are numbers here, unlike in `v.number()`. */
const anyNumber = v.custom<number>((value) => typeof value === 'number');
const numbers = v.custom<readonly number[]>(
  (value) =>
    Array.isArray(value) && value.length <= 1_000_000 && value.every((item) => typeof item === 'number'),
);

const message = v.object({
  id,
  args: v.optional(v.record(v.string(), v.union([v.string(), anyNumber]))),
}) satisfies v.GenericSchema<unknown, Message>;

const verdict = v.object({
  outcome: v.picklist(['confirmed', 'partly', 'refuted', 'unknown']),
  reason: message,
  caveats: v.pipe(v.array(message), v.maxLength(100), v.readonly()),
  evidence: v.record(v.string(), anyNumber),
}) satisfies v.GenericSchema<unknown, Verdict>;

/** Its shape; whether a remedy of this kind exists says whoever makes the edits. */
const remedy = v.pipe(
  v.looseObject({
    kind: v.pipe(v.string(), v.regex(/^[a-z-]{1,50}$/)),
    value: v.optional(v.union([v.pipe(v.number(), v.finite()), v.boolean(), text(200)])),
    learningRate: v.optional(v.pipe(v.number(), v.finite())),
  }),
  v.transform((shape) => shape as Remedy),
);

const trial = v.object({
  optimizer: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z]{1,32}$/))),
  learningRate: v.optional(v.pipe(v.number(), v.finite(), v.gtValue(0))),
  batchSize: v.optional(count),
  epochs: v.optional(count),
  normalizeInputs: v.optional(v.boolean()),
}) satisfies v.GenericSchema<unknown, Trial>;

const fromPage = v.variant('type', [
  /** The page has (re)started and knows nothing. */
  v.object({ type: v.literal('ready') }),
  /** Write this candidate into the script. */
  v.object({ type: v.literal('apply'), jobId: id, candidate: id }),
  /** The user stopped the rerun; nothing is running any more. */
  v.object({ type: v.literal('cancelled'), jobId: id }),
  v.object({ type: v.literal('reproduced'), jobId: id, verdict }),
  v.object({ type: v.literal('verdict'), jobId: id, candidate: id, verdict }),
  /** Everything that was to be rerun has its verdict. */
  v.object({ type: v.literal('done'), jobId: id }),
  /** The rerun broke down; `detail` is for the log channel, not for people. */
  v.object({
    type: v.literal('failed'),
    jobId: id,
    kind: v.picklist(['crash', 'memory']),
    detail: text(10_000),
  }),
  v.object({ type: v.literal('openLine'), source: id, line: wholeNumber }),
  /** Make the edits of this change; the page names the candidate. Sent again after a reload. */
  v.object({ type: v.literal('tryIt'), jobId: id, id, trial }),
  /** The same for a remedy that the rerun found by itself; answered like `tryIt`. */
  v.object({ type: v.literal('offer'), jobId: id, id, remedy }),
  /** Answer to `showDataWanted`: ask the user for a file, or let random data stand in. */
  v.object({ type: v.literal('useData'), from: v.picklist(['file', 'stand-in']) }),
  /** Make the job again from the text as it is now, and show it. */
  v.object({ type: v.literal('restart') }),
  /** Ask where to save, then write. `name` is a suggestion without a folder. */
  v.object({
    type: v.literal('save'),
    name: v.pipe(v.string(), v.regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}$/u)),
    content: v.union([
      text(50_000_000),
      v.pipe(v.instance(Uint8Array), v.check((bytes) => bytes.length <= 50_000_000)),
    ]),
  }),
  v.object({ type: v.literal('copy'), text: text(1_000_000) }),
]);

export type FromPage = v.InferOutput<typeof fromPage>;

const source = v.object({ id, name: text(1_000) });
const refusal = v.object({ refused: message, span: v.optional(v.object({ start: wholeNumber, end: wholeNumber })) });
const bundle = v.optional(v.record(v.string(), v.string()));

/** The page looks at nothing else of a specification: what the worker cannot train it answers with an error. */
const spec = v.looseObject({
  layers: v.array(v.unknown()),
  epochs: count,
  batchSize: count,
  optimizer: v.object({ className: v.string(), config: v.record(v.string(), v.unknown()) }),
  substitutions: v.array(message),
});

const candidate = v.object({
  id,
  title: text(1_000),
  remedy,
  editedText: text(10_000_000),
});

const toPage = v.variant('type', [
  v.object({
    type: v.literal('showConfirm'),
    jobId: id,
    script: v.object({ ...source.entries, text: text(10_000_000) }),
    log: v.optional(source),
    logLines: v.optional(v.array(wholeNumber)),
    candidates: v.pipe(v.array(candidate), v.maxLength(50)),
    job: v.looseObject({
      baseline: v.union([spec, refusal]),
      candidates: v.pipe(
        v.array(v.looseObject({ id, spec: v.union([spec, refusal]) })),
        v.maxLength(50),
      ),
      observed: v.optional(v.looseObject({ losses: numbers })),
      starts: v.pipe(count, v.maxValue(10_000)),
      goal: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1))),
    }),
    data: v.optional(message),
    bundle,
  }),
  v.object({
    type: v.literal('showRefusal'),
    script: v.optional(source),
    reason: message,
    line: v.optional(wholeNumber),
    bundle,
  }),
  v.object({
    type: v.literal('showDataWanted'),
    script: source,
    reason: message,
    line: wholeNumber,
    files: v.pipe(v.array(text(1_000)), v.maxLength(100)),
    standIn: v.optional(v.pipe(v.array(message), v.maxLength(100))),
    refused: v.optional(message),
    bundle,
  }),
  v.object({
    type: v.literal('showCurves'),
    title: text(1_000),
    runs: v.pipe(
      v.array(
        v.object({
          id,
          title: text(1_000),
          source,
          epochs: numbers,
          lines: v.array(wholeNumber),
          curves: v.pipe(v.array(v.object({ metric: text(1_000), values: numbers })), v.maxLength(200)),
          declaredEpochs: v.optional(count),
          live: v.optional(v.boolean()),
        }),
      ),
      v.maxLength(100),
    ),
    bundle,
  }),
  v.object({
    type: v.literal('trialReady'),
    jobId: id,
    candidate,
    spec: v.union([spec, refusal]),
  }),
  v.object({ type: v.literal('trialRefused'), jobId: id, id, refused: message }),
  v.object({ type: v.literal('applied'), jobId: id, candidate: id, refused: v.optional(message) }),
  v.object({ type: v.literal('stale'), jobId: id }),
  v.object({ type: v.literal('cancelRerun') }),
]);

/** What the page sent, if it is a message; undefined for anything else. Never throws. */
export function readFromPage(data: unknown): FromPage | undefined {
  return read(fromPage, data);
}

/** What the host sent, if it is a message; undefined for anything else. Never throws. */
export function readToPage(data: unknown): ToPage | undefined {
  // Of specifications and remedies the schema checks only what the page itself reads.
  return read(toPage, data) as ToPage | undefined;
}

function read<Schema extends v.GenericSchema>(schema: Schema, data: unknown): v.InferOutput<Schema> | undefined {
  try {
    const result = v.safeParse(schema, decode(data));
    return result.success ? result.output : undefined;
  } catch {
    return undefined; // nested so deeply that decoding ran out of stack
  }
}

const tag = '$number';

/** A copy that JSON keeps as it is: NaN and infinities become `{ $number: 'NaN' }`. Typed arrays are left alone. */
export function encode(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : { [tag]: String(value) };
  return mapFields(value, encode);
}

/** Undoes `encode`. */
export function decode(value: unknown): unknown {
  if (typeof value === 'object' && value !== null && tag in value) {
    const written = value[tag];
    return written === 'NaN' || written === 'Infinity' || written === '-Infinity' ? Number(written) : undefined;
  }
  return mapFields(value, decode);
}

function mapFields(value: unknown, map: (field: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(map);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .map(([key, field]) => [key, map(field)]),
  );
}
