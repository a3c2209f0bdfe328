/**
 * Every sentence of the page, by name: a missing one does not compile. Said in the language of the bundle that the host
 * sent (`setLanguage`), so they are functions, called when they are shown.
 */
import * as l10n from '@vscode/l10n';
import { significant } from '../words/numbers';
import type { XKind } from './chart/axis';
import type { InputScale } from '../rerun/index';
import type { Outcome } from '../rerun/trace';
import type { Mark } from './view/starts';

export const strings = {
  waiting: () => l10n.t('Reading the script…'),

  // The rerun as a whole
  running: (script: string) => l10n.t('Rerunning {0}', script),
  checkingStart: () => l10n.t('Training the unfixed script first: does it do what the log shows?'),
  trainingStarts: (done: number, total: number) => l10n.t('{0} of {1} starts trained', done, total),
  memory: (size: string) => l10n.t('{0} of memory', size),
  timeLeft: (duration: string) => l10n.t('about {0} left', duration),
  noneConfirmed: () => l10n.t('No fix is confirmed'),
  confirmedHeading: (title: string) => l10n.t('Confirmed: {0}', title),
  moreConfirmed: (title: string, others: number) => l10n.t('Confirmed: {0}, and {1} more', title, others),
  partlyHeading: (title: string) => l10n.t('Helps partly: {0}', title),
  notReproduced: () => l10n.t('The rerun does not show what the log shows'),
  nothingToTry: () => l10n.t('There is no fix to try'),
  cancelled: () => l10n.t('Rerun cancelled'),
  cancelledDetail: () => l10n.t('Nothing is running. Verdicts that were reached are kept.'),
  crashed: () => l10n.t('The rerun broke down'),
  crashedDetail: () => l10n.t('Training stopped with an error. Verdicts that were reached are kept; nothing else was decided.'),
  outOfMemory: () => l10n.t('Not enough memory for this rerun'),
  outOfMemoryDetail: () => l10n.t('Model and data do not fit. A smaller batch size or less data may fit; nothing was decided.'),
  silent: (duration: string) => l10n.t('Nothing was heard of the training for {0}: it is in a very long step, or the system has ended it.', duration),
  startAgain: () => l10n.t('Start again'),
  stale: (script: string) => l10n.t('{0} was edited since: these results are about the earlier text.', script),
  cancel: () => l10n.t('Cancel'),
  resume: () => l10n.t('Continue'),
  again: () => l10n.t('Rerun the new text'),
  tooLong: (duration: string, memory: string) => l10n.t('This will take about {0} and {1} of memory.', duration, memory),
  shorten: (epochs: number) => l10n.t('Run {0} epochs instead', epochs),
  /** A sentence that stands among others. */
  sentence: (text: string) => (/[.!?。！？]$/.test(text) ? text : l10n.t('{0}.', text)),
  substitutions: () => l10n.t('Not as in your script'),

  // The unfixed script
  unfixed: () => l10n.t('Unfixed script'),

  // Candidates
  fixes: () => l10n.t('Fixes'),
  goal: (percent: number) =>
    l10n.t(
      'Confirmed: every start trains and ends, within the script\'s epochs, below {0} % of the loss of the best constant prediction (setting {1}).',
      percent, 'lossDoctor.rerun.goal',
    ),
  outcome: (outcome: Outcome) => outcomes[outcome](),
  /** How the rerun compares with the log; without a log nothing was compared. */
  matched: (outcome: Outcome, log: boolean) => strings.sentence(log ? matches[outcome]() : l10n.t('Not compared')),
  pending: () => l10n.t('Waiting'),
  training: () => l10n.t('Training'),
  notDecided: () => l10n.t('Not decided'),
  startColumn: (title: string, seed: number) => l10n.t('{0}, start {1}', title, seed),
  notRerun: () => l10n.t('Not rerun'),
  apply: (script: string) => l10n.t('Apply to {0}', script),
  applyAnyway: (script: string) => l10n.t('Apply to {0} anyway', script),
  applying: () => l10n.t('Applying…'),
  applied: () => l10n.t('Applied'),
  diffLabel: (script: string, title: string) => l10n.t('Changes to {0}: {1}', script, title),
  noChanges: () => l10n.t('No line changes'),
  /** So many of the starts ended, or are, like this. */
  starts: (mark: Mark, count: number) => marks[mark](count),
  margin: (rate: string, edge: string) => l10n.t('Learning rate {0}, edge of stability {1}', rate, edge),

  // Charts
  matchChart: () => l10n.t('Unfixed script and your log'),
  fixesChart: () => l10n.t('Loss of the fixes'),
  chartHelp: () => l10n.t('Arrow keys move from epoch to epoch, Page Up and Page Down by ten, Home and End to the ends.'),
  xName: (x: XKind) => xNames[x](),
  xAt: (x: XKind, at: number) => xPlaces[x](at),
  logEpochs: () => l10n.t('Your log'),
  logScale: () => l10n.t('Log'),
  linearScale: () => l10n.t('Linear'),
  scale: () => l10n.t('Scale'),
  resetZoom: () => l10n.t('Reset zoom'),
  nonFiniteFrom: (kind: 'inf' | '-inf' | 'NaN', x: XKind, at: number) =>
    x === 'rates' ? l10n.t('{0} from learning rate {1}', kind, significant(at, 3)) : l10n.t('{0} from epoch {1}', kind, at),
  lostStarts: (starts: number, epoch: number) => l10n.t('{0} starts not finite from epoch {1}', starts, epoch),
  range: (low: string, high: string) => l10n.t('{0} to {1}', low, high),
  median: (label: string) => l10n.t('{0} (median)', label),
  table: () => l10n.t('Values as a table'),
  tableThinned: () => l10n.t('A selection of the epochs; the CSV export has all of them.'),
  showSeries: (label: string) => l10n.t('Show {0}', label),
  notOnLogScale: () => l10n.t('Values of zero and below are not on a log scale.'),
  noValues: () => l10n.t('No values yet'),
  exportAs: () => l10n.t('Export'),
  copyReport: () => l10n.t('Copy report'),
  saveReport: () => l10n.t('Save report'),

  // The report
  reportTitle: (script: string) => l10n.t('Rerun of {0}', script),
  reportLog: (log: string) => l10n.t('Log: {0}', log),
  reportFix: () => l10n.t('Fix'),
  reportVerdict: () => l10n.t('Verdict'),
  reportReason: () => l10n.t('Reason'),

  // The map of learning rates
  sweep: () => l10n.t('Which learning rates train'),
  sweepHelp: (epochs: number) =>
    l10n.t('Loss after {0} epochs for 25 learning rates and several optimizers, from 3 starts each.', epochs),
  takeRate: () => l10n.t('Click or press Enter to try this learning rate.'),
  stopSweep: () => l10n.t('Stop'),
  sweepAgain: () => l10n.t('Map again'),
  startSweep: () => l10n.t('Map the learning rates'),
  sweepProgress: (done: number, total: number) => l10n.t('{0} of {1} points', done, total),
  sweepCrashed: () => l10n.t('The map broke off with an error; what is drawn was measured.'),
  edgeOf: (optimizer: string) => l10n.t('Edge of stability, {0}', optimizer),
  yourRate: () => l10n.t('Your script'),
  proposedRate: () => l10n.t('Proposed'),

  // The landscape
  why: () => l10n.t('Why it happens'),
  startSurvey: () => l10n.t('Show the loss around the start'),
  surveyBroken: () => l10n.t('The loss around the start could not be computed.'),
  surveyHelp: () =>
    l10n.t('The loss in the direction in which it curves most. Training walks down this valley; the learning rate sets the length of its steps.'),
  lossAlong: () => l10n.t('Loss along the steepest direction'),
  stepsAt: (rate: string) => l10n.t('Steps with learning rate {0}', rate),
  overshoots: (rate: string, factor: string) =>
    l10n.t('Learning rate {0} is too high: each step lands on the other side, {1} times as far from the bottom.', rate, factor),
  approaches: (rate: string, percent: string) =>
    l10n.t('Learning rate {0} holds: each step takes away {1} % of the distance to the bottom.', rate, percent),
  stableBelow: (edge: string, lambda: string) =>
    l10n.t('Every learning rate below {0} holds here. The steeper the valley, the lower this edge (curvature λmax = {1}).', edge, lambda),
  inputsMatter: () => l10n.t('The size of the inputs makes the valley steep: its curvature grows with the mean of their squares.'),
  inputs: () => l10n.t('Inputs'),
  meanSquare: () => l10n.t('Mean square'),
  stableRates: () => l10n.t('Stable below'),
  inputsOf: (kind: InputScale['kind'], samples: number) => inputKinds[kind](samples),

  // Try it
  tryIt: () => l10n.t('Try your own values'),
  trySubmit: () => l10n.t('Rerun with these'),
  optimizer: () => l10n.t('Optimizer'),
  learningRate: () => l10n.t('Learning rate'),
  batchSize: () => l10n.t('Batch size'),
  epochs: () => l10n.t('Epochs'),
  normalizeInputs: () => l10n.t('Normalize the inputs'),
  tryNothing: () => l10n.t('Change at least one value.'),

  // No rerun
  cannotRerun: () => l10n.t('This script cannot be rerun'),
  tryAgain: () => l10n.t('Try again'),
  line: (line: number) => l10n.t('Line {0}', line),

  // Data that are not at hand
  dataWanted: () => l10n.t('Which data should it train on?'),
  ownData: () => l10n.t('Your data'),
  namedData: (files: string) => l10n.t('Show where {0} is. It is read here and goes nowhere else.', files),
  anyData: () =>
    l10n.t('An NPZ file with x and y, or a CSV file whose last column is the target. It is read here and goes nowhere else.'),
  chooseFile: () => l10n.t('Choose a file…'),
  standIn: () => l10n.t('Stand-in data'),
  standInCost: () => l10n.t('Shows whether the training as such is stable. The log is not compared, and no fix is called more than “partly”.'),
  useStandIn: () => l10n.t('Use stand-in data'),

  // The log's own curves
  live: () => l10n.t('live'),
  metrics: () => l10n.t('Metrics'),
  noEpochs: () => l10n.t('The log has no finished epoch yet.'),
  clickToOpen: () => l10n.t('Click or press Enter to open the line in the log.'),
};

