import { boosting } from './boosting';
import { csv } from './csv';
import { darknet } from './darknet';
import type { Dialect } from './dialect';
import { epochHeader } from './epoch-header';
import { epochPrint } from './epoch-print';
import { fasttext } from './fasttext';
import { flower } from './flower';
import { hfTrainer } from './hf-trainer';
import { history } from './history';
import { htmlTable } from './html-table';
import { kerasBar } from './keras-bar';
import { kerasCallbacks } from './keras-callbacks';
import { kerasSplitBar } from './keras-split-bar';
import { kerasVerbose2 } from './keras-verbose2';
import { lossList } from './loss-list';
import { spacy } from './spacy';
import { stableBaselines } from './stable-baselines';
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
  history,
  lossList,
  htmlTable,
  boosting,
  darknet,
  fasttext,
  flower,
  spacy,
  stableBaselines,
  tables,
  tqdm,
  epochPrint,
];
