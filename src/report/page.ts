import { Markup, markup, type Content } from './markup.js';
import { scrollable } from './table.js';

/** Parts of a page. */
interface Page {
  readonly tool: { readonly name: string; readonly version: string };
  readonly title: string;
  readonly style: string;
  /** Where the keyboard may go at once, past the first lines. */
  readonly skip: { readonly id: string; readonly words: string };
  readonly header: Markup;
  readonly main: Markup;
  readonly footer: Markup;
  /** The only script that may run, and its SHA-256 in base64; null: none may. */
  readonly script: { readonly code: string; readonly hash: string } | null;
}

/** A page of one file that needs nothing but itself: its security policy forbids every request and every other script. */
export function pageText({ tool, title, style, skip, header, main, footer, script }: Page): string {
  const scripts = script && markup` script-src &apos;sha256-${script.hash}&apos;;`;
  return markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta http-equiv="Content-Security-Policy" content="default-src &apos;none&apos;;${scripts} style-src &apos;unsafe-inline&apos;; img-src data:; base-uri &apos;none&apos;; form-action &apos;none&apos;"/>
<meta name="color-scheme" content="light dark"/>
<meta name="generator" content="${tool.name} ${tool.version}"/>
<title>${title} · ${tool.name}</title>
<link rel="icon" href="data:,"/>
<style>${new Markup(style)}</style>
</head>
<body>
<a class="skip" href="#${skip.id}">${skip.words}</a>
${header}
<main>
${main}
</main>
${footer}
${
  script &&
  markup`<script>${new Markup(script.code)}</script>
`
}</body>
</html>
`.text;
}

/** Marks beside a verdict, in a circle of radius 12 around (12, 12). */
const VERDICT_MARKS = {
  tick: 'M5 12.5l4.5 4.5L19 7.5',
  cross: 'M6.5 6.5l11 11M17.5 6.5l-11 11',
  question: 'M8.5 9a3.5 3.5 0 1 1 5 3.2c-1 .5-1.5 1.2-1.5 2.3M12 18v.2',
  pause: 'M9 7v10M15 7v10',
  valley: 'M5.5 8c1.5 10.5 11.5 10.5 13 0',
  arrow: 'M7.5 16.5l9-9M9.5 7.5h7v7',
  exclamation: 'M12 6.5v7M12 17.3v.2',
};

export type VerdictMark = keyof typeof VERDICT_MARKS;

/** The first lines of a page: what it is, and its verdict in a sentence. */
export function headline(kicker: string, mark: VerdictMark, sentence: string): Markup {
  return markup`<p class="kicker">${kicker}</p>
<h1><svg viewBox="0 0 24 24" width="1em" height="1em" aria-hidden="true"><circle cx="12" cy="12" r="12"/><path d="${VERDICT_MARKS[mark]}"/></svg> <span>${sentence}</span></h1>`;
}

/** A section whose heading has the given id. */
export function section(
  id: string,
  title: string,
  content: Content,
  heading: 'shown' | 'unseen' = 'shown',
): Markup {
  return markup`<section aria-labelledby="${id}">
<h2 id="${id}"${heading === 'unseen' ? markup` class="unseen"` : null}>${title}</h2>
${content}
</section>`;
}

/** An SVG picture that goes into a report. */
export interface Picture {
  readonly title: string;
  readonly caption: string;
  /** SVG text with a namespace. */
  readonly svg: string;
}

/** A picture as an image: its styles and ids stay its own, no script in it runs, and nothing it might refer to is loaded. */
export function pictureFigure({ title, caption, svg }: Picture): Markup {
  return markup`<figure class="picture"><h3>${title}</h3>
${scrollable(title, markup`<img src="${dataAddress(svg)}" alt="${title}"/>`)}
<figcaption>${caption}</figcaption></figure>`;
}

/** The text of a picture as an address; only what addresses and attributes cannot hold is encoded. */
function dataAddress(svg: string): string {
  const text = svg
    .trim()
    .replace(/[%#<>"{}|\\^`\s]/g, (character) => (character === ' ' ? ' ' : encodeURIComponent(character)));
  return `data:image/svg+xml;charset=utf-8,${text}`;
}
