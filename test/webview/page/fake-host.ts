/** Runs in the page before anything else, where VS Code's own script would: the API of a webview, and the theme. */

/** Typed arrays pass VS Code's messages, everything else becomes JSON. */
interface Binary {
  readonly $binary: 'Float64Array' | 'Uint8Array';
  readonly values: number[];
}

declare global {
  interface Window {
    fakeHost: {
      /** Everything the page posted, as JSON. */
      readonly posted: string[];
      /** Delivers a message, given as JSON. */
      deliver(json: string): void;
      theme(kind: string, variables: Readonly<Record<string, string>>): void;
    };
    acquireVsCodeApi(): unknown;
  }
}

const stateKey = 'state';
const posted: string[] = [];

const pack = (_key: string, value: unknown): unknown =>
  value instanceof Float64Array || value instanceof Uint8Array
    ? ({ $binary: value instanceof Uint8Array ? 'Uint8Array' : 'Float64Array', values: [...value] } satisfies Binary)
    : value;

const unpack = (_key: string, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || !('$binary' in value)) return value;
  const { $binary, values } = value as Binary;
  return $binary === 'Uint8Array' ? Uint8Array.from(values) : Float64Array.from(values);
};

window.acquireVsCodeApi = () => ({
  postMessage: (message: unknown) => posted.push(JSON.stringify(message, pack)),
  getState: () => JSON.parse(sessionStorage.getItem(stateKey) ?? 'null') ?? undefined,
  setState: (state: unknown) => sessionStorage.setItem(stateKey, JSON.stringify(state)),
});

window.fakeHost = {
  posted,
  deliver: (json) => window.postMessage(JSON.parse(json, unpack), '*'),
  theme: (kind, variables) => {
    const { style } = document.documentElement;
    for (const [name, value] of Object.entries(variables)) style.setProperty(`--vscode-${name}`, value);
    document.body.className = kind;
  },
};

export {};
