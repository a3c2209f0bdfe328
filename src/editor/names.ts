/** Every name that package.json and the code share, once. A test compares this file with package.json in both directions. */
export const Command = {
  rerun: 'lossDoctor.rerun',
  chooseScript: 'lossDoctor.chooseScript',
  diagnose: 'lossDoctor.diagnose',
  showCleanView: 'lossDoctor.showCleanView',
  openRule: 'lossDoctor.openRule',
  showCurves: 'lossDoctor.showCurves',
  watchLog: 'lossDoctor.watchLog',
  tellWhenItEnds: 'lossDoctor.tellWhenItEnds',
  interrupt: 'lossDoctor.interrupt',
  showOutput: 'lossDoctor.showOutput',
  getStarted: 'lossDoctor.getStarted',
  openSample: 'lossDoctor.openSample',
  readSample: 'lossDoctor.readSample',
  fixSample: 'lossDoctor.fixSample',
  confirmSample: 'lossDoctor.confirmSample',
} as const;

export const Setting = {
  codeLens: 'codeLens',
  include: 'include',
  exclude: 'exclude',
  scripts: 'scripts',
  starts: 'rerun.starts',
  goal: 'rerun.goal',
  terminal: 'terminal',
  notifications: 'notifications',
  /** One per rule: `rules.<code>`. */
  rules: 'rules',
} as const;

export const section = 'lossDoctor';

export const ContextKey = {
  /** The active editor shows a training log. */
  isLog: 'lossDoctor.isLog',
  /** The active editor shows a script that trains a model. */
  isScript: 'lossDoctor.isScript',
  /** A training is being followed: in a terminal, a notebook or a file that grows. */
  isLive: 'lossDoctor.isLive',
  /** The script of the walkthrough was changed in how it trains. */
  sampleFixed: 'lossDoctor.sampleFixed',
  /** A rerun confirmed a fix. */
  fixConfirmed: 'lossDoctor.fixConfirmed',
  /** A training in a terminal is certainly lost, and goes on. */
  isLost: 'lossDoctor.isLost',
} as const;

export const ViewType = { rerun: 'lossDoctor.rerun', curves: 'lossDoctor.curves' } as const;

/** Tools for language models. */
export const Tool = { diagnose: 'diagnose_training_log', rerun: 'rerun_training_script' } as const;

/** The walkthrough, as VS Code names it: the extension's id and the walkthrough's own. */
export const walkthrough = 'loss-doctor.loss-doctor#lossDoctor.firstMinute';

/** `source` of our diagnostics. */
export const source = 'loss-doctor';
