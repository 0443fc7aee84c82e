import type { EhrProfile } from './ehr-profile.ts';
import { epic } from './epic.ts';
import { oracle } from './oracle.ts';
import { plain } from './plain.ts';

/** Every EHR whose habits are known, by the tenant setting `ehrProfile`. To add one, write its file and its row. */
export const EHR_PROFILES = { plain, epic, oracle } as const satisfies Record<string, EhrProfile>;
