import type { Outcome } from '../../rerun/trace';

const paths: Readonly<Record<Outcome, string>> = {
  confirmed: 'M3.5 8.5 6.5 11.5 12.5 4.5',
  partly: 'M3.5 9.5C5.5 5.5 7 6.5 8 8s2.5 2.5 4.5-1.5',
  refuted: 'M4.5 4.5l7 7M11.5 4.5l-7 7',
  unknown: 'M5.8 6a2.2 2.2 0 1 1 3.1 2c-.6.3-.9.7-.9 1.5M8 11.8v.4',
};

/** Says by its shape, not only by its colour, how something turned out. The words stand beside it. */
export function OutcomeIcon({ outcome }: { outcome: Outcome }) {
  return (
    <svg class={`outcome-icon ${outcome}`} viewBox="0 0 16 16" aria-hidden="true">
      <circle cx="8" cy="8" r="7.5" />
      <path d={paths[outcome]} />
    </svg>
  );
}
