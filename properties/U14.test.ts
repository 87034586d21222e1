import { isotropicFrames } from '../theorems/draws/extremal-families.js';
import { U14 } from '../theorems/U14.js';
import { attainedOn, scaledClaim, theoremProperties } from './theorem-property.js';

theoremProperties(U14, scaledClaim(U14.claim, 0.8));
attainedOn(U14, 'isotropic frames', isotropicFrames);