const outcomes: Readonly<Record<Outcome, () => string>> = {
  confirmed: () => l10n.t('Confirmed'),
  partly: () => l10n.t('Partly'),
  refuted: () => l10n.t('Refuted'),
  unknown: () => l10n.t('Unknown'),
};

const matches: Readonly<Record<Outcome, () => string>> = {
  confirmed: () => l10n.t('Reproduced'),
  partly: () => l10n.t('Partly reproduced'),
  refuted: () => l10n.t('Not reproduced'),
  unknown: () => l10n.t('Not reproduced'),
};

const inputKinds: Readonly<Record<InputScale['kind'], (samples: number) => string>> = {
  given: () => l10n.t('As they are'),
  part: (samples) => l10n.t('The first {0} samples only', samples),
  tenth: () => l10n.t('Divided by 10'),
  normalized: () => l10n.t('Normalized'),
};

const xNames: Readonly<Record<XKind, () => string>> = {
  epochs: () => l10n.t('Epoch'),
  rates: () => l10n.t('Learning rate'),
  distances: () => l10n.t('Distance from the start'),
};

const xPlaces: Readonly<Record<XKind, (at: number) => string>> = {
  epochs: (at) => l10n.t('Epoch {0}', at),
  rates: (at) => l10n.t('Learning rate {0}', significant(at, 3)),
  distances: (at) => l10n.t('Distance {0}', significant(at, 3)),
};

const marks: Readonly<Record<Mark, (count: number) => string>> = {
  settled: (count) => l10n.t('{0} settled', count),
  falling: (count) => l10n.t('{0} still falling', count),
  bouncing: (count) => l10n.t('{0} bouncing', count),
  'above-baseline': (count) => l10n.t('{0} no better than a constant', count),
  diverged: (count) => l10n.t('{0} not finite', count),
  lost: (count) => l10n.t('{0} not finite', count),
  trained: (count) => l10n.t('{0} trained', count),
  training: (count) => l10n.t('{0} training', count),
  pending: (count) => l10n.t('{0} waiting', count),
};
