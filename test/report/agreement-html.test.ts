import { createHash } from 'node:crypto';
import { parse } from 'parse5';
import { describe, expect, test } from 'vitest';
import type { WordedReport } from '../../src/report/agreement.js';
import { agreementHtml } from '../../src/report/agreement-html.js';
import { theorems } from '../../theorems/index.js';
import { attribute, elementsOf, pageFaults, textOf } from './page-faults.js';
import { agreeingReport, HOSTILE, troubledReport } from './sample-report.js';

const elementsIn = (html: string) => elementsOf(parse(html));
const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><style>*{fill:#f00}</style></svg>';
const pictures = [{ title: 'A "map"', caption: 'of <something>', svg }];

/** The page of a report, made once. */
function pageOf(report: WordedReport, shown: Parameters<typeof agreementHtml>[1] = []): () => string {
  let page: string | null = null;
  return () => (page ??= agreementHtml(report, shown));
}

const agreed = agreeingReport();
/** Of all theorems, with few instances of each. */
const short = pageOf(agreeingReport(8));
const agreeing = pageOf(agreed);
const illustrated = pageOf(agreed, pictures);
const troubled = pageOf(troubledReport());

/** The elements of a page by their ids. */
function sectionsOf(html: string) {
  const sections = new Map(elementsIn(html).map((element) => [attribute(element, 'id'), element]));
  return (id: string) => {
    const section = sections.get(id);
    if (!section) throw new Error(`no element has the id ${id}`);
    return section;
  };
}

/** A page in which something is spoiled, and what the check must say of it. */
const spoiled: [string, (html: string) => string, RegExp][] = [
  ['a tag that is not closed', (html) => html.replace('</style>', '</styl'), /eof|title|main/],
  ['an id twice', (html) => html.replace('</main>', '<p id="U2"></p></main>'), /id U2 twice/],
  ['a link to nothing', (html) => html.replace('href="#U2"', 'href="#U99"'), /id U99/],
  ['a heading left out', (html) => html.replace('<h3>', '<h5>').replace('</h3>', '</h5>'), /h5 follows h/],
  ['a table without a caption', (html) => html.replace(/<caption[^]*?<\/caption>/, ''), /caption/],
  ['a header cell without scope', (html) => html.replace('<th scope="col">', '<th>'), /no scope/],
  ['a picture without description', (html) => html.replace('</main>', '<svg></svg></main>'), /svg without/],
  [
    'a picture from elsewhere',
    (html) => html.replace('</main>', '<img src="//x/y.png" alt="y"/></main>'),
    /img src/,
  ],
  [
    'a script from elsewhere',
    (html) => html.replace('</main>', '<script src="https://x/y.js"></script></main>'),
    /src/,
  ],
  ['a font from elsewhere', (html) => html.replace('</style>', '@font-face{src:url(x)}</style>'), /url/],
  ['a handler', (html) => html.replace('<main>', '<main onclick="x()">'), /main has onclick/],
  ['no landmark', (html) => html.replaceAll('main>', 'div>'), /not one main/],
];

describe('agreement.html', () => {
  test('is well-formed, in order, described, and loads nothing', () => {
    expect(pageFaults(illustrated())).toEqual([]);
    expect(pageFaults(short())).toEqual([]);
    expect(pageFaults(troubled())).toEqual([]);
  });

  test.each(spoiled)('is rejected by that check with %s', (_, spoil, fault) => {
    const html = short();
    expect(spoil(html)).not.toBe(html);
    expect(pageFaults(spoil(html)).join('\n')).toMatch(fault);
  });

  test('lists every theorem once in the overview, under its own procedure', () => {
    const report = agreed;
    const groups = [...new Set(report.theorems.map(({ procedure }) => procedure))];
    expect(groups.length).toBeGreaterThan(1);
    const [table] = elementsIn(agreeing()).filter((one) => attribute(one, 'class') === 'overview');
    const bodies = elementsOf(table!).filter(({ tagName }) => tagName === 'tbody');
    const shown = bodies.map((body) => {
      const headers = elementsOf(body).filter(({ tagName }) => tagName === 'th');
      return headers.map(textOf).map((words, k) => (k === 0 ? words : words.split(' ')[0]!));
    });
    expect(shown).toEqual(
      groups.map((group) => [
        group,
        ...report.theorems.filter(({ procedure }) => procedure === group).map(({ id }) => id),
      ]),
    );
  });

  test('starts with verdict, seed, version, error budget and a line for every theorem', () => {
    const html = agreeing();
    const start = html.slice(html.indexOf('<header'), html.indexOf('id="chain"'));
    const text = textOf(parse(start));
    expect(text).toContain('All theorems agree with the real unlearning step.');
    expect(text).toMatch(/seed\s*3\s*version\s*1\.2\.3 \(commit 0123456789ab\)/);
    expect(text).toMatch(/Error budget (9\.\d+\s×\s10−10|1\.00\s×\s10−9)/);
    for (const { id, name } of theorems) expect(text).toContain(`${id} ${name}`);
  });

  test('unfolds every theorem: statement typeset, hypotheses, source, draws, margin and every wrong variant', () => {
    const sectionOf = sectionsOf(agreeing());
    for (const { id, hypotheses, source, mutants } of theorems) {
      const section = sectionOf(id);
      const inside = elementsOf(section);
      const text = textOf(section);
      expect(inside.filter(({ tagName }) => tagName === 'math')).toHaveLength(1);
      const terms = inside.filter(({ tagName }) => tagName === 'dt').map(textOf);
      expect(terms).toEqual(expect.arrayContaining(['hypotheses', 'why', 'source', 'tested as', 'draws']));
      for (const hypothesis of hypotheses) {
        if (/^[a-z -]+$/.test(hypothesis)) expect(text).toContain(hypothesis);
      }
      expect(text).toContain(source);
      expect(text).toMatch(/40 instances: .*random ones from the seed/);
      expect(inside.filter(({ tagName }) => tagName === 'h4').map(textOf)).toContain('Smallest margin');
      for (const mutant of mutants) expect(text).toContain(mutant.id);
    }
  });

  test('plots a theorem that has critical steps, and shows no empty plot or table where there is nothing', () => {
    const report = agreed;
    const sectionOf = sectionsOf(agreeing());
    for (const { id, ratios, confusion } of report.theorems) {
      const inside = elementsOf(sectionOf(id));
      const plots = inside.filter((element) => attribute(element, 'class') === 'plot');
      const circles = plots.flatMap(elementsOf).filter(({ tagName }) => tagName === 'circle');
      expect(plots).toHaveLength(ratios ? 1 : 0);
      expect(circles).toHaveLength(ratios?.values.length ?? 0);
      expect(inside.filter((element) => attribute(element, 'class') === 'confusion')).toHaveLength(
        confusion ? 1 : 0,
      );
    }
    const networks = agreementHtml({ ...report, theorems: report.theorems.filter(({ ratios }) => !ratios) });
    expect(networks).not.toContain('Chain of bounds');
  });

  test('shows whatever strings it is given as text', () => {
    const html = troubled();
    expect(elementsIn(html).filter(({ tagName }) => tagName === 'img')).toEqual([]);
    expect(textOf(parse(html))).toContain(HOSTILE);
  });

  test('names what is contradicted, in doubt, not tested or survived, and how to repeat it', () => {
    const text = textOf(parse(troubled()));
    expect(text).toContain('A theorem is contradicted, or a planted wrong variant went unnoticed.');
    for (const word of ['contradicted', 'in doubt', 'not tested', 'survived', 'stands'])
      expect(text).toContain(word);
    expect(text).toContain('unlearning-stability replay counterexample-D1.json');
  });

  test('lists the saved failures that stand and those that do not, and has no list where there are none', () => {
    const report = agreed;
    const saved = { theoremId: 'D1', evidence: 'evidence', outcome: 'contradict' } as const;
    const corpus = [
      { ...saved, name: 'old.json' },
      { ...saved, name: 'mended.json', outcome: 'agree' } as const,
    ];
    const cells = elementsIn(agreementHtml({ ...report, corpus }))
      .filter(({ tagName }) => tagName === 'tr')
      .map(textOf);
    expect(cells).toContain('old.jsonD1standsevidence');
    expect(cells).toContain('mended.jsonD1agreeevidence');
    expect(agreementHtml({ ...report, corpus: [] })).not.toContain('Saved failures');
    expect(agreementHtml({ ...report, corpus: corpus.slice(1) })).toContain('Saved failures');
  });

  test('opens the theorems that do not agree, and no others', () => {
    const open = (html: string) =>
      elementsIn(html).filter(
        ({ tagName, attrs }) => tagName === 'details' && attrs.some(({ name }) => name === 'open'),
      );
    expect(open(agreeing())).toEqual([]);
    expect(open(troubled())).toHaveLength(4);
  });

  test('holds the given pictures as images, and leaves missing ones out', () => {
    const html = illustrated();
    const images = elementsIn(html).filter(({ tagName }) => tagName === 'img');
    // The first is the page's own, of the sharp ends.
    expect(images.map((one) => attribute(one, 'alt')!.slice(0, 11))).toEqual(['U15 and U17', 'A "map"']);
    const image = images.at(-1);
    expect(attribute(image!, 'alt')).toBe('A "map"');
    const address = attribute(image!, 'src')!;
    expect(decodeURIComponent(address.slice(address.indexOf(',') + 1))).toBe(svg);
    expect(agreeing()).not.toContain('id="pictures"');
  });

  test('allows its own script and no other', () => {
    const elements = elementsIn(agreeing());
    const scripts = elements.filter(({ tagName }) => tagName === 'script');
    const policy = elements.flatMap((element) =>
      attribute(element, 'http-equiv') === 'Content-Security-Policy' ? [attribute(element, 'content')!] : [],
    );
    expect(scripts).toHaveLength(1);
    const hash = createHash('sha256').update(textOf(scripts[0]!)).digest('base64');
    expect(policy.join()).toContain(`script-src 'sha256-${hash}'`);
    expect(policy.join()).toMatch(/^default-src 'none'/);
  });

  test('is the same for equal reports, whatever the machine and the time', () => {
    const report = agreed;
    const elsewhere = {
      ...report,
      timing: { seconds: 99, peakMemoryMegabytes: 99 },
      environment: { ...report.environment, node: 'v99', platform: 'elsewhere', processors: 99, workers: 99 },
    };
    expect(agreementHtml(elsewhere)).toBe(agreeing());
  });

  test('stays below 1.5 MB with as many instances as there may be', () => {
    expect(agreementHtml(agreeingReport(1000)).length).toBeLessThan(1.5e6);
  });
});
