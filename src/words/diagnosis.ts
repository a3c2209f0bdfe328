import type { Words } from './table';

export const diagnosisWords: Words = {};
