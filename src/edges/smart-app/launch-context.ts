import { z } from 'zod';
import { EcgError } from '../../errors.ts';
import type { FhirServer } from '../../fhir/fhir-server.ts';
import { readStamp } from '../../fhir/report-stamp.ts';
import type { ExpectedContext, ReadAppContext } from './app-context.ts';
import type { Signer } from './session.ts';
import type { TokenAnswer } from './token-request.ts';

const ECG = /^(Observation|DocumentReference|DiagnosticReport|Media)\/([A-Za-z0-9.-]{1,64})$/;

/**
 * The ECGs that a launch is for: that of the card whose link was followed, else those in `fhirContext`. What is of
 * another server is left out and not asked for.
 * @throws EcgError what {@link ReadAppContext} throws: a card's ECG is never replaced by another.
 */
export async function namedEcgs(
  { appContext, fhirContext }: TokenAnswer,
  server: FhirServer,
  parts: ExpectedContext & { readonly readAppContext: ReadAppContext },
): Promise<readonly string[]> {
  if (appContext !== undefined && appContext !== '') return [await parts.readAppContext(appContext, parts)];
  const base = `${server.baseUrl}/`;
  const references = fhirContext.flatMap((each) => each ?? []);
  const own = references.map((each) => (each.startsWith(base) ? each.slice(base.length) : each));
  const ecgs = await Promise.all(own.filter((each) => ECG.test(each)).map((each) => tracingOf(each, server)));
  return [...new Set(ecgs.flat())];
}

const provenanceSchema = z.looseObject({
  entity: z.array(z.looseObject({ role: z.string(), what: z.looseObject({ reference: z.string().optional() }) })),
});

/** A report of Cardhook's own stands for the tracing it was made from, as its Provenance says. */
export async function tracingOf(reference: string, server: FhirServer): Promise<readonly string[]> {
  const [, type = '', id = ''] = ECG.exec(reference) ?? [];
  if (type !== 'DiagnosticReport') return [reference];
  if (readStamp(await server.read(type, id)) === undefined) return [reference];
  const provenances = await server.query(`Provenance?target=${reference}`);
  const sources = provenances
    .flatMap((each) => provenanceSchema.safeParse(each).data?.entity ?? [])
    .filter(({ role, what }) => role === 'source' && ECG.test(what.reference ?? ''));
  return sources.flatMap(({ what }) => what.reference ?? []);
}

/** Who may put a name under a report (R4 DiagnosticReport.resultsInterpreter). */
const SIGNER = /^(Practitioner|PractitionerRole)\//;

const namedSchema = z.looseObject({
  name: z
    .array(
      z.looseObject({
        text: z.string().optional(),
        prefix: z.array(z.string()).optional(),
        given: z.array(z.string()).optional(),
        family: z.string().optional(),
      }),
    )
    .default([])
    .catch([]),
});

/** The user with the name on record; the reference alone where that may not be read. */
export async function readSigner(user: string | undefined, server: FhirServer): Promise<Signer | undefined> {
  if (user === undefined || !SIGNER.test(user)) return undefined;
  const [type = '', id = ''] = user.split('/');
  try {
    const [name] = namedSchema.parse(await server.read(type, id)).name;
    const words =
      name?.text ?? [...(name?.prefix ?? []), ...(name?.given ?? []), name?.family].filter(Boolean).join(' ');
    return { reference: user, name: words || user };
  } catch (error) {
    if (!(error instanceof EcgError)) throw error;
    return { reference: user, name: user };
  }
}
