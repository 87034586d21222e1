import { isotropicFrames } from '../theorems/draws/extremal-families.js';
import { U4 } from '../theorems/U4.js';
import { attainedOn, scaledClaim, theoremProperties } from './theorem-property.js';

theoremProperties(U4, scaledClaim(U4.claim, 0.8));
attainedOn(U4, 'isotropic frames with 1/B = 1/n + 1/d', isotropicFrames);
