/** The imports of the growth mode name the rows of these places, of which every second is stored before. */
export const GROWTH_PLACES = 40_000;
