import { U12 } from '../theorems/U12.js';
import { theoremProperties } from './theorem-property.js';

const { claim } = U12;
if (claim.kind !== 'escape-time') throw new TypeError('U12 states an escape time');

theoremProperties(U12, {
  ...claim,
  escape(problem, eta, factor) {
    const { direction, steps } = claim.escape(problem, eta, factor);
    return { direction, steps: steps / 2 };
  },
});
