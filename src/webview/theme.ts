import type { Colour } from './chart/series';

/** Colours of the editor's theme, resolved: what a canvas and an exported picture can use. */
export interface Palette {
  readonly series: Readonly<Record<Colour, string>>;
  readonly background: string;
  readonly foreground: string;
  readonly muted: string;
  readonly grid: string;
  readonly font: string;
}

/** Reads the theme's variables as they are now. */
export function palette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const read = (...names: string[]) =>
    names.map((name) => style.getPropertyValue(`--vscode-${name}`).trim()).find((value) => value !== '');
  const foreground = read('charts-foreground', 'foreground') ?? 'CanvasText';
  const chart = (name: Exclude<Colour, 'foreground'>) => read(`charts-${name}`) ?? foreground;
  return {
    series: {
      foreground,
      red: chart('red'),
      blue: chart('blue'),
      green: chart('green'),
      purple: chart('purple'),
      yellow: chart('yellow'),
    },
    background: read('editor-background') ?? 'Canvas',
    foreground,
    muted: read('descriptionForeground', 'foreground') ?? foreground,
    grid: read('contrastBorder', 'charts-lines', 'panel-border') ?? foreground,
    font: read('font-family') ?? 'sans-serif',
  };
}

/** Calls `changed` when the user changes the theme, until the returned function is called. */
export function onThemeChange(changed: () => void): () => void {
  // VS Code sets classes and a theme id on the body, and the variables on the root element.
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
  return () => observer.disconnect();
}
