import type { CodeableConcept, Observation, ObservationComponent } from 'fhir/r4';
import type { Ecg, SourceMeasurement } from '../../ecg/ecg.ts';
import { codesOfLead, type Lead } from '../../ecg/lead.ts';
import { mdcCodeOf, measurementFromMdc } from '../../ecg/measurement-codes.ts';
import { MISSING_COUNT, quantise } from '../quantise.ts';
import { rateOfPeriod } from './sampling-rate.ts';

const LOINC = 'http://loinc.org';
const MDC = 'urn:iso:std:iso:11073:10101';
const UCUM = 'http://unitsofmeasure.org';
/** SampledDataDataType "error": what a gap is here. */
const GAP = 'E';
const DATE_TIME_WITH_OFFSET = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/**
 * An ECG as a FHIR R4 Observation that `readObservation` reads back: a component of SampledData per lead, in µV, and one
 * per measurement. A time without offset is cut to its date, as FHIR allows no local times. Of the patient only the
 * reference is written.
 * @param subjectReference "Patient/123"
 * @throws EcgError SOURCE_INVALID for amplitudes beyond ±2.1 V.
 */
export function toObservation(ecg: Ecg, subjectReference: string): Observation {
  const { stepMicrovolts, counts } = quantise(ecg);
  const leads = ecg.leads.map(
    ({ lead }, index): ObservationComponent => ({
      code: codeOfLead(lead),
      valueSampledData: {
        origin: { value: 0, unit: 'uV', system: UCUM, code: 'uV' },
        period: periodMsOfRate(ecg.samplingRate),
        factor: stepMicrovolts,
        dimensions: 1,
        data: Array.from(counts[index] ?? [], (count) => (count === MISSING_COUNT ? GAP : count)).join(' '),
      },
    }),
  );
  const device = [ecg.device?.manufacturer, ecg.device?.model].filter(Boolean).join(' ');
  return {
    resourceType: 'Observation',
    status: 'final',
    category: [
      {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/observation-category',
            code: 'procedure',
            display: 'Procedure',
          },
        ],
      },
    ],
    code: {
      coding: [
        { system: LOINC, code: '11524-6', display: 'EKG study' },
        { system: MDC, code: '131328', display: 'MDC_ECG_ELEC_POTL' },
      ],
    },
    subject: { reference: subjectReference },
    ...(ecg.recordedAt === undefined ? {} : { effectiveDateTime: toFhirDateTime(ecg.recordedAt) }),
    ...(device === '' ? {} : { device: { display: device } }),
    ...(ecg.statements.length === 0 ? {} : { note: ecg.statements.map((text) => ({ text })) }),
    component: [...leads, ...ecg.measurements.map(toMeasurementComponent)],
  };
}

function codeOfLead(lead: Lead): CodeableConcept {
  const { mdcPotential, mdcSuffix } = codesOfLead(lead);
  if (mdcPotential === undefined) return { text: lead };
  return { coding: [{ system: MDC, code: mdcPotential, display: `MDC_ECG_ELEC_POTL_${mdcSuffix}` }] };
}

/** The shortest decimal that reads back as the rate. */
function periodMsOfRate(samplingRate: number): number {
  const period = 1000 / samplingRate;
  const decimals = [15, 16].map((digits) => Number(period.toPrecision(digits)));
  return decimals.find((decimal) => rateOfPeriod(decimal) === samplingRate) ?? period;
}

function toFhirDateTime(recordedAt: string): string {
  const [, minutes, seconds = ':00', offset] = DATE_TIME_WITH_OFFSET.exec(recordedAt) ?? [];
  return offset === undefined ? recordedAt.replace(/T.*$/, '') : `${minutes}${seconds}${offset}`;
}

function toMeasurementComponent({ name, value, unit }: SourceMeasurement): ObservationComponent {
  const row = measurementFromMdc(name);
  const loinc = row?.loinc === undefined ? [] : [{ system: LOINC, code: row.loinc, display: row.display }];
  const mdc = row === undefined ? [] : [{ system: MDC, code: mdcCodeOf(row), display: name }];
  return {
    code: row === undefined ? { text: name } : { coding: [...loinc, ...mdc] },
    valueQuantity: { value, unit, system: UCUM, code: unit },
  };
}
