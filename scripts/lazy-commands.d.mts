import type { Plugin } from 'esbuild';

export const lazyCommands: Plugin;
