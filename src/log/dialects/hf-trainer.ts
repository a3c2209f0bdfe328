/*
 * Dictionaries and JSON objects, one for each record: the Trainer of Hugging Face, and loops that log JSON lines.
 *
 *   {'loss': 0.046, 'learning_rate': 4.97667179172564e-05, 'epoch': 8.7}
 *   {'eval_loss': 1.655214786529541, 'eval_accuracy': 0.8068465470105789, 'eval_runtime': 2.9687, 'epoch': 105.26}
 *   {'loss': '0.046', 'grad_norm': 'nan', 'learning_rate': '4.9e-05', 'epoch': '8.7'}
 *   {"train_loss": 0.31, "test_acc1": 71.2, "epoch": 3, "n_parameters": 5717416}
 */
import type { Value } from '../run';
import { nameOf, NUMBER, numberOf } from '../values';
import type { Dialect } from './dialect';

const PAIR = new RegExp(String.raw`(['"])([^'"]{1,80})\1:\s{0,4}(['"]?)(${NUMBER})\3\s{0,4}(?=[,}])`, 'gi');
const NO_METRIC = /runtime$|per_second$|^epoch$|^(?:global_)?step$|^n_parameters$|^num_|^total_flos$/;
/** At the end: the mean loss of the whole run, or (Weights & Biases) the last value of everything. */
const SUMMARY = /['"](?:train_runtime|_wandb)['"]/;

export const hfTrainer: Dialect = {
  name: 'hf-trainer',
  read(line, builder) {
    const begin = line.text.indexOf('{');
    if (begin < 0) return undefined;
    const close = line.text.indexOf('}', begin);
    if (close < 0 || !/['"]epoch['"]/.test(line.text.slice(begin, close))) return undefined;
    const metrics = new Map<string, Value>();
    let epoch: string | undefined;
    let step: number | undefined;
    PAIR.lastIndex = begin;
    for (let match = PAIR.exec(line.text); match && match.index < close; match = PAIR.exec(line.text)) {
      const [whole, , name, quote, printed] = match as unknown as [string, string, string, string, string];
      const to = match.index + whole.trimEnd().length - quote.length;
      if (name === 'epoch') epoch = printed;
      else if (/^(?:global_)?step$/.test(name)) step = numberOf(printed);
      else if (!NO_METRIC.test(name)) metrics.set(nameOf(name), { value: numberOf(printed), ...line.span(to - printed.length, to) });
    }
    if (epoch === undefined || SUMMARY.test(line.text.slice(begin, close))) return undefined;
    const passed = numberOf(epoch);
    builder.row({
      dialect: 'hf-trainer',
      ...line.span(begin, close + 1),
      metrics,
      // A fraction is the part of the data seen so far: 8.7 lies in the ninth epoch.
      number: epoch.includes('.') ? Math.max(1, Math.ceil(passed)) : passed,
      ...(step === undefined ? (epoch.includes('.') ? { step: passed } : {}) : { step }),
    });
    return close + 1;
  },
};
