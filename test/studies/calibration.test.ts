import { describe, expect, it } from 'vitest';
import { calibrateProblem, SIZES, type Calibration } from '../../studies/calibration/calibration.js';
import { calibrationMarkdown, calibrationText, withTables } from '../../studies/calibration/document.js';
import { drawnProblems } from '../../studies/calibration/known-instance.js';
import { completed } from '../../src/jobs/interrupt.js';
import { calibrateOptions } from '../../studies/calibration/study.js';
import { calibrationPicture, certificatePoints, errorPoints } from '../../studies/calibration/picture.js';
import type { ProcedureCalibration } from '../../studies/calibration/procedure-certificates.js';
import { procedureTables } from '../../studies/calibration/tables.js';
import { pictureParts } from '../report/picture-parts.js';
import type { SamplerTrial } from '../../studies/calibration/sampler-trials.js';
import { tally } from '../../studies/calibration/tally.js';

const size = {
  ...SIZES.quick,
  ratios: [0.8, 1.1, 1.5],
  problems: { aligned: 1, commuting: 2, identical: 1 },
};

const trial: SamplerTrial = {
  sampler: 'planted',
  truth: 'stable',
  logGrowth: -0.1,
  typical: { low: -0.4, high: -0.3, confidence: 0.99 },
  frequencyDeviation: 1,
  tallies: new Map([['certificate', tally([{ truth: 'stable', side: 'stable', samples: 1234 }])]]),
};

const procedure: ProcedureCalibration = {
  name: 'planted',
  parameters: 2,
  runs: 50,
  begun: { diverges: 20, stable: 0 },
  wrong: { diverges: 5, stable: 0 },
  verdicts: [
    { ratio: 0.8, truth: 'stable', side: 'stable', samples: 4321 },
    { ratio: 1.2, truth: 'diverges', side: 'inconclusive', samples: 120_000 },
    { ratio: 1.2, truth: 'diverges', side: 'stable', samples: 900 },
  ],
};

function smallCalibration(seed: number): Calibration {
  const drawn = drawnProblems(seed, size.problems);
  const problems = drawn.map((problem) => completed(calibrateProblem(problem, seed, size)));
  const alarms = { level: 0.05, runs: 10, wilsonOnce: 1, wilsonRepeated: 4, meanRepeated: 5, certificate: 0 };
  const planted = { heavyTail: trial, biased: [], falseAlarms: [alarms], procedures: [procedure] };
  return { seed, size, planned: drawn.length, problems, planted };
}

const calibration = smallCalibration(3);
const verdicts = calibration.problems.flatMap((problem) => problem.verdicts);

describe('a small calibration', () => {
  it('has no wrong certificate, and decides most that far from the threshold', () => {
    const certificates = verdicts.filter(({ procedure }) => procedure.startsWith('certificate'));
    const { decisions, wrong, inconclusive } = tally(certificates);
    expect({ decisions, wrong }).toEqual({ decisions: 24, wrong: 0 });
    expect(inconclusive).toBeLessThan(6);
  });

  it('gives the same bytes for the same seed, other ones for another', () => {
    const again = smallCalibration(3);
    expect(calibrationMarkdown(again)).toBe(calibrationMarkdown(calibration));
    expect(calibrationPicture(again)).toBe(calibrationPicture(calibration));
    expect(calibrationMarkdown({ ...calibration, seed: 4 })).not.toBe(calibrationMarkdown(calibration));
  });
});

