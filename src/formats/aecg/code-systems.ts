/** OIDs of the code systems of an aECG. */
export const ACT_CODE = '2.16.840.1.113883.5.4';
/** ISO/IEEE 11073-10101. */
export const MDC = '2.16.840.1.113883.6.24';
export const CPT_4 = '2.16.840.1.113883.6.12';
export const ADMINISTRATIVE_GENDER = '2.16.840.1.113883.5.1';
