/** QT corrected for the rate, ms; from QT in ms and the mean RR interval in ms. */
export type QtCorrection = (qtMs: number, rrMs: number) => number;

/** Bazett, Heart 1920;7:353. Too long at fast rates and too short at slow ones. */
export const bazett: QtCorrection = (qtMs, rrMs) => qtMs / Math.sqrt(rrMs / 1000);

/** Fridericia, Acta Med Scand 1920;53:469. */
export const fridericia: QtCorrection = (qtMs, rrMs) => qtMs / Math.cbrt(rrMs / 1000);

/** Sagie (Framingham Heart Study), Am J Cardiol 1992;70:797. */
export const framingham: QtCorrection = (qtMs, rrMs) => qtMs + 154 * (1 - rrMs / 1000);

/** Hodges, J Am Coll Cardiol 1983;1:694. */
export const hodges: QtCorrection = (qtMs, rrMs) => qtMs + 1.75 * (60_000 / rrMs - 60);
