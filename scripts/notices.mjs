// The licences of the packages that went into the bundles, as their terms ask for.
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);

/**
 * The text of the notices file.
 * @param {import('esbuild').Metafile} meta what was bundled
 * @throws Error if a package names no licence, or one whose text is not known
 */
export function notices(meta) {
  const packages = [...bundledPackages(meta)].sort().map(describe);
  const standard = [...new Set(packages.flatMap(({ text, licences }) => (text ? [] : licences)))].sort();
  return [
    'Loss Doctor contains these packages.',
    ...packages.map(({ heading, text, licences }) =>
      section(heading, text ?? `The text of ${licences.join(' and ')} stands at the end of this file.`),
    ),
    ...standard.map((licence) => section(licence, require(`spdx-license-list/licenses/${licence}.json`).licenseText)),
  ].join('\n\n');
}

/** The folders of the packages among the inputs, relative to the root; modules replaced by nothing do not count. */
export function bundledPackages({ inputs }) {
  const folders = Object.keys(inputs).flatMap((input) => /^(?!\(disabled\)).*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? []);
  return new Set(folders);
}

function describe(folder) {
  const { name, version, license, author, homepage } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  if (!license) throw new Error(`${name} names no licence.`);
  const file = readdirSync(join(root, folder)).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  const by = typeof author === 'object' ? author.name : author;
  return {
    heading: [`${name} ${version} (${license})`, by, homepage].filter(Boolean).join('\n'),
    text: file && readFileSync(join(root, folder, file), 'utf8').trim(),
    licences: license.split(/ AND /),
  };
}

function section(heading, text) {
  return `${'-'.repeat(80)}\n${heading}\n\n${text.trim()}`;
}
