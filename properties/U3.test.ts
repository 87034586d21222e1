import { halvedAxes } from '../theorems/draws/extremal-families.js';
import { U3 } from '../theorems/U3.js';
import { attainedOn, scaledClaim, theoremProperties } from './theorem-property.js';

theoremProperties(U3, scaledClaim(U3.claim, 0.8));
attainedOn(U3, 'orthogonal samples with B = n/2 (nu = sigma = 1)', halvedAxes);
