import { useEffect, useRef, useState } from 'preact/hooks';
import type { Trial } from '../protocol';
import type { Session } from '../session';
import type { Rerun } from '../state';
import { strings } from '../strings';
import { worded } from '../words';

const optimizers = ['SGD', 'Adam', 'AdamW', 'RMSprop', 'Adagrad', 'Adadelta', 'Adamax', 'Nadam', 'Lion'];

interface TryItProps {
  readonly session: Session;
  readonly rerun: Rerun;
  /** A learning rate picked elsewhere. */
  readonly rate: number | undefined;
}

/** The user's own values: the host edits the script with them, and the edited script is rerun like any other fix. */
export function TryIt({ session, rerun, rate: picked }: TryItProps) {
  const { baseline } = rerun.show.job;
  const [missing, setMissing] = useState(false);
  const rateField = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (picked === undefined || !rateField.current) return;
    rateField.current.value = String(picked);
    rateField.current.focus();
  }, [picked]);
  if ('refused' in baseline) return null;
  const { className, config } = baseline.optimizer;
  const rate = typeof config['learning_rate'] === 'number' ? String(config['learning_rate']) : '';

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const trial = changes(new FormData(event.currentTarget as HTMLFormElement), {
      optimizer: className,
      learningRate: rate,
      batchSize: String(baseline.batchSize),
      epochs: String(baseline.epochs),
    });
    setMissing(Object.keys(trial).length === 0);
    if (Object.keys(trial).length > 0) session.tryIt(trial);
  };

  return (
    <form class="try-it" onSubmit={submit}>
      <h2>{strings.tryIt()}</h2>
      <div class="fields">
        <label>
          {strings.optimizer()}
          <select name="optimizer">
            {[...new Set([className, ...optimizers])].map((name) => (
              <option key={name} selected={name === className}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          {strings.learningRate()}
          <input name="learningRate" type="number" min="0" step="any" defaultValue={rate} ref={rateField} />
        </label>
        <label>
          {strings.batchSize()}
          <input name="batchSize" type="number" min="1" step="1" defaultValue={String(baseline.batchSize)} />
        </label>
        <label>
          {strings.epochs()}
          <input name="epochs" type="number" min="1" step="1" defaultValue={String(baseline.epochs)} />
        </label>
      </div>
      <label class="check">
        <input name="normalizeInputs" type="checkbox" />
        {strings.normalizeInputs()}
      </label>
      <div class="submit">
        <button type="submit" class="secondary" disabled={rerun.trial === 'asked' || rerun.stale}>
          {strings.trySubmit()}
        </button>
        {missing && (
          <p class="refused" role="alert">
            {strings.tryNothing()}
          </p>
        )}
        {typeof rerun.trial === 'object' && (
          <p class="refused" role="alert">
            {worded(rerun.trial.refused)}
          </p>
        )}
      </div>
    </form>
  );
}

type Field = 'optimizer' | 'learningRate' | 'batchSize' | 'epochs';

/** What differs from the script. A field that was emptied stays as the script has it. */
function changes(form: FormData, script: Readonly<Record<Field, string>>): Trial {
  const changed = (field: Field): string | undefined => {
    const value = form.get(field);
    return typeof value === 'string' && value !== '' && value !== script[field] ? value : undefined;
  };
  const number = (field: Field) => {
    const value = changed(field);
    return value === undefined ? undefined : Number(value);
  };
  const trial: Trial = {
    optimizer: changed('optimizer'),
    learningRate: number('learningRate'),
    batchSize: number('batchSize'),
    epochs: number('epochs'),
    normalizeInputs: form.has('normalizeInputs') || undefined,
  };
  return Object.fromEntries(Object.entries(trial).filter(([, value]) => value !== undefined));
}
