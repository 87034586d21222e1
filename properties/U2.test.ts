import { alignedProblems } from '../theorems/draws/aligned-problems.js';
import { U2 } from '../theorems/U2.js';
import { attainedOn, scaledClaim, theoremProperties } from './theorem-property.js';

theoremProperties(U2, scaledClaim(U2.claim, 0.8));
attainedOn(
  U2,
  'full batches',
  alignedProblems({ mixing: 'below', samplings: ['bernoulli', 'without-replacement'], batches: 'full' }),
);
