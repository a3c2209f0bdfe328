import type { Words } from './table';

export const scriptWords: Words = {};
