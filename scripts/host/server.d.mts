export interface Server {
  readonly authority: string;
  readonly pid: number;
  readonly exited: Promise<string>;
  stop(): Promise<void>;
}

export function startServer(options?: {
  settings?: Readonly<Record<string, unknown>>;
  locale?: string;
  vsix?: string;
  temporary?: boolean;
}): Promise<Server>;
