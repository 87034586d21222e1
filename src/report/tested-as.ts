import type { Claim, SideClaim } from '../harness/theorem.js';

/** Kind of a claim, with the side it asserts if it is about sides. */
interface ClaimKind {
  readonly kind: Claim['kind'];
  readonly asserts?: SideClaim['asserts'] | null;
}

/** How a claim of a kind is put to the test, in a line. */
export function testedAs({ kind, asserts }: ClaimKind): string {
  switch (kind) {
    case 'side':
      return `predicted side against the sampled certificate (asserts ${asserts === 'both' ? 'divergence and stability' : asserts})`;
    case 'order':
      return 'order of two problems: exact radii, and certificates of both sides';
    case 'inequality':
      return 'inequalities between computed quantities';
    case 'typical':
      return 'measured growth of single runs against the exact growth of the second moment';
    case 'escape-time':
      return 'predicted step of escape against a full-batch run of the real step, exactly';
    case 'gram':
      return 'identity against the gradients of the network, in closed form and by automatic differentiation';
    case 'frequency':
      return 'how often the bound is broken over many data sets, with an exact binomial interval, against delta';
    case 'location':
      return 'interval for the median over many data sets against the limit with its tolerance';
    case 'block-model':
      return 'exact eigenvalues of the block model, and real networks before and after training';
    case 'network-escape':
      return 'trained networks unlearned by the real step: rate, step of escape, and its rise with SNR by ranks';
  }
}
