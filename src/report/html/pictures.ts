import { markup, type Markup } from './markup.js';

/** An SVG picture that goes into the report. */
export interface Picture {
  readonly title: string;
  readonly caption: string;
  /** SVG text with a namespace. */
  readonly svg: string;
}

/**
 * Pictures inside the page. As images: their styles and ids stay their own, no script in them runs, and nothing
 * they might refer to is loaded.
 */
export function pictureSection(pictures: readonly Picture[]): Markup | null {
  if (pictures.length === 0) return null;
  return markup`<section aria-labelledby="pictures">
<h2 id="pictures">Maps and calibration</h2>
${pictures.map(
  ({ title, caption, svg }) => markup`<figure class="picture"><h3>${title}</h3>
<div class="scroll" role="region" aria-label="${title}" tabindex="0"><img src="${dataAddress(svg)}" alt="${title}"/></div>
<figcaption>${caption}</figcaption></figure>
`,
)}</section>`;
}

/** The text of a picture as an address; only what addresses and attributes cannot hold is encoded. */
function dataAddress(svg: string): string {
  const text = svg
    .trim()
    .replace(/[%#<>"{}|\\^`\s]/g, (character) => (character === ' ' ? ' ' : encodeURIComponent(character)));
  return `data:image/svg+xml;charset=utf-8,${text}`;
}
