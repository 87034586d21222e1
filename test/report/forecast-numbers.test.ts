import { parse } from 'parse5';
import { describe, expect, test } from 'vitest';
import type { ForecastDocument } from '../../src/forecast/document.js';
import { forecastHtml } from '../../src/report/forecast-html.js';
import { curvesPicture, frontierCurve } from '../../src/report/forecast-pictures.js';
import { describeForecast } from '../../src/report/forecast-text.js';
import { attribute, elementsOf, textOf } from './page-faults.js';
import { plantedForecast } from './planted-forecast.js';

const named = (node: Parameters<typeof elementsOf>[0], ...names: string[]) =>
  elementsOf(node).filter(({ tagName }) => names.includes(tagName));

const text = (part: Partial<ForecastDocument> = {}): string =>
  describeForecast({ ...plantedForecast, ...part });
const lines = text().split('\n');
/** Cells of the line that begins with some words. */
const row = (start: string, some = lines): string[] =>
  some
    .find((line) => line.trim().startsWith(start))!
    .trim()
    .split(/ {2,}/);

describe('the text of a forecast says', () => {
  test('the verdict first, then the window with the steps of single orders, goal and limit', () => {
    expect(lines[0]).toBe('forgets at step 41 of 1234');
    expect(lines.slice(2, 5)).toEqual([
      'stop window: steps 41 to 1052; by batch order from step 39 to 47',
      'goal: forget accuracy at most 0.123',
      'limit: retain loss at most 0.456',
    ]);
    const turned = text({
      goal: { quantity: 'loss', value: 7.5 },
      limit: { quantity: 'accuracy', value: 0.97 },
      stopWindow: null,
      orders: plantedForecast.orders.slice(0, 1),
    });
    expect(turned.split('\n').slice(2, 5)).toEqual([
      'no stop window',
      'goal: forget loss at least 7.5',
      'limit: retain accuracy at least 0.97',
    ]);
    expect(text({ limit: null })).toMatch(/^limit: none/m);
  });

  test('the medians of every set at the looks', () => {
    expect(text()).toMatch(/^Medians over 4 batch orders:$/m);
    const header = 'step  retain loss  accuracy  forget loss  accuracy  test loss  accuracy';
    expect(lines).toContain(header);
    const below = lines.slice(lines.indexOf(header));
    expect(row('0 ', below)).toEqual(['0', '11', '0.511', '21', '0.521', '31', '0.531']);
    expect(row('617 ', below)).toEqual(['617', '12', '0.411', '22', '0.421', '32', '0.431']);
    expect(row('1234 ', below)).toEqual(['1234', '13', '0.311', '23', '0.321', '33', '0.331']);
    const wild = { ...plantedForecast.retain, loss: [11, 12, Infinity] };
    expect(text({ retain: wild })).toMatch(/^1234 +overflow +0\.311 +23 /m);
  });

  test('which forget samples go, when, and how many stay', () => {
    expect(lines).toContain('forget samples that reach a wrong answer within the steps: 11 of 18');
    expect(lines).toContain(
      'first (step): g0 (300), g1 (307), g2 (314), g3 (321), g4 (328), g5 (335), g6 (342), g7 (349)',
    );
    expect(lines).toContain('last (step): g8 (356), g9 (363), g10 (370)');
    // Of more the last ones are named, not those after the first.
    const samples = Array.from({ length: 20 }, (_, k) => ({ id: `g${k}`, forgottenAt: k }));
    expect(text({ samples })).toMatch(/^last \(step\): g12 \(12\), .*, g19 \(19\)$/m);
    expect(lines).toContain('7 samples stay');
    expect(text({ goal: { quantity: 'loss', value: 7.5 } })).toContain('that reach a loss of 7.5 within');
  });

  test('the setting in the words of scripts and of the theory', () => {
    expect(lines).toContain(
      'lr 0.0123, weights 1.25 (retain) and 0.375 (forget), batches of 64 and 17, 1234 steps',
    );
    expect(lines).toContain("in the theory's words: alpha 0.2308, eta 0.01999");
    expect(lines).toContain(
      'sgd with Nesterov momentum 0.85, weight decay 0.0007, gradients clipped at 3.5, 2 ascents, then 5 descents, batches reshuffled (retain), bernoulli (forget)',
    );
    expect(lines).toContain('computed on the Jacobian');
    expect(text({ route: 'gram' })).toContain('computed in output space, on the Gram matrix');
  });

  test('how far to trust it', () => {
    expect(lines.slice(lines.indexOf('left out: what is left out') + 1)).toEqual([
      'forget set after 77 real steps: loss 5.21, forecast 6.43; outputs off by 18.2 % of what they moved',
      'watched: 256 of 900 retain samples, 255 of 300 test samples; marks that these pass are decided by all',
      '18 forget samples stand for the 320 that they are drawn from: batches are as those of 320, losses and accuracies those of the 18 (an accuracy of all may be 0.2289 off)',
      'a point every 617 steps; goal and limit are looked for after every step',
      'it was ended after 4 of 6 batch orders',
      'it was ended after 1234 of 1240 steps',
      'the outputs overflow from step 1199 on',
    ]);
    const trust = {
      ...plantedForecast.trust,
      ...{ orders: { run: 4, of: 4, steps: 1234 }, every: 1, overflowAt: null, samples: [], real: [] },
      thinned: [],
    };
    const sure = text({ trust }).split('\n');
    expect(sure.slice(sure.indexOf('left out: what is left out') + 1)).toEqual([
      'no real steps to compare with (members real_outputs and real_steps)',
    ]);
  });

  test('what a sweep found', () => {
    expect(lines).toContain(
      'recommended: lr 0.32, forget weight 0.25, stopped at step 37: of the best settings by the first batch order, tried with all 4, the least retain damage at the goal; by the first batch order it forgets for lr 0.16 to 0.3333',
    );
    expect(lines).toContain('By the first batch order:');
    const single = text({ orders: plantedForecast.orders.slice(0, 1) });
    expect(single).toContain('at step 37: the least retain damage at the goal; it forgets for lr 0.16 to');
    expect(single).not.toContain('first batch order');
    const below = lines.slice(lines.findIndex((line) => /^ *lr +forget weight/.test(line)));
    expect(row('lr', below)).toEqual(['lr', 'forget weight', 'word', 'goal', 'limit', 'retain loss at goal', 'forget loss', 'retain loss']); // prettier-ignore
    expect(row('0.08', below)).toEqual(['0.08', '0.25', 'nothing', '-', '-', '-', '8', '0.8']);
    expect(row('0.16', below)).toEqual(['0.16', '0.25', 'forgets', '91', '-', '0.0692', '16', '1.6']);
    expect(row('0.32', below)).toEqual(['0.32', '0.25', 'forgets', '37', '71', '0.0471', '32', '3.2']);
    expect(row('0.64', below)).toEqual(['0.64', '0.25', 'breaks', '-', '13', '-', '64', 'overflow']);
    const least = lines.slice(
      lines.indexOf('Least retain damage, by its loss, for a forgetting of so much, by its accuracy:') + 1,
    );
    expect(row('forget loss', least)).toEqual(['forget loss', 'accuracy', 'retain loss', 'accuracy', 'lr', 'forget weight', 'step']); // prettier-ignore
    expect(row('2.72', least)).toEqual(['2.72', '0.147', '0.0371', '0.983', '0.16', '0.25', '66']);
    expect(row('3.82', least)).toEqual(['3.82', '0.107', '0.0671', '0.953', '0.32', '0.75', '88']);
    const byAccuracy = text({ limit: { quantity: 'accuracy', value: 0.9 } });
    expect(byAccuracy).toMatch(/retain accuracy at goal/);
    expect(byAccuracy).toMatch(/forgets +37 +71 +0\.973 /);
    expect(text({ recommended: null })).toContain(
      'recommended: none; the forecast is that of the middle of the grid',
    );
  });
});

