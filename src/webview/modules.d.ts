/** The bundled worker as text, see scripts/bundle-page.mjs. */
declare module '*?worker' {
  const source: string;
  export default source;
}

declare module '*.css';
