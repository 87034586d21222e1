/** Part `index` of `count` of the jobs of a run, from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** Whether a shard has job number k, from 0: every count-th, so that the parts take about the same time. */
export function isInShard(k: number, shard: Shard | null): boolean {
  return shard === null || k % shard.count === shard.index - 1;
}

/** Part I of K, written I/K; null if the text is none. */
export function parseShard(text: string): Shard | null {
  const match = /^(\d{1,6})\/(\d{1,6})$/.exec(text.trim());
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  return match && index >= 1 && index <= count ? { index, count } : null;
}

/** Name of the log that a run grows: of a whole run a checkpoint, which goes away with its end, of a shard the shard. */
export function logName(shard: Shard | null, prefix = ''): string {
  return `${prefix}${shard ? `shard-${shard.index}-of-${shard.count}` : 'checkpoint'}.jsonl`;
}

/** Whether a file is named as the log of a shard, with a prefix that matches `prefix`. */
export function isShardName(name: string, prefix = ''): boolean {
  return new RegExp(`^${prefix}shard-\\d+-of-\\d+\\.jsonl$`).test(name);
}
