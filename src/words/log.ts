import type { Words } from './table';

export const logWords: Words = {};
