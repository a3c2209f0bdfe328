// The steps of screenshot.mjs, taken inside the extension host.
const vscode = require('vscode');

const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

/** Asks the window for what the extension API lacks: see `windowActions` in window.mjs. */
async function ask(action, values) {
  const answer = await fetch(`${process.env.LOSS_DOCTOR_WINDOW}/${action}`, {
    method: 'POST',
    body: JSON.stringify(values),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

const take = {
  async open(file) {
    const uri = vscode.Uri.joinPath(vscode.workspace.workspaceFolders[0].uri, file);
    await vscode.commands.executeCommand('vscode.open', uri);
  },
  at(place) {
    const [line, column = 1] = place.split(':').map(Number);
    const position = new vscode.Position(line - 1, column - 1);
    const editor = vscode.window.activeTextEditor;
    editor.selection = new vscode.Selection(position, position);
    editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  },
  async run(call) {
    const [command, ...rest] = call.split(' ');
    const values = rest.length > 0 ? JSON.parse(rest.join(' ')) : [];
    // A command may wait for the next step, as a question waits for its answer.
    await Promise.race([vscode.commands.executeCommand(command, ...values), pause(5)]);
  },
  press: (key) => ask('press', { key }),
  click: (selector) => ask('click', { selector }),
  hover: (selector) => ask('hover', { selector }),
  until: (selector) => ask('text', { selector }),
  wait: (seconds) => pause(Number(seconds)),
  async out(path) {
    await pause(1); // what was just asked for is drawn
    await ask('screenshot', { path });
  },
};

exports.run = async () => {
  for (const { name, value } of JSON.parse(process.env.LOSS_DOCTOR_TOUR)) await take[name](value);
};
