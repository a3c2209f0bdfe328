// Which VS Code to use here.
import { onPath } from './browser.mjs';

/** Whether a desktop program can open a window. */
export const hasDisplay =
  process.platform !== 'linux' || Boolean(process.env.DISPLAY) || Boolean(process.env.WAYLAND_DISPLAY);

/** The `code` program on the path, if there is one. */
export function installedCode() {
  return onPath(process.platform === 'win32' ? ['code.cmd'] : ['code']);
}

/** Whether VS Code's download server answers within five seconds. */
export async function canDownload() {
  try {
    const answer = await fetch('https://update.code.visualstudio.com/api/releases/stable', {
      signal: AbortSignal.timeout(5000),
    });
    return answer.ok;
  } catch {
    return false;
  }
}
