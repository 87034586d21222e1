import { afterAll, describe, expect, it } from 'vitest';
import { normals, randomSource } from '../../src/statistics/generator.js';
import { type PanelProduct, panelProducts } from '../../src/linalg/panel-products.js';
import { computeBlock, rankOneBlocks, setMatrix } from '../../src/linalg/rank-one-blocks.js';
import { ProductTeam, sharedNumbers, takeParts } from '../../src/linalg/product-team.js';

/** The thread as it is built: Node 20 starts no TypeScript. */
const SCRIPT = new URL('../../dist/src/linalg/product-worker.js', import.meta.url);

const random = randomSource('product team');

const SIZES = [
  { m: 700, n: 700, k: 600, shape: 'symmetric' },
  { m: 700, n: 300, k: 300, shape: 'lower' },
  { m: 513, n: 257, k: 1025, shape: 'any' },
  { m: 40, n: 30, k: 20, shape: 'any' },
] as const;

/** The same product taken off rows that are further apart, from rows of A that are. */
function strided({ m, n, k, shape }: (typeof SIZES)[number]): PanelProduct {
  const strides = { a: k + 5, out: n + 3 };
  const [a, b] = [normals(m * strides.a, random), normals(n * k, random)];
  return { a, m, b, n, k, shape, strides, subtract: true, out: normals(m * strides.out, random) };
}

function product({ m, n, k, shape }: (typeof SIZES)[number]): PanelProduct {
  const a = normals(m * k, random);
  const b = shape === 'symmetric' ? a : normals(n * k, random);
  // Of a lower factor row j is 0 behind column j.
  if (shape === 'lower') for (let j = 0; j < n; j++) b.fill(0, j * k + j + 1, (j + 1) * k);
  return { a, m, b, n, k, shape, out: new Float64Array(m * n) };
}

/** The entries that are right: of a symmetric product those on and above the diagonal. */
function known({ out, n, shape }: PanelProduct): number[] {
  return Array.from(out).filter((_, at) => shape !== 'symmetric' || at % n >= Math.floor(at / n));
}

describe.each([0, 1, 3])('a product on %d threads beside this one', (others) => {
  const team = new ProductTeam(others, SCRIPT);
  afterAll(() => team.close());

  it.each(SIZES)('has the same bits, $m x $n over $k, $shape', (size) => {
    const alone = product(size);
    panelProducts(alone);
    // The second time threads are there, and memory is taken again.
    for (let again = 0; again < 3; again++) {
      const together = { ...alone, out: new Float64Array(alone.out.length) };
      team.begin(together)();
      expect(known(together)).toEqual(known(alone));
    }
  });

  it('has the same bits where it is taken off rows further apart, in memory that threads share', () => {
    const alone = strided(SIZES[2]);
    const before = alone.out.slice();
    panelProducts(alone);
    for (let again = 0; again < 3; again++) {
      const together = { ...alone, out: sharedNumbers(before.length) };
      together.out.set(before);
      team.begin(together)();
      expect(Array.from(together.out)).toEqual(Array.from(alone.out));
    }
  });

  it('leaves the same bits in the sums of rank-one samples', () => {
    const [n, r] = [1500, 50];
    const [rows, weights, m] = [n * r, n, r * r].map((count) => normals(count, random)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    const blocks = rankOneBlocks(rows, weights, r, sharedNumbers);
    setMatrix(blocks, m, r);
    for (let block = 0; block < blocks.blocks; block++) computeBlock(blocks, block);
    const alone = blocks.sums.slice();
    for (let again = 0; again < 3; again++) {
      blocks.sums.fill(NaN);
      team.share(blocks)();
      // What is below the diagonal is not written.
      const known = (_: number, at: number): boolean =>
        at % blocks.width >= Math.floor(at / blocks.width) % blocks.width;
      expect(blocks.sums.filter(known)).toEqual(alone.filter(known));
    }
  });

  it('of two that are under way each has its own memory', () => {
    const [first, second] = [product(SIZES[2]), product(SIZES[2])];
    const [one, other] = [first, second].map((alone) => {
      panelProducts(alone);
      return { ...alone, out: new Float64Array(alone.out.length) };
    }) as [PanelProduct, PanelProduct];
    const finishes = [team.begin(one), team.begin(other)];
    for (const finish of finishes) finish();
    expect(one.out).toEqual(first.out);
    expect(other.out).toEqual(second.out);
  });
});

it('a tile that nobody computes would show', () => {
  const whole = product(SIZES[2]);
  panelProducts(whole);
  const control = new Int32Array(new SharedArrayBuffer(8));
  control[0] = 1;
  const cut = { ...whole, out: new Float64Array(whole.out.length) };
  takeParts({ work: cut, control });
  expect(known(cut)).not.toEqual(known(whole));
});
