import { halvedAxes } from '../theorems/draws/extremal-families.js';
import { D1 } from '../theorems/D1.js';
import { attainedOn, scaledClaim, theoremProperties } from './theorem-property.js';

theoremProperties(D1, scaledClaim(D1.claim, 0.95));
attainedOn(D1, 'orthogonal samples with B = n/2 (nu = sigma = 1)', halvedAxes);
