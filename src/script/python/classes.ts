import type { ClassValue, FunctionValue, Instance, Value } from './values';

const orders = new WeakMap<ClassValue, readonly ClassValue[]>();

/**
 * The classes of the script in which a member of a class is looked for, itself first: each before its bases, those in the order
 * in which they are named (the C3 linearization of Python's method resolution order).
 */
export function resolutionOrder(type: ClassValue): readonly ClassValue[] {
  const known = orders.get(type);
  if (known) return known;
  const bases = type.bases.filter((base) => base.kind === 'class');
  const order = [type];
  let rows = [...bases.map(resolutionOrder), bases];
  for (;;) {
    rows = rows.filter((row) => row.length > 0);
    const next = rows.map(([first]) => first!).find((first) => rows.every((row) => row.indexOf(first) <= 0)) ?? rows[0]?.[0];
    if (!next) break;
    order.push(next);
    rows = rows.map((row) => row.filter((one) => one !== next));
  }
  orders.set(type, order);
  return order;
}

/** A member of a class or of its bases in the script. */
export function memberOf(type: ClassValue, name: string): Value | undefined {
  const own = type.members.get(name);
  if (own || type.bases.length === 0) return own;
  for (const one of resolutionOrder(type)) {
    const found = one.members.get(name);
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

/** A method of an object of the script, also one that Python itself calls (`__len__`); undefined where its class has none of that name. */
export function methodOf(self: Instance, name: string): FunctionValue | undefined {
  const method = memberOf(self.type, name);
  return method?.kind === 'function' ? bound(method, self) : undefined;
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
