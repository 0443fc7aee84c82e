import type { Lead } from './lead.ts';

/** They follow from I and II, and sources differ in storing and rounding them. */
export const DEPENDENT_LEADS: readonly Lead[] = ['III', 'aVR', 'aVL', 'aVF'];

/** The leads without those that follow from I and II; all of them where I or II is not there. */
export function independentLeads<T extends { readonly lead: Lead }>(leads: readonly T[]): readonly T[] {
  const names = new Set(leads.map(({ lead }) => lead));
  return names.has('I') && names.has('II') ? leads.filter(({ lead }) => !DEPENDENT_LEADS.includes(lead)) : leads;
}
