export { confirm } from './confirm';
export { sweep, type SweepEdge, type SweepEvent, type SweepPoint } from './sweep';
export { isRefusal, specOf } from './spec';
export type * from './trace';
