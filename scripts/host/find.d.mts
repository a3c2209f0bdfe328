/** Whether a desktop program can open a window. */
export const hasDisplay: boolean;
/** The `code` program on the path, if there is one. */
export function installedCode(): string | undefined;
/** Whether VS Code's download server answers within five seconds. */
export function canDownload(): Promise<boolean>;
