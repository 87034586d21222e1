/** A code block of a page that is a file of its own. */
export interface CodeBlock {
  /** Its name, from the comment in its first line. */
  readonly name: string;
  readonly text: string;
  /** True if the page shows what it prints, behind a marker with its name. */
  readonly prints: boolean;
}

/** The TypeScript blocks of a page. @throws if one has no name. */
export function codeBlocks(page: string): CodeBlock[] {
  return [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, text]) => {
    const name = /^\/\/ (\S+\.ts)\n/.exec(text!)?.[1];
    if (name === undefined) throw new Error(`a block must begin with // NAME.ts; got ${text!.slice(0, 60)}`);
    return { name, text: text!, prints: page.includes(`<!-- output: ${name} -->`) };
  });
}
