/** The bundled worker as text, see scripts/bundle-page.mjs. */
declare module '*?worker' {
  const source: string;
  export default source;
}

declare module '*.css';

/** The bytes of the file. */
declare module '*.wasm' {
  const bytes: Uint8Array;
  export default bytes;
}
