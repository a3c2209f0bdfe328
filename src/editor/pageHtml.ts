import * as vscode from 'vscode';

/**
 * The frame of the page, without any text of a log or a script: those go by message. Training runs in a worker that the
 * page starts from its own text, hence `worker-src blob:`; WebAssembly needs `wasm-unsafe-eval`; nothing is fetched.
 */
export function pageHtml(webview: vscode.Webview, root: vscode.Uri): string {
  const nonce = crypto.randomUUID();
  const url = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(root, file)).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'wasm-unsafe-eval'`,
    `style-src ${webview.cspSource}`,
    'worker-src blob:',
    `img-src ${webview.cspSource} data:`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <link rel="stylesheet" href="${url('webview.css')}">
</head>
<body>
  <div id="app"></div>
  <script nonce="${nonce}" src="${url('webview.js')}"></script>
</body>
</html>`;
}
