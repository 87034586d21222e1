import type { FrontierDocument } from '../frontier/frontier-document.js';

/** What a document says of the machine and the time; the only part that differs between equal runs. */
export interface FrontierCircumstances {
  readonly timing: { readonly seconds: number; readonly peakMemoryMegabytes: number };
  readonly environment: {
    readonly node: string;
    readonly platform: string;
    readonly processors: number;
    readonly workers: number;
  };
}

/** MAP.json: one cell a line; timing and environment last. */
export function frontierJson(document: FrontierDocument, circumstances: FrontierCircumstances): string {
  const fields = Object.entries({ ...document, ...circumstances }).map(([name, value]) => {
    const text = name === 'cells' || name === 'lines' ? listText(value as unknown[]) : indented(value);
    return `  ${JSON.stringify(name)}: ${text}`;
  });
  return `{\n${fields.join(',\n')}\n}\n`;
}

function listText(items: readonly unknown[]): string {
  return items.length === 0
    ? '[]'
    : `[\n    ${items.map((item) => JSON.stringify(item)).join(',\n    ')}\n  ]`;
}

function indented(value: unknown): string {
  return JSON.stringify(value, null, 2).replaceAll('\n', '\n  ');
}
