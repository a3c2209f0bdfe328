const vscode = require('vscode');

/** A file system of one folder tree, which begins with the empty folder /workspace. */
class Memory {
  constructor() {
    this.entries = new Map([['/', folder()], ['/workspace', folder()]]);
    this.changed = new vscode.EventEmitter();
    this.onDidChangeFile = this.changed.event;
  }

  watch() {
    return new vscode.Disposable(() => {});
  }

  stat(uri) {
    const { type, time, data } = this.at(uri);
    return { type, ctime: time, mtime: time, size: data?.length ?? 0 };
  }

  readFile(uri) {
    const { type, data } = this.at(uri);
    if (type === vscode.FileType.Directory) throw vscode.FileSystemError.FileIsADirectory(uri);
    return data;
  }

  readDirectory(uri) {
    const start = uri.path.endsWith('/') ? uri.path : `${uri.path}/`;
    this.at(uri);
    return [...this.entries]
      .filter(([path]) => path !== '/' && path.startsWith(start) && !path.slice(start.length).includes('/'))
      .map(([path, { type }]) => [path.slice(start.length), type]);
  }

  writeFile(uri, data, { create, overwrite }) {
    const known = this.entries.has(uri.path);
    if (!known && !create) throw vscode.FileSystemError.FileNotFound(uri);
    if (known && create && !overwrite) throw vscode.FileSystemError.FileExists(uri);
    this.at(uri.with({ path: parent(uri.path) }));
    this.entries.set(uri.path, { type: vscode.FileType.File, time: Date.now(), data });
    this.fire(uri, known ? vscode.FileChangeType.Changed : vscode.FileChangeType.Created);
  }

  createDirectory(uri) {
    this.at(uri.with({ path: parent(uri.path) }));
    this.entries.set(uri.path, folder());
    this.fire(uri, vscode.FileChangeType.Created);
  }

  delete(uri) {
    this.at(uri);
    for (const path of [...this.entries.keys()]) if (inside(path, uri.path)) this.entries.delete(path);
    this.fire(uri, vscode.FileChangeType.Deleted);
  }

  rename(from, to) {
    this.at(from);
    for (const [path, entry] of [...this.entries]) {
      if (!inside(path, from.path)) continue;
      this.entries.delete(path);
      this.entries.set(to.path + path.slice(from.path.length), entry);
    }
    this.fire(from, vscode.FileChangeType.Deleted);
    this.fire(to, vscode.FileChangeType.Created);
  }

  at(uri) {
    const entry = this.entries.get(uri.path);
    if (!entry) throw vscode.FileSystemError.FileNotFound(uri);
    return entry;
  }

  fire(uri, type) {
    this.changed.fire([{ type, uri }]);
  }
}

const folder = () => ({ type: vscode.FileType.Directory, time: Date.now() });
const parent = (path) => path.slice(0, path.lastIndexOf('/')) || '/';
const inside = (path, top) => path === top || path.startsWith(`${top}/`);

exports.activate = ({ subscriptions }) => {
  const options = { isCaseSensitive: true };
  subscriptions.push(vscode.workspace.registerFileSystemProvider('memory', new Memory(), options));
};
