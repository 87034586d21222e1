import type { LinearTheorem } from '../src/harness/kinds.js';
import type { NetworkTheorem, Theorem } from '../src/harness/theorem.js';
import { C1 } from './C1.js';
import { C2 } from './C2.js';
import { C3 } from './C3.js';
import { C4 } from './C4.js';
import { C5 } from './C5.js';
import { C6 } from './C6.js';
import { C7 } from './C7.js';
import { C8 } from './C8.js';
import { D1 } from './D1.js';
import { D2 } from './D2.js';
import { D3 } from './D3.js';
import { D4 } from './D4.js';
import { D5 } from './D5.js';
import { F1 } from './F1.js';
import { F2 } from './F2.js';
import { F3 } from './F3.js';
import { P1 } from './P1.js';
import { P1a } from './P1a.js';
import { P1b } from './P1b.js';
import { P1c } from './P1c.js';
import { P2 } from './P2.js';
import { P2a } from './P2a.js';
import { P2b } from './P2b.js';
import { P3 } from './P3.js';
import { P3a } from './P3a.js';
import { P4 } from './P4.js';
import { P4a } from './P4a.js';
import { P4b } from './P4b.js';
import { P5 } from './P5.js';
import { P5a } from './P5a.js';
import { P6 } from './P6.js';
import { P7 } from './P7.js';
import { P8 } from './P8.js';
import { U1 } from './U1.js';
import { U10 } from './U10.js';
import { U11 } from './U11.js';
import { U12 } from './U12.js';
import { U13 } from './U13.js';
import { U14 } from './U14.js';
import { U15 } from './U15.js';
import { U16 } from './U16.js';
import { U17 } from './U17.js';
import { U18 } from './U18.js';
import { U19 } from './U19.js';
import { U2 } from './U2.js';
import { U20 } from './U20.js';
import { U21 } from './U21.js';
import { U3 } from './U3.js';
import { U4 } from './U4.js';
import { U5 } from './U5.js';
import { U6 } from './U6.js';
import { U7 } from './U7.js';
import { U8 } from './U8.js';
import { U9 } from './U9.js';

/** Theorems about the linear dynamics. */
export const linearTheorems: readonly LinearTheorem[] = [
  D1,
  D2,
  D3,
  D4,
  D5,
  U1,
  U2,
  U3,
  U4,
  U5,
  U6,
  U7,
  U8,
  U9,
  U10,
  U11,
  U12,
  U13,
  U14,
  U15,
  U16,
  U17,
  U18,
  U19,
  U20,
  U21,
  P1,
  P1a,
  P1b,
  P1c,
  P2,
  P2a,
  P2b,
  P3,
  P3a,
  P4,
  P4a,
  P4b,
  P5,
  P5a,
  P6,
  P7,
  P8,
  F1,
  F2,
  F3,
];

/** Theorems about signal-plus-noise data and the network trained on them. */
export const networkTheorems: readonly NetworkTheorem[] = [C1, C2, C3, C4, C5, C6, C7, C8];

/** All theorems of the suite, in the order of reports. */
export const theorems: readonly Theorem[] = [...linearTheorems, ...networkTheorems];
