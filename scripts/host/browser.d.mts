import type { Browser } from 'playwright-core';

/** Launches a headless Chromium: see browser.mjs for which one. */
export function launchBrowser(): Promise<Browser>;
/** The first of these programs that is on the path, as a full path. */
export function onPath(programs: readonly string[]): string | undefined;
