import { builtinModules } from 'node:module';
import js from '@eslint/js';
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

const nodeModules = [...builtinModules, ...builtinModules.map((name) => `node:${name}`), 'node:*'];

/** Who may import whom: the rooms and what each of them must not know. */
function room(name, forbidden) {
  return {
    files: [`src/${name}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [...nodeModules.map((module) => ({ name: module })), { name: 'vscode' }],
          patterns: forbidden.map((other) => ({ group: [`**/${other}`, `**/${other}/**`] })),
        },
      ],
    },
  };
}

const shells = ['editor', 'webview', 'cli'];

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.host/', '.vscode-test/', 'test/output/'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off', // indexed access after a bounds check
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'no-control-regex': 'off', // logs are full of them
      eqeqeq: 'error',
    },
  },
  {
    // Logs and scripts come from strangers: no pattern may take more than linear time.
    files: ['src/**', 'scripts/**'],
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential' }],
    },
  },
  room('text', ['log', 'script', 'diagnosis', 'rerun', 'words', ...shells]),
  room('log', ['script', 'diagnosis', 'rerun', 'words', ...shells]),
  room('script', ['log', 'rerun', 'words', ...shells]),
  room('diagnosis', ['rerun', 'words', ...shells]),
  room('rerun', ['log', 'words', ...shells]),
  room('words', shells),
  {
    files: ['src/webview/**/*.ts', 'src/cli/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: [{ name: 'vscode' }] }] },
  },
  {
    // The heavy rooms come through `Platform.engine`, with the first log or script; only their types are free.
    files: ['src/editor/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^\\.\\./(?:diagnosis|rerun|script)(?!/(?:notebook|severities)$)(?:/|$)', allowTypeImports: true, message: 'Take the value from `Platform.engine`.' }] },
      ],
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs', 'scripts/**'],
    languageOptions: {
      globals: Object.fromEntries(
        ['process', 'console', 'URL', 'fetch', 'AbortSignal', 'setTimeout', 'clearTimeout'].map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { sourceType: 'commonjs' },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
