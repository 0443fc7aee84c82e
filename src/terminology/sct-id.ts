/** Multiplication table of the dihedral group D5, row by row. */
const D5 = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
] as const;

/** The permutation that Verhoeff's scheme applies once per position from the right. */
const PERMUTATION = '1576283094';

/**
 * Whether `id` is well formed as a SNOMED CT concept id: 6 to 18 digits, concept partition (00, or 10 for
 * extensions), Verhoeff check digit (SNOMED CT Release File Specification, "SCTID"). Says nothing of its meaning.
 */
export function isSctConceptId(id: string): boolean {
  return /^[1-9]\d{2,14}[01]0\d$/.test(id) && verhoeffChecksum(id) === 0;
}

function verhoeffChecksum(digits: string): number {
  return [...digits].reverse().reduce((sum, digit, position) => {
    let permuted = Number(digit);
    for (let round = 0; round < position % 8; round += 1) permuted = Number(PERMUTATION[permuted]);
    return Number(D5[sum]?.[permuted]);
  }, 0);
}
