// The browser's extension host: the extension is fetched from the web, and the open folder lies in memory.
import { stat } from 'node:fs/promises';
import { join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const memory = fileURLToPath(new URL('memory', import.meta.url));

/** The address of a window on the folder in memory. */
export const memoryUrl = (authority) => `http://${authority}/?folder=${encodeURIComponent('memory:/workspace')}`;

/**
 * Puts an extension under development into the windows of `context`.
 * @param {import('playwright-core').BrowserContext} context
 * @param {{ authority: string, extension: string, tests: string, answer: Function }} options host and port of the server,
 *   absolute paths; the tests lie within the extension; `answer` does what the tests ask of the window, at /_window/<action>
 */
export async function useBrowserHost(context, { authority, extension, tests, answer }) {
  const own = await serveFolder(context, authority, '/_extension', extension);
  const helper = await serveFolder(context, authority, '/_memory', memory);
  await context.route(`http://${authority}/_window/*`, async (route) => {
    const request = route.request();
    await route.fulfill(await answer(new URL(request.url()).pathname.split('/').at(-1), request.postData()));
  });
  const options = {
    extensions: [own, helper],
    extensionTestsPath: { ...own, path: `${own.path}/${relative(extension, tests)}` },
    enableSmokeTestDriver: true,
  };
  // Extensions for this host are named by the page's settings, not by its address.
  await context.route(`http://${authority}/?*`, async (route) => {
    const response = await route.fetch();
    const page = await response.text();
    const settings = `&quot;developmentOptions&quot;:${JSON.stringify(options).replaceAll('"', '&quot;')}`;
    const body = page.replace(/&quot;developmentOptions&quot;:\{[^}]*\}/, () => settings);
    if (body === page) throw new Error('The page of VS Code has no developmentOptions any more.');
    await route.fulfill({ response, body });
  });
}

/** Serves a folder under a path of the window's own origin; resolves to its address as VS Code writes it. */
async function serveFolder(context, authority, path, folder) {
  await context.route(`http://${authority}${path}/**`, async (route) => {
    const file = decodeURIComponent(new URL(route.request().url()).pathname).slice(path.length);
    const full = join(folder, normalize(file));
    const found = await stat(full).catch(() => undefined);
    await route.fulfill(found?.isFile() ? { path: full } : { status: 404 });
  });
  return { scheme: 'http', authority, path };
}
