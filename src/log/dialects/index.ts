import { csv } from './csv';
import type { Dialect } from './dialect';
import { epochHeader } from './epoch-header';
import { kerasBar } from './keras-bar';
import { kerasCallbacks } from './keras-callbacks';
import { kerasVerbose2 } from './keras-verbose2';

/** From the most specific to the least. */
export const dialects: readonly Dialect[] = [kerasBar, epochHeader, kerasCallbacks, kerasVerbose2, csv];
