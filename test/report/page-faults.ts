import { parse, type DefaultTreeAdapterMap } from 'parse5';

type Node = DefaultTreeAdapterMap['node'];
type Element = DefaultTreeAdapterMap['element'];

/** What is wrong with a page that must be well-formed, accessible in structure and alone, in words; empty if nothing. */
export function pageFaults(html: string): string[] {
  const syntax: string[] = [];
  const document = parse(html, {
    onParseError: ({ code, startLine }) => syntax.push(`line ${startLine}: ${code}`),
  });
  const elements = elementsOf(document);
  return [
    ...syntax,
    ...idFaults(elements),
    ...headingFaults(elements),
    ...landmarkFaults(elements),
    ...tableFaults(elements),
    ...pictureFaults(elements),
    ...outsideFaults(html, elements),
  ];
}

/** All elements of a page in their order. */
export function elementsOf(node: Node): Element[] {
  const children = 'childNodes' in node ? node.childNodes : [];
  const own = 'tagName' in node ? [node] : [];
  return [...own, ...children.flatMap(elementsOf)];
}

export function attribute(element: Element, name: string): string | undefined {
  return element.attrs.find((entry) => entry.name === name)?.value;
}

/** Text of an element and all below it. */
export function textOf(node: Node): string {
  if ('value' in node) return node.value;
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
}

function named(elements: readonly Element[], ...names: string[]): Element[] {
  return elements.filter(({ tagName }) => names.includes(tagName));
}

function idFaults(elements: readonly Element[]): string[] {
  const ids = elements.flatMap((element) => attribute(element, 'id') ?? []);
  const targets = elements.flatMap((element) => [
    ...(attribute(element, 'aria-labelledby')?.split(' ') ?? []),
    ...(attribute(element, 'href')?.startsWith('#') ? [attribute(element, 'href')!.slice(1)] : []),
  ]);
  const known = new Set<string>();
  const twice = ids.filter((id) => known.size === known.add(id).size);
  return [
    ...twice.map((id) => `id ${id} twice`),
    ...targets.filter((target) => !known.has(target)).map((target) => `nothing has the id ${target}`),
  ];
}

function headingFaults(elements: readonly Element[]): string[] {
  const levels = named(elements, 'h1', 'h2', 'h3', 'h4', 'h5', 'h6').map(({ tagName }) => Number(tagName[1]));
  const jumps = levels.flatMap((level, k) =>
    level > (levels[k - 1] ?? 0) + 1 ? [`h${level} follows h${levels[k - 1] ?? 0}`] : [],
  );
  return levels.filter((level) => level === 1).length === 1 ? jumps : ['not one h1', ...jumps];
}

function landmarkFaults(elements: readonly Element[]): string[] {
  const single = ['header', 'main', 'footer', 'title'].filter(
    (name) => named(elements, name).length < 1 || (name !== 'title' && named(elements, name).length > 1),
  );
  const language = named(elements, 'html').some((element) => attribute(element, 'lang'));
  return [...single.map((name) => `not one ${name}`), ...(language ? [] : ['no language'])];
}

function tableFaults(elements: readonly Element[]): string[] {
  const tables = named(elements, 'table').filter((table) => named(elementsOf(table), 'caption').length !== 1);
  const headers = named(elements, 'th').filter((header) => !attribute(header, 'scope'));
  return [
    ...tables.map(() => 'a table without a caption'),
    ...headers.map((th) => `no scope: ${textOf(th)}`),
  ];
}

/** Every picture is described, or hidden from those who cannot see it, or part of a described one. */
function pictureFaults(elements: readonly Element[]): string[] {
  const described = (element: Element): boolean =>
    attribute(element, 'aria-hidden') === 'true' ||
    (attribute(element, 'role') === 'img' && Boolean(attribute(element, 'aria-label')));
  const isPart = (element: Element): boolean => {
    const { parentNode } = element;
    return parentNode !== null && 'tagName' in parentNode && (described(parentNode) || isPart(parentNode));
  };
  return [
    ...named(elements, 'svg')
      .filter((svg) => !described(svg) && !isPart(svg))
      .map(() => 'an svg without description'),
    ...named(elements, 'img')
      .filter((img) => !attribute(img, 'alt'))
      .map(() => 'an img without alt'),
  ];
}

/** Whatever would be loaded from elsewhere. */
function outsideFaults(html: string, elements: readonly Element[]): string[] {
  const loading = elements.flatMap((element) =>
    ['src', 'href', 'srcset', 'xlink:href', 'data', 'action', 'poster'].flatMap((name) => {
      const value = attribute(element, name);
      return value === undefined || /^(#|data:)/.test(value) ? [] : [`${element.tagName} ${name}=${value}`];
    }),
  );
  const styles = named(elements, 'style').flatMap((style) => /url\(|@import/.exec(textOf(style)) ?? []);
  const scripts = named(elements, 'script').filter((script) =>
    /fetch|XMLHttpRequest|import\(/.test(textOf(script)),
  );
  const handlers = elements.flatMap(({ tagName, attrs }) =>
    attrs.filter(({ name }) => name.startsWith('on')).map(({ name }) => `${tagName} has ${name}`),
  );
  const addresses = html.replace(/src="data:[^"]*"/g, '').match(/\b(?:https?|wss?|ftp):\/\/[^\s"<]*/g) ?? [];
  return [...loading, ...styles, ...scripts.map(() => 'a script that loads'), ...handlers, ...addresses];
}
