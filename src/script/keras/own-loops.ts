/** Training loops of a script's own: which of them do no more than a `fit` does. */
import { batchOrigin } from '../data/dataset';
import type { Call } from '../python/call';
import { type Rounds, roundsOf } from '../python/loops';
import { isMutable, unknown, type Value } from '../python/values';
import type { Fit, Read, Tensor } from '../script';
import type { Span } from '../../text/span';
import { readFit, readTensors } from './fit';
import { unread } from './json';
import type { ModelObject } from './model';
import type { CompileCall } from './session';
import type { KerasVersion } from './optimizers';

/** What one step trains on. */
export interface Batch {
  readonly x: Value;
  readonly y: Value;
}

/** The round of a loop that a step was taken in, counted from 1. */
interface Round {
  readonly loop: Rounds;
  readonly at: number;
}

/** What a `fit` would be given. */
type Data = Pick<Fit, 'x' | 'y' | 'batchSize' | 'shuffle' | 'epochs'>;

interface Step {
  readonly batch: Batch;
  /** Of the loops around it that began when there was a model, the innermost last. */
  readonly rounds: readonly Round[];
}

/** Rounds of the outermost loop whose batches are kept. */
const keptRounds = 2;

/** Longest data that are compared row by row. */
const mostNumbers = 1 << 20;

