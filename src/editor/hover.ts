import * as vscode from 'vscode';
import { explain, say } from '../words';
import type { Board } from './board';
import { Command } from './names';
import { escapeMarkdown } from './text';

/** Explains the findings under the mouse: why it happens and what to do. The message VS Code shows by itself. */
export class Explanations implements vscode.HoverProvider {
  constructor(readonly board: Board) {}

  provideHover({ uri }: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const here = this.board.at(uri).filter(({ diagnostic }) => diagnostic.range.contains(position));
    if (here.length === 0) return undefined;
    const contents = here.map(({ finding, of }) => {
      const text = new vscode.MarkdownString();
      text.isTrusted = { enabledCommands: [Command.openRule, Command.rerun] };
      for (const line of explain(finding)) text.appendMarkdown(`${escapeMarkdown(line)}\n\n`);
      const links = [link(Command.openRule, say({ id: 'editor.rule-page' }), finding.code)];
      if (of.script && finding.remedies.length > 0) links.push(link(Command.rerun, say({ id: 'editor.rerun' }), uri));
      return text.appendMarkdown(links.join(' · '));
    });
    return new vscode.Hover(contents);
  }
}

/** `title` is one of our own sentences, never text of a log. */
function link(command: string, title: string, ...args: readonly unknown[]): string {
  return `[${title}](command:${command}?${encodeURIComponent(JSON.stringify(args))})`;
}
