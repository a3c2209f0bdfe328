/** Appended characters are put together to blocks of this size. */
const BLOCK = 1 << 16;

/**
 * A long text that is edited: blocks of strings, so that an edit copies no more than the blocks it touches.
 * A block that was cut out of a longer string shares its characters.
 */
export class Text {
  #blocks: string[];
  #length: number;

  constructor(text: string) {
    this.#blocks = text === '' ? [] : [text];
    this.#length = text.length;
  }

  get length(): number {
    return this.#length;
  }

  slice(from: number, to = this.#length): string {
    let result = '';
    let start = 0;
    for (const block of this.#blocks) {
      if (start >= to) break;
      if (start + block.length > from) result += block.slice(Math.max(0, from - start), to - start);
      start += block.length;
    }
    return result;
  }

  replace(start: number, end: number, newText: string): void {
    if (start === this.#length) this.#append(newText);
    else {
      const blocks: string[] = [];
      let at = 0;
      let placed = false;
      for (const block of this.#blocks) {
        const from = Math.max(0, start - at);
        const to = Math.max(0, end - at);
        if (from >= block.length || at > end || placed && to === 0) blocks.push(block);
        else {
          if (from > 0) blocks.push(block.slice(0, from));
          if (!placed && newText !== '') blocks.push(newText);
          placed = true;
          if (to < block.length) blocks.push(block.slice(to));
        }
        at += block.length;
      }
      this.#blocks = blocks;
      this.#length += newText.length - (end - start);
    }
  }

  #append(text: string): void {
    const last = this.#blocks.at(-1);
    if (last !== undefined && last.length + text.length <= BLOCK) this.#blocks[this.#blocks.length - 1] = last + text;
    else if (text !== '') this.#blocks.push(text);
    this.#length += text.length;
  }
}
