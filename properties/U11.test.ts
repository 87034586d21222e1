import { U11 } from '../theorems/U11.js';
import { theoremProperties } from './theorem-property.js';

theoremProperties(U11, { kind: 'typical', applies: () => true, bound: (logGrowth) => logGrowth - 0.5 });
