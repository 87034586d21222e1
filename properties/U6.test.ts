import { commutingProblems } from '../theorems/draws/extremal-families.js';
import { U6 } from '../theorems/U6.js';
import { attainedOn, scaledClaim, theoremProperties } from './theorem-property.js';

theoremProperties(U6, scaledClaim(U6.claim, 0.8));
attainedOn(U6, 'every commuting problem', commutingProblems(4));
