export { confirm } from './confirm';
export { landscapeOf, type InputScale, type Landscape, type Path, type Place } from './landscape';
export { sweep, type SweepEdge, type SweepEvent, type SweepPoint } from './sweep';
export { isRefusal, specOf } from './spec';
export type * from './trace';
