/** What is said of each key; of any other, that it is an order. */
const NAMES: Readonly<Record<string, (count: number) => string>> = {
  conditions: () => 'the problem list could not be read',
  ecgReports: () => 'the reports on ECGs could not be read',
  Medication: (count) => `${counted(count, 'ordered medicine')} could not be looked up`,
};

/**
 * What to say beside a reading of what a service could not look up.
 * @param keys of its optional prefetch, or the resource types of its references; one for each failure.
 */
export function lookupNotes(keys: readonly string[]): readonly string[] {
  return [...Map.groupBy(keys, (key) => key)].map(([key, { length }]) => {
    const note = NAMES[key] ?? ((count: number) => `${counted(count, 'order')} could not be looked up`);
    return note(length);
  });
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
