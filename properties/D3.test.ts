import { identicalGroups } from '../theorems/draws/extremal-families.js';
import { D3 } from '../theorems/D3.js';
import { attainedOn, scaledClaim, theoremProperties } from './theorem-property.js';

theoremProperties(D3, scaledClaim(D3.claim, 1.2));
attainedOn(D3, 'its own groups, for every sigma, n and B', identicalGroups);
