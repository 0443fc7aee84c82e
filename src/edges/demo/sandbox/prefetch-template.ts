import { at, type JsonObject, textAt } from './json.ts';

const TOKEN = /\{\{\s*([^{}]+?)\s*\}\}/g;
const USER_TOKENS: ReadonlyMap<string, string> = new Map([
  ['userPractitionerId', 'Practitioner'],
  ['userPractitionerRoleId', 'PractitionerRole'],
  ['userPatientId', 'Patient'],
  ['userRelatedPersonId', 'RelatedPerson'],
]);

/**
 * A prefetch query with its tokens filled from the hook's context (CDS Hooks 2.0.1, "Prefetch tokens");
 * undefined where a token has no value, so the key is left out of the request.
 */
export function fillTemplate(template: string, context: JsonObject): string | undefined {
  const values = [...template.matchAll(TOKEN)].map(([, token = '']) => tokenValue(token, context));
  if (values.includes(undefined)) return undefined;
  let index = 0;
  return template.replace(TOKEN, () => values[index++] ?? '');
}

function tokenValue(token: string, context: JsonObject): string | undefined {
  const userType = USER_TOKENS.get(token);
  if (userType !== undefined) {
    const [type, id] = (textAt(context, 'userId') ?? '').split('/');
    return type === userType ? id : undefined;
  }
  const [root, name, ...further] = token.split('.');
  if (root !== 'context' || name === undefined || further.length > 0) return undefined;
  const value = at(context, name);
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined;
}