test('a long verdict stands above the curves in lines that fit, and pushes nothing off the picture', () => {
  const heights = (clauses: number): { lines: string[]; height: number; first: number } => {
    const clause = 'a clause of forty letters with a number 7';
    const verdict = {
      ...plantedForecast.verdict,
      text: Array.from({ length: clauses }, () => clause).join('; '),
    };
    const svg = parse(curvesPicture({ ...plantedForecast, verdict }));
    const lines = named(svg, 'text')
      .map(textOf)
      .filter((line) => line.includes(clause));
    expect(lines.join(' ')).toBe(verdict.text);
    const [picture] = named(svg, 'svg');
    const [panel] = named(svg, 'g').flatMap((one) => attribute(one, 'transform')?.match(/translate\(70,? ?(\d+)/) ?? []).slice(1); // prettier-ignore
    return { lines, height: Number(attribute(picture!, 'height')), first: Number(panel) };
  };
  const [one, three] = [heights(1), heights(6)];
  expect([one.lines.length, three.lines.length]).toEqual([1, 3]);
  for (const line of three.lines) expect(line.length).toBeLessThan(126);
  expect(three.height - one.height).toBe(26);
  expect(three.first - one.first).toBe(26);
});

test('what forgetting costs is drawn in the quantities of goal and limit', () => {
  const said = (part: Partial<ForecastDocument> = {}): string => {
    const drawn = frontierCurve({ ...plantedForecast, ...part });
    return drawn === null ? 'nothing' : textOf(parse(drawn));
  };
  expect(said()).toContain(
    'least retain loss of all settings and steps, up to 0.0671 at a forget accuracy of 0.107',
  );
  expect(said()).toMatch(/forget accuracy.*retain loss/s);
  const turned = {
    goal: { quantity: 'loss', value: 7.5 },
    limit: { quantity: 'accuracy', value: 0.9 },
  } as const;
  expect(said(turned)).toContain(
    'highest retain accuracy of all settings and steps, down to 0.953 at a forget loss of 3.82',
  );
  const [first, last] = plantedForecast.frontier!;
  const none = { ...last!, retain: { loss: 0, accuracy: 1 } };
  expect(said({ frontier: [first!, none] })).toBe('nothing');
  expect(said({ ...turned, frontier: [first!, none] })).toContain('down to 1 at');
});

describe('the page of a forecast says', () => {
  const tool = { name: 'unlearning-stability', version: '9.8.7' };
  const page = (part: Partial<ForecastDocument> = {}) =>
    parse(forecastHtml({ document: { ...plantedForecast, ...part }, source: 'R.npz and F.npz', tool }));
  const facts = (part: Partial<ForecastDocument> = {}): Record<string, string> =>
    Object.fromEntries(
      named(page(part), 'div').flatMap((one) => {
        const [term] = named(one, 'dt');
        const [value] = named(one, 'dd');
        return term && value ? [[textOf(term), textOf(value)]] : [];
      }),
    );

  test('every fact of the setting beside its name', () => {
    expect(facts()).toMatchObject({
      'stop window': 'steps 41 to 1\u202f052',
      goal: 'forget accuracy 0.123',
      limit: 'retain loss 0.456',
      'learning rate': '0.0123',
      'weights, retain / forget': '1.25 / 0.375',
      'batches, retain / forget': '64 / 17',
      steps: '1\u202f234',
      optimizer: 'sgd, momentum 0.85, decay 0.0007',
      'α, η': '0.2308, 0.01999',
      'batch orders': '4',
    });
    expect(facts({ stopWindow: null, limit: null })).toMatchObject({ 'stop window': 'none', limit: 'none' });
  });

  test('its verdict with the mark of the word', () => {
    const marks = { forgets: 'confirmed', nothing: 'undecided', breaks: 'contradicted' } as const;
    for (const [word, className] of Object.entries(marks)) {
      const verdict = { ...plantedForecast.verdict, word: word as keyof typeof marks };
      const [header] = named(page({ verdict }), 'header');
      expect(attribute(header!, 'class')).toBe(className);
      expect(textOf(header!)).toContain('Forgets at step 41 of 1234.');
    }
  });

  test('samples in their order, those that stay with a word', () => {
    const rows = named(page(), 'tr').map((one) => named(one, 'th', 'td').map((cell) => textOf(cell).trim()));
    expect(rows).toContainEqual(['1', 'g0', '300']);
    expect(rows).toContainEqual(['11', 'g10', '370']);
    expect(rows).toContainEqual(['12', 's0', 'stays']);
  });

  test('the recommended setting', () => {
    expect(textOf(page())).toContain(
      'Recommended: learning rate 0.32, forget weight 0.25, stopped at step 37:',
    );
    expect(textOf(page({ recommended: null }))).toContain(
      'Recommended: none. The forecast is that of the middle of the grid.',
    );
  });
});
