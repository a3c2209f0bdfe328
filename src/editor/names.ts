/** Every name that package.json and the code share, once. A test compares this file with package.json in both directions. */
export const Command = {
  rerun: 'lossDoctor.rerun',
  chooseScript: 'lossDoctor.chooseScript',
  diagnose: 'lossDoctor.diagnose',
  showCleanView: 'lossDoctor.showCleanView',
  openRule: 'lossDoctor.openRule',
  showOutput: 'lossDoctor.showOutput',
} as const;

export const Setting = {
  codeLens: 'codeLens',
  include: 'include',
  exclude: 'exclude',
  scripts: 'scripts',
  starts: 'rerun.starts',
  /** One per rule: `rules.<code>`. */
  rules: 'rules',
} as const;

export const section = 'lossDoctor';

export const ContextKey = {
  /** The active editor shows a training log. */
  isLog: 'lossDoctor.isLog',
  /** The active editor shows a script that trains a model. */
  isScript: 'lossDoctor.isScript',
} as const;

export const ViewType = { rerun: 'lossDoctor.rerun' } as const;

/** `source` of our diagnostics. */
export const source = 'loss-doctor';
