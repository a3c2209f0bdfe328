export { confirm } from './confirm';
export { isRefusal, specOf } from './spec';
export type * from './trace';
