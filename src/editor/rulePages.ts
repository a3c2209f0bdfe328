import * as vscode from 'vscode';

/** Where the page of a rule lies: shipped with the extension, so that it is of the same version, in the reader's language. */
export function rulePageIn(extension: vscode.Uri): (code: string) => vscode.Uri {
  const folder = vscode.env.language.toLowerCase() === 'zh-cn' ? ['docs', 'zh-cn', 'rules'] : ['docs', 'rules'];
  return (code) => vscode.Uri.joinPath(extension, ...folder, `${code}.md`);
}
