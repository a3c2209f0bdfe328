import type { Words } from './table';

export const shellWords: Words = {};
