export { cleanText } from './clean';
export { decodeLog, LogDecoder } from './decode';
export { LogDocument } from './document';
export { readLog, LogReader } from './reader';
export { looksLikeLog, SAMPLE } from './recognise';
export type { Epoch, Metrics, NonFinite, Notice, NoticeKind, Run, Update, Value } from './run';
