import { boosting } from './boosting';
import { csv } from './csv';
import type { Dialect } from './dialect';
import { epochHeader } from './epoch-header';
import { epochPrint } from './epoch-print';
import { hfTrainer } from './hf-trainer';
import { htmlTable } from './html-table';
import { kerasBar } from './keras-bar';
import { kerasCallbacks } from './keras-callbacks';
import { kerasSplitBar } from './keras-split-bar';
import { kerasVerbose2 } from './keras-verbose2';
import { tables } from './tables';
import { tqdm } from './tqdm';

/** From the most specific to the least. */
export const dialects: readonly Dialect[] = [
  kerasBar,
  epochHeader,
  kerasCallbacks,
  kerasVerbose2,
  kerasSplitBar,
  csv,
  hfTrainer,
  htmlTable,
  boosting,
  tables,
  tqdm,
  epochPrint,
];
