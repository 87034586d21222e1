import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { isMainThread, Worker } from 'node:worker_threads';
import { computeTile, type PanelProduct, panelProducts, tileCount } from './panel-products.js';
import { computeBlock, type RankOneBlocks } from './rank-one-blocks.js';
import type { Reals } from './row-products.js';

/** Multiplications from which work is shared among threads: some milliseconds of one. */
export const SHARED_FROM = 2e7;

/** Most threads of a team, this one included. */
const LARGEST_TEAM = 8;

/** Work in parts, each of which is done by itself: the tiles of a product or the blocks of a sum. */
type TeamWork = PanelProduct | RankOneBlocks;

/** Places in the control words of some work: the next part that nobody has taken, and the threads that may hold one. */
const NEXT = 0;
const AT_WORK = 1;

/** Orders to the threads of a team. The numbers are in shared memory. */
export interface TeamTask {
  readonly work: TeamWork;
  readonly control: Int32Array;
}

/** Takes parts of the work until none is left; done by every thread of a team at once. */
export function takeParts({ work, control }: TeamTask): void {
  const parts = partCount(work);
  Atomics.add(control, AT_WORK, 1);
  for (let part = next(control); part < parts; part = next(control)) doPart(work, part);
  Atomics.sub(control, AT_WORK, 1);
  Atomics.notify(control, AT_WORK);
}

function partCount(work: TeamWork): number {
  return 'shape' in work ? tileCount(work) : work.blocks;
}

function doPart(work: TeamWork, part: number): void {
  if ('shape' in work) computeTile(work, part);
  else computeBlock(work, part);
}

function next(control: Int32Array): number {
  return Atomics.add(control, NEXT, 1);
}

/** Threads that wait for work. */
export class ProductTeam {
  private readonly workers: readonly Worker[];
  /** Memory of an earlier product, unless another is under way in it: new memory costs more than a small product. */
  private free: Room | null = null;

  /** @param others threads beside this one. @param script of the threads. */
  constructor(others: number, script: URL) {
    this.workers = Array.from({ length: others }, () => {
      const worker = new Worker(script);
      worker.unref();
      return worker;
    });
  }

  /**
   * Begins a product on the other threads, whose rows of `out` are not further apart than they are long unless they are in
   * shared memory; the call that is returned is that of `share`.
   */
  begin(product: PanelProduct): () => void {
    const room = this.free ?? new Room();
    this.free = null;
    const a = room.copy('a', product.a);
    const b = product.a === product.b ? a : room.copy('b', product.b);
    const out = isShared(product.out) ? product.out : room.numbers('out', product.m * product.n);
    const finish = this.share({ ...product, a, b, out });
    return () => {
      finish();
      if (out !== product.out) product.out.set(out);
      this.free = room;
    };
  }

  /**
   * Begins work on the other threads, all of its numbers in shared memory; the call that is returned takes part in it and
   * waits for its end. Each part is done by the thread that comes first, so that the numbers do not depend on how many
   * there are; nobody waits for a thread that has not started yet.
   */
  share(work: TeamWork): () => void {
    const control = new Int32Array(new SharedArrayBuffer(8));
    const task: TeamTask = { work, control };
    for (const worker of this.workers) worker.postMessage(task);
    return () => {
      takeParts(task);
      for (;;) {
        const atWork = Atomics.load(control, AT_WORK);
        if (atWork === 0) return;
        Atomics.wait(control, AT_WORK, atWork);
      }
    };
  }

  close(): Promise<unknown> {
    return Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}

/** Room for so many numbers that threads can share. */
export function sharedNumbers(count: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(8 * count));
}

function isShared(numbers: Reals): boolean {
  return numbers.buffer instanceof SharedArrayBuffer;
}

/** Shared memory for the factors of a product and for the product. */
class Room {
  private readonly parts = new Map<string, Float64Array>();

  /** So many numbers, of any value. */
  numbers(part: 'a' | 'b' | 'out', count: number): Float64Array {
    let held = this.parts.get(part);
    if (!held || held.length < count) this.parts.set(part, (held = sharedNumbers(count)));
    return held.subarray(0, count);
  }

  /** The numbers where threads see them. */
  copy(part: 'a' | 'b', numbers: Reals): Reals {
    if (isShared(numbers)) return numbers;
    const copy = this.numbers(part, numbers.length);
    copy.set(numbers);
    return copy;
  }
}

let team: ProductTeam | null | undefined;

/** The team of this process, started when it is first needed; null in a worker thread, on one processor and uncompiled. */
function startTeam(): ProductTeam | null {
  if (team !== undefined) return team;
  const script = new URL('./product-worker.js', import.meta.url);
  const others = Math.min(LARGEST_TEAM, availableParallelism()) - 1;
  const alone = !isMainThread || others < 1 || !existsSync(fileURLToPath(script));
  return (team = alone ? null : new ProductTeam(others, script));
}

/** `panelProducts` on all processors where that pays. */
export function largeProduct(product: PanelProduct): void {
  beginProduct(product)();
}

/** Begins a product on the other processors, if it pays; the call that is returned does the rest and waits for its end. */
export function beginProduct(product: PanelProduct): () => void {
  const { m, n, k } = product;
  const pays = m * n * k >= SHARED_FROM && tileCount(product) > 1;
  const fits = (!product.subtract && product.strides?.out === undefined) || isShared(product.out);
  const shares = pays && fits ? startTeam() : null;
  return shares ? shares.begin(product) : () => panelProducts(product);
}

/** Computes the sums of all blocks, on all processors from so many multiplications on; then they are in shared memory. */
export function onAllProcessors(blocks: RankOneBlocks, multiplications: number): void {
  const shares = multiplications >= SHARED_FROM ? startTeam() : null;
  if (shares) shares.share(blocks)();
  else for (let block = 0; block < blocks.blocks; block++) computeBlock(blocks, block);
}
