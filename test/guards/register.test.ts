import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Theorem } from '../../src/harness/theorem.js';
import { formula as typeset } from '../../src/report/theorem-section.js';
import { theorems } from '../../theorems/index.js';

const root = new URL('../../', import.meta.url);

/** What is wrong with a register, in words; empty if nothing. */
function registerFaults(register: readonly Theorem[]): string[] {
  const files = readdirSync(new URL('theorems/', root)).filter((name) => /^[A-Z]\d+[a-z]?\.ts$/.test(name));
  const ids = register.map(({ id }) => id);
  return [
    ...files
      .filter((file) => !ids.includes(file.replace('.ts', '')))
      .map((file) => `${file} is not registered`),
    ...ids.filter((id) => !files.includes(`${id}.ts`)).map((id) => `${id} has no file of its own`),
    ...ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `${id} is registered twice`),
    ...register.flatMap(({ id, ...theorem }) =>
      (['name', 'statement', 'formula', 'source', 'proof', 'drawing'] as const)
        .filter((field) => theorem[field].trim() === '')
        .map((field) => `${id} has no ${field}`),
    ),
    ...register
      .filter(({ hypotheses }) => hypotheses.length === 0)
      .map(({ id }) => `${id} has no hypotheses`),
    ...register.flatMap(presentationFaults),
  ];
}

function presentationFaults({ id, formula }: Theorem): string[] {
  return canBeTypeset(formula) ? [] : [`the formula of ${id} does not parse`];
}

function canBeTypeset(latex: string): boolean {
  try {
    return typeset(latex, 'block').text !== '';
  } catch {
    return false;
  }
}

describe('the register of theorems', () => {
  test('names D1 to D5, U1 to U21, P1 to P8 with their parts, F1 to F3 and C1 to C8, each with a file and a full description', () => {
    expect(registerFaults(theorems)).toEqual([]);
    expect(theorems.map(({ id }) => id)).toEqual([
      ...[1, 2, 3, 4, 5].map((k) => `D${k}`),
      ...Array.from({ length: 21 }, (_, k) => `U${k + 1}`),
      ...'P1 P1a P1b P1c P2 P2a P2b P3 P3a P4 P4a P4b P5 P5a P6 P7 P8 F1 F2 F3'.split(' '),
      ...Array.from({ length: 8 }, (_, k) => `C${k + 1}`),
    ]);
  });

  test('is rejected with one missing, one twice, or one without a statement', () => {
    const [first, ...rest] = theorems;
    expect(registerFaults(rest)).toContain(`${first!.id}.ts is not registered`);
    expect(registerFaults([...theorems, first!])).toContain(`${first!.id} is registered twice`);
    expect(registerFaults([{ ...first!, statement: ' ' }, ...rest])).toContain(
      `${first!.id} has no statement`,
    );
  });

  test('is rejected with a formula that is empty or does not parse, or without words on its draws', () => {
    const [first, ...rest] = theorems;
    const faultsWith = (change: Partial<Pick<Theorem, 'formula' | 'drawing'>>) =>
      registerFaults([{ ...first!, ...change }, ...rest]);
    expect(faultsWith({ formula: '' })).toEqual(['D1 has no formula']);
    expect(faultsWith({ formula: String.raw`\frac{1` })).toEqual(['the formula of D1 does not parse']);
    expect(faultsWith({ formula: String.raw`\lamda_1` })).toEqual(['the formula of D1 does not parse']);
    expect(faultsWith({ drawing: ' ' })).toEqual(['D1 has no drawing']);
  });

  test('theorem files start with a header that says what the register says', () => {
    for (const theorem of theorems) expect(headerFaults(fileOf(theorem.id), theorem), theorem.id).toEqual([]);
  });

  test('a header is rejected below an import, incomplete, or at odds with the register', () => {
    const [theorem] = theorems as readonly [Theorem];
    const text = fileOf(theorem.id);
    const end = text.indexOf('*/\n') + 3;
    const first = `the file does not start with the header # ${theorem.id}: ${theorem.name}`;
    expect(headerFaults(text.slice(end) + text.slice(0, end), theorem)).toEqual([first]);
    expect(headerFaults(`import fc from 'fast-check';\n${text}`, theorem)).toEqual([first]);
    expect(headerFaults(text.replace(' * Definitions:', ' *'), theorem)).toContain('no Definitions');
    expect(headerFaults(text.replace(' * Proof:', ' * Source:'), theorem)).toContain('no Proof');
    expect(headerFaults(text, { ...theorem, statement: 'stable.' })).toEqual(['another statement']);
    expect(headerFaults(text, { ...theorem, proof: 'Clear.' })).toEqual(['another proof']);
    expect(headerFaults(text, { ...theorem, hypotheses: ['none'] })).toEqual(['other hypotheses']);
    expect(headerFaults(text, { ...theorem, source: 'arXiv 1234.56789' })).toEqual(['another source']);
  });
});

function fileOf(id: string): string {
  return readFileSync(new URL(`theorems/${id}.ts`, root), 'utf8');
}

/** Parts of a header in their order, of which a theorem may leave out the last. */
const PARTS = ['Statement', 'Definitions', 'Hypotheses', 'Source', 'Proof'] as const;

/** What is wrong with the header of a theorem file, in words; empty if nothing. */
function headerFaults(text: string, theorem: Theorem): string[] {
  const { id, name, statement, hypotheses, source, proof } = theorem;
  const title = `# ${id}: ${name}`;
  if (!text.startsWith(`/**\n * ${title}\n *\n`)) return [`the file does not start with the header ${title}`];
  const words = text.slice(0, text.indexOf('*/')).replaceAll(/\n \*(?: |$)/g, ' ');
  const pattern = [...PARTS.map((part) => `${part}: (.*?)`), '(?:Notes: .*)?'].join(' ');
  const parts = new RegExp(`${pattern}$`).exec(words.trim())?.slice(1);
  if (!parts) return PARTS.filter((part) => !words.includes(` ${part}: `)).map((part) => `no ${part}`);
  const said = (text: string): string => text.replaceAll(/\s+/g, '').replace(/\.$/, '');
  const [saidStatement, , saidHypotheses, saidSource, saidProof] = parts.map(said);
  const papers = source.match(/\d{4}\.\d{5}/g) ?? [];
  return [
    ...(saidStatement === said(statement) ? [] : ['another statement']),
    ...(saidHypotheses === said(hypotheses.join('; ')) ? [] : ['other hypotheses']),
    ...(papers.every((paper) => saidSource!.includes(paper)) ? [] : ['another source']),
    ...(saidProof === said(proof) ? [] : ['another proof']),
  ];
}
