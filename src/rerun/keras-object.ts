/** Keras' serialised objects: a name such as `he_normal`, or `{ class_name, config }`. */
import type { Json } from '../script/script';

export interface KerasObject {
  readonly className: string;
  readonly config: Readonly<Record<string, Json>>;
}

/** Reads a name or a serialised object; undefined for anything else, null included. */
export function kerasObject(value: Json | undefined): KerasObject | undefined {
  if (typeof value === 'string') return { className: value, config: {} };
  if (!isRecord(value) || typeof value.class_name !== 'string') return undefined;
  return { className: value.class_name, config: isRecord(value.config) ? value.config : {} };
}

export function isRecord(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `HeNormal`, `he_normal` and `henormal` alike. */
export function keyOf(className: string): string {
  return className.toLowerCase().replaceAll('_', '');
}

export function numberOf(value: Json | undefined, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}
