export { confirm } from './confirm';
export { trainFrom, type Crew, type Need, type Report } from './crew';
export { landscapeOf, type InputScale, type Landscape, type Path, type Place } from './landscape';
export { sweep, type SweepEdge, type SweepEvent, type SweepPoint } from './sweep';
export { isRefusal, specOf } from './spec';
export type * from './trace';
export type { Start } from './training';
