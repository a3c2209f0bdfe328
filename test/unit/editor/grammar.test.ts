import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createOnigScanner, createOnigString, loadWASM } from 'vscode-oniguruma';
import { INITIAL, parseRawGrammar, Registry, type IGrammar } from 'vscode-textmate';

const injection = 'syntaxes/training-log.tmLanguage.json';

/** The injection in a grammar for logs that colours nothing by itself. */
async function load(): Promise<IGrammar> {
  await loadWASM(readFileSync(createRequire(__filename).resolve('vscode-oniguruma/release/onig.wasm')));
  const registry = new Registry({
    onigLib: Promise.resolve({ createOnigScanner, createOnigString }),
    getInjections: (scope) => (scope === 'text.log' ? ['text.log.training'] : []),
    loadGrammar: async (scope) => {
      const log = JSON.stringify({ scopeName: 'text.log', patterns: [] });
      return scope === 'text.log' ? parseRawGrammar(log, 'log.json') : parseRawGrammar(readFileSync(injection, 'utf8'), injection);
    },
  });
  const grammar = await registry.loadGrammar('text.log');
  assert.ok(grammar);
  return grammar;
}

describe('the colours of a training log', () => {
  let grammar: IGrammar;
  before(async () => {
    grammar = await load();
  });

  /** Each coloured part of a line with the first word of its innermost scope. */
  function colours(line: string): string[] {
    return grammar
      .tokenizeLine(line, INITIAL)
      .tokens.filter(({ scopes }) => !/^(?:text|meta)\./.test(scopes.at(-1)!))
      .map(({ scopes, startIndex, endIndex }) => `${scopes.at(-1)!.split('.')[0]} ${line.slice(startIndex, endIndex)}`);
  }

  const examples: readonly (readonly [line: string, parts: readonly string[]])[] = [
    ['Epoch 1/500', ['keyword Epoch', 'constant 1', 'punctuation /', 'constant 500']],
    [
      '1/1 [=====>...] - 0s 210ms/step - loss: 450.9794',
      ['constant 1', 'constant 1', 'comment [=====>...]', 'comment 0s', 'comment 210ms/step', 'variable loss', 'punctuation : ', 'constant 450.9794'],
    ],
    [
      '32/32 ━━━━ 0s 2ms/step - loss: nan - val_loss: -inf',
      ['constant 32', 'constant 32', 'comment ━━━━', 'comment 0s', 'comment 2ms/step', 'variable loss', 'punctuation : ', 'invalid nan', 'variable val_loss', 'punctuation : ', 'invalid -inf'],
    ],
    [
      ' 5/32 [>...] - ETA: 2s - loss: 1.5',
      ['constant 5', 'constant 32', 'comment [>...]', 'comment ETA: 2s', 'variable loss', 'punctuation : ', 'constant 1.5'],
    ],
    ['Train Loss: 0.693 | Val. Loss: nan', ['variable Loss', 'punctuation : ', 'constant 0.693', 'variable Loss', 'punctuation : ', 'invalid nan']],
    ["{'loss': 5.3e-05}", ['variable loss', "punctuation ': ", 'constant 5.3e-05']],
    ['[INFO] status: 200, retries: 3', []],
    ['', []],
  ];
  for (const [line, parts] of examples) it(JSON.stringify(line), () => assert.deepEqual(colours(line), parts));
});