describe('the report of a calibration', () => {
  it('shows wrong certificates if there are any', () => {
    const [first, ...others] = calibration.problems;
    const turned = first!.verdicts.map((verdict) => ({ ...verdict, side: 'diverges' as const }));
    const bad = { ...calibration, problems: [{ ...first!, verdicts: turned }, ...others] };
    const row = (text: string): string => /^ *0\.8 .*$/m.exec(text)![0];
    expect(row(calibrationText(calibration))).toMatch(/^ *0\.8 +4 +0 /);
    expect(row(calibrationText(bad))).toMatch(/^ *0\.8 +4 +1 /);
    expect(errorPoints(bad).find(({ ratio }) => ratio === '0.8')?.wrong).toBe(0.25);
  });

  it('shows what certificates of other procedures did, and how often they were false where both sides are', () => {
    const [sides, crossing] = procedureTables(calibration.planted.procedures);
    expect(sides!.header).toEqual(['procedure', '0.8', '1.2', 'all']);
    expect(sides!.rows).toEqual([['planted', '0 %; 4320', '50 % (50 %); 900', '33.3 % (33.3 %); 4320']]);
    expect(crossing!.rows).toEqual([['planted', '2', '50', '20', '25 %', '0', '-']]);
  });

  it('takes new tables into a page, and leaves all else of it as it is', () => {
    const page = calibrationMarkdown(calibration);
    const [found] = calibration.planted.procedures;
    const tables = procedureTables([{ ...found!, name: 'another' }, found!]);
    const changed = withTables(page, tables);
    const sections = (text: string) => text.split(/^(?=## )/m);
    const titles = tables.map(({ title }) => `## ${title}\n`);
    const others = (text: string) =>
      sections(text).filter((part) => !titles.some((title) => part.startsWith(title)));
    expect(others(changed)).toEqual(others(page));
    expect(sections(changed)).toHaveLength(sections(page).length);
    expect(changed.match(/^\| another /gm)).toHaveLength(2);
    expect(withTables(changed, procedureTables([found!]))).toBe(page);
    expect(withTables(page, procedureTables([found!]))).toBe(page);
    expect(() => withTables('# Another page', tables)).toThrow(/must have one section/);
  });

  it('says where it was interrupted', () => {
    expect(calibrationText(calibration)).not.toContain('interrupted');
    expect(calibrationText({ ...calibration, planned: 9 })).toContain('interrupted after 4 of 9 problems');
  });

  it('draws axes with units and a point for every ratio, budget and side', () => {
    const svg = calibrationPicture(calibration);
    const { texts, axes, lines, legend } = pictureParts(svg);
    for (const words of ['samples (pairs of batches)', 'share of decisions (%)', 'side of the threshold']) {
      expect(texts).toContain(words);
    }
    expect(svg).not.toMatch(/NaN|undefined/);
    const points = certificatePoints(calibration);
    expect(points.map(({ distance }) => distance)).toEqual([0.2, 0.1, 0.5, 0.2, 0.1, 0.5]);
    expect(axes.map(({ x }) => x)[0]).toEqual(['0.01', '0.03', '0.1', '0.3', '1']);
    expect(axes.map(({ y }) => y)[1]).toEqual(['1k', '10k', '100k']);
    expect(axes[2]!.x).toEqual(['0.8', '1.1', '1.5']);
    expect(legend).toEqual(expect.arrayContaining(['120k (quick)', 'majority of single runs']));
    expect(lines.length).toBeGreaterThan(2);
  });

  it('draws a wrong verdict as a bar', () => {
    const [first, ...others] = calibration.problems;
    const turned = first!.verdicts.map((verdict) => ({ ...verdict, side: 'diverges' as const }));
    const bad = calibrationPicture({
      ...calibration,
      problems: [{ ...first!, verdicts: turned }, ...others],
    });
    const bars = (svg: string): number => svg.match(/stroke-width="3"/g)?.length ?? 0;
    expect(bars(bad)).toBeGreaterThan(bars(calibrationPicture(calibration)));
  });
});

describe('the options of calibrate', () => {
  it('write docs by default and leave them alone with --quick', () => {
    expect(calibrateOptions([])).toMatchObject({ seed: 1, size: SIZES.full, out: 'docs' });
    expect(calibrateOptions(['--quick', '--seed', '7'])).toMatchObject({
      seed: 7,
      out: 'reports/calibration',
    });
    expect(calibrateOptions(['--help'])).toBeNull();
  });

  it('name what is wrong', () => {
    expect(() => calibrateOptions(['--seed', 'x'])).toThrow(/--seed must be an integer in 0..* got x/);
    expect(() => calibrateOptions(['--fast'])).toThrow(
      /--fast.*allowed are --seed, --quick, --procedures, --out, --help/,
    );
  });
});
