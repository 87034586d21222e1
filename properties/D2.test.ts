import { identicalGroups } from '../theorems/draws/extremal-families.js';
import { D2 } from '../theorems/D2.js';
import { attainedOn, scaledClaim, theoremProperties } from './theorem-property.js';

theoremProperties(D2, scaledClaim(D2.claim, 1.5));
attainedOn(D2, 'groups of identical samples on orthogonal axes', identicalGroups);
