/** Builders of aECG text for tests: each returns markup, so that a test can bend any part of it. */

export interface TestScale {
  readonly origin?: string;
  readonly scale?: string;
}

export const DEFAULT_ORIGIN = '<origin value="0" unit="uV"/>';
export const DEFAULT_SCALE = '<scale value="5" unit="uV"/>';

/** One lead's sequence; `digits` is markup. */
export function leadSequence(code: string, digits: string, quantities: TestScale = {}): string {
  const { origin = DEFAULT_ORIGIN, scale = DEFAULT_SCALE } = quantities;
  return `<component><sequence><code code="${code}" codeSystem="2.16.840.1.113883.6.24"/><value xsi:type="SLIST_PQ">${origin}${scale}<digits>${digits}</digits></value></sequence></component>`;
}

/** A time sequence: absolute with an HL7 time as head, else relative with a head in seconds. */
export function timeSequence(head: string, increment = '<increment value="0.002" unit="s"/>'): string {
  const [code, type, value] = /^\d{8}/.test(head)
    ? ['TIME_ABSOLUTE', 'GLIST_TS', `<head value="${head}"/>`]
    : ['TIME_RELATIVE', 'GLIST_PQ', `<head value="${head}" unit="s"/>`];
  return `<component><sequence><code code="${code}"/><value xsi:type="${type}">${value}${increment}</value></sequence></component>`;
}

export function sequenceSet(...sequences: readonly string[]): string {
  return `<component><sequenceSet>${sequences.join('')}</sequenceSet></component>`;
}

/** A series; `content` is its sequence sets and whatever else it holds. An empty code leaves the code out. */
export function series(code: string, ...content: readonly string[]): string {
  return `<component>${bareSeries('series', code, ...content)}</component>`;
}

export function derivedSeries(code: string, ...content: readonly string[]): string {
  return `<derivation>${bareSeries('derivedSeries', code, ...content)}</derivation>`;
}

function bareSeries(name: string, code: string, ...content: readonly string[]): string {
  const coded = code === '' ? '' : `<code code="${code}" codeSystem="2.16.840.1.113883.5.4"/>`;
  return `<${name}>${coded}${content.join('')}</${name}>`;
}

export function subject(content: string): string {
  return `<componentOf><timepointEvent><componentOf><subjectAssignment><subject><trialSubject>${content}</trialSubject></subject></subjectAssignment></componentOf></timepointEvent></componentOf>`;
}

/** The whole document without an XML declaration. */
export function annotatedEcg(...content: readonly string[]): string {
  return `<AnnotatedECG xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">${content.join('')}</AnnotatedECG>`;
}

/** A document whose only series is a rhythm of these sequence sets. */
export function rhythm(...sets: readonly string[]): string {
  return annotatedEcg(series('RHYTHM', ...sets));
}

/** The smallest ordinary recording: lead II, four samples at 500 Hz. */
export function smallAecg(digits = '10 20 -30 40'): string {
  return rhythm(sequenceSet(timeSequence('20240301101500'), leadSequence('MDC_ECG_LEAD_II', digits)));
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
