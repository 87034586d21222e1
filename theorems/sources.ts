/** Where the statements come from. They are worked out for this project from these papers' definitions. */
export const DEXTER =
  'Dexter et al., A Precise Characterization of SGD Stability Using Loss Surface Geometry, ICLR 2024, arXiv 2401.12332';
export const CHANG_KHANNA =
  'worked out from the definitions of Chang & Khanna, Why Some Models Resist Unlearning: A Linear Stability Perspective, arXiv 2602.02986';
export const CAO_KOU =
  'worked out for the network of Cao et al., Benign Overfitting in Two-layer Convolutional Neural Networks, NeurIPS 2022, arXiv 2202.06526, and Kou et al., ICML 2023, arXiv 2303.04145';
export const RANDOM_MATRICES =
  'Baik, Ben Arous & Péché, arXiv math/0403022, for a spike added to noise: Benaych-Georges & Nadakuditi, arXiv 0910.2120; Marchenko & Pastur 1967; Johnstone, Ann. Statist. 29 (2001)';

/** Words of the hypothesis "any sampling". */
export const ANY_SAMPLING = 'restricts nothing: all three samplings are drawn';
export const HEAVY_BALL =
  'worked out for this project: the exact threshold of Mulayoff & Michaeli, arXiv 2306.07850, for the momentum of Polyak 1964';
export const ALTERNATING =
  'worked out for this project from the definitions of Chang & Khanna, arXiv 2602.02986, for the alternating loops of SCRUB, GDA and SalUn';
export const DECAY =
  'worked out for this project: the exact threshold of Mulayoff & Michaeli, arXiv 2306.07850, with decay';
export const DESCENT_ASCENT =
  'worked out for this project: the exact threshold of Mulayoff & Michaeli, arXiv 2306.07850, for descent and ascent';
export const RESHUFFLING =
  'worked out for this project from the definitions of Chang & Khanna, arXiv 2602.02986, for random reshuffling';
