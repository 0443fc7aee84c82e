/** One letter per interaction (SMART App Launch 2, "Scopes for requesting FHIR Resources"). */
type Interaction = 'c' | 'r' | 'u' | 'd' | 's';

const SCOPE = /^(patient|user)\/([A-Za-z]+|\*)\.(read|write|\*|c?r?u?d?s?)(?:\?.*)?$/;
const V1: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' };

/** Whether scopes, as granted, permit an interaction with resources of a type; in the notation of SMART 1 or 2. */
export function permits(granted: string, type: string, interaction: Interaction): boolean {
  return permitsAt(['patient', 'user'], granted, { type, interaction });
}

/** Whether that is so beyond the patient whose chart is open. */
export function permitsForUser(granted: string, type: string, interaction: Interaction): boolean {
  return permitsAt(['user'], granted, { type, interaction });
}

function permitsAt(
  levels: readonly string[],
  granted: string,
  { type, interaction }: { readonly type: string; readonly interaction: Interaction },
): boolean {
  return granted.split(/\s+/).some((scope) => {
    const [, level = '', of, letters = ''] = SCOPE.exec(scope) ?? [];
    return levels.includes(level) && (of === type || of === '*') && (V1[letters] ?? letters).includes(interaction);
  });
}

/** Whether a report may be signed: changed, and vouched for. */
export function mayWrite(granted: string): boolean {
  return permits(granted, 'DiagnosticReport', 'u') && permits(granted, 'Provenance', 'c');
}
