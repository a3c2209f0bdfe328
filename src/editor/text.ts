import * as vscode from 'vscode';
import type { TextEdit } from '../text/edit';
import { LineIndex } from '../text/lines';
import type { Span } from '../text/span';

/** A text as one of the pure rooms reads it, and where its spans lie in the editor. */
export interface SourceText {
  /** The file or notebook it is. */
  readonly uri: vscode.Uri;
  readonly text: string;
  locate(span: Span): vscode.Location;
}

export function openDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  const key = uri.toString();
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === key);
}

/** The unsaved text of an open document. Places refer to the text as it was when this was called. */
export function textOfDocument(document: vscode.TextDocument): SourceText {
  return textOfFile(document.uri, document.getText());
}

export function textOfFile(uri: vscode.Uri, text: string): SourceText {
  let lines: LineIndex | undefined;
  return {
    uri,
    text,
    locate(span) {
      lines ??= new LineIndex(text);
      return new vscode.Location(uri, toRange(lines, span));
    },
  };
}

function toRange(lines: LineIndex, span: Span): vscode.Range {
  const { start, end } = lines.rangeOf(span);
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

/** One undoable change of the editor, from edits that refer to `source.text`. */
export function workspaceEdit(source: SourceText, edits: readonly TextEdit[]): vscode.WorkspaceEdit {
  const change = new vscode.WorkspaceEdit();
  for (const { span, newText } of edits) {
    const { uri, range } = source.locate(span);
    change.replace(uri, range, newText);
  }
  return change;
}

/** The smallest single edit that turns one text into the other. */
export function difference(before: string, after: string): TextEdit {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  return { span: { start, end: before.length - end }, newText: after.slice(start, after.length - end) };
}

/** The last part of a path: what people call a file. */
export function nameOf(uri: vscode.Uri): string {
  return uri.path.split('/').at(-1)!;
}

/** UTF-8, or UTF-16 by its byte order mark; undefined if it is no text. */
export function decode(bytes: Uint8Array): string | undefined {
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (utf16) return new TextDecoder(bytes[0] === 0xff ? 'utf-16le' : 'utf-16be').decode(bytes);
  if (bytes.subarray(0, 4096).includes(0)) return undefined;
  return new TextDecoder().decode(bytes);
}

/**
 * The file that a path names, as people and programs write paths: relative to `folder`, or absolute on the machine on which
 * that lies. Undefined for a relative path without a folder.
 */
export function uriOfPath(path: string, folder: vscode.Uri | undefined): vscode.Uri | undefined {
  const absolute = /^(?:\/|[A-Za-z]:[\\/])/.test(path);
  if (absolute) return folder ? folder.with({ path: vscode.Uri.file(path).path }) : vscode.Uri.file(path);
  return folder && vscode.Uri.joinPath(folder, path.replaceAll('\\', '/'));
}

/** `MarkdownString.appendText` would do, but turns every space into one that does not wrap. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~$&]/g, '\\$&');
}
