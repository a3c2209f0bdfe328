import * as vscode from 'vscode';
import { openDocument } from './text';

/** Bigger files are not read. */
const biggest = 64 << 20;

/** Where the data files lie that a script can name. */
export interface DataFolders {
  /** Tables of scikit-learn, shipped with the extension. */
  readonly shipped: vscode.Uri;
  /** Keras' own copies of its data sets (`~/.keras/datasets`), where there is a home. */
  readonly keras?: vscode.Uri | undefined;
}

/**
 * The data files that a script names, by those names: `sklearn/iris.csv` and the like from the extension, `keras/mnist.npz`
 * from Keras' folder, any other beside the script and in its workspace folder. What is not there is left out.
 */
export async function readData(
  script: vscode.Uri,
  names: readonly string[],
  folders: DataFolders,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const name of names) {
    for (const place of placesOf(name, script, folders)) {
      const bytes = openText(place) ?? (await readIfSmall(place));
      if (!bytes) continue;
      files.set(name, bytes);
      break;
    }
  }
  return files;
}

/** Where a file may lie that a script names, the likelier place first. */
export function placesOf(name: string, script: vscode.Uri, { shipped, keras }: DataFolders): readonly vscode.Uri[] {
  const [library, file] = name.split('/', 2);
  if (library === 'sklearn' && file) return [vscode.Uri.joinPath(shipped, file)];
  if (library === 'keras' && file) return keras ? [vscode.Uri.joinPath(keras, file)] : [];
  if (name.startsWith('/')) return [script.with({ path: name })];
  const folder = vscode.workspace.getWorkspaceFolder(script);
  const roots = [vscode.Uri.joinPath(script, '..'), ...(folder ? [folder.uri] : [])];
  return roots.map((root) => vscode.Uri.joinPath(root, name));
}

/** What stands in an editor and is perhaps not saved. */
function openText(uri: vscode.Uri): Uint8Array | undefined {
  const document = openDocument(uri);
  return document?.isDirty ? new TextEncoder().encode(document.getText()) : undefined;
}

/** Undefined for what is no file, is too big or cannot be read. */
export async function readIfSmall(uri: vscode.Uri): Promise<Uint8Array | undefined> {
  const stat = await statOf(uri);
  if (!stat || stat.size > biggest || (stat.type & vscode.FileType.File) === 0) return undefined;
  try {
    return await vscode.workspace.fs.readFile(uri);
  } catch {
    return undefined; // gone meanwhile, or not for us to read
  }
}

export async function statOf(uri: vscode.Uri): Promise<vscode.FileStat | undefined> {
  try {
    return await vscode.workspace.fs.stat(uri);
  } catch {
    return undefined; // gone, out of reach, or never saved
  }
}
