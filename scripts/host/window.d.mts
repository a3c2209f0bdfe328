import type { BrowserContext, ElementHandle, Page } from 'playwright-core';

export function windowUrl(
  authority: string,
  paths: { folder?: string; file?: string; extension?: string; tests?: string },
): string;

export function openWindow(
  context: BrowserContext,
  url: string,
  log: (type: string, values: unknown[]) => void,
): Promise<{ page: Page; finished: Promise<number> }>;

export function find(page: Page, selector: string, limit?: number): Promise<ElementHandle<HTMLElement>>;

export function click(page: Page, selector: string, limit?: number): Promise<void>;

export function textOf(page: Page, selector: string, limit?: number): Promise<string>;
