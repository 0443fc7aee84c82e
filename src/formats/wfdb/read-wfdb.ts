import { createEcg, type Ecg, type EcgLead, type EcgPatient, type EcgWarning } from '../../ecg/ecg.ts';
import { leadFromName } from '../../ecg/lead.ts';
import { EcgError } from '../../errors.ts';
import { readBaseTime } from './base-time.ts';
import { commentValue } from './comments.ts';
import { parseWfdbHeader, type WfdbHeader } from './parse-header.ts';
import { readLead, UNCALIBRATED_GAIN } from './read-lead.ts';
import { countFrames, type GroupedSignal, groupSignals } from './signal-group.ts';

/** An ECG with the comments of its header, without their `#`. */
export interface WfdbEcg extends Ecg {
  readonly comments: readonly string[];
}

type ReadSignalFile = (name: string) => Promise<Uint8Array>;

/** A signal that is a lead, read. */
interface SignalLead extends EcgLead {
  readonly signal: GroupedSignal;
  /** The first sample is the initial value that the header states, if it does. */
  readonly startsAsStated: boolean;
}

/**
 * Reads a WFDB record: a header file and the signal files it names, which PhysioNet databases consist of.
 * @param headerBytes content of the `.hea` file.
 * @param readSignalFile gives the file of that plain name (never a path) beside the header.
 * @throws EcgError SOURCE_INVALID for what breaks the format: a file of another size than the header states, samples
 *   whose sum is not the checksum; SOURCE_TOO_LARGE; FORMAT_UNSUPPORTED for several segments, skewed signals and
 *   storage formats other than 16, 24, 32, 61, 80, 160 and 212; LEAD_UNKNOWN where no signal is named as a lead;
 *   UNIT_UNKNOWN for a lead that is no voltage; whatever `readSignalFile` throws.
 */
export async function readWfdb(headerBytes: Uint8Array, readSignalFile: ReadSignalFile): Promise<WfdbEcg> {
  const header = parseWfdbHeader(headerBytes);
  const { leads, samplesPerFrame, warnings } = await readLeads(header, readSignalFile);
  const recordedAt = readBaseTime(header);
  const diagnosis = commentValue(header.comments, 'Dx');
  const ecg = createEcg({
    format: 'wfdb',
    samplingRate: header.frameRate * samplesPerFrame,
    leads: leads.map(({ lead, samples }) => ({ lead, samples })),
    ...(recordedAt === undefined ? {} : { recordedAt }),
    patient: readPatient(header),
    statements: diagnosis === undefined ? [] : [`Dx: ${diagnosis}`],
    warnings,
  });
  return { ...ecg, comments: header.comments };
}

async function readLeads({ signals, frameCount }: WfdbHeader, readSignalFile: ReadSignalFile) {
  const leads: SignalLead[] = [];
  for (const group of groupSignals(signals)) {
    const wanted = group.signals.flatMap((signal) => {
      const lead = leadFromName(signal.description);
      return lead === undefined ? [] : [{ lead, signal }];
    });
    if (wanted.length === 0) continue;
    const bytes = await readSignalFile(group.file);
    const file = { bytes, frames: countFrames(group, bytes, frameCount), isWhole: frameCount !== undefined };
    leads.push(...wanted.map(({ lead, signal }) => ({ lead, signal, ...readLead(group, signal, file) })));
  }
  const [samplesPerFrame, ...otherRates] = new Set(leads.map(({ signal }) => signal.samplesPerFrame));
  if (samplesPerFrame === undefined) {
    throw new EcgError('LEAD_UNKNOWN', 'no signal of the WFDB record is named as an ECG lead');
  }
  if (otherRates.length > 0) throw new EcgError('SOURCE_INVALID', 'leads of the WFDB record differ in sampling rate');
  return { leads, samplesPerFrame, warnings: warningsOf(leads, signals.length) };
}

function warningsOf(leads: readonly SignalLead[], signalCount: number): readonly EcgWarning[] {
  const skipped = signalCount - leads.length;
  const warnings: EcgWarning[] = [];
  if (skipped > 0) warnings.push({ code: 'CHANNEL_SKIPPED', message: `signals that name no ECG lead: ${skipped}` });
  const warn = (what: string, concerned: readonly SignalLead[]) => {
    const names = concerned.map(({ lead }) => lead).join(', ');
    if (concerned.length > 0) warnings.push({ code: 'VALUE_INVALID', message: `${what}: ${names}` });
  };
  const isCalibrated = ({ signal }: SignalLead) => signal.gain !== undefined;
  warn(
    `not calibrated, ${UNCALIBRATED_GAIN} counts taken for one unit as the format says`,
    leads.filter((lead) => !isCalibrated(lead)),
  );
  warn(
    'no unit, mV taken as the format says',
    leads.filter((lead) => isCalibrated(lead) && lead.signal.unit === undefined),
  );
  warn(
    'the first sample is not the stated one',
    leads.filter(({ startsAsStated }) => !startsAsStated),
  );
  return warnings;
}

/** The record name is no patient identifier. */
function readPatient({ comments }: WfdbHeader): EcgPatient {
  const sex = commentValue(comments, 'Sex')?.toLowerCase();
  if (sex === 'male' || sex === 'm') return { ids: [], sex: 'male' };
  if (sex === 'female' || sex === 'f') return { ids: [], sex: 'female' };
  return { ids: [] };
}
