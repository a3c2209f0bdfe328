/** A call of the pickle: what is called is not run, only kept with its state. */
interface Made {
  state?: unknown;
}

const decoder = new TextDecoder('latin1');

/**
 * The lists of whole numbers in a NumPy array of such lists, which `.npy` keeps pickled (CPython, `Lib/pickletools.py`,
 * protocols 2 to 5). Nothing of the pickle is run.
 * @param start where the pickle begins.
 * @returns undefined for anything else.
 */
export function readPickledRows(bytes: Uint8Array, start: number): readonly (readonly number[])[] | undefined {
  try {
    const result = unpickled(new DataView(bytes.buffer, bytes.byteOffset + start, bytes.byteLength - start)) as Made | undefined;
    // An array's state: version, shape, type, order, items.
    const rows = Array.isArray(result?.state) ? (result.state as unknown[]).at(-1) : undefined;
    const isRow = (row: unknown): boolean => Array.isArray(row) && row.every((item) => typeof item === 'number');
    return Array.isArray(rows) && rows.every(isRow) ? (rows as number[][]) : undefined;
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return undefined; // cut short, or nothing that Python pickled
    throw error;
  }
}

function unpickled(view: DataView): unknown {
  const stack: unknown[] = [];
  const marks: number[] = [];
  const memo = new Map<number, unknown>();
  let at = 0;
  const byte = (): number => view.getUint8(at++);
  const word = (): number => view.getUint32((at += 4) - 4, true);
  const text = (length: number): string => {
    at += length;
    return decoder.decode(new Uint8Array(view.buffer, view.byteOffset + at - length, length));
  };
  const line = (): void => {
    while (byte() !== 10);
  };
  const sinceMark = (): unknown[] => stack.splice(marks.pop() ?? 0);
  const top = (): unknown => stack[stack.length - 1];
  for (;;) {
    const code = byte();
    switch (code) {
      case 0x80: // PROTO
        at++;
        break;
      case 0x95: // FRAME
        at += 8;
        break;
      case 0x28: // MARK
        marks.push(stack.length);
        break;
      case 0x5d: // EMPTY_LIST
      case 0x29: // EMPTY_TUPLE
        stack.push([]);
        break;
      case 0x7d: // EMPTY_DICT
      case 0x4e: // NONE
        stack.push(null);
        break;
      case 0x88: // NEWTRUE
      case 0x89: // NEWFALSE
        stack.push(code === 0x88);
        break;
      case 0x4b: // BININT1
        stack.push(byte());
        break;
      case 0x4d: // BININT2
        stack.push(view.getUint16((at += 2) - 2, true));
        break;
      case 0x4a: // BININT
        stack.push(view.getInt32((at += 4) - 4, true));
        break;
      case 0x8a: { // LONG1: little endian, two's complement
        const length = byte();
        let value = 0;
        for (let i = 0; i < length; i++) value += byte() * 2 ** (8 * i);
        stack.push(length > 0 && value >= 2 ** (8 * length - 1) ? value - 2 ** (8 * length) : value);
        break;
      }
      case 0x58: // BINUNICODE
      case 0x42: // BINBYTES
      case 0x54: // BINSTRING
        stack.push(text(word()));
        break;
      case 0x8c: // SHORT_BINUNICODE
      case 0x43: // SHORT_BINBYTES
      case 0x55: // SHORT_BINSTRING
        stack.push(text(byte()));
        break;
      case 0x61: { // APPEND
        const item = stack.pop();
        (top() as unknown[]).push(item);
        break;
      }
      case 0x65: { // APPENDS
        const items = sinceMark();
        const list = top() as unknown[];
        for (const item of items) list.push(item);
        break;
      }
      case 0x74: // TUPLE
      case 0x6c: // LIST
        stack.push(sinceMark());
        break;
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        stack.push(stack.splice(0x84 - code));
        break;
      case 0x71: // BINPUT
        memo.set(byte(), top());
        break;
      case 0x72: // LONG_BINPUT
        memo.set(word(), top());
        break;
      case 0x94: // MEMOIZE
        memo.set(memo.size, top());
        break;
      case 0x68: // BINGET
        stack.push(memo.get(byte()));
        break;
      case 0x6a: // LONG_BINGET
        stack.push(memo.get(word()));
        break;
      case 0x63: // GLOBAL
        line();
        line();
        stack.push({});
        break;
      case 0x93: // STACK_GLOBAL
      case 0x52: // REDUCE
      case 0x81: // NEWOBJ
        stack.splice(-2, 2, {});
        break;
      case 0x62: { // BUILD
        const state = stack.pop();
        (top() as Made).state = state;
        break;
      }
      case 0x2e: // STOP
        return stack.pop();
      default:
        return undefined;
    }
  }
}
