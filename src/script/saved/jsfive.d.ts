/** What is used of jsfive, which comes without types. */
declare module 'jsfive' {
  export class Group {
    readonly keys: readonly string[];
    readonly attrs: Readonly<Record<string, unknown>>;
    /** @throws Error where nothing has that path. */
    get(path: string): Group | Dataset;
  }

  export class Dataset {
    readonly shape: readonly number[];
    /** All numbers in one list, row-major. */
    readonly value: readonly number[];
  }

  export class File extends Group {
    /** @throws Error where the bytes are no HDF5 file. */
    constructor(bytes: ArrayBuffer, name: string);
  }
}
