import type { Span } from '../text/span';

/** A line that opens or closes a fenced code block of Markdown, and its marks. */
const fence = /^ {0,3}(`{3,}(?!`)|~{3,}(?!~))([^\r\n]*)(\r\n|\n|\r|$)/gm;

/** The insides of the fenced code blocks of a Markdown text, an unclosed last one included. */
export function codeBlocks(text: string): readonly Span[] {
  const blocks: Span[] = [];
  let opened: { readonly mark: string; readonly start: number } | undefined;
  for (const match of text.matchAll(fence)) {
    const [line, mark, rest] = match;
    if (!opened) opened = { mark: mark!, start: match.index + line.length };
    else if (mark!.startsWith(opened.mark) && rest!.trim() === '') {
      blocks.push({ start: opened.start, end: match.index });
      opened = undefined;
    }
  }
  if (opened) blocks.push({ start: opened.start, end: text.length });
  return blocks;
}
