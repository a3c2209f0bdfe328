import type { Script } from './script';

/** A script that imports a file that imports a file …: followed this far. */
const mostRounds = 6;

/** A reading with the files it asked for. */
export interface Complete {
  readonly script: Script;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * Reads a script, and again with the files it asks for, until it asks for no more that are there: a file that it imports
 * may ask for others.
 * @param load contents of those of the named files that are there.
 */
export async function readWithFiles(
  read: (files: ReadonlyMap<string, Uint8Array>) => Script,
  load: (names: readonly string[]) => Promise<ReadonlyMap<string, Uint8Array>>,
): Promise<Complete> {
  const files = new Map<string, Uint8Array>();
  const asked = new Set<string>();
  let script = read(files);
  for (let round = 0; round < mostRounds; round++) {
    const names = [...script.files, ...script.modules].filter((name) => !asked.has(name));
    names.forEach((name) => asked.add(name));
    const found = names.length > 0 ? await load(names) : undefined;
    if (!found?.size) break;
    found.forEach((bytes, name) => files.set(name, bytes));
    script = read(files);
  }
  return { script, files };
}
