/** The contents of package.json. */
export const manifest: Record<string, unknown>;
/** Packages the production build in dist/ into a file, and prints what is in it. */
export function pack(packagePath: string): Promise<void>;
