import type { Words } from './table';

export const rerunWords: Words = {};
