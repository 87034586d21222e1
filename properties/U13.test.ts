import { commutingProblems } from '../theorems/draws/extremal-families.js';
import { U13 } from '../theorems/U13.js';
import { attainedOn, scaledClaim, theoremProperties } from './theorem-property.js';

theoremProperties(U13, scaledClaim(U13.claim, 0.8));
attainedOn(U13, 'commuting problems on one axis', commutingProblems(1));
