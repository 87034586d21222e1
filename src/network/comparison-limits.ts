/** Distance from w* of the milestone 'later' over that of 'forgotten'. */
export const LATER = 3;

/** Loss of accuracy up to which utility is kept: five points are one sample in twenty. */
export const UTILITY_LOSS = 0.05;
