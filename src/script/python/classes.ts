import type { ClassValue, FunctionValue, Instance, Value } from './values';

/** A member of a class or of its bases in the script. */
export function memberOf(type: ClassValue, name: string): Value | undefined {
  const own = type.members.get(name);
  if (own) return own;
  for (const base of type.bases) {
    const found = base.kind === 'class' ? memberOf(base, name) : undefined;
    if (found) return found;
  }
  return undefined;
}

/** A method as an object or a class gives it. */
export function bound(method: FunctionValue, self: Instance | ClassValue): FunctionValue {
  if (method.binding === 'none') return method;
  const type = self.kind === 'instance' ? self.type : self;
  if (method.binding === 'class') return { ...method, self: type };
  return self.kind === 'instance' ? { ...method, self } : method;
}

/** The class of a library that a class of the script comes from. */
export function libraryBase(type: ClassValue): Value | undefined {
  for (const base of type.bases) {
    if (base.kind === 'external' || base.kind === 'unknown') return base;
    const found = base.kind === 'class' ? libraryBase(base) : undefined;
    if (found) return found;
  }
  return undefined;
}
