/** How much a rerun trains unless told otherwise: starts of each candidate, and minutes for all of them. */
export const usualStarts = 20;
export const usualMinutes = 5;
