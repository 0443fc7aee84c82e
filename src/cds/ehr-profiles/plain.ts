import type { EhrProfile } from './ehr-profile.ts';

/** As the specification has it. */
export const plain: EhrProfile = (cards) => cards;