/** What changes how a loop trains, in the loop or in a function that it calls. */
const newRate = /\.(?:lr|learning_rate)(?:\s{0,9}=(?!=)|\.assign)|\bset_value\s{0,9}\(/;
const newWeights = /\.(?:trainable|set_weights|load_weights)\b/;

/** One call that takes a step of a training, and all the times it was called. */
export class OwnLoop {
  readonly #fit: Fit;
  readonly #model: ModelObject;
  readonly #call: Call;
  readonly #steps: Step[] = [];
  #before: readonly Round[] = [];
  /** Steps that a `fit` would not take were seen. */
  #isOther = false;

  constructor(model: ModelObject, call: Call, batch: Batch | undefined, keras: KerasVersion, compiled: CompileCall | undefined) {
    const given = batch ? call.renamed(new Map(Object.entries(batch))) : call;
    this.#fit = readFit(model, given, keras, compiled);
    this.#model = model;
    this.#call = call;
  }

  /** Takes note of a step. */
  take(model: ModelObject, call: Call, batch: Batch | undefined): void {
    if (model !== this.#model) return;
    const { interpreter } = call;
    const loops = interpreter.rounds.filter(({ birth }) => birth > model.birth);
    const rounds = loops.map((loop) => ({ loop, at: loop.begun }));
    const { doubt } = interpreter;
    const isSure = !doubt || loops.some(({ open }) => open === doubt);
    this.#isOther ||= !isSure || !batch || !follows(rounds, this.#before);
    this.#before = rounds;
    if (batch && !this.#isOther && rounds[0] && rounds[0].at <= keptRounds) this.#steps.push({ batch, rounds });
  }

  /** The training, with `ownLoop` set where it is not plainly that of a `fit`. @param others the script's other calls that take steps. */
  read(text: string, others: readonly OwnLoop[]): Fit {
    const { ownLoop, ...fit } = this.#fit;
    const data = this.#isPlain(text, others) ? this.#data() : undefined;
    if (!data) return { ...fit, ...(ownLoop && { ownLoop }) };
    const none = <T>(value: T): Read<T> => ({ known: true, value, span: fit.span, byDefault: true });
    return {
      ...fit, ...data, stepsPerEpoch: none(null), validationSplit: none(0), validationData: none(null), callbacks: none([]), classWeight: none(null), sampleWeight: none(null),
    };
  }

  /** Nothing else trains or changes what is trained in the same loop. */
  #isPlain(text: string, others: readonly OwnLoop[]): boolean {
    const loop = this.#steps[0]?.rounds[0]?.loop;
    if (!loop || this.#isOther) return false;
    const isShared = others.some((other) => other !== this && other.#before.some((round) => round.loop === loop || this.#before.some((own) => own.loop === round.loop)));
    const penalised = this.#fit.method === 'apply_gradients' && hasPenalties(this.#fit);
    return !isShared && !penalised && !newRate.test(text) && !newWeights.test(text.slice(loop.span.start, loop.span.end));
  }

  #data(): Data | undefined {
    const [{ batch, rounds }] = this.#steps as [Step, ...Step[]];
    return this.#ofDataset(batch, rounds) ?? this.#ofWhole(batch, rounds) ?? this.#ofSlices();
  }

  /** A loop over the batches of a data set. */
  #ofDataset({ x, y }: Batch, rounds: readonly Round[]): Data | undefined {
    const [from, to] = [batchOrigin(x), batchOrigin(y)];
    const innermost = rounds.at(-1)?.loop;
    if (!from || !to || from.dataset !== to.dataset || !innermost?.item || !holds(innermost.item, x)) return undefined;
    const { parts, pipeline, span } = from.dataset;
    if (typeof pipeline.batch !== 'number' || pipeline.repeated) return undefined;
    return { ...this.#read(parts[from.part]!, parts[to.part]!), ...this.#sized(pipeline.batch, pipeline.shuffled, span), epochs: this.#epochs(rounds.slice(0, -1)) };
  }

  /** Every step takes the same, which was there before the loop. */
  #ofWhole({ x, y }: Batch, rounds: readonly Round[]): Data | undefined {
    const isOlder = (value: Value): boolean => isMutable(value) && !value.doubt && value.birth < rounds[0]!.loop.birth;
    if (!isOlder(x) || !isOlder(y)) return undefined;
    const data = this.#read(x, y);
    const rows = rowsOf(data.x);
    return rows === undefined ? undefined : { ...data, ...this.#sized(rows, false, data.x.span), epochs: this.#epochs(rounds) };
  }

  /** Slices of arrays: those of a pass, one behind the other, are what it trains on. */
  #ofSlices(): Data | undefined {
    const [first, second] = this.#passes();
    const inner = first?.[0]?.rounds.at(-1)?.loop;
    if (!first || !second || !inner || first.length !== roundsOf(inner)) return undefined;
    const batches = first.map(({ batch }) => this.#read(batch.x, batch.y));
    const size = rowsOf(batches[0]!.x);
    if (size === undefined || batches.slice(0, -1).some(({ x }) => rowsOf(x) !== size)) return undefined;
    const [x, y] = [joined(batches.map((one) => one.x)), joined(batches.map((one) => one.y))];
    const again = joined(second.map(({ batch }) => this.#read(batch.x, batch.y).x));
    const order = x && again ? sameRows(x, again) : undefined;
    if (!x || !y || !order) return undefined;
    return { x, y, ...this.#sized(size, order === 'shuffled', this.#call.span), epochs: this.#epochs(first[0]!.rounds.slice(0, -1)) };
  }

  /** The steps of each pass over the data. */
  #passes(): readonly (readonly Step[])[] {
    const passes = new Map<string, Step[]>();
    for (const step of this.#steps) {
      if (step.rounds.length < 2) return [];
      const key = step.rounds.slice(0, -1).map(({ at }) => at).join();
      passes.set(key, [...(passes.get(key) ?? []), step]);
    }
    return [...passes.values()];
  }

  #read(x: Value, y: Value): Pick<Fit, 'x' | 'y'> {
    const { span } = this.#call;
    return { x: readTensors(x, span, this.#call), y: readTensors(y, span, this.#call) };
  }

  #sized(rows: number, shuffled: boolean, span: Span): Pick<Fit, 'batchSize' | 'shuffle'> {
    return { batchSize: { known: true, value: rows, span }, shuffle: { known: true, value: shuffled, span } };
  }

  /** How often loops within each other run their body in all. */
  #epochs(rounds: readonly Round[]): Read<number> {
    const counts = rounds.map(({ loop }) => roundsOf(loop));
    const span = rounds[0]?.loop.span ?? this.#call.span;
    const open = rounds.find((_, index) => counts[index] === undefined)?.loop;
    if (open) return unread(open.open ?? unknown(open.span, 'script.own-loop'));
    return { known: true, value: counts.reduce<number>((product, count) => product * count!, 1), span };
  }
}

/** Whether a step comes in the round after the one before, or as the first of its loop. */
function follows(rounds: readonly Round[], before: readonly Round[]): boolean {
  const [now, last] = [rounds.at(-1), before.at(-1)];
  if (!now || (last && rounds.length !== before.length)) return false;
  return now.at === (last?.loop === now.loop ? last.at + 1 : 1);
}

function holds(item: Value, part: Value): boolean {
  return item === part || ((item.kind === 'tuple' || item.kind === 'list') && item.items.some((inner) => holds(inner, part)));
}

/** Keras adds penalties on weights to the loss itself; a step down a loss alone leaves them out. */
function hasPenalties({ model }: Fit): boolean {
  const isPenalty = (name: string, read: Read<unknown>): boolean => name.endsWith('_regularizer') && !(read.known && read.value === null);
  return !model.known || model.value.layers.some(({ config, wrapped }) => Object.entries({ ...config, ...wrapped?.config }).some(([name, read]) => isPenalty(name, read)));
}

/** Rows of the one array there is. */
function rowsOf(read: Fit['x']): number | undefined {
  const shapes = read.known ? read.value.map(({ shape }) => shape) : (read.shapes ?? []);
  const rows = shapes.length === 1 ? shapes[0]![0] : undefined;
  return rows !== undefined && rows > 0 ? rows : undefined;
}

/** Known arrays, each the only one of its batch, one behind the other. */
function joined(batches: readonly Fit['x'][]): { readonly known: true; readonly value: readonly [Tensor]; readonly span: Span } | undefined {
  const tensors = batches.map((read) => (read.known && read.value.length === 1 ? read.value[0] : undefined));
  const [first] = tensors;
  if (!first || tensors.some((tensor) => tensor?.shape.slice(1).join() !== first.shape.slice(1).join())) return undefined;
  const rows = tensors.reduce((sum, tensor) => sum + (tensor!.shape[0] ?? 0), 0);
  const data = new Float64Array(tensors.reduce((sum, tensor) => sum + tensor!.data.length, 0));
  let at = 0;
  for (const tensor of tensors) {
    data.set(tensor!.data, at);
    at += tensor!.data.length;
  }
  return { known: true, value: [{ ...first, shape: [rows, ...first.shape.slice(1)], data }], span: batches[0]!.span };
}

/** Whether two passes go over the same rows, and in which order; undefined where they do not. */
function sameRows({ value: [a] }: NonNullable<ReturnType<typeof joined>>, { value: [b] }: NonNullable<ReturnType<typeof joined>>): 'in order' | 'shuffled' | undefined {
  if (a.data.length !== b.data.length) return undefined;
  if (a.data.every((value, at) => Object.is(value, b.data[at]))) return 'in order';
  if (a.data.length > mostNumbers) return undefined;
  const rows = ({ data, shape }: Tensor): string => {
    const width = data.length / shape[0]!;
    return Array.from({ length: shape[0]! }, (_, row) => data.subarray(row * width, (row + 1) * width).join()).sort().join(';');
  };
  return rows(a) === rows(b) ? 'shuffled' : undefined;
}
