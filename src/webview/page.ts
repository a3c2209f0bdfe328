import { h, render } from 'preact';
import './page.css';
import { encode } from './protocol';
import { Session } from './session';
import { workerStart } from './trainer';
import { App } from './view/app';
import workerSource from './worker?worker';

declare function acquireVsCodeApi(): {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
};

/** Milliseconds between two drawings while events pour in. */
const drawEvery = 60;

/** A webview allows workers from blobs only. It stays for as long as the page does: a worker starts others from it. */
const workerUrl = URL.createObjectURL(new Blob([workerSource], { type: 'text/javascript' }));

const vscode = acquireVsCodeApi();
const root = document.getElementById('app')!;
let drawing: ReturnType<typeof setTimeout> | undefined;
let drawn = -Infinity;

const session = new Session(
  { post: (message) => vscode.postMessage(encode(message)), load: () => vscode.getState(), save: (state) => vscode.setState(state) },
  workerStart(workerUrl),
  () => {
    drawing ??= setTimeout(draw, Math.max(0, drawn + drawEvery - performance.now()));
  },
);

function draw(): void {
  drawing = undefined;
  render(h(App, { session }), root);
  drawn = performance.now();
}

window.addEventListener('message', ({ data }) => session.receive(data));
draw();
vscode.postMessage({ type: 'ready' });
