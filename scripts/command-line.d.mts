import type { BuildOptions } from 'esbuild';

export const commandLine: BuildOptions;
