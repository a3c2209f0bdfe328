import type { Metafile } from 'esbuild';

/** The folders of the packages among the inputs, relative to the root. */
export function bundledPackages(meta: Pick<Metafile['outputs'][string], 'inputs'> | Metafile): Set<string>;
/** The text of the notices file. */
export function notices(meta: Metafile): string;
