/** Where the statements come from. They are worked out for this project from these papers' definitions. */
export const DEXTER =
  'Dexter et al., A Precise Characterization of SGD Stability Using Loss Surface Geometry, ICLR 2024, arXiv 2401.12332';
export const CHANG_KHANNA =
  'worked out from the definitions of Chang & Khanna, Why Some Models Resist Unlearning: A Linear Stability Perspective, arXiv 2602.02986';
export const MULAYOFF_MICHAELI =
  'Mulayoff & Michaeli, Exact Mean Square Linear Stability Analysis for SGD, arXiv 2306.07850';
